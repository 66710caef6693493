"""/vehicles: which are out and with whom, which stand ready, which are in reserve."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.goods.pages import saying
from app.goods.reads import inbound, trips
from app.kernel import words
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.reads import names, vehicles
from app.people.rights import can, may


class Line(msgspec.Struct, frozen=True):
    """`trip`, `driver`, `since` and `load`: blank while it stands."""

    id: UUID
    plate: str
    tonnes: str
    most: int
    standing: str
    trip: UUID | None = None
    driver: str = ""
    since: str = ""
    load: str = ""


class Group(msgspec.Struct, frozen=True):
    id: str
    label: str
    lines: list[Line]


class VehiclesPage(msgspec.Struct, frozen=True):
    """`which`: the vehicle whose form a complaint is about, or `new`; blank while there is none. `drivers`: those who are not out."""

    which: str
    groups: list[Group]
    standings: list[tuple[str, str]]
    drivers: list[tuple[str, str]]
    hubs: list[tuple[str, str]]
    can_move: bool


def _tonnes(kilos: int) -> str:
    return gettext("goods.tonnes") % {"n": saying.tonnes(kilos)}


async def _facts(person: Person, which: str = "") -> VehiclesPage:
    may(person, "stock.see")
    out = {trip.vehicle_id: trip for trip in await trips.out(person.community_id)}
    may_drive = set(await vehicles.drivers(person.community_id))
    who = await names(may_drive | {trip.driver_id for trip in out.values()})
    lines: dict[str, list[Line]] = {"out": [], **{one: [] for one in vehicles.STANDINGS}}
    for one in await vehicles.vehicles(person.community_id):
        line = Line(one.id, one.plate, _tonnes(one.kilos), one.kilos, one.standing)
        if trip := out.get(one.id):
            since = words.day_time(trip.left_at)
            line = msgspec.structs.replace(line, trip=trip.id, driver=who.get(trip.driver_id, ""), since=since, load=_tonnes(trip.kilos))
        lines["out" if trip else one.standing].append(line)
    free = may_drive - {trip.driver_id for trip in out.values()}
    return VehiclesPage(
        which=which,
        groups=[Group(key, gettext(f"people.vehicle.{key}"), some) for key, some in lines.items() if some],
        standings=[(one, gettext(f"people.vehicle.{one}")) for one in vehicles.STANDINGS],
        drivers=sorted(((str(one), who.get(one, "")) for one in free), key=lambda one: one[1]),
        hubs=[(str(hub.id), hub.name) for hub in await inbound.docks(person.community_id)],
        can_move=can(person, "stock.move"),
    )


@get("/vehicles")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "goods/vehicles.html", await _facts(person))


async def _pressed(request: Request, person: Person, which: str) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/vehicles.html", await _facts(person, which), misfit=misfit)
    return await answer(request, receipt, to="/vehicles")


@post("/vehicles")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    return await _pressed(request, person, "new")


@post("/vehicles/{vehicle_id:uuid}/stand")
async def update(request: Request, person: NamedDependency[Person], vehicle_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, str(vehicle_id))


@post("/vehicles/{vehicle_id:uuid}/leave")
async def leave(request: Request, person: NamedDependency[Person], vehicle_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, str(vehicle_id))


@post("/trips/{trip_id:uuid}/back")
async def back(request: Request, person: NamedDependency[Person], trip_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, "")


PAGES = [index, create, update, leave, back]
