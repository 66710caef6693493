"""What is to be bought and what goes to which door: on a page, on paper, as a file."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock
from app.kernel.reply import page
from app.kernel.sheets import writing
from app.kernel.words import gettext
from app.orders import reads
from app.orders.pages import saying
from app.orders.reads import placed, sums
from app.people.person import Person
from app.people.rights import can, may, reach


class Building(msgspec.Struct, frozen=True):
    """`totals`: how many of each pack, as `A 12`."""

    label: str
    totals: list[tuple[str, int]]
    orders: list[saying.OrderLine]
    due: str


class ListPage(msgspec.Struct, frozen=True):
    offer: saying.OfferLine
    packs: list[tuple[str, str, int]]
    items: list[sums.ToBuy]
    buildings: list[Building]
    due: str
    packs_all: int
    private: bool
    printed: datetime


def _buildings(orders: Iterable[placed.Order], offered: list[reads.Offered], private: bool) -> list[Building]:
    grouped: dict[str, list[placed.Order]] = {}
    for one in orders:
        grouped.setdefault(saying.building(one), []).append(one)
    return [
        Building(
            label,
            [(pack.letter, n) for pack in offered if (n := sum(one.has.get(pack.letter, 0) for one in found))],
            [saying.order(one, offered, private=private) for one in found],
            saying.yuan(sum(saying.due(one, offered) for one in found)),
        )
        for label, found in grouped.items()
    ]


async def _facts(offer_id: UUID, person: Person) -> tuple[ListPage, list[placed.Order], list[reads.Offered]]:
    may(person, "order.see")
    offer = await reads.offer(offer_id, person.community_id)
    offered = await reads.offered(offer.id)
    hers = reach(person, "order.see")
    orders = [one for one in await placed.of_offer(offer.id, buildings=hers) if one.packs or offer.state != "frozen"]
    packs = [(one.letter, one.name, sum(each.has.get(one.letter, 0) for each in orders)) for one in offered]
    today = clock.local(clock.now()).date().isoformat()
    items = await sums.items(offer.id, offer.community_id, today) if can(person, "offer.make") else []
    due = saying.yuan(sum(saying.due(one, offered) for one in orders))
    built = _buildings(orders, offered, True)
    facts = ListPage(saying.offer(offer), packs, items, built, due, sum(n for _, _, n in packs), True, clock.now())
    return facts, orders, offered


@get("/offers/{offer_id:uuid}/list")
async def index(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    facts, _, _ = await _facts(offer_id, person)
    return await page(request, "orders/list.html", facts)


@get("/offers/{offer_id:uuid}/sheets")
async def sheets(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    """To print: what to buy, and a sheet for each building."""
    facts, _, _ = await _facts(offer_id, person)
    return await page(request, "orders/sheets.html", facts)


@get("/offers/{offer_id:uuid}/file")
async def take(request: Request, person: NamedDependency[Person], offer_id: FromPath[UUID]) -> Response:
    """As a workbook: doors and packs, nothing of who ordered or what she said; what each door owes."""
    facts, orders, offered = await _facts(offer_id, person)
    book = writing.book()
    book.remove(book.active)
    doors = writing.sheet(
        book,
        gettext("orders.list.doors"),
        (gettext("orders.door"), gettext("orders.number"), *(one.letter for one in offered), gettext("orders.due_yuan")),
    )
    for one in orders:
        fen = saying.due(one, offered)
        writing.row(doors, (one.place, one.number, *(one.has.get(pack.letter, 0) for pack in offered), fen / 100))
    packs = writing.sheet(
        book, gettext("orders.list.packs"), (gettext("orders.pack"), gettext("orders.price_yuan"), gettext("orders.ordered"))
    )
    for one in offered:
        writing.row(packs, (f"{one.letter} {one.name}", one.price / 100, sum(each.has.get(one.letter, 0) for each in orders)))
    if facts.items:
        buy = writing.sheet(
            book,
            gettext("orders.list.buy"),
            (gettext("orders.item"), gettext("orders.needed"), gettext("orders.there"), gettext("orders.short")),
        )
        for item in facts.items:
            writing.row(buy, (f"{item.item} ({item.unit})", item.needed, item.there, item.short))
    name = f"{facts.offer.title}-{facts.offer.number}.xlsx"
    disposition = f"attachment; filename=\"offer-{facts.offer.number}.xlsx\"; filename*=UTF-8''{quote(name)}"
    return Response(writing.saved(book), media_type=writing.XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


PAGES = [index, sheets, take]
