"""One pack to every door: the doors are named first, then nothing is done until each has it."""

from collections.abc import Sequence
from uuid import UUID

from app.deliveries.reads import doors as distribution_doors
from app.deliveries.reads import spread
from app.deliveries.rules.planning import open_run, put_doors
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.rights import may
from app.places import addresses
from app.places import reads as places

MOST = 3000  # doors


async def make_distribution(*, what: str, buildings: Sequence[UUID], doors: str = "", by: Person) -> Done:
    """Every household of `buildings`, or only the rooms listed in `doors` (one building, a room a line). A draft run for each building."""
    may(by, "distribution.make")
    households = await _named(buildings, doors, by)
    facts, distribution_id = await places.community(by.community_id), ids.new()
    number = await places.next_number(by.community_id)
    sealed = seal.Seal("distribution", distribution_id, facts.key_id, facts.emergency_id).close("what", what)
    await db.run(
        "INSERT INTO distribution(id, community_id, number, what_sealed, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        distribution_id, by.community_id, number, sealed, by.id, clock.now(),
    )  # fmt: skip
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


async def _named(building_ids: Sequence[UUID], doors: str, by: Person) -> list[places.HouseholdFacts]:
    found = []
    for building_id in building_ids:
        building = await places.building(building_id)
        if building is None or building.community_id != by.community_id:
            raise Gone("building")
        found += [(building, await places.households(building_id))]
    if doors and len(found) != 1:
        raise misfit("doors", "deliveries.spread.one_building")
    households = _listed(doors, *found[0]) if doors else [h for _, of in found for h in of]
    if not households:
        raise misfit("buildings", "deliveries.spread.no_doors")
    if len(households) > MOST:
        raise misfit("buildings", "deliveries.spread.too_many", most=MOST)
    return households


def _listed(typed: str, building: places.BuildingFacts, households: list[places.HouseholdFacts]) -> list[places.HouseholdFacts]:
    by_door = {(h.unit, h.floor, h.door): h for h in households}
    found, unknown = {}, []
    for line in filter(None, (part.strip() for part in typed.replace("、", "\n").replace("，", "\n").replace(",", "\n").split("\n"))):
        read = addresses.read_address(str(building.number), room=line, estate=building.estate)
        household = by_door.get((read.unit or 1, read.floor, read.door)) if read and (read.unit or building.units == 1) else None
        if household is None:
            unknown.append(line)
        else:
            found[household.id] = household
    if unknown:
        raise misfit("doors", "deliveries.spread.unknown_doors", doors=" / ".join(unknown[:8])[:200], n=len(unknown))
    return list(found.values())


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
