"""一户一份: one pack to every door, and which doors still miss it."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads
from app.deliveries.reads import doors as distribution_doors
from app.deliveries.reads import promised, spread
from app.goods.reads import listing
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.people.rights import can, may
from app.places import reads as places


class DistributionsPage(msgspec.Struct, frozen=True):
    found: list[spread.DistributionLine]
    makes: bool


class EstateOfBuildings(msgspec.Struct, frozen=True):
    """`buildings`: (id, label, how many doors)."""

    name: str
    doors: int
    buildings: tuple[tuple[str, str, int], ...]


class ItemOfStock(msgspec.Struct, frozen=True):
    """`left`: (hub, how many of it are not promised)."""

    field: str
    label: str
    left: str


class NewDistributionPage(msgspec.Struct, frozen=True):
    """`donation`: the one whose goods it hands out, blank for none; `hub` and `item` are where they lie and what they are, chosen already."""

    estates: tuple[EstateOfBuildings, ...]
    picked: str
    hubs: list[tuple[str, str]]
    items: list[ItemOfStock]
    donation: str
    hub: str
    item: str


class DistributionPage(msgspec.Struct, frozen=True):
    line: spread.DistributionLine
    buildings: tuple[distribution_doors.BuildingOfDoors, ...]
    runs: list[reads.RunLine]
    makes: bool
    parts: list[promised.Part]


@get("/distributions")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    hers = spread.reach(person)
    if hers is not None:
        may(person, "distribution.see")
    found = await reads.distributions(person.community_id, hers)
    return await page(request, "deliveries/distributions.html", DistributionsPage(found, can(person, "distribution.make")))


@get("/distributions/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "distribution.make")
    return await page(request, "deliveries/new_distribution.html", await _new(request, person))


async def _new(request: Request, person: Person) -> NewDistributionPage:
    doors = await spread.door_counts(person.community_id)
    estates: dict[str, list[tuple[str, str, int]]] = {}
    for building in await places.buildings(person.community_id):
        estates.setdefault(building.estate, []).append((str(building.id), building.label, doors.get(building.id, 0)))
    grouped = tuple(EstateOfBuildings(name, sum(n for _, _, n in found), tuple(found)) for name, found in estates.items())
    hubs = [(str(spot.id), spot.label) for spot in await listing.spots(person.community_id) if spot.hub_id is None]
    asked = request.query_params
    known = [asked.get(name, "")[:40] for name in ("donation", "hub", "item")]
    return NewDistributionPage(grouped, asked.get("building", ""), hubs, await _items(person, hubs), *known)


async def _items(person: Person, hubs: list[tuple[str, str]]) -> list[ItemOfStock]:
    """Everything of which some is in a hub, with how much of it nobody was promised."""
    said: dict[UUID, tuple[promised.Free, list[str]]] = {}
    for hub, name in hubs:
        for one in await promised.free(person.community_id, UUID(hub)):
            if one.there:
                said.setdefault(one.item_id, (one, []))[1].append(f"{name} {one.left}")
    return [ItemOfStock(f"item-{one.item_id}", f"{one.name} ({one.unit})", " · ".join(left)) for one, left in said.values()]


@post("/distributions")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "deliveries/new_distribution.html", await _new(request, person), misfit=misfit)
    return await answer(request, receipt, to=f"/distributions/{receipt.about}" if receipt.about else "/distributions")


@get("/distributions/{distribution_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], distribution_id: FromPath[UUID]) -> Response:
    line = await spread.visible(distribution_id, person)
    found = await distribution_doors.doors(line.id, spread.reach(person))
    looks = can(person, "run.plan") or can(person, "board.see")
    runs = await reads.runs_for(line.id) if looks else []
    makes = can(person, "distribution.make")
    return await page(
        request,
        "deliveries/distribution.html",
        DistributionPage(line, distribution_doors.grouped(found), runs, makes, await promised.parts(line.id)),
    )


@post("/distributions/{distribution_id:uuid}/again")
async def update(request: Request, person: NamedDependency[Person], distribution_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/distributions/{distribution_id}")


PAGES = [index, new, create, show, update]
