"""How many needs stand behind a tab, an age or a building."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.needs.models import OPEN
from app.places import reads as places

UNSEEN = "((n.state = 'waiting' AND n.touched_at < ?) OR (n.state IN ('waiting', 'triaged', 'planned', 'underway') AND n.worded_at < ?))"
AGES = {"hour": timedelta(hours=1), "half_day": timedelta(hours=6), "day": timedelta(days=1)}


async def untouched_since(community_id: UUID) -> datetime:
    facts = await places.community(community_id)
    return clock.now() - timedelta(minutes=facts.untouched_minutes)


async def for_building(building_ids: frozenset[UUID]) -> dict[UUID, int]:
    """How many needs are open, by building; a building without any is left out."""
    if not building_ids:
        return {}

    class Row(msgspec.Struct):
        building_id: UUID
        n: int

    ids = tuple(building_ids)
    sql = f"SELECT building_id, count(*) AS n FROM need WHERE building_id IN ({db.marks(ids)}) AND state IN ({db.marks(OPEN)}) GROUP BY 1"
    return {row.building_id: row.n for row in await db.rows(Row, sql, *ids, *OPEN)}
