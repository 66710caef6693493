"""Labelled parcels: made for a run, loaded, left with a steward, brought back; and what a label's square opens."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads
from app.deliveries.pages.handing import facts as stop_facts
from app.deliveries.pages.showing import drawn
from app.kernel.reply import answer, is_partial, page, press
from app.kernel.trouble import Gone, Misfit
from app.people.attendance import here
from app.people.person import Person
from app.places import codes, labels
from app.places import reads as places
from app.supplies import reads as supplies


class ParcelPage(msgspec.Struct, frozen=True):
    """`elsewhere`: the building where she is checked in, when it is another one than the parcel's. `sees_run`: the run is hers to open."""

    parcel: reads.Held
    place: str
    stop: reads.StopCard
    run: reads.RunLine
    elsewhere: str
    sees_run: bool


class ForeignParcelPage(msgspec.Struct, frozen=True):
    community: str
    phone: str


@get("/p/{code:str}")
async def show(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response:
    """The stop, for who works with it. Everybody else learns whose parcel it is; another community, nothing."""
    read = codes.read(code, codes.LONG)
    parcel = await supplies.by_code(read) if read else None
    if parcel is None or (visitor is not None and visitor.community_id != parcel.community_id):
        raise Gone("parcel")
    found = await reads.follow(parcel, visitor) if visitor is not None else None
    if found is None:
        community = await places.community(parcel.community_id)
        return await page(request, "deliveries/parcel_foreign.html", ForeignParcelPage(community.name, community.hotline))
    return await page(request, "deliveries/parcel.html", await facts(found, visitor))


async def facts(found: reads.Labelled, person: Person) -> ParcelPage:
    [card] = await reads.cards(found.run, person, only=found.stop.id)
    parcel = next((one for one in card.parcels if one.id == found.parcel.id), None)
    if parcel is None:  # its label was made, and it is not sent after all
        raise Gone("parcel_unpacked")
    leads = parcel.code if parcel.can_load and parcel.kind == "hub" else "hand" if card.can_hand else ""
    now = await here(person.id)
    other = now is not None and now.building_id not in (None, found.stop.building_id)
    there = await places.building(now.building_id) if other else None
    return ParcelPage(
        parcel=parcel,
        place=f"{labels.building(found.stop.estate, found.stop.building)} {found.stop.room}",
        stop=msgspec.structs.replace(card, leads=leads),
        run=found.run,
        elsewhere=there.label if there else "",
        sees_run=person.id in found.run.carrier_ids or reads.plans(found.run, person),
    )


@post("/runs/{run_id:uuid}/parcels")
async def create(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await drawn(request, person, run_id, misfit)
    return await answer(request, receipt, to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/parcels/load")
async def load_all(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/parcels/return")
async def put_back_all(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/runs/{run_id}")


async def _moved(request: Request, person: Person, parcel_id: UUID) -> Response:
    """The stop again, as the page shows it from which this was pressed."""
    try:
        receipt = await press(request)
    except Misfit as misfit:
        parcel = await _hers(parcel_id, person)
        if is_partial(request) or parcel is None:
            raise
        return await drawn(request, person, parcel.run_id, misfit)
    parcel = await _hers(parcel_id, person)
    to = parcel.path if parcel else "/mine"
    return await answer(request, receipt, to=to, draw=_draw(parcel, person))


async def _hers(parcel_id: UUID, person: Person) -> supplies.Parcel | None:
    found = await supplies.parcel(parcel_id)
    return found if found is not None and found.community_id == person.community_id else None


def _draw(parcel: supplies.Parcel | None, person: Person) -> Callable[[], Awaitable[tuple[str, msgspec.Struct]]]:
    async def draw() -> tuple[str, msgspec.Struct]:
        if parcel is None:
            raise Gone("parcel")
        return await stop_facts(parcel.run_id, parcel.stop_id, person)

    return draw


@post("/parcels/{parcel_id:uuid}/load")
async def load(request: Request, person: NamedDependency[Person], parcel_id: FromPath[UUID]) -> Response:
    return await _moved(request, person, parcel_id)


@post("/parcels/{parcel_id:uuid}/to-steward")
async def give(request: Request, person: NamedDependency[Person], parcel_id: FromPath[UUID]) -> Response:
    return await _moved(request, person, parcel_id)


@post("/parcels/{parcel_id:uuid}/return")
async def put_back(request: Request, person: NamedDependency[Person], parcel_id: FromPath[UUID]) -> Response:
    return await _moved(request, person, parcel_id)


@post("/parcels/{parcel_id:uuid}/lost")
async def lose(request: Request, person: NamedDependency[Person], parcel_id: FromPath[UUID]) -> Response:
    return await _moved(request, person, parcel_id)


PAGES = [show, create, load_all, put_back_all, load, give, put_back, lose]
