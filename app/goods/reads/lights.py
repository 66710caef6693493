"""Which items were warned of last."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db


class Light(msgspec.Struct, frozen=True):
    item_id: UUID
    what: str
    tone: str


class Tally(msgspec.Struct, frozen=True):
    """Items, each by the worst of its lights."""

    alarms: int
    watched: int


async def lit(community: UUID) -> list[Light]:
    return await db.rows(Light, "SELECT item_id, what, tone FROM goods_light WHERE community_id = ?", community)


async def tally(community: UUID, *whats: str) -> Tally:
    """`whats`: of these kinds of light; of all where none is named."""
    found = [one for one in await lit(community) if not whats or one.what in whats]
    red = {one.item_id for one in found if one.tone == "alarm"}
    return Tally(len(red), len({one.item_id for one in found} - red))


async def looked_at(community: UUID) -> datetime | None:
    found = await db.rows(datetime, "SELECT looked_at FROM goods_rule WHERE community_id = ? AND looked_at IS NOT NULL", community)
    return found[0] if found else None


async def moved_at(community: UUID) -> datetime | None:
    """When the server heard of the last move."""
    found = await db.rows(datetime, "SELECT received_at FROM goods_move WHERE community_id = ? ORDER BY id DESC LIMIT 1", community)
    return found[0] if found else None
