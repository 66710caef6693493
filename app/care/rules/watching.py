"""A sign of hardship is watched: opened, looked at again on its day, closed."""

from datetime import datetime, timedelta
from uuid import UUID

from app.care.reads import watches
from app.care.reads.watches import Watch
from app.care.rules.given import door
from app.journal.record import record
from app.kernel import clock, db, seal
from app.kernel.act import Done, current
from app.kernel.ids import new
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.places import reads as places


def _day(days: int) -> datetime:
    """Eight in the morning, so many days from the day on which it was pressed."""
    start = clock.day_start(current().when)
    return clock.day_start(start + timedelta(days=days, hours=12)) + timedelta(hours=8)


async def begin(household_id: UUID, *, sign: str, note: str, days: int, by: Person) -> Done:
    """Raises Overtaken where this sign is watched here already."""
    home = await door(household_id, by=by)
    made = await opened(home, sign=sign, note=note, due=_day(days), at=current().when, by=by)
    if made is None:
        raise Overtaken("care.watch.stands")
    return Done("care.watch.opened", {"room": home.room}, about=str(home.id), undo=f"/watches/{made}/close")


async def opened(home: places.HouseholdFacts, *, sign: str, note: str, due: datetime, at: datetime, by: Person) -> UUID | None:
    """The watch over a door that she may note at; None where this sign is watched here already."""
    made, key = new(), (await places.community(home.community_id)).key_id
    sealed = seal.Seal("watch", made, key, by.emergency_id).close("note", note)
    row = made, home.community_id, home.id, by.emergency_id, key, sign, sealed, due, by.id, at
    try:
        async with db.savepoint():
            await db.run(
                """INSERT INTO watch(id, community_id, household_id, emergency_id, key_id, sign, note_sealed, due_at, opened_by, opened_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                *row,
            )
    except db.IntegrityError:
        return None
    record("watch.opened", home.id, community=home.community_id, household=home.id)
    return made


async def _held(watch_id: UUID, by: Person) -> Watch:
    found = await watches.watch(watch_id)
    if found is None or found.community_id != by.community_id:
        raise Gone("watch")
    await door(found.household_id, by=by)
    if not await db.run("UPDATE watch SET version = version + 1 WHERE id = ? AND closed_at IS NULL", found.id):
        raise Overtaken("care.watch.closed_already")
    return found


async def look(watch_id: UUID, *, note: str, days: int, by: Person) -> Done:
    """Somebody looked: what was found, and when to look again."""
    found, made = await _held(watch_id, by), new()
    sealed = seal.Seal("watch_look", made, found.key_id, found.emergency_id).close("note", note)
    await db.run(
        "INSERT INTO watch_look(id, community_id, watch_id, note_sealed, by_id, at) VALUES (?, ?, ?, ?, ?, ?)",
        made, found.community_id, found.id, sealed, by.id, current().when,
    )  # fmt: skip
    last = found.seal.close("note", note) if note else found.note_sealed
    await db.run("UPDATE watch SET due_at = ?, note_sealed = ? WHERE id = ?", _day(days), last, found.id)
    record("watch.looked", found.household_id, community=found.community_id, household=found.household_id)
    return Done("care.watch.looked", {"room": found.room}, about=str(found.household_id))


async def close(watch_id: UUID, *, by: Person) -> Done:
    found = await _held(watch_id, by)
    await db.run("UPDATE watch SET closed_at = ?, closed_by = ? WHERE id = ?", current().received_at, by.id, found.id)
    record("watch.closed", found.household_id, community=found.community_id, household=found.household_id)
    return Done("care.watch.closed", {"room": found.room}, about=str(found.household_id))


async def not_ill_after_all(household_id: UUID, opened_by: UUID | None, opened_at: datetime, *, by: Person) -> None:
    """What was noted at the door was a mistake, and with it the watch that nobody has looked at since."""
    sql = """UPDATE watch SET closed_at = ?, closed_by = ?, version = version + 1 WHERE household_id = ? AND sign = 'ill' AND opened_by = ?
    AND opened_at = ? AND closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM watch_look l WHERE l.watch_id = watch.id)"""
    if await db.run(sql, current().received_at, by.id, household_id, opened_by, opened_at):
        record("watch.closed", household_id, community=by.community_id, household=household_id)
