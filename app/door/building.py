"""What a building's code opens: the work at this door for a helper of the community, the ask form for everybody else."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from app.deliveries import reads as deliveries
from app.door.now import Site, site
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.needs import reads as needs
from app.needs.reads import NeedLine
from app.people.attendance import here, stamp
from app.people.person import Person
from app.people.rights import can
from app.places import codes
from app.places import reads as places
from app.tasks import reads as tasks


class BuildingPage(msgspec.Struct, frozen=True):
    building: places.BuildingFacts
    site: Site | None
    is_here: bool
    version: str
    mine: tuple[tasks.Offer, ...]
    stops: tuple
    offers: tuple[tasks.Offer, ...]
    sees_needs: bool
    needs: tuple[NeedLine, ...]


class ScanPage(msgspec.Struct, frozen=True):
    code: str


async def stops_here(person: Person, building: places.BuildingFacts) -> tuple[deliveries.StopCard, ...]:
    """Stops of her runs at this door that are still to come."""
    return tuple(await deliveries.stops_at_building(person.id, building.id, person))


@get("/b/{code:str}")
async def show(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response | Redirect:
    building = await places.building_by_code(code)
    if building is None:
        return await page(request, "door/building/unknown.html", ScanPage(code[:40]), status=404)
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
        sees_needs=sees,
        needs=tuple(await needs.at_building(building.id)) if sees else (),
    )


@post("/b/{code:str}/check-in")
async def create(request: Request, person: NamedDependency[Person], code: FromPath[str]) -> Response:
    return await answer(request, await press(request), to=f"/b/{code}")


@post("/b/{code:str}/check-out")
async def delete(request: Request, person: NamedDependency[Person], code: FromPath[str]) -> Response:
    return await answer(request, await press(request), to=f"/b/{code}")


@get("/scan")
async def scan(request: Request, code: FromQuery[str] = "") -> Response | Redirect:
    """Typing the code; its check character tells a slip before anything is looked up."""
    if not code.strip():
        return await page(request, "door/building/scan.html", ScanPage(""))
    if (read := codes.read(code)) is None:
        return await page(
            request, "door/building/scan.html", ScanPage(code[:40]), misfit=Misfit({"code": ("door.scan.slip", {})}, {"code": [code[:40]]})
        )
    return Redirect(f"/b/{read}", status_code=303)


PAGES = [show, create, delete, scan]
