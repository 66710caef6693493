"""/stock/cover: how long each item lasts, the shortest first, and from when that is red."""

from collections.abc import Mapping
from math import floor
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.goods.pages import items, saying
from app.goods.pages.stock import HubTab, id_of, path_of
from app.goods.reads import cover as reads
from app.goods.reads import limits, listing, using
from app.goods.reads.lasting import Lasting, lasting, of
from app.kernel import paging
from app.kernel.forms import clean
from app.kernel.reply import answer, page, press
from app.kernel.sheets import writing
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.rights import can, may

FAR = 60  # days: what lasts longer is not told apart


class CoverLine(msgspec.Struct, frozen=True):
    """`tone`: of a badge. `days`: a span, blank where nothing is known. `facts`: what it is worked out from, in words."""

    path: str
    item: str
    unit: str
    stock: int
    tone: str
    state: str
    days: str
    facts: list[str]


class CoverPage(msgspec.Struct, frozen=True):
    """`hub` and `words`: what narrows the list, blank for all. `red` and `amber`: days."""

    hub: str
    words: str
    tabs: list[HubTab]
    alarms: int
    watched: int
    lines: list[CoverLine]
    where: paging.Page
    file_path: str
    all_path: str
    red: int
    amber: int
    rules: limits.Rules
    can_move: bool


def _half(days: float) -> str:
    """To half a day below ten; whole days above."""
    return str(floor(days)) if days >= 10 else f"{floor(days * 2) / 2:g}"


def days(cover: reads.Cover) -> str:
    if cover.low is None:
        return ""
    if cover.high >= FAR:
        return gettext("goods.cover.more") % {"days": _half(min(cover.low, FAR))}
    low, high = _half(cover.low), _half(cover.high)
    return gettext("goods.cover.about" if low == high else "goods.cover.span") % {"days": low, "low": low, "high": high}


def _rate(rate: reads.Rate, unit: str) -> str:
    low, high = (f"{each:.0f}" if each >= 10 else f"{each:.1f}".removesuffix(".0") for each in (rate.low, rate.high))
    return gettext("goods.cover.rate") % {"low": low, "high": high, "unit": unit}


def facts(cover: reads.Cover, unit: str) -> list[str]:
    said = [_rate(cover.rate, unit)] if cover.rate and cover.rate.mid else []
    if cover.tone in ("unknown", "alarm", "watch", "calm"):
        said.append(gettext("goods.cover.from_days") % {"n": cover.days})
    if cover.trend:
        said.append(gettext(f"goods.trend.{cover.trend}"))
    if cover.spoils:
        said.append(gettext("goods.cover.spoils") % {"n": cover.spoils, "unit": unit})
    return said


def tone(cover: reads.Cover) -> str:
    return cover.tone if cover.tone in ("alarm", "watch", "calm") else "plain"


def state(cover: reads.Cover) -> str:
    return gettext("goods.cover.out" if cover.tone == "alarm" and not cover.stock else f"goods.cover.{cover.tone}")


def line(one: Lasting, hub: str = "") -> CoverLine:
    item, cover = one.item, one.cover
    path = path_of(f"/stock/items/{item.id}/days", hub=hub)
    return CoverLine(path, item.name, item.unit, cover.stock, tone(cover), state(cover), days(cover), facts(cover, item.unit))


async def _facts(request: Request, person: Person) -> tuple[CoverPage, list[CoverLine]]:
    may(person, "stock.see")
    query: Mapping[str, str] = request.query_params
    hubs = [spot for spot in await listing.spots(person.community_id) if spot.hub_id is None]
    asked, typed = id_of(query.get("hub", "")), clean(query.get("q", ""))[:40]
    hub = next((spot.id for spot in hubs if spot.id == asked), None)
    found, rules = await lasting(person.community_id, hub, typed), await limits.rules(person.community_id)
    tabs = [HubTab(path_of("/stock/cover", q=typed), gettext("goods.all_hubs"), hub is None)]
    tabs += [HubTab(path_of("/stock/cover", hub=str(spot.id), q=typed), spot.label, spot.id == hub) for spot in hubs]
    said = {"hub": str(hub or ""), "q": typed}
    where = paging.page(paging.number(query.get("page", "")), len(found), path_of("/stock/cover", **said))
    lines = [line(one, str(hub or "")) for one in found]
    tones = [one.cover.tone for one in found]
    shown = CoverPage(
        hub=str(hub or ""), words=typed, tabs=tabs if len(hubs) > 1 else [], alarms=tones.count("alarm"), watched=tones.count("watch"),
        lines=lines[where.offset : where.offset + paging.SIZE], where=where, file_path=path_of("/stock/cover/file", **said), all_path=path_of("/stock/cover", hub=str(hub or "")),
        red=rules.red, amber=rules.amber, rules=rules, can_move=can(person, "stock.move"),
    )  # fmt: skip
    return shown, lines


