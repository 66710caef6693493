"""The shape of a call for people."""

from datetime import datetime, timedelta
from typing import Any

from app.kernel import clock
from app.kernel.edits import with_base
from app.kernel.forms import Bad, Form, flag, integer, moment, one_of, optional, shape, text, uuid
from app.kernel.trouble import Misfit
from app.people.rules.accounts import SKILLS
from app.tasks.proof import PROOFS, USUAL

STARTS = ("now", "30", "60", "tomorrow", "other")
PLACES, HOURS = (1, 200), (1, 24)

_fields = shape(
    title=text(2, 60),
    notes=text(0, 1000, lines=True),
    meeting=text(0, 120),
    building=optional(uuid),
    team=optional(uuid),
    places=integer(*PLACES),
    hours=integer(*HOURS),
    starts=one_of((*STARTS, "keep")),
    urgent=flag,
    vouching=flag,
    release=optional(integer(1, 600)),
    proof=optional(one_of((USUAL, *PROOFS)), USUAL),
    version=optional(integer(0, 999_999_999), 0),
    **{f"skill_{skill}": optional(integer(0, PLACES[1]), 0) for skill in SKILLS},
)


def _parse(form: Form, *, new: bool) -> dict[str, Any]:
    """All complaints at once: those of the fields and that of the time which is typed apart."""
    errors, found = {}, {}
    try:
        found = _fields(form)
    except Misfit as misfit:
        errors = dict(misfit.errors)
    try:
        starts = _start(form, new)
    except Bad as bad:
        errors["starts"] = (bad.key, bad.params)
    if errors:
        raise Misfit(errors, form.typed)
    found["skills"] = {skill: found.pop(f"skill_{skill}") for skill in SKILLS}
    return found | {"starts": starts, "places_wanted": found.pop("places")}


def _start(form: Form, new: bool) -> datetime | None:
    chosen = next(iter(form.typed.get("starts", ())), "")
    match chosen:
        case "now" | "30" | "60":
            return clock.now() + timedelta(minutes=0 if chosen == "now" else int(chosen))
        case "tomorrow":
            return clock.day_start(clock.now()) + timedelta(days=1, hours=8)
        case "other":
            return moment(form.typed.get("starts_other", []))
        case "keep" if not new:
            return None
    raise Bad("form.choose" if not chosen else "form.unknown_choice")


def call(form: Form) -> dict[str, Any]:
    found = _parse(form, new=True)
    del found["version"]
    return found


def _change(form: Form) -> dict[str, Any]:
    return _parse(form, new=False)


change = with_base(_change)
