"""Mending what was written down: kind, urgency, until when, the door."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.kernel.trouble import misfit
from app.needs import reads
from app.needs.reads import rooms
from app.needs.reads.lines import NeedLine, seal_of
from app.needs.rules.fulfilling import overtaken
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places


def fields_of(need: NeedLine) -> dict[str, str]:
    """What of a need is edited, as texts. How long a medicine lasts belongs to its kind: the one says nothing without the other."""
    return {
        "kind": _kind(need.kind, need.days_left),
        "urgency": need.urgency,
        "until": _until(need.until_at),
        "door": str(need.household_id or need.typed_room),
    }


def _kind(kind: str, days_left: int | None) -> str:
    return f"{kind}:{days_left}" if kind == "medicine" and days_left is not None else kind


def _until(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="minutes") if moment else ""


async def change(
    need_id: UUID, *, version: int, kind: str, urgency: str, unit: str, room: str, until: datetime | None, days_left: int | None,
    was: Mapping[str, str] = UNSAID, by: Person,
) -> Done:  # fmt: skip
    """Writes what she changed; what somebody else changed to something else meanwhile stays, hers beside it. A blank room stays as it is."""
    need = await _held(need_id, by)
    typed = {"kind": _kind(kind, days_left), "urgency": urgency, "until": _until(until)}
    if room:
        typed["door"] = await _door(need, unit, room)
    weighed = await weigh(_subject(need), typed, was, fields_of(need), moved=need.version != version + 1)
    await _write(need, weighed.apply)
    return weighed.done("needs.changed", {"number": need.number}, about=need_id)


async def put(need_id: UUID, field: str, value: str, *, by: Person) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    need = await _held(need_id, by)
    await _write(need, {field: value})
    return fields_of(need)[field]


async def _held(need_id: UUID, by: Person) -> NeedLine:
    """The need as it is now; nobody else changes it until this act ends."""
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    if not need.open:
        raise await overtaken(need_id)
    await db.run("UPDATE need SET version = version + 1 WHERE id = ?", need_id)
    return await reads.visible(need_id, by)


def _subject(need: NeedLine) -> Subject:
    return Subject("need", need.id, need.community_id, need.key_id, need.emergency_id, need.building_id, need.household_id)


async def _write(need: NeedLine, fields: Mapping[str, str]) -> None:
    if not fields:
        return
    sets: dict[str, Any] = {"touched_at": clock.now(), "worded_at": None}
    for field, value in fields.items():
        sets |= await _columns(need, field, value)
    named = ", ".join(f"{name} = ?" for name in sets)
    await db.run(f"UPDATE need SET {named} WHERE id = ?", *sets.values(), need.id)
    record(
        "need.changed",
        need.id,
        community=need.community_id,
        household=sets.get("household_id", need.household_id),
        what=f"needs.kind.{sets.get('kind', need.kind)}",
        urgency=f"needs.urgency.{sets.get('urgency', need.urgency)}",
    )


async def _columns(need: NeedLine, field: str, value: str) -> dict[str, Any]:
    match field:
        case "kind":
            kind, _, days = value.partition(":")
            return {"kind": kind, "days_left": int(days) if days else None, "days_said_at": clock.now() if days else None}
        case "until":
            return {"until_at": datetime.fromisoformat(value) if value else None}
        case "door":
            return await _at(need, value)
    return {"urgency": value}


async def _door(need: NeedLine, unit: str, room: str) -> str:
    """A helper who mends the room must name a door that is there."""
    building = await places.building(need.building_id)
    found = await rooms.find(building, unit, room)
    if found.household_id is None:
        raise misfit("room", "needs.room_unread", building=building.label)
    return str(found.household_id)


async def _at(need: NeedLine, value: str) -> dict[str, Any]:
    """`value`: a household's id, or a room as it was said, to which no door answers."""
    try:
        home = await places.household(UUID(value))
    except ValueError:
        nowhere = dict.fromkeys(("household_id", "unit", "floor", "door"))
        return nowhere | {"room_sealed": seal_of(need).close("room", value)}
    return {"household_id": home.id, "unit": home.unit, "floor": home.floor, "door": home.door, "room_sealed": None}
