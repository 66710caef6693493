"""Trips: which vehicle is out with whom, and since when."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db


class Trip(msgspec.Struct, frozen=True):
    id: UUID
    vehicle_id: UUID
    driver_id: UUID
    hub: str
    kilos: int
    left_at: datetime


async def out(community: UUID) -> list[Trip]:
    """Those that are not back."""
    sql = """SELECT t.id, t.vehicle_id, t.driver_id, p.name AS hub, t.kilos, t.left_at FROM goods_trip t JOIN goods_place p ON p.id = t.hub_id
    WHERE t.community_id = ? AND t.back_at IS NULL ORDER BY t.left_at, t.id"""
    return await db.rows(Trip, sql, community)
