"""What lies where, and how it came there."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db

HELD = ("hub", "shelf")


class Item(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    name: str
    unit: str
    kind: str
    expires: bool


class Place(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    kind: str
    name: str
    hub_id: UUID | None


class Lying(msgspec.Struct, frozen=True):
    """So much of a lot in one place. `expiry` is an ISO day, None where the item does not spoil."""

    place_id: UUID
    place: str
    lot_id: UUID
    item_id: UUID
    item: str
    unit: str
    kind: str
    expiry: str | None
    quantity: int
    donation_id: UUID | None = None


class Move(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    lot_id: UUID
    item_id: UUID
    expiry: str | None
    from_id: UUID
    from_kind: str
    to_id: UUID
    to_kind: str
    quantity: int
    why: str
    reason: str | None
    mark: str | None
    undoes: UUID | None
    by_id: UUID
    at: datetime


class Transfer(msgspec.Struct, frozen=True):
    id: UUID
    lot_id: UUID
    item_id: UUID
    from_id: UUID
    to_id: UUID
    quantity: int
    sent_by: UUID
    arrived: int | None


class Count(msgspec.Struct, frozen=True):
    """A count that waits for its second person: what the first one found is not in it."""

    id: UUID
    place_id: UUID
    lot_id: UUID
    item_id: UUID
    first_by: UUID
    closed: bool


class Settled(msgspec.Struct, frozen=True):
    """A count that two persons have finished."""

    place_id: UUID
    at: datetime
    reason: str | None


async def item(item_id: UUID, community: UUID) -> Item | None:
    sql = "SELECT id, community_id, name, unit, kind, expires FROM goods_item WHERE id = ? AND community_id = ?"
    return await db.one(Item, sql, item_id, community)


async def place(place_id: UUID, community: UUID) -> Place | None:
    sql = "SELECT id, community_id, kind, name, hub_id FROM goods_place WHERE id = ? AND community_id = ?"
    return await db.one(Place, sql, place_id, community)


async def quantity_at(place_id: UUID, lot_id: UUID, when: datetime) -> int:
    """What the book, as it is known today, says of that moment: what a count made then is compared with. What was undone never happened."""
    sql = """SELECT sum(CASE WHEN m.to_id = ? THEN m.quantity ELSE -m.quantity END) FROM goods_move m
    WHERE m.lot_id = ? AND m.at <= ? AND (m.to_id = ? OR m.from_id = ?) AND m.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM goods_move u WHERE u.undoes = m.id)"""
    return int(await db.value(sql, place_id, lot_id, when, place_id, place_id) or 0)  # PostgreSQL adds up to a decimal


async def settled(lot_id: UUID, start: UUID, end: UUID, since: datetime) -> dict[UUID, Settled]:
    """The last count of this lot in each of the two places, where it was made after `since`."""
    sql = """SELECT place_id, second_at AS at, reason FROM goods_count
    WHERE lot_id = ? AND place_id IN (?, ?) AND second_at > ? ORDER BY second_at"""
    return {one.place_id: one for one in await db.rows(Settled, sql, lot_id, start, end, since)}


LYING = """SELECT b.place_id, CASE WHEN h.name IS NULL THEN p.name ELSE h.name || ' ' || p.name END AS place, b.lot_id, l.item_id, i.name AS item, i.unit, i.kind, l.expiry, b.quantity, l.donation_id
FROM goods_balance b JOIN goods_place p ON p.id = b.place_id LEFT JOIN goods_place h ON h.id = p.hub_id JOIN goods_lot l ON l.id = b.lot_id JOIN goods_item i ON i.id = l.item_id
WHERE b.quantity > 0 AND b.community_id = ? AND b.kind IN ('hub', 'shelf')"""
# What spoils first comes first; what does not spoil comes last.
FIRST = "CASE WHEN l.expiry IS NULL THEN 1 ELSE 0 END, l.expiry"


async def lots_of(item_id: UUID, place_id: UUID, community: UUID) -> list[Lying]:
    """The lots of an item in one place, a hub's shelves with it, in the order in which they are given out. Expired ones are among them."""
    sql = f"{LYING} AND l.item_id = ? AND (p.id = ? OR p.hub_id = ?) ORDER BY {FIRST}, b.lot_id, b.place_id"
    return await db.rows(Lying, sql, community, item_id, place_id, place_id)


async def of_donation(donation_id: UUID, community: UUID) -> bool:
    """Whether anything of it was ever received."""
    return await db.value("SELECT 1 FROM goods_lot WHERE donation_id = ? AND community_id = ? LIMIT 1", donation_id, community) is not None


async def quantity(place_id: UUID, lot_id: UUID) -> int:
    return await db.value("SELECT quantity FROM goods_balance WHERE place_id = ? AND lot_id = ?", place_id, lot_id) or 0


_MOVES = """SELECT m.id, m.community_id, m.lot_id, l.item_id, l.expiry, m.from_id, f.kind AS from_kind, m.to_id, t.kind AS to_kind, m.quantity,
m.why, m.reason, m.mark, m.undoes, m.by_id, m.at
FROM goods_move m JOIN goods_lot l ON l.id = m.lot_id JOIN goods_place f ON f.id = m.from_id JOIN goods_place t ON t.id = m.to_id
WHERE m.community_id = ?"""


async def moves_of(item_id: UUID, community: UUID, *, limit: int = 50, offset: int = 0) -> list[Move]:
    """Newest first."""
    return await db.rows(Move, f"{_MOVES} AND l.item_id = ? ORDER BY m.id DESC LIMIT ? OFFSET ?", community, item_id, limit, offset)


async def one_move(move_id: UUID, community: UUID) -> Move | None:
    return await db.one(Move, f"{_MOVES} AND m.id = ?", community, move_id)


async def transfer(transfer_id: UUID, community: UUID) -> Transfer | None:
    sql = """SELECT t.id, t.lot_id, l.item_id, t.from_id, t.to_id, t.quantity, t.sent_by, t.arrived
    FROM goods_transfer t JOIN goods_lot l ON l.id = t.lot_id WHERE t.id = ? AND t.community_id = ?"""
    return await db.one(Transfer, sql, transfer_id, community)


async def count(count_id: UUID, community: UUID) -> Count | None:
    sql = """SELECT c.id, c.place_id, c.lot_id, l.item_id, c.first_by, c.second IS NOT NULL AS closed
    FROM goods_count c JOIN goods_lot l ON l.id = c.lot_id WHERE c.id = ? AND c.community_id = ? AND c.taken_back_at IS NULL"""
    return await db.one(Count, sql, count_id, community)
