"""/packs: the catalogue."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.goods.reads import listing
from app.kernel.receipts import Receipt
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.orders import reads
from app.orders.pages import saying
from app.people.person import Person
from app.people.rights import can, may
from app.photos.forms import MOST_FILE
from app.photos.reads import Photo, photos_of
from app.photos.rules import finishing


class CataloguePack(msgspec.Struct, frozen=True):
    path: str
    name: str
    meta: list[str]


class PacksPage(msgspec.Struct, frozen=True):
    found: list[CataloguePack]
    ended: list[CataloguePack]
    makes: bool


class Item(msgspec.Struct, frozen=True):
    field: str
    label: str
    n: str


class PackPage(msgspec.Struct, frozen=True):
    """`path` is where the form goes. `items`: what of the stock one pack takes."""

    path: str
    title: str
    name: str
    contents: str
    price: str
    holds: tuple[str, ...]
    all_holds: list[tuple[str, str]]
    items: list[Item]
    version: int | None
    ended: bool
    photos: tuple[Photo, ...]


def _line(one: reads.Pack) -> CataloguePack:
    said = saying.holds(one.held)
    return CataloguePack(f"/packs/{one.id}", one.name, [part for part in (saying.yuan(one.price), one.contents, said) if part])


@get("/packs")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "order.see")
    found = [_line(one) for one in await reads.packs(person.community_id)]
    ended = [_line(one) for one in await reads.packs(person.community_id, ended=True)]
    return await page(request, "orders/packs.html", PacksPage(found, ended, can(person, "offer.make")))


async def _facts(person: Person, pack_id: UUID | None = None) -> PackPage:
    may(person, "offer.make")
    found = await reads.pack(pack_id, person.community_id) if pack_id else None
    if pack_id and found is None:
        raise Gone("pack")
    takes = {part.item_id: part.quantity for part in await reads.parts(person.community_id) if part.pack_id == pack_id}
    items = [
        Item(f"item-{one.id}", f"{one.name} ({one.unit})", str(takes.get(one.id, ""))) for one in await listing.items(person.community_id)
    ]
    taken = (await photos_of("pack", [pack_id])).get(pack_id, ()) if pack_id else ()
    if found is None:
        return PackPage("/packs", "orders.new_pack", "", "", "", (), saying.all_holds(), items, None, False, ())
    price = f"{found.price / 100:.2f}".removesuffix(".00")
    return PackPage(
        path=f"/packs/{found.id}",
        title=found.name,
        name=found.name,
        contents=found.contents,
        price=price,
        holds=found.held,
        all_holds=saying.all_holds(),
        items=items,
        version=found.version,
        ended=found.ended_at is not None,
        photos=taken,
    )


@get("/packs/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "orders/pack.html", await _facts(person))


@post("/packs", request_max_body_size=MOST_FILE + 64 * 1024)
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "orders/pack.html", await _facts(person), misfit=misfit)
    return await _kept(request, receipt)


async def _kept(request: Request, receipt: Receipt) -> Response:
    """Without script the picture comes with the form: it is looked at once the act is safe."""
    if "photo_file" in await request.form():
        await finishing.finish_received()
    return await answer(request, receipt, to="/packs")


@get("/packs/{pack_id:uuid}")
async def edit(request: Request, person: NamedDependency[Person], pack_id: FromPath[UUID]) -> Response:
    return await page(request, "orders/pack.html", await _facts(person, pack_id))


@post("/packs/{pack_id:uuid}", request_max_body_size=MOST_FILE + 64 * 1024)
async def update(request: Request, person: NamedDependency[Person], pack_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "orders/pack.html", await _facts(person, pack_id), misfit=misfit)
    return await _kept(request, receipt)


@post("/packs/{pack_id:uuid}/end")
async def end(request: Request, person: NamedDependency[Person], pack_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/packs")


@post("/packs/{pack_id:uuid}/again")
async def again(request: Request, person: NamedDependency[Person], pack_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/packs")


PAGES = [index, new, create, edit, update, end, again]
