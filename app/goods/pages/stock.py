"""/stock: what lies where, hub by hub; all moves; what is still open."""

from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.goods.pages import saying
from app.goods.reads import lights, listing
from app.kernel import paging, words
from app.kernel.forms import clean
from app.kernel.reply import page
from app.people.person import Person
from app.people.reads import names
from app.people.rights import can, may


class HubTab(msgspec.Struct, frozen=True):
    path: str
    label: str
    current: bool


class StockPage(msgspec.Struct, frozen=True):
    """`hub` and `words`: what narrows the list, blank for all; `only`: one of listing.ONLY."""

    hub: str
    words: str
    only: str
    tabs: list[HubTab]
    tally: listing.Tally
    lights: lights.Tally
    prices: lights.Tally
    open: int
    lots: list[saying.LotLine]
    where: paging.Page
    expired_path: str
    soon_path: str
    all_path: str
    moves_path: str
    cover_path: str
    can_move: bool
    any_place: bool


class MovesPage(msgspec.Struct, frozen=True):
    title: str
    back: str
    moves: list[saying.MoveLine]
    where: paging.Page
    can_move: bool


class UnderWay(msgspec.Struct, frozen=True):
    path: str
    item: str
    quantity: int
    unit: str
    start: str
    end: str
    who: str
    when: str


class HalfCounted(msgspec.Struct, frozen=True):
    path: str
    item: str
    place: str
    keeps: str
    who: str
    when: str
    mine: bool


class OpenEndsPage(msgspec.Struct, frozen=True):
    under_way: list[UnderWay]
    half_counted: list[HalfCounted]
    can_count: bool


def id_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def path_of(path: str, **said: str) -> str:
    said = {name: value for name, value in said.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


@get("/stock")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "stock.see")
    query, spots = request.query_params, await listing.spots(person.community_id)
    hubs = [spot for spot in spots if spot.hub_id is None]
    asked = id_of(query.get("hub", ""))
    hub = next((spot.id for spot in hubs if spot.id == asked), None)
    typed, only = clean(query.get("q", ""))[:40], query.get("show", "")
    only = only if only in listing.ONLY else ""
    wanted = listing.Wanted(person.community_id, saying.today(), hub, typed, only)
    tally = await listing.tally(wanted)
    said = {"hub": str(hub or ""), "q": typed}
    many = {"expired": tally.expired, "soon": tally.soon, "": tally.lots}[only]
    where = paging.page(paging.number(query.get("page", "")), many, path_of("/stock", **said, show=only))
    lots = await listing.lying(wanted, limit=paging.SIZE, offset=where.offset)
    waiting = len(await listing.under_way(person.community_id)) + len(await listing.half_counted(person.community_id))
    tabs = [HubTab(path_of("/stock", q=typed, show=only), words.gettext("goods.all_hubs"), hub is None)]
    tabs += [HubTab(path_of("/stock", hub=str(spot.id), q=typed, show=only), spot.label, spot.id == hub) for spot in hubs]
    facts = StockPage(
        hub=str(hub or ""), words=typed, only=only, tabs=tabs if len(hubs) > 1 else [], tally=tally, lights=await lights.tally(person.community_id, "cover"), prices=await lights.tally(person.community_id, "price", "volume"), open=waiting, lots=[saying.lot(one) for one in lots],
        where=where, expired_path=path_of("/stock", **said, show="expired"), soon_path=path_of("/stock", **said, show="soon"), all_path=path_of("/stock", hub=str(hub or "")),
        moves_path=path_of("/stock/moves", hub=str(hub or "")), cover_path=path_of("/stock/cover", hub=str(hub or "")), can_move=can(person, "stock.move"), any_place=bool(hubs),
    )  # fmt: skip
    return await page(request, "goods/index.html", facts)


@get("/stock/moves")
async def moves(request: Request, person: NamedDependency[Person]) -> Response:
    """Of all, of one item, or through one hub."""
    may(person, "stock.see")
    query, here = request.query_params, person.community_id
    item, hub = id_of(query.get("item", "")), id_of(query.get("hub", ""))
    path = path_of("/stock/moves", item=str(item or ""), hub=str(hub or ""))
    where = paging.page(paging.number(query.get("page", "")), await listing.moved_count(here, item=item, hub=hub), path)
    found = await listing.moved(here, item=item, hub=hub, limit=paging.SIZE, offset=where.offset)
    of = [spot.label for spot in await listing.spots(here) if spot.id == hub] + [
        one.name for one in await listing.items(here) if one.id == item
    ]
    back = f"/stock/items/{item}" if item else path_of("/stock", hub=str(hub or ""))
    facts = MovesPage(" · ".join(of), back, await saying.moves(found), where, can(person, "stock.move"))
    return await page(request, "goods/moves.html", facts)


@get("/stock/open")
async def open_ones(request: Request, person: NamedDependency[Person]) -> Response:
    """On its way between two hubs, and counted by one of two."""
    may(person, "stock.see")
    way, half = await listing.under_way(person.community_id), await listing.half_counted(person.community_id)
    who = await names({one.sent_by for one in way} | {one.first_by for one in half})
    under = [
        UnderWay(
            f"/stock/transfers/{one.id}", one.item, one.quantity, one.unit, one.start, one.end, who.get(one.sent_by, ""), words.day_time(one.sent_at)
        )
        for one in way
    ]  # fmt: skip
    counted = [
        HalfCounted(
            f"/stock/lots/{one.lot_id}/at/{one.place_id}", one.item, one.place, saying.day(one.expiry), who.get(one.first_by, ""),
            words.day_time(one.first_at), one.first_by == person.id,
        )
        for one in half
    ]  # fmt: skip
    return await page(request, "goods/open.html", OpenEndsPage(under, counted, can(person, "stock.count")))


PAGES = [index, moves, open_ones]
