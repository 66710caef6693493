"""Goods that are promised and not packed yet: what distributions and orders still take out of the stock."""

from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.kernel import clock, db

_DELIVERED = ", ".join(f"'{outcome}'" for outcome in DELIVERED)
_OPEN = f"""NOT EXISTS (SELECT 1 FROM packing k WHERE k.stop_id = x.stop_id AND k.done_at IS NOT NULL AND k.let_go_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = x.stop_id AND h.undone_at IS NULL AND h.outcome IN ({_DELIVERED}))"""


class Free(msgspec.Struct, frozen=True):
    """Of an item: `there` good in the hub and its shelves, `promised` of it to doors that wait."""

    item_id: UUID
    name: str
    unit: str
    there: int
    promised: int

    @property
    def left(self) -> int:
        return max(0, self.there - self.promised)


async def free(community_id: UUID, hub: UUID) -> list[Free]:
    """Every item of the catalogue, by name. What orders will take is counted against each hub: nobody has said yet which one."""
    today = clock.local(clock.now()).date().isoformat()
    sql = f"""SELECT i.id AS item_id, i.name, i.unit,
    CAST(coalesce((SELECT sum(b.quantity) FROM goods_balance b JOIN goods_lot t ON t.id = b.lot_id JOIN goods_place p ON p.id = b.place_id
      WHERE b.community_id = i.community_id AND t.item_id = i.id AND (p.id = ? OR p.hub_id = ?) AND (t.expiry IS NULL OR t.expiry >= ?)), 0) AS BIGINT) AS there,
    CAST(coalesce((SELECT sum(g.quantity) FROM distribution_part g JOIN distribution d ON d.id = g.distribution_id
      JOIN distribution_door x ON x.distribution_id = d.id WHERE g.community_id = i.community_id AND g.item_id = i.id AND d.hub_id = ? AND {_OPEN}), 0)
    + coalesce((SELECT sum(l.quantity * q.quantity) FROM pack_item q JOIN offer_pack p ON p.pack_id = q.pack_id
      JOIN order_line l ON l.offer_pack_id = p.id JOIN household_order o ON o.id = l.order_id JOIN distribution d ON d.offer_id = p.offer_id
      JOIN distribution_door x ON x.distribution_id = d.id AND x.household_id = o.household_id
      WHERE q.community_id = i.community_id AND q.item_id = i.id AND {_OPEN}), 0) AS BIGINT) AS promised
    FROM goods_item i WHERE i.community_id = ? ORDER BY i.name"""
    return await db.rows(Free, sql, hub, hub, today, hub, community_id)


class Part(msgspec.Struct, frozen=True):
    item_id: UUID
    item: str
    unit: str
    quantity: int


async def parts(distribution_id: UUID) -> list[Part]:
    """What each household of it gets out of the stock."""
    sql = """SELECT g.item_id, i.name AS item, i.unit, g.quantity FROM distribution_part g JOIN goods_item i ON i.id = g.item_id
    WHERE g.distribution_id = ? ORDER BY i.name"""
    return await db.rows(Part, sql, distribution_id)
