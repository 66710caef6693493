"""Trucks: which are booked for a day, where each stands, what it was to bring and what came off it."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import may

STANDS = timedelta(minutes=15)  # so much longer, at the least, stands a truck whose window is over


class Booking(msgspec.Struct, frozen=True):
    id: UUID
    hub_id: UUID
    hub: str
    supplier: str
    plate: str
    kilos: int
    starts: datetime
    ends: datetime
    arrived_at: datetime | None
    unloading_at: datetime | None
    gone_at: datetime | None
    cancelled_at: datetime | None
    weighed: int | None
    reason: str | None
    code: str | None

    @property
    def state(self) -> str:
        if self.cancelled_at:
            return "cancelled"
        if self.gone_at:
            return "gone"
        if self.unloading_at:
            return "unloading"
        return "arrived" if self.arrived_at else "booked"


class Line(msgspec.Struct, frozen=True):
    """`expected` 0: it came without being on the paper."""

    item_id: UUID
    item: str
    unit: str
    expected: int
    came: int


class Sums(msgspec.Struct, frozen=True):
    """Of a day, cancelled ones left out. Kilograms: weighed where that was done, else as booked, of those that have gone."""

    booked: int
    arrived: int
    gone: int
    kilos: int


_BOOKING = """SELECT b.id, b.hub_id, p.name AS hub, b.supplier, b.plate, b.kilos, b.starts, b.ends, b.arrived_at, b.unloading_at, b.gone_at,
b.cancelled_at, b.weighed, b.reason, b.code FROM goods_booking b JOIN goods_place p ON p.id = b.hub_id WHERE b.community_id = ?"""


async def booking(booking_id: UUID, community: UUID) -> Booking | None:
    return await db.one(Booking, f"{_BOOKING} AND b.id = ?", community, booking_id)


async def visible(booking_id: UUID, person: Person) -> Booking:
    """Raises Barred and Gone."""
    may(person, "stock.see")
    found = await booking(booking_id, person.community_id)
    if found is None:
        raise Gone("goods")
    return found


async def by_code(code: str, community: UUID) -> UUID | None:
    found = await db.rows(UUID, "SELECT id FROM goods_booking WHERE code = ? AND community_id = ?", code, community)
    return found[0] if found else None


async def code_taken(code: str) -> bool:
    return await db.value("SELECT 1 FROM goods_booking WHERE code = ?", code) is not None


async def between(community: UUID, start: datetime, end: datetime) -> list[Booking]:
    """Those whose window begins in the span, and those from before that stand at a dock still."""
    sql = f"""{_BOOKING} AND ((b.starts >= ? AND b.starts < ?) OR (b.starts < ? AND b.arrived_at IS NOT NULL AND b.gone_at IS NULL))
    ORDER BY b.starts, b.id"""
    return await db.rows(Booking, sql, community, start, end, start)


async def sums(community: UUID, start: datetime, end: datetime) -> Sums:
    sql = """SELECT count(*) AS booked, coalesce(sum(CASE WHEN arrived_at IS NULL THEN 0 ELSE 1 END), 0) AS arrived,
    coalesce(sum(CASE WHEN gone_at IS NULL THEN 0 ELSE 1 END), 0) AS gone,
    CAST(coalesce(sum(CASE WHEN gone_at IS NULL THEN 0 ELSE coalesce(weighed, kilos) END), 0) AS bigint) AS kilos
    FROM goods_booking WHERE community_id = ? AND starts >= ? AND starts < ? AND cancelled_at IS NULL"""
    return await db.one(Sums, sql, community, start, end)


async def lines(booking_id: UUID) -> list[Line]:
    """Moves that were undone have not come."""
    sql = """SELECT i.id AS item_id, i.name AS item, i.unit, coalesce(max(e.quantity), 0) AS expected, CAST(coalesce(max(c.came), 0) AS bigint) AS came
    FROM goods_item i LEFT JOIN goods_booking_line e ON e.item_id = i.id AND e.booking_id = ?
    LEFT JOIN (SELECT l.item_id, sum(m.quantity) AS came FROM goods_unloaded u JOIN goods_move m ON m.id = u.move_id
      JOIN goods_lot l ON l.id = m.lot_id WHERE u.booking_id = ? AND NOT EXISTS (SELECT 1 FROM goods_move x WHERE x.undoes = m.id)
      GROUP BY l.item_id) c ON c.item_id = i.id
    WHERE e.item_id IS NOT NULL OR c.item_id IS NOT NULL GROUP BY i.id, i.name, i.unit ORDER BY i.name"""
    return await db.rows(Line, sql, booking_id, booking_id)


async def unexplained(booking: Booking) -> bool:
    """It has gone, what came is not what was booked, and there is no reason."""
    return bool(booking.gone_at and not booking.reason and any(line.expected != line.came for line in await lines(booking.id)))


class Span(msgspec.Struct, frozen=True):
    starts: datetime
    ends: datetime


async def overlapping(hub_id: UUID, starts: datetime, ends: datetime, now: datetime) -> list[Span]:
    """Windows at this hub that are still taken: the one of a truck that stands there past its end is taken until it has gone, as far as is known `now`."""
    sql = """SELECT starts, CASE WHEN arrived_at IS NOT NULL AND ends <= ? THEN ? ELSE ends END AS ends FROM goods_booking
    WHERE hub_id = ? AND starts < ? AND (ends > ? OR arrived_at IS NOT NULL) AND cancelled_at IS NULL AND gone_at IS NULL ORDER BY starts"""
    there = await db.rows(Span, sql, now, now + STANDS, hub_id, ends, starts)
    return [span for span in there if span.ends > starts]


async def elsewhere(plate: str, hub_id: UUID, community: UUID, starts: datetime, ends: datetime) -> bool:
    """The truck is booked at another hub for a window that meets this one."""
    sql = """SELECT 1 FROM goods_booking WHERE community_id = ? AND upper(plate) = upper(?) AND hub_id <> ? AND starts < ? AND ends > ?
    AND cancelled_at IS NULL AND gone_at IS NULL LIMIT 1"""
    return await db.value(sql, community, plate, hub_id, ends, starts) is not None


async def without_code() -> list[UUID]:
    """Booked before there were codes, and not done with."""
    return await db.rows(UUID, "SELECT id FROM goods_booking WHERE code IS NULL AND gone_at IS NULL AND cancelled_at IS NULL")


class Docks(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    docks: int


async def docks(community: UUID) -> list[Docks]:
    return await db.rows(Docks, "SELECT id, name, docks FROM goods_place WHERE community_id = ? AND kind = 'hub' ORDER BY name", community)
