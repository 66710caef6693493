"""She says that she has read it; a household that no phone tells is told at its door."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.notices import reads
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places

_INSERT = """INSERT INTO notice_reading(notice_id, account_id, confirmed_at, confirmed_text) VALUES (?, ?, ?, ?) ON CONFLICT (notice_id, account_id)
DO UPDATE SET confirmed_at = excluded.confirmed_at, confirmed_text = excluded.confirmed_text
WHERE notice_reading.confirmed_text IS NULL OR notice_reading.confirmed_text < excluded.confirmed_text"""
_DOOR = """INSERT INTO notice_door(notice_id, household_id, community_id, text, told_by, told_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (notice_id, household_id) DO UPDATE SET text = excluded.text, told_by = excluded.told_by, told_at = excluded.told_at
WHERE notice_door.text < excluded.text"""


async def confirm(notice_id: UUID, *, text: int | None = None, by: Person) -> Done:
    """Counts once for the `text` that she saw (the present one where blank), withdrawn meanwhile or not. Raises Gone."""
    one = await reads.visible(notice_id, by)
    seen = min(text or one.text, one.text)
    if await db.run(_INSERT, one.id, by.id, clock.now(), seen):
        record("notice.confirmed", one.id, community=one.community_id, text=seen)
    return Done("notices.confirmed" if seen == one.text else "notices.confirmed_old", about=str(one.id))


async def told(notice_id: UUID, household_id: UUID, *, text: int | None = None, by: Person) -> Done:
    """At the door, of the `text` that she had with her. Told twice counts once, and both stand in the journal. Raises Gone, Barred."""
    one = await _at_door(notice_id, household_id, by)
    seen = min(text or one.text, one.text)
    await db.run(_DOOR, one.id, household_id, one.community_id, seen, by.id, clock.now())
    record("notice.told_at_door", one.id, community=one.community_id, household=household_id, text=seen)
    return Done("notices.door.noted", about=str(one.id), undo=f"/notices/{one.id}/doors/{household_id}/untold")


async def untold(notice_id: UUID, household_id: UUID, *, by: Person) -> Done:
    """Raises Gone, Barred, Overtaken."""
    one = await _at_door(notice_id, household_id, by)
    if not await db.run("DELETE FROM notice_door WHERE notice_id = ? AND household_id = ?", one.id, household_id):
        raise Overtaken("notices.door.not_noted")
    record("notice.untold_at_door", one.id, community=one.community_id, household=household_id)
    return Done("notices.door.taken_back", about=str(one.id))


async def _at_door(notice_id: UUID, household_id: UUID, by: Person) -> reads.NoticeFacts:
    one = await reads.visible(notice_id, by)
    door = await places.household(household_id)
    if door is None or door.building_id not in {each.id for each in await reads.buildings_of(one)}:
        may(by, "notice.write")
        raise Gone("household")
    may(by, "notice.write", building=door.building_id)
    return one
