"""Likely doubles: the same door, or the same phone, asked for the same kind within two days and it is still open."""

from datetime import timedelta
from uuid import UUID

from app.kernel import clock, db
from app.needs.models import OPEN
from app.needs.reads.lines import NeedLine, select

SPAN = timedelta(hours=48)


async def doubles(community_id: UUID, kind: str, *, household_id: UUID | None, phone_hash: bytes | None) -> list[NeedLine]:
    """Newest first."""
    ways, params = [], []
    if household_id is not None:
        ways.append("n.household_id = ?")
        params.append(household_id)
    if phone_hash is not None:
        ways.append("n.phone_hash = ?")
        params.append(phone_hash)
    if not ways:
        return []
    where = f"n.community_id = ? AND n.kind = ? AND n.state IN ({db.marks(OPEN)}) AND n.created_at > ? AND ({' OR '.join(ways)})"
    return await select(where, community_id, kind, *OPEN, clock.now() - SPAN, *params, order="n.created_at DESC", tail="LIMIT 5")
