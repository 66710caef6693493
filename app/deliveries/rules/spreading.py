"""One pack to every door: the doors are named first, then nothing is done until each has it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.deliveries.reads import doors as distribution_doors
from app.deliveries.reads import promised, spread
from app.deliveries.rules import listing_doors
from app.deliveries.rules.planning import open_run, put_doors
from app.goods import reads as goods
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone, Misfit, Overtaken, misfit
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places


async def make_distribution(
    *, what: str, buildings: Sequence[UUID], doors: str = "", parts: Mapping[UUID, int] | None = None, hub: UUID | None = None,
    donation: UUID | None = None, by: Person,
) -> Done:  # fmt: skip
    """Every household of `buildings`, or only the doors listed in `doors`. A draft run for each building.

    `parts`: how many of which item each household gets out of `hub`, out of the lots of `donation` first. Raises Misfit where fewer are there than are not promised yet.
    """
    may(by, "distribution.make")
    households = await listing_doors.named(buildings, doors, by)
    await _enough(parts or {}, hub, len(households), by)
    if donation:
        if not parts:
            raise misfit("donation", "deliveries.spread.which_parts")
        if not await goods.of_donation(donation, by.community_id):
            raise Gone("donation")
    facts, distribution_id = await places.community(by.community_id), ids.new()
    number = await places.next_number(by.community_id)
    sealed = seal.Seal("distribution", distribution_id, facts.key_id, facts.emergency_id).close("what", what)
    await db.run(
        "INSERT INTO distribution(id, community_id, number, what_sealed, created_by, created_at, hub_id, donation_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        distribution_id, by.community_id, number, sealed, by.id, clock.now(), hub if parts else None, donation,
    )  # fmt: skip
    await db.run_many(
        "INSERT INTO distribution_part(distribution_id, community_id, item_id, quantity) VALUES (?, ?, ?, ?)",
        [(distribution_id, by.community_id, item, n) for item, n in (parts or {}).items()],
    )
    rows = [(ids.new(), by.community_id, distribution_id, h.id, h.building_id, h.unit, h.floor, h.door) for h in households]
    await db.run_many(
        """INSERT INTO distribution_door(id, community_id, distribution_id, household_id, building_id, unit, floor, door)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        rows,
    )
    runs = await send(distribution_id, by.community_id, by.id)
    record("distribution.made", distribution_id, community=by.community_id, number=number, doors=len(rows), runs=runs)
    return Done("deliveries.spread.made", {"number": number, "doors": len(rows), "runs": runs}, about=str(distribution_id))


async def again(distribution_id: UUID, *, by: Person) -> Done:
    """Put every door that is missing, or where it failed, on a new draft."""
    line = await spread.visible(distribution_id, by)
    may(by, "distribution.make")
    await db.run("UPDATE distribution SET version = version + 1 WHERE id = ?", line.id)
    runs = await send(line.id, line.community_id, by.id)
    if not runs:
        raise Overtaken("deliveries.spread.nothing_missing")
    record("distribution.again", line.id, community=line.community_id, number=line.number, runs=runs)
    return Done("deliveries.spread.again_made", {"number": line.number, "runs": runs}, about=str(line.id))


async def _enough(parts: Mapping[UUID, int], hub: UUID | None, doors: int, by: Person) -> None:
    """Raises Misfit for every item of which the hub has too few that are not promised yet, saying by how many."""
    if not parts:
        return
    if hub is None or (place := await goods.place(hub, by.community_id)) is None or place.kind != "hub":
        raise misfit("hub", "deliveries.spread.which_hub")
    free = {one.item_id: one for one in await promised.free(by.community_id, hub)}
    if not free.keys() >= parts.keys():
        raise Gone("goods")
    short = {item: n * doors - free[item].left for item, n in parts.items() if n * doors > free[item].left}
    if short:
        said = {
            item: {"item": free[item].name, "n": many, "unit": free[item].unit, "left": free[item].left} for item, many in short.items()
        }
        raise Misfit({f"item-{item}": ("deliveries.spread.item_short", params) for item, params in said.items()})


async def send(distribution_id: UUID, community_id: UUID, by: UUID) -> int:
    """A draft for each building with the doors that nobody is on the way to; answers how many drafts."""
    waiting = [door for door in await distribution_doors.doors(distribution_id) if door.state in ("missing", "failed")]
    runs = 0
    for building_id in dict.fromkeys(door.building_id for door in waiting):
        doors = [door for door in waiting if door.building_id == building_id]
        run_id, number = await open_run(community_id, by, distribution=distribution_id)
        stops = await put_doors(run_id, community_id, doors)
        await db.run_many("UPDATE distribution_door SET stop_id = ? WHERE id = ?", [(s, d.id) for s, d in zip(stops, doors, strict=True)])
        record("run.planned", run_id, community=community_id, number=number, needs=len(doors))
        runs += 1
    return runs
