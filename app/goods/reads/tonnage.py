"""Trucks and tonnes of each day, as the report counts them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db


class Day(msgspec.Struct):
    """Trucks whose window began on it, cancelled ones left out. `kilos` of those that have gone: weighed where that was done, else as booked.

    `trips` of our own vehicles left on it, with `carried` kilograms.
    """

    day: date
    booked: int = 0
    arrived: int = 0
    gone: int = 0
    kilos: int = 0
    trips: int = 0
    carried: int = 0


class _Truck(msgspec.Struct):
    starts: datetime
    arrived: bool
    gone: bool
    kilos: int


class _Trip(msgspec.Struct):
    left_at: datetime
    kilos: int


async def days(community: UUID, start: datetime, end: datetime) -> dict[date, Day]:
    """By day in the community's zone; days without a truck or a trip are not among them."""
    sql = """SELECT starts, arrived_at IS NOT NULL AS arrived, gone_at IS NOT NULL AS gone, coalesce(weighed, kilos) AS kilos
    FROM goods_booking WHERE community_id = ? AND starts >= ? AND starts < ? AND cancelled_at IS NULL"""
    found: dict[date, Day] = {}
    for truck in await db.rows(_Truck, sql, community, start, end):
        day = clock.local(truck.starts).date()
        one = found.setdefault(day, Day(day))
        one.booked += 1
        one.arrived += truck.arrived
        one.gone += truck.gone
        one.kilos += truck.kilos if truck.gone else 0
    sql = "SELECT left_at, kilos FROM goods_trip WHERE community_id = ? AND left_at >= ? AND left_at < ?"
    for trip in await db.rows(_Trip, sql, community, start, end):
        day = clock.local(trip.left_at).date()
        one = found.setdefault(day, Day(day))
        one.trips += 1
        one.carried += trip.kilos
    return found
