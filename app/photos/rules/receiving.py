"""The pieces of a photo, from the phone that announced it: in order, each as often as it likes, kept sealed."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db, seal
from app.kernel.trouble import Gone, Overtaken, misfit
from app.photos.rules.keeping import too_old
from app.photos.sealing import piece_seal
from app.places import reads as places


class Progress(msgspec.Struct, frozen=True):
    """`offset`: how many bytes are here. `over`: nothing more is wanted, whatever came of it."""

    id: str
    offset: int
    over: bool


class Gap(Overtaken):
    """A piece that does not join on; `offset` says which one is wanted."""

    def __init__(self, offset: int) -> None:
        super().__init__("photos.gap")
        self.offset = offset


class _Row(msgspec.Struct):
    id: str
    community_id: UUID
    key_id: UUID | None
    state: str
    size: int
    got: int
    taken_at: datetime


_ROW = "SELECT id, community_id, key_id, state, size, got, taken_at FROM photo WHERE id = ? AND by_id = ?"


async def progress(photo: str, account_id: UUID) -> Progress:
    """Raises Gone for a photo that this account did not announce."""
    return _progress(await _row(photo, account_id))


async def take_piece(photo: str, start: int, data: bytes, account_id: UUID) -> Progress:
    """Raises Gone, Gap, and Misfit for bytes beyond the announced size. What is here already is taken again and changes nothing."""
    async with db.transaction():
        row = await _row(photo, account_id)
        if _progress(row).over or start + len(data) <= row.got:
            return _progress(row)
        if start != row.got:
            raise Gap(row.got)
        if start + len(data) > row.size:
            raise misfit("size", "photos.too_long")
        key = row.key_id or seal.new_key((await places.community(row.community_id)).emergency_id)
        await db.run(
            "INSERT INTO photo_piece(photo_id, start, data_sealed) VALUES (?, ?, ?)",
            photo, start, piece_seal(photo, start, key, row.community_id).close_bytes("data", data),
        )  # fmt: skip
        row.got += len(data)
        row.state = "received" if row.got == row.size else "awaited"
        await db.run(
            "UPDATE photo SET got = ?, state = ?, key_id = ?, touched_at = ? WHERE id = ?", row.got, row.state, key, clock.now(), photo
        )
        return _progress(row)


async def _row(photo: str, account_id: UUID) -> _Row:
    lock = " FOR UPDATE" if db.is_postgres() else ""
    row = await db.one(_Row, _ROW + lock, photo, account_id)
    if row is None:
        raise Gone("photo")
    return row


def _progress(row: _Row) -> Progress:
    return Progress(row.id, row.got, row.state not in ("awaited", "lost") or too_old(row.taken_at))
