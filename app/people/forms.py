"""Shapes of input about people."""

from typing import Any

from app.kernel.edits import with_base
from app.kernel.forms import Bad, Form, integer, many_of, one_of, optional, phone, shape, text, uuid, uuids
from app.kernel.words import LANGUAGES
from app.people import moving
from app.people.rules.roles import GIVEN
from app.people.rules.sessions import hash_password
from app.people.skills import SKILLS

_TRIED_FIRST = frozenset({"12345678", "123456789", "1234567890", "87654321", "password", "password1", "qwertyui", "11223344", "abcd1234"})


def password(sent: list) -> str:
    """At least 8 characters, none of the first that anybody tries; never trimmed, never shown again."""
    value = sent[0] if sent and isinstance(sent[0], str) else ""
    if len(value) < 8:
        raise Bad("people.password.too_short", least=8)
    if len(value) > 200:
        raise Bad("form.too_long", most=200, now=len(value))
    if value.lower() in _TRIED_FIRST or len(set(value)) <= 2:
        raise Bad("people.password.too_common")
    return value


def hashed(sent: list) -> str:
    """Here, before the transaction: hashing takes a while on purpose, and writers would wait for it."""
    return hash_password(password(sent))


def _with_organisation(parse):
    """The organisation typed by hand goes before the one that is ticked."""

    def read(form: Form) -> dict[str, Any]:
        fields = parse(form)
        return fields | {"organisation": fields.pop("other_organisation") or fields["organisation"]}

    return read


def shown_code(sent: list) -> moving.Code:
    """A code of a moving square, read by a camera or typed; a slip is told before anything is looked up."""
    said = sent[0] if sent and isinstance(sent[0], str) else ""
    if not said.strip():
        raise Bad("form.missing")
    if (code := moving.read(said[:200])) is None:
        raise Bad("presence.in.slip")
    return code


_organisation = {"organisation": text(0, 60), "other_organisation": text(0, 60)}

sign_in = shape(phone=phone, password=text(1, 200))
joining = _with_organisation(shape(name=text(1, 40), phone=phone, **_organisation, skills=many_of(SKILLS), password=optional(hashed, "")))
one_more_community = _with_organisation(shape(token=text(1, 60), **_organisation))
profile = with_base(_with_organisation(shape(name=text(1, 40), **_organisation, skills=many_of(SKILLS), lang=one_of(LANGUAGES))))
new_password = shape(current=text(0, 200), password=hashed)
own_phone = shape(current=text(0, 200), phone=phone)
new_phone = shape(phone=phone)
picked = shape(picked=uuids())
role = shape(role=one_of(GIVEN), buildings=optional(uuids(), ()), grid=optional(uuid))
team = shape(name=text(1, 40), lead=optional(uuid))
team_change = with_base(shape(name=text(1, 40), lead=optional(uuid), version=integer(0, 999_999_999)))
shown = shape(shown=shown_code)
show_at = shape(building=uuid)
