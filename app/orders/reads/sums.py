"""What an offer comes to: packs by building, items to buy, what falls short."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.places import labels


class AtBuilding(msgspec.Struct, frozen=True):
    building_id: UUID
    label: str
    orders: int
    packs: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.packs.values())


class _Row(msgspec.Struct, frozen=True):
    building_id: UUID
    estate: str
    number: int
    letter: str | None
    quantity: int
    orders: int


async def by_building(offer_id: UUID, buildings: frozenset[UUID] | None = None) -> list[AtBuilding]:
    sql = """SELECT o.building_id, e.name AS estate, b.number, p.letter, CAST(coalesce(sum(l.quantity), 0) AS BIGINT) AS quantity, count(DISTINCT o.id) AS orders
    FROM household_order o JOIN building b ON b.id = o.building_id JOIN estate e ON e.id = b.estate_id
    LEFT JOIN order_line l ON l.order_id = o.id AND l.quantity > 0 LEFT JOIN offer_pack p ON p.id = l.offer_pack_id
    WHERE o.offer_id = ? AND o.taken_back_at IS NULL GROUP BY o.building_id, e.name, b.number, p.letter ORDER BY e.name, b.number, p.letter"""
    counted = """SELECT building_id, count(*) AS n FROM household_order WHERE offer_id = ? AND taken_back_at IS NULL GROUP BY building_id"""

    class Count(msgspec.Struct, frozen=True):
        building_id: UUID
        n: int

    orders = {row.building_id: row.n for row in await db.rows(Count, counted, offer_id)}
    found: dict[UUID, AtBuilding] = {}
    for row in await db.rows(_Row, sql, offer_id):
        if buildings is not None and row.building_id not in buildings:
            continue
        one = found.setdefault(
            row.building_id, AtBuilding(row.building_id, labels.building(row.estate, row.number), orders[row.building_id], {})
        )
        if row.letter:
            one.packs[row.letter] = row.quantity
    return list(found.values())


class ToBuy(msgspec.Struct, frozen=True):
    """`needed` of an item for all packs ordered, `there` of it good in all hubs together."""

    item_id: UUID
    item: str
    unit: str
    needed: int
    there: int

    @property
    def short(self) -> int:
        return max(0, self.needed - self.there)


async def items(offer_id: UUID, community_id: UUID, today: str) -> list[ToBuy]:
    """What falls short most first. `today`: what expires before is not counted."""
    sql = """SELECT i.id AS item_id, i.name AS item, i.unit, CAST(sum(p.taken * k.quantity) AS BIGINT) AS needed,
    CAST(coalesce((SELECT sum(b.quantity) FROM goods_balance b JOIN goods_lot t ON t.id = b.lot_id WHERE b.community_id = ? AND t.item_id = i.id
    AND b.kind IN ('hub', 'shelf') AND (t.expiry IS NULL OR t.expiry >= ?)), 0) AS BIGINT) AS there
    FROM offer_pack p JOIN pack_item k ON k.pack_id = p.pack_id JOIN goods_item i ON i.id = k.item_id WHERE p.offer_id = ?
    GROUP BY i.id, i.name, i.unit ORDER BY i.name"""
    found = await db.rows(ToBuy, sql, community_id, today, offer_id)
    return sorted(found, key=lambda one: (-one.short, one.item))
