"""Goods follow their parcels: with the household once it was handed over, back in the hub once the parcel is."""

from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.deliveries.reads import station
from app.goods.rules import packing as goods
from app.kernel import clock, db, ids

_DELIVERED = ", ".join(f"'{outcome}'" for outcome in DELIVERED)


class Hand(msgspec.Struct, frozen=True):
    """Whoever packed it, where the clock or a carrier moved it on."""

    id: UUID
    community_id: UUID


async def take_out(packing: station.Packing, hub: UUID, *, by: goods.Hand) -> None:
    """What goes into this door's parcels leaves the hub."""
    for item, quantity in sorted((await station.items(packing)).items()):
        for moved in await goods.into_parcel(item, hub, quantity, by=by, donation=packing.donation_id):
            sql = "INSERT INTO packed_goods(move_id, packing_id, community_id) VALUES (?, ?, ?)"
            await db.run(sql, moved, packing.id, packing.community_id)


_UNPACKED = """SELECT s.id FROM stop s JOIN run r ON r.id = s.run_id JOIN distribution d ON d.id = r.distribution_id WHERE r.id = ? AND s.dropped_at IS NULL
AND d.hub_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM packing p WHERE p.stop_id = s.id AND p.let_go_at IS NULL)"""
_PACKED = """INSERT INTO packing(id, community_id, distribution_id, run_id, stop_id, packer_id, hub_id, taken_at, done_at)
SELECT ?, r.community_id, r.distribution_id, r.id, ?, ?, d.hub_id, ?, ? FROM run r JOIN distribution d ON d.id = r.distribution_id WHERE r.id = ?"""


async def set_out(run_id: UUID, by: Hand) -> None:
    """A run whose goods nobody packed at a table has set out: what it carries has left the hub with it."""
    for stop in await db.rows(UUID, _UNPACKED, run_id):
        made, now = ids.new(), clock.now()
        await db.run(_PACKED, made, stop, by.id, now, now, run_id)
        packing = await station.packing(made, by.community_id)
        await take_out(packing, packing.hub_id, by=by)


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
    CASE WHEN EXISTS (SELECT 1 FROM parcel x WHERE x.stop_id = p.stop_id)
      THEN EXISTS (SELECT 1 FROM parcel x WHERE x.stop_id = p.stop_id AND x.holder_kind <> 'returned')
      ELSE r.state IN ('draft', 'given', 'out') AND EXISTS (SELECT 1 FROM stop s WHERE s.id = p.stop_id AND s.dropped_at IS NULL) END AS away
    FROM packed_goods g JOIN packing p ON p.id = g.packing_id JOIN run r ON r.id = p.run_id WHERE p.run_id = ? AND g.back IS NULL"""
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
