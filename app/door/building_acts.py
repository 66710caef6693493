"""Checking in and out at a building, by the code on its door."""

from app.kernel.act import Done
from app.kernel.book import Rule
from app.kernel.forms import nothing
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places
from app.tasks.rules import attending


async def building_of(code: str, by: Person) -> places.BuildingFacts:
    """The building of a code in her own community. Raises Gone for strangers and outsiders."""
    found = await places.building_by_code(code)
    if found is None or not isinstance(by, Person) or found.community_id != by.community_id:
        raise Gone("building")
    return found


async def check_in(code: str, *, by: Person) -> Done:
    building = await building_of(code, by)
    may(by, "presence.start")
    return await attending.arrive(building.id, by=by)


async def check_out(code: str, *, by: Person) -> Done:
    building = await building_of(code, by)
    may(by, "presence.start")
    return await attending.leave(by=by, building=building.id)


ACTS = [Rule("/b/{code:str}/check-in", nothing, check_in), Rule("/b/{code:str}/check-out", nothing, check_out)]
