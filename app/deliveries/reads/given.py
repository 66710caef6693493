"""Where a donation went: buildings and how many doors, never which."""

from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.kernel import db
from app.places import labels

FEW = 3  # doors: a building with fewer would as good as name them

_DELIVERED = ", ".join(f"'{outcome}'" for outcome in DELIVERED)


class Went(msgspec.Struct, frozen=True):
    """`building`: blank for several with few doors each."""

    building: str
    delivered: int
    doors: int


class _Row(msgspec.Struct, frozen=True):
    estate: str
    number: int
    delivered: int
    doors: int


async def went(donation_id: UUID) -> list[Went]:
    """Those that got the most first, the few of several buildings together last."""
    sql = f"""SELECT e.name AS estate, b.number, count(*) AS doors,
    CAST(sum(CASE WHEN EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = x.stop_id AND h.undone_at IS NULL AND h.outcome IN ({_DELIVERED})) THEN 1 ELSE 0 END) AS BIGINT) AS delivered
    FROM distribution d JOIN distribution_door x ON x.distribution_id = d.id JOIN building b ON b.id = x.building_id JOIN estate e ON e.id = b.estate_id
    WHERE d.donation_id = ? GROUP BY e.name, b.number ORDER BY doors DESC, e.name, b.number"""
    rows = await db.rows(_Row, sql, donation_id)
    told = [Went(labels.building(row.estate, row.number), row.delivered, row.doors) for row in rows if row.doors >= FEW]
    others = [row for row in rows if row.doors < FEW]
    if others:
        told.append(Went("", sum(row.delivered for row in others), sum(row.doors for row in others)))
    return told


class Spread(msgspec.Struct, frozen=True):
    id: UUID
    number: int
    doors: int


async def distributions_of(donation_id: UUID) -> list[Spread]:
    sql = """SELECT d.id, d.number, (SELECT count(*) FROM distribution_door x WHERE x.distribution_id = d.id) AS doors FROM distribution d
    WHERE d.donation_id = ? ORDER BY d.number"""
    return await db.rows(Spread, sql, donation_id)
