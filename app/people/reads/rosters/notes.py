"""What one who goes told the one who comes."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Closed, Seal
from app.people.reads.names import names


class NoteFacts(msgspec.Struct, frozen=True):
    id: UUID
    post_id: UUID
    shift_id: UUID
    account_id: UUID
    emergency_id: UUID
    key_id: UUID
    written_at: datetime
    received_at: datetime
    read_at: datetime | None
    read_by: UUID | None
    post: str
    text_sealed: bytes | None = None
    text: str = ""
    by: str = ""
    reader: str = ""


_NOTE = """SELECT n.id, n.post_id, n.shift_id, n.account_id, n.emergency_id, n.key_id, n.written_at, n.received_at, n.read_at, n.read_by, n.text_sealed,
p.name AS post FROM handover_note n JOIN post p ON p.id = n.post_id"""


def sealing(note_id: UUID, key_id: UUID, emergency_id: UUID) -> Seal:
    return Seal("handover_note", note_id, key_id, emergency_id)


def _text(row: NoteFacts) -> str:
    try:
        return sealing(row.id, row.key_id, row.emergency_id).open("text", row.text_sealed)
    except Closed:
        return "—"


async def _opened(found: list[NoteFacts]) -> list[NoteFacts]:
    who = await names({row.account_id for row in found} | {row.read_by for row in found if row.read_by})
    return [
        msgspec.structs.replace(row, text=_text(row), text_sealed=None, by=who.get(row.account_id, ""), reader=who.get(row.read_by, "") if row.read_by else "")
        for row in found
    ]  # fmt: skip


async def notes_of(post_id: UUID, limit: int = 10) -> list[NoteFacts]:
    """The latest of a post, the last first."""
    return await _opened(
        await db.rows(NoteFacts, f"{_NOTE} WHERE n.post_id = ? ORDER BY n.written_at DESC, n.id DESC LIMIT ?", post_id, limit)
    )


async def unread_of(post_id: UUID, but: UUID) -> list[NoteFacts]:
    """What nobody has read yet of what others than `but` wrote at a post, the first first."""
    sql = f"{_NOTE} WHERE n.post_id = ? AND n.read_at IS NULL AND n.account_id <> ? ORDER BY n.id LIMIT 50"
    return await _opened(await db.rows(NoteFacts, sql, post_id, but))


async def unread(community_id: UUID) -> list[NoteFacts]:
    sql = f"{_NOTE} WHERE n.community_id = ? AND n.read_at IS NULL AND p.ended_at IS NULL ORDER BY n.written_at LIMIT 50"
    return await _opened(await db.rows(NoteFacts, sql, community_id))
