"""/stock/prices: a day's prices and volumes, what moved most first; from when that is red; the day as a table."""

from datetime import date, datetime, time
from urllib.parse import quote

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.goods.pages import saying
from app.goods.pages.stock import path_of
from app.goods.reads import limits, listing, prices
from app.kernel import clock, paging, words
from app.kernel.forms import Bad, clean
from app.kernel.forms import day as a_day
from app.kernel.reply import answer, page, press
from app.kernel.tables import table
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.rights import can, may


class PriceLine(msgspec.Struct, frozen=True):
    """`lit`: tone and words of each light. `facts`: the price and the volume, each with its change, which may be blank."""

    path: str
    item: str
    lit: list[tuple[str, str]]
    facts: list[tuple[str, str]]


class PricesPage(msgspec.Struct, frozen=True):
    """`day` is ISO; `before` and `after`: addresses of the days on either side of which something was said."""

    day: str
    day_label: str
    today: str
    words: str
    alarms: int
    watched: int
    lines: list[PriceLine]
    where: paging.Page
    before: str | None
    after: str | None
    all_path: str
    rules: limits.Rules
    can_move: bool
    any_item: bool


def yuan(fen: float) -> str:
    return f"¥{round(fen) / 100:.2f}"


def day_label(day: date) -> str:
    return words.day(datetime.combine(day, time(12), clock.ZONE.get()))


def asked_day(request: Request, default: date) -> date:
    """The day that an address names; `default` for anything that is no day, or is to come."""
    try:
        found = a_day([request.query_params.get("day", "")])
    except Bad:
        return default
    return min(found, saying.today())


def moved(change: prices.Change, usual: str) -> str:
    """Against what is usual, in words; blank where there is no usual yet."""
    if change.per_cent is None:
        return ""
    which = "same" if not change.per_cent else "up" if change.per_cent > 0 else "down"
    return gettext(f"goods.prices.{which}") % {"n": abs(change.per_cent), "usual": usual}


def facts(one: prices.Quoted) -> list[tuple[str, str]]:
    said = []
    if one.price:
        cost = f"{yuan(one.price.value)} / {one.item.unit}"
        said.append((cost, moved(one.price, yuan(one.price.usual or 0))))
    if one.volume:
        came = gettext("goods.prices.came") % {"n": one.volume.value, "unit": one.item.unit}
        said.append((came, moved(one.volume, f"{one.volume.usual or 0:g}")))
    return said


def lit(one: prices.Quoted) -> list[tuple[str, str]]:
    """The lights that are red or amber; where none is, one that says so."""
    found = [
        (change.tone, gettext(f"goods.prices.lit.{what}") % {"state": gettext(f"goods.cover.{change.tone}")})
        for what, change in (("price", one.price), ("volume", one.volume))
        if change and change.tone in ("alarm", "watch")
    ]
    return found or [("calm" if one.tone == "calm" else "plain", gettext(f"goods.cover.{one.tone}"))]


def line(one: prices.Quoted) -> PriceLine:
    return PriceLine(f"/stock/items/{one.item.id}/prices", one.item.name, lit(one), facts(one))


async def _facts(request: Request, person: Person) -> PricesPage:
    may(person, "stock.see")
    here, today = person.community_id, saying.today()
    last = today
    if not await prices.of_day(here, today) and (before := (await prices.around(here, today))[0]):
        last = date.fromisoformat(before)
    day, typed = asked_day(request, last), clean(request.query_params.get("q", ""))[:40]
    rules = await limits.rules(here)
    found = await prices.quoted(here, day, rules, words=typed)
    before, after = await prices.around(here, day)
    where = paging.page(
        paging.number(request.query_params.get("page", "")), len(found), path_of("/stock/prices", day=day.isoformat(), q=typed)
    )
    tones = [one.tone for one in found]
    return PricesPage(
        day=day.isoformat(), day_label=day_label(day), today=today.isoformat(), words=typed, alarms=tones.count("alarm"), watched=tones.count("watch"),
        lines=[line(one) for one in found[where.offset : where.offset + paging.SIZE]], where=where,
        before=path_of("/stock/prices", day=before, q=typed) if before else None, after=path_of("/stock/prices", day=after, q=typed) if after else None,
        all_path=path_of("/stock/prices", day=day.isoformat()), rules=rules, can_move=can(person, "stock.move"), any_item=bool(await listing.items(here)),
    )  # fmt: skip


@get("/stock/prices")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "goods/prices.html", await _facts(request, person))


@get("/stock/prices/file")
async def take(request: Request, person: NamedDependency[Person]) -> Response:
    """A day as a table that can be read in again; with `blank` all items with nothing beside them, to be filled in."""
    may(person, "stock.see")
    day, blank = asked_day(request, saying.today()), bool(request.query_params.get("blank"))
    there = {} if blank else await prices.of_day(person.community_id, day)
    rows = [[gettext(f"goods.prices.column.{field}") for field in ("day", "item", "unit", "price", "volume")]]
    for item in await listing.items(person.community_id):
        if blank or item.id in there:
            said = there.get(item.id)
            price = f"{said.fen / 100:.2f}" if said and said.fen is not None else ""
            rows.append([day.isoformat(), item.name, item.unit, price, "" if not said or said.volume is None else str(said.volume)])
    return table(rows, quote(f"prices-{day.isoformat()}"))


@post("/stock/prices/limits")
async def set_changes(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/prices.html", await _facts(request, person), misfit=misfit)
    return await answer(request, receipt, to="/stock/prices")


PAGES = [index, take, set_changes]
