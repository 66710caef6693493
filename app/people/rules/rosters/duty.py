"""Being on duty: taking over, reading what was handed over, and handing over to the next.

What happened at a post is never refused because the roster moved on meanwhile: told late, it is kept with a mark.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.late import late
from app.kernel.trouble import Barred, Gone, Overtaken
from app.people.person import Person
from app.people.reads import rosters
from app.people.reads.rosters.shifts import EARLY, ShiftFacts
from app.people.rights import can
from app.people.rules import presence
from app.people.rules.messages import tell
from app.places import reads as places

CHECK_IN = timedelta(minutes=60)  # a check-in so long before a shift is the coming to it

_NOTE = """INSERT INTO handover_note(id, community_id, emergency_id, key_id, post_id, shift_id, account_id, text_sealed, written_at, received_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_UNREAD = "SELECT count(*) FROM handover_note WHERE post_id = ? AND read_at IS NULL AND account_id <> ?"


async def _hers(shift_id: UUID, by: Person) -> ShiftFacts:
    """Her own, or one that was hers when she pressed: it was given to another one meanwhile."""
    found = await rosters.shift(shift_id, by.community_id)
    if found is None:
        raise Gone("shift")
    if found.account_id != by.id and not (late() and await _was_hers(shift_id, by)):
        raise Barred("trouble.barred.shift_not_hers", reason="barred")
    return found


async def _was_hers(shift_id: UUID, by: Person) -> bool:
    sql = "SELECT 1 FROM shift_swap WHERE shift_id = ? AND (asked_by = ? OR accepted_by = ?) AND accepted_by IS NOT NULL"
    return bool(await db.value(sql, shift_id, by.id, by.id))


async def begin(shift_id: UUID, *, note: UUID | None, by: Person) -> Done:
    """I take over. `note`: the last hand-over note that she saw and says she has read. Raises Overtaken well before its begin."""
    shift, at = await _hers(shift_id, by), current().when
    if shift.from_at - at > EARLY:
        raise Overtaken("roster.duty.too_early")
    if shift.account_id != by.id:
        record("shift.came", shift_id, community=shift.community_id, beside=True)
        return Done("roster.duty.came_beside", mark="beside", about=str(shift_id))
    again = shift.came_at is not None
    await db.run("UPDATE shift SET came_at = ?, version = version + 1 WHERE id = ? AND (came_at IS NULL OR came_at > ?)", at, shift_id, at)
    record("shift.came", shift_id, community=shift.community_id)
    if not (shift.removed_at or shift.ended_at):
        await _check_in(shift, by, at)
    begun = await _read(shift, note, by, at)
    mark = "beside" if again else "late" if shift.removed_at or shift.ended_at else None
    return Done("roster.duty.begun" if begun else "roster.duty.read_first", about=str(shift_id), mark=mark)


async def _check_in(shift: ShiftFacts, by: Person, at: datetime) -> None:
    """Who takes over is there. She goes on with what she came for where she is checked in at that building already."""
    there = await presence.before(by.id, at)
    here = there and (there.until_at is None or there.until_at > at)
    if not (here and shift.building_id in (None, there.building_id)) and can(by, "presence.start"):
        await presence.start(by=by, building=shift.building_id)


async def came(account_id: UUID, community_id: UUID, building_id: UUID, at: datetime) -> None:
    """She checked in where her post is: she is there; begun it has when there is nothing to read."""
    sql = """SELECT s.id FROM shift s JOIN post p ON p.id = s.post_id WHERE s.account_id = ? AND s.community_id = ? AND p.building_id = ?
    AND s.removed_at IS NULL AND s.came_at IS NULL AND s.ended_at IS NULL AND s.from_at <= ? AND s.until_at > ?"""
    for shift_id in await db.rows(UUID, sql, account_id, community_id, building_id, at + CHECK_IN, at):
        await db.run("UPDATE shift SET came_at = ?, version = version + 1 WHERE id = ? AND came_at IS NULL", at, shift_id)
        record("shift.came", shift_id, community=community_id)
        shift = await rosters.shift(shift_id, community_id)
        await _begun(shift, account_id, at)


async def read(shift_id: UUID, *, note: UUID | None, by: Person) -> Done:
    """She has read what was handed over, as far as `note`."""
    shift, at = await _hers(shift_id, by), current().when
    record("note.read", shift_id, community=shift.community_id)
    begun = await _read(shift, note, by, at)
    return Done("roster.duty.begun" if begun else "roster.duty.noted", about=str(shift_id))


async def _read(shift: ShiftFacts, note: UUID | None, by: Person, at: datetime) -> bool:
    if note is not None:  # ids grow with time of arrival: what came after the page was drawn is still to be read
        sql = "UPDATE handover_note SET read_at = ?, read_by = ? WHERE post_id = ? AND read_at IS NULL AND account_id <> ? AND id <= ?"
        await db.run(sql, at, by.id, shift.post_id, by.id, note)
    return await _begun(shift, by.id, at)


async def _begun(shift: ShiftFacts, account_id: UUID, at: datetime) -> bool:
    """Her shift has begun once she is there and nothing is left to read. Answers whether it has."""
    if shift.account_id != account_id or await db.value(_UNREAD, shift.post_id, account_id):
        return shift.begun_at is not None
    sql = "UPDATE shift SET begun_at = ?, version = version + 1 WHERE id = ? AND came_at IS NOT NULL AND begun_at IS NULL"
    if await db.run(sql, at, shift.id):
        record("shift.begun", shift.id, community=shift.community_id)
    return bool(await db.value("SELECT 1 FROM shift WHERE id = ? AND begun_at IS NOT NULL", shift.id))


async def end(shift_id: UUID, *, text: str, by: Person) -> Done:
    """She goes, and tells the next one. A second word is kept beside the first."""
    shift, at = await _hers(shift_id, by), current().when
    again = shift.ended_at is not None or shift.account_id != by.id
    if not again:
        await db.run("UPDATE shift SET ended_at = ?, version = version + 1 WHERE id = ? AND ended_at IS NULL", at, shift_id)
    home, row = await places.community(shift.community_id), ids.new()
    sealed = rosters.sealing(row, home.key_id, home.emergency_id).close("text", text)
    await db.run(_NOTE, row, home.id, home.emergency_id, home.key_id, shift.post_id, shift_id, by.id, sealed, at, clock.now())
    record("shift.ended", shift_id, community=shift.community_id)
    if following := await _following(shift, at):
        await tell(following.account_id, "message.note_waits", path=following.path, community=home.id)
    mark = "beside" if again else "late" if shift.removed_at else None
    return Done("roster.duty.ended", about=str(shift_id), mark=mark)


async def _following(shift: ShiftFacts, at: datetime) -> ShiftFacts | None:
    """Whoever comes next to this post, or is there already."""
    found = await rosters.at_post(shift.post_id, at, limit=10)
    return next((each for each in found if each.id != shift.id and each.ended_at is None and each.account_id != shift.account_id), None)
