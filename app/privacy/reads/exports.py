"""Exports of the ledger: asked for, agreed to, fetched."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people import reads as people

PURPOSES = ("handover", "authority", "outage", "audit")
OPEN_FOR = timedelta(hours=1)  # from the second person's yes


class Export(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    purpose: str
    asked_by: UUID
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    granted: bool | None
    fetched_at: datetime | None
    asker: str = ""
    decider: str = ""

    @property
    def state(self) -> str:
        """asked, refused, open, fetched, over."""
        if self.decided_at is None:
            return "asked"
        if not self.granted:
            return "refused"
        if self.fetched_at is not None:
            return "fetched"
        return "open" if clock.now() - self.decided_at < OPEN_FOR else "over"


_COLUMNS = "id, community_id, purpose, asked_by, asked_at, decided_by, decided_at, granted, fetched_at"


async def export(export_id: UUID, community_id: UUID) -> Export | None:
    sql = f"SELECT {_COLUMNS} FROM ledger_export WHERE id = ? AND community_id = ?"
    return next(iter(await _named(await db.rows(Export, sql, export_id, community_id))), None)


async def count(community_id: UUID) -> int:
    return int(await db.value("SELECT count(*) FROM ledger_export WHERE community_id = ?", community_id) or 0)


async def listed(community_id: UUID, *, offset: int, limit: int) -> list[Export]:
    """Newest first."""
    sql = f"SELECT {_COLUMNS} FROM ledger_export WHERE community_id = ? ORDER BY asked_at DESC, id DESC LIMIT ? OFFSET ?"
    return await _named(await db.rows(Export, sql, community_id, limit, offset))


async def _named(rows: list[Export]) -> list[Export]:
    names = await people.names({each for row in rows for each in (row.asked_by, row.decided_by) if each})
    return [
        msgspec.structs.replace(row, asker=names.get(row.asked_by, "—"), decider=names.get(row.decided_by, "") if row.decided_by else "")
        for row in rows
    ]
