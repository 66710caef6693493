"""Goods follow their parcels: with the household once it was handed over, back in the hub once the parcel is."""

from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.goods.rules import packing as goods
from app.kernel import db

_DELIVERED = ", ".join(f"'{outcome}'" for outcome in DELIVERED)


class Hand(msgspec.Struct, frozen=True):
    """Whoever packed it, where the clock or a carrier moved it on."""

    id: UUID
    community_id: UUID


class _Packed(msgspec.Struct, frozen=True):
    move_id: UUID
    community_id: UUID
    packer_id: UUID
    brought: UUID | None
    delivered: bool
    away: bool


async def follow(run_id: UUID) -> int:
    """Everything that was packed for this run goes where its parcel is; answers how many moves that took."""
    sql = f"""SELECT g.move_id, g.community_id, p.packer_id, g.brought,
    EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = p.stop_id AND h.undone_at IS NULL AND h.outcome IN ({_DELIVERED})) AS delivered,
    EXISTS (SELECT 1 FROM parcel x WHERE x.stop_id = p.stop_id AND x.holder_kind <> 'returned') AS away
    FROM packed_goods g JOIN packing p ON p.id = g.packing_id WHERE p.run_id = ? AND g.back IS NULL"""
    moved = 0
    for one in await db.rows(_Packed, sql, run_id):
        hand = Hand(one.packer_id, one.community_id)
        if one.delivered and one.brought is None:
            await db.run(
                "UPDATE packed_goods SET brought = ? WHERE move_id = ?", await goods.to_household(one.move_id, by=hand), one.move_id
            )
        elif not one.delivered and one.brought is not None:
            await goods.undone(one.brought, by=hand)
            await db.run("UPDATE packed_goods SET brought = NULL WHERE move_id = ?", one.move_id)
        elif not one.delivered and not one.away:
            await db.run("UPDATE packed_goods SET back = ? WHERE move_id = ?", await goods.undone(one.move_id, by=hand), one.move_id)
            await db.run(
                "UPDATE packing SET let_go_at = done_at WHERE id = (SELECT packing_id FROM packed_goods WHERE move_id = ?)", one.move_id
            )
        else:
            continue
        moved += 1
    return moved
