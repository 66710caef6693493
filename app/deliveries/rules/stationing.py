"""At the packing table: the next door, its packs out of the stock into its parcels, what falls short; two packers never have the same."""

from uuid import UUID

from app.deliveries.reads import spread, station
from app.deliveries.rules import carried_goods
from app.deliveries.rules.holding import hold
from app.deliveries.rules.ordered import drop_empty
from app.goods import reads as goods
from app.goods.rules import packing as goods_packing
from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.orders.rules import shortening
from app.people.person import Person
from app.people.rights import may
from app.places import codes
from app.supplies import reads as supplies
from app.supplies.rules import packing as parcels

_TAKE = """INSERT INTO packing(id, community_id, distribution_id, run_id, stop_id, packer_id, hub_id, taken_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""


async def take_next(distribution_id: UUID, hub: UUID | None = None, *, by: Person) -> Done:
    """The next door that nobody packs, with a label. What she has begun comes first."""
    may(by, "parcel.pack")
    line = await spread.visible(distribution_id, by)
    if hub and ((place := await goods.place(hub, by.community_id)) is None or place.kind != "hub"):
        raise Gone("goods")
    if begun := await station.hers(by.id):
        if begun.distribution_id != line.id:
            raise Overtaken("packing.finish_first", place=begun.place)
        record("packing.taken", begun.id, community=line.community_id)
        return Done("packing.go_on", {"place": begun.place}, about=str(begun.id))
    made, hub = ids.new(), hub or await station.hub_of(line.id)
    while free := await station.next_free(line.id):
        if await db.run(_TAKE, made, line.community_id, line.id, free.run_id, free.stop_id, by.id, hub, current().when):
            break
    else:
        raise Overtaken("packing.none_left")
    there = sum(not one.unpacked for one in await supplies.of_stop(free.stop_id))
    await parcels.pack(free.run_id, line.community_id, {free.stop_id: max(1, there)}, by=by)
    record("packing.taken", made, community=line.community_id)
    return Done("packing.taken", about=str(made))


async def mine(packing_id: UUID, by: Person) -> station.Packing:
    """What she is packing, and nobody has ended."""
    may(by, "parcel.pack")
    found = await station.packing(packing_id, by.community_id)
    if found is None:
        raise Gone("packing")
    if found.packer_id != by.id:
        raise Overtaken("packing.somebody_elses", who=str(found.packer_id))
    if found.done_at or found.let_go_at:
        raise Overtaken("packing.over")
    return found


async def finish(packing_id: UUID, n: int, code: str, *, by: Person) -> Done:
    """It is packed in `n` parcels. `code`: of the label that was scanned, which must be one of this door's."""
    found = await mine(packing_id, by)
    await hold(found.run_id, "draft", "given")
    if code and codes.read(code.rstrip("/").rpartition("/")[2], codes.LONG) not in {
        one.code for one in await supplies.of_stop(found.stop_id)
    }:
        raise misfit("code", "packing.other_label", place=found.place)
    await parcels.pack(found.run_id, found.community_id, {found.stop_id: n}, by=by)
    await db.run("UPDATE packing SET done_at = ? WHERE id = ?", current().when, found.id)
    if found.hub_id:
        await carried_goods.take_out(found, found.hub_id, by=by)
    record("packing.done", found.id, community=found.community_id, household=found.household_id, n=n)
    return Done("packing.done", {"place": found.place, "n": n}, about=str(found.distribution_id), undo=f"/packings/{found.id}/again")


async def let_go(packing_id: UUID, *, by: Person) -> Done:
    """Somebody else packs it."""
    found = await mine(packing_id, by)
    await db.run("UPDATE packing SET let_go_at = ? WHERE id = ?", current().when, found.id)
    record("packing.let_go", found.id, community=found.community_id)
    return Done("packing.let_go", about=str(found.distribution_id))


async def again(packing_id: UUID, *, by: Person) -> Done:
    """It is not packed after all: what was taken for it lies where it lay."""
    may(by, "parcel.pack")
    found = await station.packing(packing_id, by.community_id)
    if found is None:
        raise Gone("packing")
    await hold(found.run_id, "draft", "given")
    if not await db.run(
        "UPDATE packing SET let_go_at = ? WHERE id = ? AND done_at IS NOT NULL AND let_go_at IS NULL", current().when, found.id
    ):
        raise Overtaken("packing.over")
    for moved in await db.rows(UUID, "SELECT move_id FROM packed_goods WHERE packing_id = ? AND back IS NULL", found.id):
        back = await goods_packing.undone(moved, by=by)
        await db.run("UPDATE packed_goods SET back = ? WHERE move_id = ?", back, moved)
    record("packing.let_go", found.id, community=found.community_id)
    return Done("packing.again", {"place": found.place}, about=str(found.distribution_id))


async def short(packing_id: UUID, letter: str, there: int, *, by: Person) -> Done:
    """Only so many of a pack are there for this door. The household sees it, whoever made the offer is told."""
    found = await mine(packing_id, by)
    order = await station.order_of(found)
    if order is None:
        raise Gone("order")
    if there >= order.has.get(letter, 0):
        raise misfit("there", "packing.not_short", most=max(0, order.has.get(letter, 0) - 1))
    left = await shortening.short(order, letter, there)
    if not left:
        await db.run("UPDATE packing SET let_go_at = ? WHERE id = ?", current().when, found.id)
        await drop_empty(order.offer_id, by=by)
    return Done("packing.short" if left else "packing.short_all", {"place": found.place}, about=str(found.distribution_id))
