"""At the cut-off of an offer: a distribution to every door that ordered, with a draft for each building."""

from uuid import UUID

import msgspec

from app.deliveries.rules import carried_goods
from app.deliveries.rules.carried_goods import Hand
from app.deliveries.rules.spreading import send
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.orders import reads as offers
from app.orders.reads import placed
from app.places import reads as places
from app.supplies.rules import packing as parcels


async def bring(offer_id: UUID, community_id: UUID) -> None:
    """Once for an offer; a door that was let in later, or got its first pack then, is added and missing until somebody goes."""
    offer, facts = await offers.offer(offer_id, community_id), await places.community(community_id)
    orders = [one for one in await placed.of_offer(offer.id) if one.packs]
    if not orders:
        return
    made = ids.new()
    sealed = seal.Seal("distribution", made, facts.key_id, facts.emergency_id).close("what", offer.title)
    fresh = await db.run(
        """INSERT INTO distribution(id, community_id, number, what_sealed, created_by, created_at, offer_id) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING""",
        made, community_id, await places.next_number(community_id), sealed, offer.made_by, clock.now(), offer.id,
    )  # fmt: skip
    distribution = UUID(str(await db.value("SELECT id FROM distribution WHERE offer_id = ?", offer.id)))
    rows = [(ids.new(), community_id, distribution, o.household_id, o.building_id, o.unit, o.floor, o.door) for o in orders]
    await db.run_many(
        """INSERT INTO distribution_door(id, community_id, distribution_id, household_id, building_id, unit, floor, door)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (distribution_id, household_id) DO NOTHING""",
        rows,
    )
    if fresh:
        runs = await send(distribution, community_id, offer.made_by)
        record("distribution.made", distribution, community=community_id, number=offer.number, doors=len(rows), runs=runs)


class _Empty(msgspec.Struct, frozen=True):
    id: UUID
    stop_id: UUID | None


async def drop_empty(offer_id: UUID, *, by: Hand) -> None:
    """Doors for which nothing is left are on no run, and nobody misses them there."""
    sql = """SELECT x.id, x.stop_id FROM distribution_door x JOIN distribution d ON d.id = x.distribution_id
    JOIN household_order o ON o.offer_id = d.offer_id AND o.household_id = x.household_id WHERE d.offer_id = ?
    AND NOT EXISTS (SELECT 1 FROM order_line l WHERE l.order_id = o.id AND l.quantity > 0)
    AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = x.stop_id AND h.undone_at IS NULL)"""
    runs: set[UUID] = set()
    for one in await db.rows(_Empty, sql, offer_id):
        await db.run("DELETE FROM distribution_door WHERE id = ?", one.id)
        if one.stop_id:
            await parcels.unpack([one.stop_id], by=by)
            await db.run(
                "UPDATE stop SET dropped_at = ?, version = version + 1 WHERE id = ? AND dropped_at IS NULL", clock.now(), one.stop_id
            )
            runs |= set(await db.rows(UUID, "SELECT run_id FROM stop WHERE id = ?", one.stop_id))
    for run in runs:
        await carried_goods.follow(run)
