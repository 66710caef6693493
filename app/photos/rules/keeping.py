"""How long a photo stays, and what is left of it after."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.journal import worker
from app.journal.record import record
from app.kernel import clock, db, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone
from app.people.person import Person

KEPT = timedelta(days=7)


def too_old(taken_at: datetime) -> bool:
    return clock.now() - taken_at > KEPT


class _Old(msgspec.Struct):
    id: str
    state: str


async def end_old() -> None:
    """A duty: seven days after it was taken a photo goes, one of a notice with the notice if that is later, and one that never came is not waited for any more."""
    due = "SELECT id, state FROM photo WHERE taken_at < ? AND (keep_until IS NULL OR keep_until < ?) AND (key_id IS NOT NULL OR state IN ('awaited', 'received')) LIMIT 200"
    now = clock.now()
    for photo in await db.rows(_Old, due, now - KEPT, now):
        if photo.state in ("awaited", "received", "kept"):
            await worker.do(lambda photo=photo: _end(photo), once=f"photos.ended|{photo.id}|{photo.state}")
        await _close(photo.id)


async def keep(kind: str, subject: UUID, until: datetime) -> None:
    """The photos of this subject stay until then, where that is later than a photo stays anyway."""
    sql = "UPDATE photo SET keep_until = ? WHERE id IN (SELECT photo_id FROM photo_about WHERE kind = ? AND subject_id = ?)"
    await db.run(sql, until, kind, subject)


async def _end(photo: _Old) -> None:
    state = "deleted" if photo.state == "kept" else "lost"
    ended = "UPDATE photo SET state = ?, image_sealed = NULL WHERE id = ? AND state = ?"
    if await db.run(ended, state, photo.id, photo.state):
        await note(f"photo.{state}", photo.id)


async def _close(photo: str) -> None:
    """The key goes after the row has let go of the picture: from here no copy of it opens, a backup's neither."""
    if await db.value("SELECT 1 FROM photo WHERE id = ? AND state IN ('awaited', 'received', 'kept')", photo):
        return
    await db.run("DELETE FROM photo_piece WHERE photo_id = ?", photo)
    if key := await db.value("SELECT key_id FROM photo WHERE id = ?", photo):
        seal.destroy_keys([UUID(str(key))])
        await db.run("UPDATE photo SET key_id = NULL WHERE id = ?", photo)


async def lose(photo: str, *, by: Person) -> Done:
    """Her phone says that it has it no more. Should it come after all it is taken all the same."""
    if not await db.run("UPDATE photo SET state = 'lost' WHERE id = ? AND by_id = ? AND state = 'awaited'", photo, by.id):
        if not await db.value("SELECT 1 FROM photo WHERE id = ? AND by_id = ?", photo, by.id):
            raise Gone("photo")
        return Done("photos.lost_not")
    await note("photo.lost", photo)
    return Done("photos.lost")


class _About(msgspec.Struct):
    community_id: UUID
    household_id: UUID | None
    subject_id: UUID


async def note(kind: str, photo: str) -> None:
    """In the journal, about the handover."""
    row = await db.one(
        _About,
        """SELECT p.community_id, p.household_id, a.subject_id FROM photo p JOIN photo_about a ON a.photo_id = p.id
        WHERE p.id = ? ORDER BY a.kind LIMIT 1""",
        photo,
    )
    if row is not None:
        record(kind, row.subject_id, community=row.community_id, household=row.household_id)
