"""What the stock pages list: what lies where and how long it keeps, what is on its way, what waits for its second count."""

from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from app.goods.reads import FIRST, LYING, Item, Lying
from app.kernel import db

SOON = timedelta(days=7)
ONLY = ("expired", "soon")


class Wanted(msgspec.Struct, frozen=True):
    """`only`: one of ONLY, or blank for all. `today` in the community's zone."""

    community: UUID
    today: date
    hub: UUID | None = None
    words: str = ""
    only: str = ""

    @property
    def sql(self) -> tuple[str, list]:
        sql, params = "", []
        if self.hub:
            sql, params = sql + " AND (p.id = ? OR p.hub_id = ?)", [*params, self.hub, self.hub]
        if self.words:
            typed = self.words.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
            sql, params = sql + " AND lower(i.name) LIKE ? ESCAPE '!'", [*params, f"%{typed}%"]
        if self.only == "expired":
            sql, params = sql + " AND l.expiry < ?", [*params, self.today.isoformat()]
        if self.only == "soon":
            sql, params = sql + " AND l.expiry >= ? AND l.expiry <= ?", [*params, self.today.isoformat(), (self.today + SOON).isoformat()]
        return sql, params


class Tally(msgspec.Struct, frozen=True):
    lots: int
    expired: int
    soon: int


class Spot(msgspec.Struct, frozen=True):
    """A hub, or a shelf with its hub before it."""

    id: UUID
    label: str
    hub_id: UUID | None


class Under(msgspec.Struct, frozen=True):
    """A transfer on its way."""

    id: UUID
    item: str
    unit: str
    start: str
    end: str
    quantity: int
    sent_by: UUID
    sent_at: datetime


class Half(msgspec.Struct, frozen=True):
    """A count that waits for its second person; what the first one found is not in it."""

    id: UUID
    lot_id: UUID
    place_id: UUID
    item: str
    place: str
    expiry: str | None
    first_by: UUID
    first_at: datetime


class Moved(msgspec.Struct, frozen=True):
    """`undoable`: of a kind that is undone, not undone yet, and not counted since."""

    id: UUID
    item_id: UUID
    item: str
    unit: str
    expiry: str | None
    start: str
    start_kind: str
    end: str
    end_kind: str
    quantity: int
    why: str
    reason: str | None
    mark: str | None
    by_id: UUID
    at: datetime
    received_at: datetime
    undoable: bool


async def lying(wanted: Wanted, *, limit: int, offset: int) -> list[Lying]:
    more, params = wanted.sql
    return await db.rows(
        Lying, f"{LYING}{more} ORDER BY {FIRST}, i.name, place, b.lot_id LIMIT ? OFFSET ?", wanted.community, *params, limit, offset
    )


async def tally(wanted: Wanted) -> Tally:
    more, params = msgspec.structs.replace(wanted, only="").sql
    sql = f"""SELECT count(*) AS lots, coalesce(sum(CASE WHEN expiry < ? THEN 1 ELSE 0 END), 0) AS expired,
    coalesce(sum(CASE WHEN expiry >= ? AND expiry <= ? THEN 1 ELSE 0 END), 0) AS soon FROM ({LYING}{more}) AS there"""
    today, soon = wanted.today.isoformat(), (wanted.today + SOON).isoformat()
    return await db.one(Tally, sql, today, today, soon, wanted.community, *params)


async def of_item(item_id: UUID, community: UUID) -> list[Lying]:
    return await db.rows(Lying, f"{LYING} AND l.item_id = ? ORDER BY {FIRST}, place, b.lot_id", community, item_id)


async def of_lot(lot_id: UUID, place_id: UUID, community: UUID) -> Lying | None:
    """Also where nothing of it lies there any more, but something did."""
    sql = LYING.replace("b.quantity > 0 AND ", "") + " AND b.lot_id = ? AND b.place_id = ?"
    return await db.one(Lying, sql, community, lot_id, place_id)


async def items(community: UUID) -> list[Item]:
    sql = "SELECT id, community_id, name, unit, kind, expires FROM goods_item WHERE community_id = ? ORDER BY name"
    return await db.rows(Item, sql, community)


async def spots(community: UUID) -> list[Spot]:
    """Each hub, then its shelves."""
    sql = """SELECT p.id, CASE WHEN h.name IS NULL THEN p.name ELSE h.name || ' ' || p.name END AS label, p.hub_id
    FROM goods_place p LEFT JOIN goods_place h ON h.id = p.hub_id WHERE p.community_id = ? AND p.kind IN ('hub', 'shelf')
    ORDER BY coalesce(h.name, p.name), CASE WHEN h.name IS NULL THEN 0 ELSE 1 END, p.name"""
    return await db.rows(Spot, sql, community)


