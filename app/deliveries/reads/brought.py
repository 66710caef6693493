"""What was ordered, on its way: how far a household's packs are, and what a stop of such a distribution brings."""

from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.kernel import db
from app.orders.reads import placed
from app.orders.reads.placed import said


async def of_order(offer_id: UUID, household_id: UUID) -> str:
    """packing (nobody is on the way), on_way, delivered, or failed: somebody came and it was not handed over."""

    class Row(msgspec.Struct, frozen=True):
        started: bool
        outcome: str | None

    sql = """SELECT r.started_at IS NOT NULL AS started, h.outcome FROM distribution d JOIN distribution_door x ON x.distribution_id = d.id
    JOIN stop s ON s.id = x.stop_id JOIN run r ON r.id = s.run_id LEFT JOIN handover h ON h.stop_id = s.id AND h.undone_at IS NULL
    WHERE d.offer_id = ? AND x.household_id = ?"""
    row = await db.one(Row, sql, offer_id, household_id)
    if row is None:
        return "packing"
    if row.outcome:
        return "delivered" if row.outcome in DELIVERED else "failed"
    return "on_way" if row.started else "packing"


async def packs_of(distribution_id: UUID) -> dict[UUID, str] | None:
    """By household, `A×2 B×1`; None where the distribution brings the same to everybody."""
    offer = await db.rows(UUID, "SELECT offer_id FROM distribution WHERE id = ? AND offer_id IS NOT NULL", distribution_id)
    if not offer:
        return None
    return {one.household_id: said(one.has) for one in await placed.of_offer(offer[0])}
