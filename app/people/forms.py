"""Shapes of input about people."""

import re
from typing import Any

from app.kernel.edits import with_base
from app.kernel.forms import Bad, Form, flag, integer, many_of, moment, one_of, optional, phone, shape, text, uuid, uuids
from app.kernel.trouble import Misfit
from app.kernel.words import LANGUAGES
from app.people import moving
from app.people.reads.rosters.posts import KINDS as POSTS
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
all_read = shape(newest=optional(uuid))


def _minute(sent: list) -> int:
    """`08:30`: minutes after midnight."""
    typed = sent[0].strip() if sent and isinstance(sent[0], str) else ""
    if not (found := re.fullmatch(r"([01]?[0-9]|2[0-3])[:：]([0-5][0-9])", typed)):
        raise Bad("form.not_a_time")
    return int(found[1]) * 60 + int(found[2])


def _with_hours(parse):
    """The hours of a post from two times; none, or twice the same, is around the clock."""

    def read(form: Form) -> dict[str, Any]:
        fields = parse(form)
        opens, closes = fields.pop("opens"), fields.pop("closes")
        if (opens is None) != (closes is None):
            raise Misfit({"closes" if closes is None else "opens": ("form.missing", {})}, form.typed)
        minutes = (closes - opens) % 1440 if opens is not None else 0
        return fields | {"covers": (opens, minutes) if minutes else (0, 1440)}

    read.fields = parse.fields
    return read


HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
_post = {
    "kind": one_of(POSTS), "name": text(1, 40), "building": optional(uuid), "opens": optional(_minute), "closes": optional(_minute),
    "shows_name": flag,
}  # fmt: skip
post = _with_hours(shape(**_post))
post_change = _with_hours(shape(**_post, version=integer(0, 999_999_999)))
shift = shape(who=uuid, starts=moment, until=moment)
rotation = shape(people=uuids(40), hours=integer(1, 24), starts=moment, until=moment)
handed_over = shape(text=text(1, 1000, lines=True))
begin = shape(note=optional(uuid))
note_read = shape(note=optional(uuid))
