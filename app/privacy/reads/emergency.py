"""The emergency under which personal rows exist, and how much of what stands under it."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db

FEW = 5


class Emergency(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    basis: str
    started_at: datetime
    planned_end_at: datetime
    ended_at: datetime | None


async def emergency(emergency_id: UUID) -> Emergency:
    sql = "SELECT id, name, basis, started_at, planned_end_at, ended_at FROM emergency WHERE id = ?"
    return (await db.rows(Emergency, sql, emergency_id))[0]


async def counts(community_id: UUID) -> dict[str, int]:
    """By class of `rules.retention`."""
    asked = {
        "photos": "SELECT count(*) FROM photo WHERE community_id = ? AND state = 'kept'",
        "prints": "SELECT count(*) FROM print_job WHERE community_id = ? AND key_id IS NOT NULL",
        "routes": "SELECT count(*) FROM presence WHERE community_id = ? AND building_id IS NOT NULL",
        "held": "SELECT count(*) FROM held_act WHERE community_id = ?",
        "quarantine": "SELECT count(*) FROM quarantine WHERE community_id = ? AND body_sealed IS NOT NULL",
        "ledger": "SELECT count(*) FROM resident WHERE community_id = ? AND ended_at IS NULL",
        "words": "SELECT count(*) FROM need WHERE community_id = ?",
        "care": "SELECT count(*) FROM contact WHERE community_id = ?",
        "texts": "SELECT count(*) FROM run WHERE community_id = ?",
        "audit": "SELECT count(*) FROM happening WHERE community_id = ?",
    }
    return {name: int(await db.value(sql, community_id) or 0) for name, sql in asked.items()}


def cell(n: int, *, named: bool) -> str:
    """A count of residents as the reader may have it: whoever may not open the rows behind learns of no handful ("<5")."""
    return str(n) if named or n == 0 or n >= FEW else f"<{FEW}"
