"""/order/{building} and /ordered/{token}: a resident orders packs, and looks after her order; without an account and without script."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries.reads import brought
from app.door.asking import building_of, frame, unknown
from app.kernel import words
from app.kernel.forms import Form
from app.kernel.qr import square
from app.kernel.reply import answer, page, press, read_form
from app.kernel.shared import shared
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.orders import reads
from app.orders.pages import saying
from app.orders.reads import placed
from app.orders.rules import ordering
from app.people.person import Person
from app.photos import reads as photos
from app.photos.pages import jpeg
from app.places import reads as places


class HerOffersPage(msgspec.Struct, frozen=True):
    """`found`: an offer, where it is ordered, whether it still can be."""

    building: places.BuildingFacts
    found: list[tuple[saying.OfferLine, str, bool]]


class HerOrderPage(msgspec.Struct, frozen=True):
    building: places.BuildingFacts
    path: str
    back: str
    offer: saying.OfferLine
    packs: list[tuple[saying.PackLine, int]]
    units: list[tuple[str, str]]
    holds: list[tuple[str, str]]
    fair: bool
    reused: bool


class OrderedPage(msgspec.Struct, frozen=True):
    """`step`: what has become of it, in words. `lines`: letter, name, hers, wished for besides. `packs`: with how many she wished for."""

    order: placed.Order
    offer: saying.OfferLine
    path: str
    place: str
    step: str
    tone: str
    lines: list[tuple[str, str, int, int]]
    due: str
    packs: list[tuple[saying.PackLine, int]]
    holds: list[tuple[str, str]]
    avoids: str
    fair: bool
    token: str
    address: str
    qr: str
    fresh: bool
    can_change: bool
    waits: bool


@get("/order/{code:str}")
async def index(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response:
    building = await building_of(code)
    if building is None:
        return await unknown(request, code)
    found = [(saying.offer(one), f"/order/{building.code}/{one.id}", one.state == "open") for one in await reads.offered_at(building)]
    return await page(request, "door/order/offers.html", HerOffersPage(building, found))


async def _facts(building: places.BuildingFacts, offer_id: UUID, reused: bool = False) -> HerOrderPage:
    offer = await reads.offer(offer_id, building.community_id)
    if not await reads.is_for(offer.id, building.id):
        raise Gone("offer")
    units = [(str(unit), gettext("door.ask.unit_n") % {"unit": unit}) for unit in range(1, building.units + 1)]
    path = f"/order/{building.code}/{offer.id}"
    offered = await reads.offered(offer.id)
    pictured = await reads.pictures(one.pack_id for one in offered)
    packs = [
        (msgspec.structs.replace(saying.pack(one), picture=f"{path}/picture/{one.letter}" if one.pack_id in pictured else ""), 0)
        for one in offered
    ]
    return HerOrderPage(
        building, path, f"/order/{building.code}", saying.offer(offer), packs, units, saying.all_holds(), offer.fair, reused
    )


@get("/order/{code:str}/{offer_id:uuid}")
async def new(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str], offer_id: FromPath[UUID]) -> Response:
    async def facts() -> HerOrderPage:
        building = await building_of(code)
        if building is None:
            raise Gone("building")
        return await _facts(building, offer_id)

    return await shared(request, "door/order/new.html", facts)


@get("/order/{code:str}/{offer_id:uuid}/picture/{letter:str}")
async def picture(
    request: Request, visitor: NamedDependency[Person | None], code: FromPath[str], offer_id: FromPath[UUID], letter: FromPath[str]
) -> Response:
    """Of what is offered at this building, for everybody; a phone need not ask twice a day."""
    building = await building_of(code)
    if building is None or not await reads.is_for((await reads.offer(offer_id, building.community_id)).id, building.id):
        raise Gone("offer")
    packs = [one.pack_id for one in await reads.offered(offer_id) if one.letter == letter]
    found = (await reads.pictures(packs)).get(packs[0]) if packs else None
    if found is None:
        raise Gone("offer")
    shown = jpeg(await photos.image(found))
    shown.headers["Cache-Control"] = "public, max-age=86400"
    return shown


@post("/order/{code:str}/{offer_id:uuid}")
async def create(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str], offer_id: FromPath[UUID]) -> Response:
    building = await building_of(code)
    try:
        receipt = await press(request)
    except Misfit as misfit:
        if building is None:
            raise Gone("building") from misfit
        return await page(request, "door/order/new.html", await _facts(building, offer_id), misfit=misfit)
    if receipt.reason == "id-reused" and building and not request.headers.get("Idempotency-Key"):
        form, _ = await read_form(request)
        again = Misfit({}, Form(form.typed).typed)
        return await page(request, "door/order/new.html", await _facts(building, offer_id, reused=True), misfit=again)
    token = await ordering.token_of(UUID(receipt.about)) if receipt.about else None
    return await answer(request, receipt, to=f"/ordered/{token}?new=1" if token else f"/order/{code}/{offer_id}")


@get("/ordered/{token:str}")
async def show(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response:
    return await _drawn(request, token)


async def _drawn(request: Request, token: str, misfit: Misfit | None = None) -> Response:
    order = await placed.by_token(token)
    await frame(order.community_id)
    offer = await reads.offer(order.offer_id, order.community_id)
    offered = await reads.offered(offer.id)
    waits = bool([one for one in await placed.late_of(order.id) if one.let_in is None])
    step, tone = await _step(order, offer, waits)
    fen = saying.due(order, offered)
    address = f"{request.app.state.settings.public_url}/ordered/{token}"
    known = OrderedPage(
        order=order,
        offer=saying.offer(offer),
        path=f"/ordered/{order.id}",
        place=order.place,
        step=step,
        tone=tone,
        lines=[
            (p.letter, p.name, has, wish - has)
            for p in offered
            if (wish := order.wishes.get(p.letter, 0)) or order.has.get(p.letter)
            for has in (order.has.get(p.letter, 0),)
        ],
        due=saying.yuan(fen) if fen else "",
        packs=[(saying.pack(one, order.has.get(one.letter, 0)), order.wishes.get(one.letter, 0)) for one in offered],
        holds=saying.all_holds(),
        avoids=saying.holds_not(order),
        fair=offer.fair,
        token=token,
        address=address,
        qr=square(address),
        fresh=request.query_params.get("new") == "1",
        can_change=offer.state == "open" and not order.taken_back_at,
        waits=waits,
    )
    return await page(request, "door/order/show.html", known, misfit=misfit)


async def _step(order: placed.Order, offer: reads.Offer, waits: bool) -> tuple[str, str]:
    if order.taken_back_at:
        return gettext("orders.step.taken_back"), "plain"
    if offer.called_off_at:
        return gettext("orders.step.called_off"), "watch"
    if waits:
        return gettext("orders.step.waits"), "watch"
    if not offer.frozen_at:
        return gettext("orders.step.open") % {"time": words.day_time(offer.cut_off_at)}, "calm"
    if not order.packs:
        return gettext("orders.step.nothing"), "watch"
    came = await brought.of_order(offer.id, order.household_id)
    return gettext(f"orders.step.{came}") % {"day": saying.day(offer.day)}, "calm" if came == "delivered" else "plain"


async def _acted(request: Request) -> Response:
    form, _ = await read_form(request)
    token = next(iter(form.typed.get("token", [])), "")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, token, misfit)
    return await answer(request, receipt, to=f"/ordered/{token}" if receipt.trouble != "gone" else "/ask")


@post("/ordered/{order_id:uuid}/change")
async def change(request: Request, visitor: NamedDependency[Person | None], order_id: FromPath[UUID]) -> Response:
    return await _acted(request)


@post("/ordered/{order_id:uuid}/take-back")
async def take_back(request: Request, visitor: NamedDependency[Person | None], order_id: FromPath[UUID]) -> Response:
    return await _acted(request)


PAGES = [index, new, picture, create, show, change, take_back]
