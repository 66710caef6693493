"""What a community drives with, and who may drive it."""

from uuid import UUID

import msgspec

from app.kernel import db

STANDINGS = ("ready", "reserve", "off")


class Vehicle(msgspec.Struct, frozen=True):
    """`kilos`: what it carries at most. `standing`: one of STANDINGS."""

    id: UUID
    plate: str
    kilos: int
    standing: str


_VEHICLE = "SELECT id, plate, kilos, standing FROM vehicle WHERE community_id = ?"


async def vehicles(community: UUID) -> list[Vehicle]:
    return await db.rows(Vehicle, f"{_VEHICLE} ORDER BY plate", community)


async def vehicle(vehicle_id: UUID, community: UUID) -> Vehicle | None:
    return await db.one(Vehicle, f"{_VEHICLE} AND id = ?", community, vehicle_id)


async def drivers(community: UUID) -> list[UUID]:
    """Members whose driving licence somebody has seen."""
    sql = """SELECT m.account_id FROM membership m JOIN account a ON a.id = m.account_id
    JOIN skill_vouched v ON v.account_id = a.id AND v.skill = 'driving' JOIN account_skill s ON s.account_id = a.id AND s.skill = v.skill
    WHERE m.community_id = ? AND m.vouched_at IS NOT NULL AND a.suspended_at IS NULL ORDER BY m.account_id"""
    return await db.rows(UUID, sql, community)
