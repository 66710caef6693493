"""What was said about a need after it was raised."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Seal
from app.needs.reads.lines import NeedLine, opened
from app.people import reads as people


class WordFacts(msgspec.Struct, frozen=True):
    """`by` is a helper's name, blank for the resident; `shown`: the resident may read it."""

    side: str
    by: str
    shown: bool
    line: str
    said_at: datetime


class _Row(msgspec.Struct):
    id: UUID
    side: str
    said_by: UUID | None
    shown: bool
    line_sealed: bytes
    said_at: datetime


async def words(need: NeedLine, *, shown_only: bool = False) -> list[WordFacts]:
    """Oldest first."""
    only = " AND shown" if shown_only else ""
    sql = f"SELECT id, side, said_by, shown, line_sealed, said_at FROM need_word WHERE need_id = ?{only} ORDER BY said_at, id"
    found = await db.rows(_Row, sql, need.id)
    names = await people.names({row.said_by for row in found if row.said_by})
    return [
        WordFacts(
            row.side,
            names.get(row.said_by, "") if row.said_by else "",
            row.shown,
            opened(Seal("need_word", row.id, need.key_id, need.emergency_id), "line", row.line_sealed),
            row.said_at,
        )
        for row in found
    ]
