"""From when a community is warned; an item may have its own days."""

from uuid import UUID

import msgspec

from app.goods.reads.cover import Limits
from app.kernel import db


class Rules(msgspec.Struct, frozen=True):
    """Days of cover; per cent by which a price and a volume may move."""

    red: int = 2
    amber: int = 5
    price_amber: int = 15
    price_red: int = 30
    drop_amber: int = 30
    drop_red: int = 50

    @property
    def cover(self) -> Limits:
        return Limits(self.red, self.amber)


class _Own(msgspec.Struct, frozen=True):
    item_id: UUID
    red: int
    amber: int


async def rules(community: UUID) -> Rules:
    sql = "SELECT red, amber, price_amber, price_red, drop_amber, drop_red FROM goods_rule WHERE community_id = ?"
    return await db.one(Rules, sql, community) or Rules()


async def own(community: UUID) -> dict[UUID, Limits]:
    """By item."""
    sql = "SELECT item_id, red, amber FROM goods_item_rule WHERE community_id = ?"
    return {one.item_id: Limits(one.red, one.amber) for one in await db.rows(_Own, sql, community)}
