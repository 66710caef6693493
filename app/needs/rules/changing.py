"""Mending what was written down: kind, urgency, until when, the door."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Overtaken, misfit
from app.needs import reads
from app.needs.reads import rooms
from app.needs.reads.lines import NeedLine
from app.needs.rules.fulfilling import overtaken
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places


async def change(
    need_id: UUID, *, version: int, kind: str, urgency: str, unit: str, room: str, until: datetime | None, days_left: int | None, by: Person
) -> Done:
    """Raises Overtaken when anything about the need changed after the form was drawn. A blank room stays as it is."""
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    if not need.open:
        raise await overtaken(need_id)
    days_left = days_left if kind == "medicine" else None
    sets: dict[str, Any] = {"kind": kind, "urgency": urgency, "until_at": until, "days_left": days_left, "touched_at": clock.now()}
    if room:
        sets |= await _door(need, unit, room)
    named = ", ".join(f"{name} = ?" for name in sets)
    sql = f"UPDATE need SET {named}, worded_at = NULL, version = version + 1 WHERE id = ? AND version = ?"
    if not await db.run(sql, *sets.values(), need_id, version):
        raise Overtaken("needs.changed_meanwhile")
    household = sets.get("household_id", need.household_id)
    record(
        "need.changed",
        need_id,
        community=need.community_id,
        household=household,
        what=f"needs.kind.{kind}",
        urgency=f"needs.urgency.{urgency}",
    )
    return Done("needs.changed", params={"number": need.number}, about=str(need_id))


async def _door(need: NeedLine, unit: str, room: str) -> dict[str, Any]:
    """A helper who mends the room must name a door that is there."""
    building = await places.building(need.building_id)
    found = await rooms.find(building, unit, room)
    if found.household_id is None:
        raise misfit("room", "needs.room_unread", building=building.label)
    return {"household_id": found.household_id, "unit": found.unit, "floor": found.floor, "door": found.door, "room_sealed": None}
