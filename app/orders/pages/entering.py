"""Orders for those who cannot: door by door, out of a chat group, and one order with what may be changed of it."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import words
from app.kernel.reply import answer, page, press
from app.kernel.seal import mask_name, mask_phone
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.orders import reads
from app.orders.pages import saying
from app.orders.reads import placed
from app.orders.rules import chaining
from app.orders.rules.revealing import revealable
from app.people.person import Person
from app.people.rights import can, may, reach
from app.places import reads as places


class ForDoorPage(msgspec.Struct, frozen=True):
    offer: saying.OfferLine
    packs: list[tuple[saying.PackLine, int]]
    buildings: list[tuple[str, str]]
    holds: list[tuple[str, str]]
    fair: bool


class ChainPage(msgspec.Struct, frozen=True):
    """`lines`: what each line of the chain would do, once it was read."""

    offer: saying.OfferLine
    packs: list[saying.PackLine]
    estates: list[tuple[str, str]]
    lines: list[chaining.Judged]
    asked: int
    done: int


class OrderPage(msgspec.Struct, frozen=True):
    """`mine`: she may change it now. `who` and `phone` masked."""

    offer: saying.OfferLine
    order: saying.OrderLine
    version: int
    packs: list[tuple[saying.PackLine, int]]
    holds: list[tuple[str, str]]
    avoids: tuple[str, ...]
    fair: bool
    mine: bool
    taken_back: bool
    when: str
    who: str
    reveals: bool
    id: UUID
    late: list[str]


class Revealed(msgspec.Struct, frozen=True):
    number: int
    path: str
    place: str
    name: str
    phone: str
    masked: str


async def _door(person: Person, offer_id: UUID) -> ForDoorPage:
    may(person, "order.enter")
    offer = await reads.offer(offer_id, person.community_id)
    hers, scope = reach(person, "order.enter"), await reads.buildings_of(offer.id)
    found = [(str(one.id), one.label) for one in await places.buildings(person.community_id, scope) if hers is None or one.id in hers]
    packs = [(saying.pack(one), 0) for one in await reads.offered(offer.id)]
    return ForDoorPage(saying.offer(offer), packs, found, saying.all_holds(), offer.fair)


@get("/offers/{offer_id:uuid}/order")
async def new(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    return await page(request, "orders/for_door.html", await _door(person, offer_id))


@post("/offers/{offer_id:uuid}/orders")
async def create(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "orders/for_door.html", await _door(person, offer_id), misfit=misfit)
    return await answer(request, receipt, to=f"/orders/{receipt.about}" if receipt.about else f"/offers/{offer_id}/order")


async def _chain(person: Person, offer_id: UUID, misfit: Misfit | None = None) -> ChainPage:
    may(person, "order.enter")
    offer = await reads.offer(offer_id, person.community_id)
    estates = await chaining.estates(offer)
    lines = []
    if misfit and not {"estate"} & misfit.errors.keys() and (text := next(iter(misfit.typed.get("text", [])), "").strip()):
        lines = await chaining.judged(offer, text[:60_000], UUID(misfit.typed["estate"][0]), person)
    packs = [saying.pack(one) for one in await reads.offered(offer.id)]
    asked = sum(one.does == "ask" for one in lines)
    done = sum(one.does in ("new", "change", "take_back") for one in lines)
    return ChainPage(saying.offer(offer), packs, [(str(key), name) for key, name in estates], lines, asked, done)


@get("/offers/{offer_id:uuid}/chain")
async def paste(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    return await page(request, "orders/chain.html", await _chain(person, offer_id))


@post("/offers/{offer_id:uuid}/chain")
async def enter(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "orders/chain.html", await _chain(person, offer_id, misfit), misfit=misfit)
    return await answer(request, receipt, to=f"/offers/{offer_id}/list" if receipt.state == "applied" else f"/offers/{offer_id}/chain")


async def _order(person: Person, order_id: UUID) -> OrderPage:
    found = await placed.order(order_id, person.community_id)
    may(person, "order.see", building=found.building_id)
    offer = await reads.offer(found.offer_id, found.community_id)
    offered = await reads.offered(offer.id)
    who = " ".join(filter(None, (mask_name(found.opened("name")), mask_phone(found.opened("phone")))))
    late = [
        placed.said(placed.read(one.wanted)) or gettext("orders.late_back") for one in await placed.late_of(found.id) if one.let_in is None
    ]
    return OrderPage(
        offer=saying.offer(offer),
        order=saying.order(found, offered),
        version=found.version,
        packs=[(saying.pack(one, found.has.get(one.letter, 0)), found.wishes.get(one.letter, 0)) for one in offered],
        holds=saying.all_holds(),
        avoids=tuple(found.opened("avoids").split()),
        fair=offer.fair,
        mine=offer.state == "open" and can(person, "order.enter", building=found.building_id) and not found.taken_back_at,
        taken_back=found.taken_back_at is not None,
        when=words.day_time(found.touched_at),
        who=who,
        reveals=bool(who) and can(person, "ledger.reveal", building=found.building_id),
        id=found.id,
        late=late,
    )


@get("/orders/{order_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], order_id: FromPath[UUID]) -> Response:
    return await page(request, "orders/order.html", await _order(person, order_id))


@post("/orders/{order_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], order_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "orders/order.html", await _order(person, order_id), misfit=misfit)
    return await answer(request, receipt, to=f"/orders/{order_id}")


@post("/orders/{order_id:uuid}/take-back")
async def delete(request: Request, person: NamedDependency[Person], order_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/orders/{order_id}")


@post("/orders/{order_id:uuid}/reveal")
async def reveal(request: Request, person: NamedDependency[Person], order_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    if receipt.state != "applied":
        return await answer(request, receipt, to=f"/orders/{order_id}")
    found = await revealable(order_id, person)  # a receipt outlives the right that it was given for
    known = Revealed(
        found.number, f"/orders/{found.id}", found.place, found.opened("name"), found.opened("phone"), mask_phone(found.opened("phone"))
    )
    response = await page(request, "orders/revealed.html", known)
    response.headers["X-Act-Receipt"] = receipt.header
    return response


PAGES = [new, create, paste, enter, show, update, delete, reveal]
