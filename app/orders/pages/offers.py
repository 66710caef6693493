"""/offers: what is offered until when; one offer with its totals as they come in."""

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.record import version_of
from app.kernel import clock, paging
from app.kernel.reply import Live, answer, fragment, live, not_modified, page, press
from app.kernel.trouble import Misfit
from app.orders import reads
from app.orders.pages import saying
from app.orders.reads import placed, sums
from app.people.person import Person
from app.people.rights import can, may, reach
from app.places import reads as places


class OffersPage(msgspec.Struct, frozen=True):
    found: list[saying.OfferLine]
    over: list[saying.OfferLine]
    where: paging.Page
    makes: bool


class Choice(msgspec.Struct, frozen=True):
    """A pack that may be offered."""

    id: str
    name: str
    price: str
    contents: str


class NewOfferPage(msgspec.Struct, frozen=True):
    packs: list[Choice]
    estates: list[tuple[str, list[tuple[str, str]]]]
    cut_off: str
    brought: str
    today: str


class Total(msgspec.Struct, frozen=True):
    """A pack's total. `most` for its form, blank where there are as many as are ordered; `others`: what may come instead."""

    letter: str
    name: str
    price: str
    taken: int
    waits: int
    left: str
    tone: str
    most: str
    instead: str
    others: list[tuple[str, str]]


class LateLine(msgspec.Struct, frozen=True):
    id: UUID
    place: str
    wanted: str
    when: str


class OfferPage(msgspec.Struct, frozen=True):
    """`links`: where residents order, by building."""

    offer: saying.OfferLine
    version: int
    fair: bool
    grace: int
    totals: list[Total]
    buildings: list[sums.AtBuilding]
    items: list[sums.ToBuy]
    late: list[LateLine]
    due: str
    makes: bool
    enters: bool
    until: str
    live: Live
    links: list[tuple[str, str]]


@get("/offers")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "order.see")
    found = await reads.offers(person.community_id, over=False, most=200)
    where = paging.page(paging.number(request.query_params.get("page", "")), await reads.count_over(person.community_id), "/offers")
    over = await reads.offers(person.community_id, over=True, most=paging.SIZE, skip=where.offset)
    facts = OffersPage([saying.offer(one) for one in found], [saying.offer(one) for one in over], where, can(person, "offer.make"))
    return await page(request, "orders/offers.html", facts)


async def _new(person: Person) -> NewOfferPage:
    may(person, "offer.make")
    packs = [Choice(str(one.id), one.name, saying.yuan(one.price), one.contents) for one in await reads.packs(person.community_id)]
    estates: dict[str, list[tuple[str, str]]] = {}
    for building in await places.buildings(person.community_id):
        estates.setdefault(building.estate, []).append((str(building.id), building.label))
    evening = clock.local(clock.now()).replace(hour=20, minute=0, second=0, microsecond=0, tzinfo=None)
    if evening < clock.local(clock.now()).replace(tzinfo=None) + timedelta(hours=1):
        evening += timedelta(days=1)
    tomorrow = (evening + timedelta(days=1)).date().isoformat()
    return NewOfferPage(packs, list(estates.items()), evening.isoformat(timespec="minutes"), tomorrow, evening.date().isoformat())


@get("/offers/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "orders/offer_new.html", await _new(person))


@post("/offers")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "orders/offer_new.html", await _new(person), misfit=misfit)
    return await answer(request, receipt, to=f"/offers/{receipt.about}" if receipt.about else "/offers")


def _total(one: reads.Offered, offered: list[reads.Offered], state: str) -> Total:
    others = [(each.letter, f"{each.letter} {each.name}") for each in offered if each.letter != one.letter]
    waits = 0 if state == "frozen" else one.wished - one.taken
    most = "" if one.most is None else str(one.most)
    return Total(
        one.letter,
        one.name,
        saying.yuan(one.price),
        one.taken,
        waits,
        saying.pack(one).left,
        saying.tone(one),
        most,
        one.instead or "",
        others,
    )


async def _facts(offer_id: UUID, person: Person, now: str) -> OfferPage:
    may(person, "order.see")
    offer = await reads.offer(offer_id, person.community_id)
    offered = await reads.offered(offer.id)
    makes = can(person, "offer.make")
    hers = reach(person, "order.see")
    today = clock.local(clock.now()).date().isoformat()
    return OfferPage(
        offer=saying.offer(offer),
        version=offer.version,
        fair=offer.fair,
        grace=offer.grace,
        totals=[_total(one, offered, offer.state) for one in offered],
        buildings=await sums.by_building(offer.id, hers),
        items=await sums.items(offer.id, offer.community_id, today) if makes else [],
        late=[await _late(one) for one in await placed.late_open(offer.id)] if makes else [],
        due=saying.yuan(sum(one.taken * one.price for one in offered)),
        makes=makes,
        enters=can(person, "order.enter") and offer.state == "open",
        until=clock.local(offer.cut_off_at).replace(tzinfo=None).isoformat(timespec="minutes"),
        live=live(f"/offers/{offer.id}/live", now),
        links=await _links(offer, hers),
    )


async def _late(one: placed.Late) -> LateLine:
    order = await placed.order(one.order_id, one.community_id)
    return LateLine(one.id, order.place, placed.said(placed.read(one.wanted)), saying.words.day_time(one.at))


async def _links(offer: reads.Offer, hers: frozenset[UUID] | None) -> list[tuple[str, str]]:
    found = await places.buildings(offer.community_id, await reads.buildings_of(offer.id))
    return [(one.label, f"/order/{one.code}") for one in found if hers is None or one.id in hers][:200]


@get("/offers/{offer_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    return await page(request, "orders/offer.html", await _facts(offer_id, person, await version_of(person.community_id)))


@get("/offers/{offer_id:uuid}/live")
async def renewed(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    """The totals again, when anything happened."""
    may(person, "order.see")
    now = await version_of(person.community_id)
    return not_modified(request, now) or fragment(request, "orders/_totals.html", await _facts(offer_id, person, now), version=now)


async def _pressed(request: Request, person: Person, offer_id: UUID) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        facts = await _facts(offer_id, person, await version_of(person.community_id))
        return await page(request, "orders/offer.html", facts, misfit=misfit)
    return await answer(request, receipt, to=f"/offers/{offer_id}")


@post("/offers/{offer_id:uuid}/until")
async def move(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, offer_id)


@post("/offers/{offer_id:uuid}/packs/{letter:str}")
async def supply(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID], letter: FromPath[str]) -> Response:
    return await _pressed(request, person, offer_id)


@post("/offers/{offer_id:uuid}/cut")
async def cut(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, offer_id)


@post("/offers/{offer_id:uuid}/call-off")
async def call_off(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, offer_id)


@post("/late-orders/{late_id:uuid}/let-in")
async def let_in(request: Request, person: NamedDependency[Person], late_id: FromPath[UUID]) -> Response:
    return await _decided(request)


@post("/late-orders/{late_id:uuid}/turn-away")
async def turn_away(request: Request, person: NamedDependency[Person], late_id: FromPath[UUID]) -> Response:
    return await _decided(request)


async def _decided(request: Request) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/offers/{receipt.about}" if receipt.about else "/offers")


PAGES = [index, new, create, show, renewed, move, supply, cut, call_off, let_in, turn_away]