@get("/stock/cover")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    shown, _ = await _facts(request, person)
    return await page(request, "goods/cover.html", shown)


@get("/stock/cover/file")
async def take(request: Request, person: NamedDependency[Person]) -> Response:
    """The same list as a workbook, all pages of it."""
    _, lines = await _facts(request, person)
    book, title = writing.book(), gettext("goods.cover")
    book.remove(book.active)
    heads = ("goods.item", "goods.cover.state", "goods.cover.days", "goods.cover.stock", "goods.unit", "goods.cover.why")
    sheet = writing.sheet(book, title, tuple(gettext(head) for head in heads))
    for one in lines:
        writing.row(sheet, (one.item, one.state, one.days, one.stock, one.unit, " · ".join(one.facts)))
    name = f"{title}-{saying.today().isoformat()}.xlsx"
    disposition = f"attachment; filename=\"cover.xlsx\"; filename*=UTF-8''{quote(name)}"
    return Response(writing.saved(book), media_type=writing.XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


@post("/stock/cover/limits")
async def set_days(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        shown, _ = await _facts(request, person)
        return await page(request, "goods/cover.html", shown, misfit=misfit)
    return await answer(request, receipt, to="/stock/cover")


class DaysPage(msgspec.Struct, frozen=True):
    """One item: how long it lasts, and what lay there and went out day by day, the first day first. `own`: it has days of its own."""

    id: UUID
    line: CoverLine
    hub: str
    tabs: list[HubTab]
    stock: list[tuple[str, int]]
    used: list[tuple[str, int]]
    rows: list[tuple[str, str, str]]
    red: int
    amber: int
    own: bool
    can_move: bool


def _since(shown: list[tuple[str, using.Day]]) -> list[tuple[str, using.Day]]:
    """From the first day on which there was some of it: a wall of noughts says nothing."""
    first = next((n for n, (_, day) in enumerate(shown) if day.could or day.closing), len(shown) - 1)
    return shown[first:]


async def _days(item_id: UUID, request: Request, person: Person) -> DaysPage:
    may(person, "stock.see")
    item = await items.held(item_id, person)
    hubs = [spot for spot in await listing.spots(person.community_id) if spot.hub_id is None]
    asked = id_of(request.query_params.get("hub", ""))
    hub = next((spot.id for spot in hubs if spot.id == asked), None)
    stock, own = await using.stock(person.community_id, item.id), (await limits.own(person.community_id)).get(item.id)
    limit = own or (await limits.rules(person.community_id)).cover
    use = stock.use(item.id, hub)
    shown = [(saying.short_day(day.day), day) for day in reversed(use.days)]
    path = f"/stock/items/{item.id}/days"
    tabs = [HubTab(path, gettext("goods.all_hubs"), hub is None)]
    tabs += [HubTab(path_of(path, hub=str(spot.id)), spot.label, spot.id == hub) for spot in hubs]
    return DaysPage(
        id=item.id, line=line(Lasting(item, of(use, stock.today, limit)), str(hub or "")), hub=str(hub or ""), tabs=tabs if len(hubs) > 1 else [],
        stock=[(name, day.closing) for name, day in shown], used=[(name, day.used) for name, day in shown],
        rows=[(name, str(day.closing), str(day.used) if day.could else gettext("goods.cover.empty_day")) for name, day in reversed(_since(shown))],
        red=limit.red, amber=limit.amber, own=own is not None, can_move=can(person, "stock.move"),
    )  # fmt: skip


@get("/stock/items/{item_id:uuid}/days")
async def show(request: Request, person: NamedDependency[Person], item_id: FromPath[UUID]) -> Response:
    return await page(request, "goods/item_days.html", await _days(item_id, request, person))


@post("/stock/items/{item_id:uuid}/limits")
async def set_own(request: Request, person: NamedDependency[Person], item_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/item_days.html", await _days(item_id, request, person), misfit=misfit)
    return await answer(request, receipt, to=f"/stock/items/{item_id}/days")


PAGES = [index, take, set_days, show, set_own]
