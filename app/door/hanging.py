"""/b/{code}/notices: the sheet for the stairwell, for people without a phone."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.door.asking import building_of
from app.kernel import clock
from app.kernel.qr import square
from app.kernel.reply import page, sight
from app.kernel.trouble import Gone
from app.notices import reads as notices
from app.people.person import Person
from app.people.reads import rosters
from app.places import reads as places


class SheetPage(msgspec.Struct, frozen=True):
    building: places.BuildingFacts
    community: str
    hanging: notices.Hanging
    address: str
    qr: str
    telephone: str
    printed: str
    duty: rosters.AtDoor


@get("/b/{code:str}/notices")
async def show(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response:
    building = await building_of(code)
    if building is None:
        raise Gone("building")
    community = await places.community(building.community_id)
    address = f"{request.app.state.settings.public_url}/ask/{building.code}"
    facts = SheetPage(
        building,
        community.name,
        await notices.hanging(community.id, building),
        address,
        square(address),
        sight().hotline,
        f"{clock.local(clock.now()):%Y-%m-%d %H:%M}",
        await rosters.duty_at(community.id, building.id),
    )
    return await page(request, "notices/sheet.html", facts)


PAGES = [show]
