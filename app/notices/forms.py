"""What is typed of a notice, and of a line to call."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.kernel import clock
from app.kernel.edits import with_base
from app.kernel.forms import Bad, Form, flag, integer, moment, one_of, optional, shape, text
from app.kernel.trouble import Misfit
from app.notices.reads.lines import KINDS
from app.photos.forms import PHOTO

ROLES = ("volunteer", "steward", "grid_lead", "grid_deputy", "dispatcher", "operator")
UNTIL = {"today": 1, "tomorrow": 2, "three": 3, "week": 7}  # days, each to its last minute


def _to(sent: list) -> tuple[str, UUID | None, str | None]:
    """`community`, `building:<id>`, `grid:<id>`, `team:<id>` or `role:<role>`."""
    typed = sent[0] if sent and isinstance(sent[0], str) else ""
    if not typed:
        raise Bad("form.choose")
    kind, _, which = typed.partition(":")
    if kind == "community" and not which:
        return kind, None, None
    if kind == "role" and which in ROLES:
        return kind, None, which
    try:
        if kind in ("building", "grid", "team"):
            return kind, UUID(which), None
    except ValueError:
        pass
    raise Bad("form.unknown_choice")


_fields = shape(to=_to, title=text(2, 60), body=text(2, 2000, lines=True), urgent=flag, must_confirm=flag, starts=optional(moment), **PHOTO)


def write(form: Form) -> dict[str, Any]:
    return _with_until(_fields, form)


def _change(form: Form) -> dict[str, Any]:
    return _with_until(_changed, form)


def _with_until(fields: Callable[[Form], dict[str, Any]], form: Form) -> dict[str, Any]:
    """All complaints at once: those of the fields and that of the time which is typed apart."""
    errors, found = {}, {}
    try:
        found = fields(form)
    except Misfit as misfit:
        errors = dict(misfit.errors)
    try:
        until = _until(form)
    except Bad as bad:
        errors["until"] = (bad.key, bad.params)
    if errors:
        raise Misfit(errors, form.typed)
    return found | {"until": until}


_version = integer(0, 999_999_999)
_changed = shape(title=text(2, 60), body=text(2, 2000, lines=True), urgent=flag, must_confirm=flag, version=_version)
_change.fields = (*_changed.fields, "until")
write.fields = (*_fields.fields, "until")
change = with_base(_change)
seen = shape(text=optional(integer(1, 999_999)))


def _until(form: Form) -> datetime | None:
    """None for what is to stay as it is."""
    chosen = next(iter(form.typed.get("until", ())), "")
    if chosen == "keep" and "version" in form.typed:
        return None
    if chosen in UNTIL:
        end = clock.day_start(clock.day_start(clock.now()) + timedelta(days=UNTIL[chosen], hours=2))
        return end - timedelta(minutes=1)
    if chosen == "other":
        return moment(form.typed.get("until_other", []))
    raise Bad("form.unknown_choice" if chosen else "form.choose")


def _number(sent: list) -> str:
    """As people dial it: digits, spaces and dashes; short ones such as 120 too."""
    typed = text(3, 24)(sent)
    if not set(typed) <= set("0123456789 -+()") or sum(each.isdigit() for each in typed) < 3:
        raise Bad("form.not_a_phone")
    return typed


_line = {"kind": one_of(KINDS), "name": text(1, 60), "number": _number, "hours": text(0, 60), "place": optional(integer(1, 99), 1)}
line = shape(**_line)
line_change = with_base(shape(**_line, version=_version))
