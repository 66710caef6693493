"""An act says that a photo goes with it; from then on the server knows that one is to come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.kernel import clock, db, ids, seal
from app.kernel.act import current
from app.kernel.forms import File
from app.people.person import Person
from app.photos.sealing import piece_seal
from app.places import reads as places

MOST = 2 * 1024 * 1024
MOST_A_DAY = 500

_INSERT = """INSERT INTO photo(id, community_id, household_id, by_id, act, key_id, state, reason, size, sha, got, taken_at, announced_at, touched_at,
keep_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
_ABOUT = "INSERT INTO photo_about(photo_id, kind, subject_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_PIECE = "INSERT INTO photo_piece(photo_id, start, data_sealed) VALUES (?, ?, ?)"


async def announce(
    about: Sequence[tuple[str, UUID]], *, community: UUID, household: UUID | None, by: Person,
    photo: str | None = None, photo_size: int | None = None, photo_sha: str | None = None, photo_file: File | None = None,
    keep_until: datetime | None = None,
) -> None:  # fmt: skip
    """Inside the act. `about`: what it is a photo of, the handover first. `keep_until`: longer than photos are kept otherwise. Without `photo` and `photo_file` nothing happens.

    Never refuses: what cannot be a photo is one that nobody can read. An id that is taken is no photo of this act.
    """
    if photo is None and photo_file is None:
        return
    if photo is not None and await _too_many(by):
        return
    act, now = current(), clock.now()
    if photo_file is not None:
        photo, photo_size, photo_sha = ids.secret(), len(photo_file.data), None
    state, reason = _judged(photo_size or 0, photo_file)
    whole = photo_file is not None and state == "received"
    key = seal.new_key((await places.community(community)).emergency_id) if whole else None
    written = await db.run(
        _INSERT, photo, community, household, by.id, act.id, key, state, reason, photo_size or 0, photo_sha or "",
        photo_size if whole else 0, act.when, now, now, keep_until,
    )  # fmt: skip
    if not written:
        return
    await db.run_many(_ABOUT, [(photo, kind, subject) for kind, subject in about])
    if whole:
        await db.run(_PIECE, photo, 0, piece_seal(photo, 0, key, community).close_bytes("data", photo_file.data))


def _judged(size: int, file: File | None) -> tuple[str, str | None]:
    if file is not None:
        return ("received", None) if size else ("unreadable", "no_picture")
    return ("awaited", None) if 0 < size <= MOST else ("unreadable", "too_large")


async def _too_many(by: Person) -> bool:
    since = clock.now() - timedelta(days=1)
    return await db.value("SELECT count(*) FROM photo WHERE by_id = ? AND announced_at > ?", by.id, since) >= MOST_A_DAY
