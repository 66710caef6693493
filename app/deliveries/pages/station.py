"""/packing: what is to be packed; the packing table of one distribution, door by door."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries.reads import promised, spread, station
from app.goods.reads import listing
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.orders.pages import saying
from app.people.person import Person
from app.people.rights import may
from app.supplies import reads as supplies


class ToPack(msgspec.Struct, frozen=True):
    path: str
    title: str
    number: int
    done: int
    doors: int


class PackingPage(msgspec.Struct, frozen=True):
    found: list[ToPack]


class AtHand(msgspec.Struct, frozen=True):
    """The door that she packs: `codes` of its labels as they are read out, `labels` where they are printed."""

    id: UUID
    place: str
    contents: list[station.Content]
    without: str
    note: str
    parts: list[promised.Part]
    codes: list[str]
    labels: str
    n: int


class StationPage(msgspec.Struct, frozen=True):
    """`last`: what she packed before, which can be taken back."""

    path: str
    what: str
    number: int
    so_far: station.Progress
    hubs: list[tuple[str, str]]
    hub: str
    hand: AtHand | None
    last: UUID | None
    last_place: str


@get("/packing")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "parcel.pack")
    found = [
        ToPack(f"/packing/{line.id}", line.what, line.number, each.done, each.doors)
        for line, each in await station.to_pack(person.community_id)
    ]
    return await page(request, "deliveries/packing.html", PackingPage(found))


async def _facts(distribution_id: UUID, person: Person) -> StationPage:
    may(person, "parcel.pack")
    line = await spread.visible(distribution_id, person)
    hubs = [(str(spot.id), spot.label) for spot in await listing.spots(person.community_id) if spot.hub_id is None]
    mine, last = await station.hers(person.id), await station.last_of(line.id, person.id)
    hand = await _hand(mine) if mine and mine.distribution_id == line.id else None
    told = await station.hub_of(line.id) or (last.hub_id if last else None)
    hub = str(told) if told else hubs[0][0] if len(hubs) == 1 else ""
    return StationPage(
        path=f"/packing/{line.id}",
        what=line.what,
        number=line.number,
        so_far=await station.progress(line.id),
        hubs=hubs,
        hub=hub,
        hand=hand,
        last=last.id if last else None,
        last_place=last.place if last else "",
    )


async def _hand(mine: station.Packing) -> AtHand:
    order = await station.order_of(mine)
    labels = [one for one in await supplies.of_stop(mine.stop_id) if not one.unpacked]
    return AtHand(
        id=mine.id,
        place=mine.place,
        contents=await station.contents(order) if order else [],
        without=saying.holds_not(order) if order else "",
        note=order.opened("note") if order else "",
        parts=[] if order else await promised.parts(mine.distribution_id),
        codes=[one.spoken for one in labels],
        labels=f"/print/new?kind=label_3x7&what=run:{mine.run_id}",
        n=len(labels) or 1,
    )


@get("/packing/{distribution_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], distribution_id: FromPath[UUID]) -> Response:
    return await page(request, "deliveries/station.html", await _facts(distribution_id, person))


@post("/packing/{distribution_id:uuid}")
async def take(request: Request, person: NamedDependency[Person], distribution_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/packing/{distribution_id}")


async def _at_table(request: Request, person: Person, packing_id: UUID) -> Response:
    may(person, "parcel.pack")
    found = await station.packing(packing_id, person.community_id)
    if found is None:
        raise Gone("packing")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "deliveries/station.html", await _facts(found.distribution_id, person), misfit=misfit)
    return await answer(request, receipt, to=f"/packing/{found.distribution_id}")


@post("/packings/{packing_id:uuid}/done")
async def done(request: Request, person: NamedDependency[Person], packing_id: FromPath[UUID]) -> Response:
    return await _at_table(request, person, packing_id)


@post("/packings/{packing_id:uuid}/let-go")
async def let_go(request: Request, person: NamedDependency[Person], packing_id: FromPath[UUID]) -> Response:
    return await _at_table(request, person, packing_id)


@post("/packings/{packing_id:uuid}/again")
async def again(request: Request, person: NamedDependency[Person], packing_id: FromPath[UUID]) -> Response:
    return await _at_table(request, person, packing_id)


@post("/packings/{packing_id:uuid}/short")
async def short(request: Request, person: NamedDependency[Person], packing_id: FromPath[UUID]) -> Response:
    return await _at_table(request, person, packing_id)


PAGES = [index, show, take, done, let_go, again, short]