_UNDER = """SELECT t.id, i.name AS item, i.unit, CASE WHEN fh.name IS NULL THEN f.name ELSE fh.name || ' ' || f.name END AS start,
CASE WHEN eh.name IS NULL THEN e.name ELSE eh.name || ' ' || e.name END AS "end", t.quantity, t.sent_by, t.sent_at
FROM goods_transfer t JOIN goods_lot l ON l.id = t.lot_id JOIN goods_item i ON i.id = l.item_id
JOIN goods_place f ON f.id = t.from_id LEFT JOIN goods_place fh ON fh.id = f.hub_id
JOIN goods_place e ON e.id = t.to_id LEFT JOIN goods_place eh ON eh.id = e.hub_id WHERE t.community_id = ? AND t.arrived IS NULL"""


async def under_way(community: UUID) -> list[Under]:
    """Longest on its way first."""
    return await db.rows(Under, f"{_UNDER} ORDER BY t.sent_at, t.id", community)


async def one_under_way(transfer_id: UUID, community: UUID) -> Under | None:
    return await db.one(Under, f"{_UNDER} AND t.id = ?", community, transfer_id)


_HALF = """SELECT c.id, c.lot_id, c.place_id, i.name AS item, CASE WHEN h.name IS NULL THEN p.name ELSE h.name || ' ' || p.name END AS place,
l.expiry, c.first_by, c.first_at FROM goods_count c JOIN goods_lot l ON l.id = c.lot_id JOIN goods_item i ON i.id = l.item_id
JOIN goods_place p ON p.id = c.place_id LEFT JOIN goods_place h ON h.id = p.hub_id WHERE c.community_id = ? AND c.second IS NULL AND c.taken_back_at IS NULL"""


async def half_counted(community: UUID) -> list[Half]:
    return await db.rows(Half, f"{_HALF} ORDER BY c.first_at, c.id", community)


async def half_of(lot_id: UUID, place_id: UUID, community: UUID) -> Half | None:
    return await db.one(Half, f"{_HALF} AND c.lot_id = ? AND c.place_id = ?", community, lot_id, place_id)


_MOVED = """FROM goods_move m JOIN goods_lot l ON l.id = m.lot_id JOIN goods_item i ON i.id = l.item_id
JOIN goods_place f ON f.id = m.from_id LEFT JOIN goods_place fh ON fh.id = f.hub_id
JOIN goods_place e ON e.id = m.to_id LEFT JOIN goods_place eh ON eh.id = e.hub_id WHERE m.community_id = ?"""


def _of(item: UUID | None, hub: UUID | None) -> tuple[str, list]:
    sql, params = "", []
    if item:
        sql, params = sql + " AND l.item_id = ?", [*params, item]
    if hub:
        sql, params = sql + " AND ? IN (f.id, f.hub_id, e.id, e.hub_id)", [*params, hub]
    return sql, params


async def moved(community: UUID, *, item: UUID | None = None, hub: UUID | None = None, limit: int = 50, offset: int = 0) -> list[Moved]:
    """Newest first, by when the server heard of them."""
    more, params = _of(item, hub)
    sql = f"""SELECT m.id, i.id AS item_id, i.name AS item, i.unit, l.expiry,
    CASE WHEN fh.name IS NULL THEN f.name ELSE fh.name || ' ' || f.name END AS start, f.kind AS start_kind,
    CASE WHEN eh.name IS NULL THEN e.name ELSE eh.name || ' ' || e.name END AS "end", e.kind AS end_kind,
    m.quantity, m.why, m.reason, m.mark, m.by_id, m.at, m.received_at,
    (m.why IN ('received', 'donated', 'issued', 'wasted', 'shelved') AND NOT EXISTS (SELECT 1 FROM goods_move u WHERE u.undoes = m.id)
    AND NOT EXISTS (SELECT 1 FROM goods_count c WHERE c.lot_id = m.lot_id AND c.place_id IN (m.from_id, m.to_id) AND c.second_at >= m.at)) AS undoable
    {_MOVED}{more} ORDER BY m.id DESC LIMIT ? OFFSET ?"""
    return await db.rows(Moved, sql, community, *params, limit, offset)


async def moved_count(community: UUID, *, item: UUID | None = None, hub: UUID | None = None) -> int:
    more, params = _of(item, hub)
    return await db.value(f"SELECT count(*) {_MOVED}{more}", community, *params) or 0
