"""What a building's code opens: the work at this door for a helper of the community, the ask form for everybody else."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.deliveries import reads as deliveries
from app.door.now import Site, site
from app.kernel.reply import answer, page, press
from app.needs import reads as needs
from app.needs.reads import NeedLine
from app.notices import reads as notices
from app.people import reads as people
from app.people.attendance import here, stamp
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import can
from app.places import reads as places
from app.tasks import reads as tasks


class Somebody(msgspec.Struct, frozen=True):
    """Somebody who is checked in here, for who may confirm it. `own`: herself."""

    id: UUID
    name: str
    since: datetime
    proven: bool
    own: bool


class BuildingPage(msgspec.Struct, frozen=True):
    building: places.BuildingFacts
    site: Site | None
    is_here: bool
    version: str
    mine: tuple[tasks.Offer, ...]
    stops: tuple
    offers: tuple[tasks.Offer, ...]
    on_site: tuple[Somebody, ...]
    sees_needs: bool
    needs: tuple[NeedLine, ...]
    hanging: notices.Hanging
    duty: rosters.AtDoor


class UnknownPage(msgspec.Struct, frozen=True):
    code: str


async def stops_here(person: Person, building: places.BuildingFacts) -> tuple[deliveries.StopCard, ...]:
    """Stops of her runs at this door that are still to come."""
    return tuple(await deliveries.stops_at_building(person.id, building.id, person))


@get("/b/{code:str}")
async def show(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response | Redirect:
    building = await places.building_by_code(code)
    if building is None:
        return await page(request, "door/building/unknown.html", UnknownPage(code[:40]), status=404)
    helps = visitor is not None and visitor.community_id == building.community_id and can(visitor, "presence.start")
    if not helps:
        return Redirect(f"/ask/{building.code}", status_code=303)
    return await page(request, "door/building/show.html", await _facts(building, visitor))


async def _facts(building: places.BuildingFacts, person: Person) -> BuildingPage:
    offers = await tasks.offers(person, await tasks.at_building(building.id))
    now = await here(person.id)
    sees = can(person, "need.see", building=building.id)
    return BuildingPage(
        building=building,
        site=await site(person),
        is_here=now is not None and now.building_id == building.id,
        version=await stamp(person.id),
        mine=tuple(each for each in offers if each.spot),
        stops=await stops_here(person, building),
        offers=tuple(sorted((each for each in offers if not each.spot), key=lambda each: each.rank)),
        on_site=await _on_site(building, person),
        sees_needs=sees,
        needs=tuple(await needs.at_building(building.id)) if sees else (),
        hanging=await notices.hanging(building.community_id, building),
        duty=await rosters.duty_at(building.community_id, building.id),
    )


async def _on_site(building: places.BuildingFacts, person: Person) -> tuple[Somebody, ...]:
    if not can(person, "presence.confirm", building=building.id):
        return ()
    found = [one for one in await people.present(person.community_id) if one.building_id == building.id]
    return tuple(Somebody(one.id, one.name, one.since, one.proof == "strong", one.account_id == person.id) for one in found)


@post("/b/{code:str}/check-in")
async def create(request: Request, person: NamedDependency[Person], code: FromPath[str]) -> Response:
    return await answer(request, await press(request), to=f"/b/{code}")


@post("/b/{code:str}/check-out")
async def delete(request: Request, person: NamedDependency[Person], code: FromPath[str]) -> Response:
    return await answer(request, await press(request), to=f"/b/{code}")


PAGES = [show, create, delete]
