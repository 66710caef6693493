"""One item: where it lies, given out, its last moves. Items, hubs and shelves are named here, and goods received."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.goods import reads
from app.goods.forms import KINDS
from app.goods.pages import saying
from app.goods.reads import listing
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.rights import can, may

LAST = 10


class ItemPage(msgspec.Struct, frozen=True):
    """`good`: how much of it has not expired. `places`: where some of that lies, hubs with what is on their shelves."""

    id: UUID
    name: str
    unit: str
    kind: str
    good: int
    expired: int
    lots: list[saying.LotLine]
    places: list[tuple[str, str]]
    moves: list[saying.MoveLine]
    more_path: str
    can_move: bool


class NewPage(msgspec.Struct, frozen=True):
    """`which`: the form that a complaint is about, `item` or `place`; blank while there is none."""

    which: str
    kinds: list[tuple[str, str]]
    hubs: list[tuple[str, str]]


class ReceivePage(msgspec.Struct, frozen=True):
    items: list[tuple[str, str]]
    places: list[tuple[str, str]]
    item: str
    place: str
    today: str


async def held(item_id: UUID, person: Person) -> reads.Item:
    """Raises Barred and Gone."""
    may(person, "stock.see")
    item = await reads.item(item_id, person.community_id)
    if item is None:
        raise Gone("goods")
    return item


async def _facts(item_id: UUID, person: Person) -> ItemPage:
    item = await held(item_id, person)
    lots, spots = await listing.of_item(item.id, person.community_id), await listing.spots(person.community_id)
    this = saying.today().isoformat()
    good = [lot for lot in lots if lot.expiry is None or lot.expiry >= this]
    lie = {lot.place_id for lot in good}
    hubs = lie | {spot.hub_id for spot in spots if spot.id in lie and spot.hub_id}
    moves = await listing.moved(person.community_id, item=item.id, limit=LAST)
    return ItemPage(
        id=item.id, name=item.name, unit=item.unit, kind=gettext(f"goods.kind.{item.kind}"), good=sum(lot.quantity for lot in good),
        expired=sum(lot.quantity for lot in lots if lot not in good), lots=[saying.lot(lot) for lot in lots],
        places=[(str(spot.id), spot.label) for spot in spots if spot.id in hubs], moves=await saying.moves(moves),
        more_path=f"/stock/moves?item={item.id}", can_move=can(person, "stock.move"),
    )  # fmt: skip


@get("/stock/items/{item_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], item_id: FromPath[UUID]) -> Response:
    return await page(request, "goods/item.html", await _facts(item_id, person))


@post("/stock/items/{item_id:uuid}/issue")
async def issue(request: Request, person: NamedDependency[Person], item_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/item.html", await _facts(item_id, person), misfit=misfit)
    return await answer(request, receipt, to=f"/stock/items/{item_id}")


async def _new(person: Person, which: str = "") -> NewPage:
    may(person, "stock.move")
    hubs = [(str(spot.id), spot.label) for spot in await listing.spots(person.community_id) if spot.hub_id is None]
    return NewPage(which, [(kind, gettext(f"goods.kind.{kind}")) for kind in KINDS], hubs)


@get("/stock/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "goods/new.html", await _new(person))


@post("/stock/items")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/new.html", await _new(person, "item"), misfit=misfit)
    return await answer(request, receipt, to=f"/stock/items/{receipt.about}" if receipt.about else "/stock/new")


@post("/stock/places")
async def create_place(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/new.html", await _new(person, "place"), misfit=misfit)
    return await answer(request, receipt, to="/stock/new")


async def _receive(request: Request, person: Person) -> ReceivePage:
    may(person, "stock.move")
    items = [(str(item.id), f"{item.name} ({item.unit})") for item in await listing.items(person.community_id)]
    places, query = await saying.places(person.community_id), request.query_params
    place = query.get("place", "") or (places[0][0] if len(places) == 1 else "")
    return ReceivePage(items, places, query.get("item", ""), place, saying.today().isoformat())


@get("/stock/receive")
async def receive(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "goods/receive.html", await _receive(request, person))


@post("/stock/receive")
async def received(request: Request, person: NamedDependency[Person]) -> Response:
    """Back to the form with the same place: the next thing on the pallet comes at once."""
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/receive.html", await _receive(request, person), misfit=misfit)
    place = (await request.form()).get("place", "")
    return await answer(request, receipt, to=f"/stock/receive?place={place}")


PAGES = [show, issue, new, create, create_place, receive, received]
