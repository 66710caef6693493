"""Shapes of input about the ledger."""

from typing import Any
from uuid import UUID

from app.care.confirming import text_of
from app.care.kinds import HELPS, KINDS
from app.care.reads.carers import RANKS
from app.care.reads.files import Mapping
from app.care.reads.watches import SIGNS
from app.care.silence import EVERY, HOW, MUTED, OUTCOMES
from app.kernel.edits import with_base
from app.kernel.forms import Bad, Form, day, flag, integer, many_of, moment, one_of, optional, phone, shape, text, uuid, uuids
from app.kernel.forms import upload as upload_of
from app.kernel.sheets.shape import MAX_BYTES
from app.kernel.trouble import Misfit
from app.places.heading_words import BUILDING_WORDS, PEOPLE_WORDS

BUILDING_FIELDS, PEOPLE_FIELDS = tuple(BUILDING_WORDS), tuple(PEOPLE_WORDS)
BODY = 16 * 2**20  # the file's own limit is less; the difference is the form around it
NONE = "none"
ROLLS = ("resident", "floating", "key")

upload = shape(file=upload_of(MAX_BYTES))
versioned = shape(version=integer(0, 10**8))

_resident = {"agrees": flag, "name": text(1, 60), "phone": optional(phone, ""), "kinds": many_of(KINDS), "note": text(0, 500, lines=True)}


def contact(form: Form) -> dict[str, Any]:
    """An outcome belongs to how she was tried: nobody opens a door on the telephone."""
    return _fitting(_contact | {"resident": optional(uuid)}, form)


def stop_contact(form: Form) -> dict[str, Any]:
    return _fitting(_contact, form)


_contact = {"how": one_of(HOW), "outcome": one_of(OUTCOMES), "note": text(0, 300, lines=True)}


def _fitting(fields: dict[str, Any], form: Form) -> dict[str, Any]:
    said = shape(**fields)(form)
    if said["outcome"] not in HOW[said["how"]]:
        raise Misfit({"outcome": ("form.unknown_choice", {})}, form.typed)
    return said


ROUNDS, WHICH = ("call", "knock", "census"), ("due", "building", "doors")
_round = shape(kind=one_of(ROUNDS), which=one_of(WHICH), building=optional(uuid), doors=text(0, 2000, lines=True), to=optional(uuid))


def round_(form: Form) -> dict[str, Any]:
    said = _round(form)
    if said["which"] == "doors" and not said["doors"]:
        raise Misfit({"doors": ("form.missing", {})}, form.typed)
    return said


def _helps(sent: list) -> str:
    chosen = many_of(HELPS)(sent)
    return ",".join(one for one in HELPS if one in chosen)


_told = {
    "roll": optional(one_of(ROLLS), ""), "speaks": text(0, 40), "ask": text(0, 80), "keys": text(0, 80), "pets": text(0, 60),
    "lives_with": text(0, 20), "helps": _helps,
}  # fmt: skip


def resident(form: Form) -> dict[str, Any]:
    """What a census asks besides may be left out of a form, and then stays."""
    there = {name: reads for name, reads in _told.items() if name in form.typed}
    until = {name: optional(day) for kind in KINDS if (name := f"until-{kind}") in form.typed}
    said = shape(**_resident, **there, **until)(form)
    days = {name.removeprefix("until-"): said.pop(name) for name in until}
    return said | ({"until": text_of(days)} if days else {})


def _change(form: Form) -> dict[str, Any]:
    return resident(form) | shape(version=integer(0, 10**8), asked=flag)(form)


resident_change = with_base(_change)


def census(form: Form) -> dict[str, Any]:
    """A name is needed where something is told of a person, and nothing where nobody was there."""
    said = shape(outcome=one_of(HOW["visit"]), **_resident | {"name": text(0, 60)}, **_told)(form)
    if not said["name"] and (said["phone"] or said["kinds"] or any(said[field] for field in _told)):
        raise Misfit({"name": ("care.census.name_missing", {})}, form.typed)
    return said


watch = shape(sign=one_of(SIGNS), note=text(0, 300, lines=True), days=integer(1, 60))
look = shape(note=text(0, 300, lines=True), days=integer(1, 60))
liken = shape(other=uuid, same=flag)
to_whom = shape(to=uuid)
pair = shape(picked=uuids(100), account=uuid, rank=one_of(RANKS), ask=flag)
most = shape(most=integer(1, 200))
_typed = shape(at=optional(moment))


def typed(form: Form) -> dict[str, Any]:
    """`outcome-STOP` and `note-STOP` of each door; a blank outcome says nothing of it."""
    stops = {name: name[8:] for name in form.typed if name.startswith("outcome-") and form.typed[name] != [""]}
    fields = {name: one_of(OUTCOMES) for name in stops} | {f"note-{stop}": text(0, 300) for stop in stops.values()}
    found = shape(**fields)(form)
    try:
        outcomes = {UUID(stop): (found[name], found[f"note-{stop}"]) for name, stop in stops.items()}
    except ValueError:
        raise Misfit({"at": ("form.unknown_choice", {})}, form.typed) from None
    return _typed(form) | {"outcomes": outcomes}


mute = shape(reason=one_of(MUTED), days=integer(1, 60), resident=optional(uuid))


_MINUTES = dict.fromkeys(("steward_minutes", "dispatcher_minutes", "command_minutes"), integer(0, 10080))
timing = with_base(
    shape(version=integer(0, 10**8), close_hour=integer(0, 23), **_MINUTES, **{f"every_{kind}": integer(0, 60) for kind in EVERY})
)


def search(form: Form) -> str:
    return shape(q=text(1, 60))(form)["q"]


def decisions(form: Form) -> dict[str, Any]:
    """Rows of equal names in equal order: `sheet`, `column`, `field`; `word`, `kind`; and `pass` for whole sheets.

    A blank choice decides nothing, `none` says that a column or word means nothing here.
    """
    fields = frozenset((*BUILDING_FIELDS, *PEOPLE_FIELDS, NONE, ""))
    columns = list(zip(*(form.typed.get(name, []) for name in ("sheet", "column", "field")), strict=False))
    words = list(zip(form.typed.get("word", []), form.typed.get("kind", []), strict=False))
    version = versioned(form)["version"]
    try:
        sheets: dict[str, dict[int, str] | None] = {}
        for sheet, column, field in columns:
            if field not in fields or not column.isascii() or not column.isdigit() or len(column) > 4:
                raise Bad("form.unknown_choice")
            if field:
                sheets.setdefault(sheet, {})[int(column)] = "" if field == NONE else field
        if any(kind not in (*KINDS, NONE, "") for _, kind in words):
            raise Bad("form.unknown_choice")
    except Bad as bad:
        raise Misfit({"field": (bad.key, bad.params)}, form.typed) from bad
    kinds = {word: "" if kind == NONE else kind for word, kind in words if kind}
    sheets |= dict.fromkeys(form.typed.get("pass", []))
    if not sheets and not kinds:
        raise Misfit({"field": ("care.import.nothing_chosen", {})}, form.typed)
    return {"version": version, "mapping": Mapping(sheets, kinds)}
