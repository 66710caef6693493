"""The households that a distribution names: all of some buildings, or a list of doors as somebody typed it."""

from collections.abc import Sequence
from uuid import UUID

from app.kernel.trouble import Gone, misfit
from app.people.person import Person
from app.places import addresses
from app.places import reads as places

MOST = 3000  # doors


async def named(building_ids: Sequence[UUID], doors: str, by: Person) -> list[places.HouseholdFacts]:
    """With `doors` those alone; of the chosen buildings, or of the whole community where none was chosen."""
    found = []
    for building_id in building_ids:
        building = await places.building(building_id)
        if building is None or building.community_id != by.community_id:
            raise Gone("building")
        found.append(building)
    if not found and not doors:
        raise misfit("buildings", "form.choose")
    households = await _listed(doors, found or await places.buildings(by.community_id)) if doors else await _all(found)
    if not households:
        raise misfit("buildings", "deliveries.spread.no_doors")
    if len(households) > MOST:
        raise misfit("buildings", "deliveries.spread.too_many", most=MOST)
    return households


async def _all(buildings: Sequence[places.BuildingFacts]) -> list[places.HouseholdFacts]:
    return [home for building in buildings for home in await places.households(building.id)]


async def _listed(typed: str, buildings: Sequence[places.BuildingFacts]) -> list[places.HouseholdFacts]:
    """A door a line. Of one building the room is enough; of several the building's number, and of several estates its name too."""
    homes: dict[UUID, dict] = {}
    found, unknown = {}, []
    for line in filter(None, (part.strip() for part in typed.replace("、", "\n").replace("，", "\n").replace(",", "\n").split("\n"))):
        building, address = _read(line, buildings)
        home = None
        if building and address and (address.unit or building.units == 1):
            if building.id not in homes:
                homes[building.id] = {(h.unit, h.floor, h.door): h for h in await places.households(building.id)}
            home = homes[building.id].get((address.unit or 1, address.floor, address.door))
        if home is None:
            unknown.append(line)
        else:
            found[home.id] = home
    if unknown:
        raise misfit("doors", "deliveries.spread.unknown_doors", doors=" / ".join(unknown[:8])[:200], n=len(unknown))
    return list(found.values())


def _read(line: str, buildings: Sequence[places.BuildingFacts]) -> tuple[places.BuildingFacts | None, addresses.Address | None]:
    """None where it fits none of them, or more than one."""
    if len(buildings) == 1:
        only = buildings[0]
        return only, addresses.read_address(str(only.number), room=line, estate=only.estate)
    estate, rest = addresses.split_estate(line, {one.estate for one in buildings})
    address = addresses.read_address("", room=rest)
    fitting = [one for one in buildings if address and one.number == address.building and (not estate or one.estate == estate)]
    return (fitting[0], address) if len(fitting) == 1 else (None, None)
