"""A day's prices and volumes are written down, one by one or as a sheet; an item's own days, and what was said of them before."""

import asyncio
from datetime import date
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.goods import price_sheet
from app.goods.pages import items, saying
from app.goods.pages.prices import asked_day, day_label, facts, lit, yuan
from app.goods.pages.stock import path_of
from app.goods.reads import Item, limits, listing, prices
from app.kernel import paging, words
from app.kernel.forms import Bad, clean
from app.kernel.forms import day as a_day
from app.kernel.reply import answer, page, press, read_form
from app.kernel.sheets import Unreadable, read_book
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.reads import names
from app.people.rights import can, may

SHOWN = 30  # days of an item
MOST_FILE = 2 * 2**20


class NewPage(msgspec.Struct, frozen=True):
    """`items`: id, name and unit of those of which nothing was said that day."""

    day: str
    day_label: str
    today: str
    words: str
    items: list[tuple[str, str, str]]
    where: paging.Page
    back: str


async def _new(request: Request, person: Person, misfit: Misfit | None = None) -> NewPage:
    may(person, "stock.move")
    day = asked_day(request, saying.today())
    if misfit and "day" in misfit.typed:
        try:
            day = a_day(misfit.typed["day"])
        except Bad:
            pass
    typed = clean(request.query_params.get("q", ""))[:40]
    there = await prices.of_day(person.community_id, day)
    left = [one for one in await listing.items(person.community_id) if one.id not in there and typed.lower() in one.name.lower()]
    where = paging.page(
        paging.number(request.query_params.get("page", "")), len(left), path_of("/stock/prices/new", day=day.isoformat(), q=typed)
    )
    shown = left[where.offset : where.offset + paging.SIZE]
    if misfit:  # what was typed comes back, whatever page it was typed on
        sent = {name.partition("-")[2] for name in misfit.typed}
        shown = [one for one in left if str(one.id) in sent] or shown
    return NewPage(
        day=day.isoformat(), day_label=day_label(day), today=saying.today().isoformat(), words=typed,
        items=[(str(one.id), one.name, one.unit) for one in shown], where=where, back=path_of("/stock/prices", day=day.isoformat()),
    )  # fmt: skip


@get("/stock/prices/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "goods/prices_new.html", await _new(request, person))


@post("/stock/prices")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/prices_new.html", await _new(request, person, misfit), misfit=misfit)
    return await answer(request, receipt, to=path_of("/stock/prices", day=str((await request.form()).get("day", ""))))


class ReadLine(msgspec.Struct, frozen=True):
    number: int
    item: str
    facts: list[str]
    wrong: str


class ReadPage(msgspec.Struct, frozen=True):
    """`lines`: what each line of the sheet says, once it was read, the wrong ones first."""

    today: str
    text: str
    lines: list[ReadLine]
    good: int
    wrong: int
    blank_path: str


def _read_line(one: price_sheet.Line, there: dict[UUID, Item]) -> ReadLine:
    if one.wrong:
        return ReadLine(one.number, one.name, [], gettext(one.wrong) % {"said": one.said})
    unit, said = there[one.item].unit, [day_label(one.day)]
    said += [f"{yuan(one.fen)} / {unit}"] if one.fen is not None else []
    said += [gettext("goods.prices.came") % {"n": one.volume, "unit": unit}] if one.volume is not None else []
    return ReadLine(one.number, one.name, said, "")


async def _read(person: Person, misfit: Misfit | None = None) -> ReadPage:
    may(person, "stock.move")
    text, today, lines = "", saying.today(), []
    there = {one.id: one for one in await listing.items(person.community_id)}
    if misfit:
        text = next(iter(misfit.typed.get("text", [])), "")
    if text and not {"day", "text"} & misfit.errors.keys():
        lines = price_sheet.read(text, [*there.values()], a_day(misfit.typed["day"]), today)
    wrong = [one for one in lines if one.wrong]
    shown = [_read_line(one, there) for one in wrong + [one for one in lines if not one.wrong]]
    return ReadPage(today.isoformat(), text, shown, len(lines) - len(wrong), len(wrong), "/stock/prices/file?blank=1")


@get("/stock/prices/read")
async def paste(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "goods/prices_read.html", await _read(person))


async def _of_file(request: Request) -> Misfit | None:
    """A file is shown as text first: what of it is looked at and put right is what is taken."""
    form, _ = await read_form(request)
    if (sent := form.files.get("file")) is None:
        return None
    typed = {name: values for name, values in form.typed.items() if name == "day"}
    try:
        if len(sent.data) > MOST_FILE:
            raise Unreadable("form.file_too_large", most=MOST_FILE // 2**20)
        text = price_sheet.text_of(await asyncio.to_thread(read_book, sent.data, sent.name))
        typed["text"] = [text]
        price_sheet.read(text, [], a_day(typed.get("day", [])), saying.today())
    except Unreadable as why:
        return Misfit({"text" if "text" in typed else "file": (why.key, why.params)}, typed)
    except Bad as bad:
        return Misfit({"day": (bad.key, bad.params)}, typed)
    return Misfit({"looked": ("goods.prices.look", {})}, typed)


@post("/stock/prices/read", request_max_body_size=MOST_FILE + 256 * 1024)
async def read(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "stock.move")
    if misfit := await _of_file(request):
        return await page(request, "goods/prices_read.html", await _read(person, misfit), misfit=misfit)
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/prices_read.html", await _read(person, misfit), misfit=misfit)
    return await answer(request, receipt, to=path_of("/stock/prices", day=str((await request.form()).get("day", ""))))


class SaidLine(msgspec.Struct, frozen=True):
    """`was`: what was said of that day before, the last first."""

    day: str
    path: str
    label: str
    facts: list[str]
    was: list[str]


class ItemPricesPage(msgspec.Struct, frozen=True):
    """`price` and `volume`: day and figure, the first day first. `edit`: the day whose form stands open, with what was said of it."""

    id: UUID
    name: str
    unit: str
    lit: list[tuple[str, str]]
    now: list[tuple[str, str]]
    now_label: str
    price: list[tuple[str, float]]
    volume: list[tuple[str, int]]
    days: list[SaidLine]
    edit: str
    edit_price: str
    edit_volume: str
    today: str
    can_move: bool


def _figures(one: prices.Said, unit: str) -> str:
    said = [f"{yuan(one.fen)} / {unit}"] if one.fen is not None else []
    said += [gettext("goods.prices.came") % {"n": one.volume, "unit": unit}] if one.volume is not None else []
    return gettext("goods.prices.and").join(said) or gettext("goods.prices.unsaid")


async def _item(item_id: UUID, request: Request, person: Person) -> ItemPricesPage:
    may(person, "stock.see")
    item, today = await items.held(item_id, person), saying.today()
    said = await prices.of_item(person.community_id, item.id, SHOWN)
    past = await prices.past(person.community_id, item.id, said[-1].day if said else today.isoformat())
    who = await names({one.by_id for one in (*said, *past)})
    signed = lambda one: (_figures(one, item.unit), f"{who.get(one.by_id, '')} {words.day_time(one.at)}".strip())  # noqa: E731
    days = [_said(item, one, signed(one), [signed(was) for was in past if was.day == one.day]) for one in said]
    rules, last = await limits.rules(person.community_id), max((one.day for one in said), default="")
    found = await prices.quoted(person.community_id, date_of(last), rules, words=item.name) if last else []
    now = next((one for one in found if one.item.id == item.id), None)
    edit = asked_day(request, today)
    was = await prices.one_day(person.community_id, item.id, edit)
    short = lambda one: saying.short_day(date_of(one.day))  # noqa: E731
    return ItemPricesPage(
        id=item.id, name=item.name, unit=item.unit, lit=lit(now) if now else [], now=facts(now) if now else [], now_label=day_label(date_of(last)) if now else "",
        price=[(short(one), one.fen / 100) for one in reversed(said) if one.fen is not None],
        volume=[(short(one), one.volume) for one in reversed(said) if one.volume is not None], days=days, edit=edit.isoformat(),
        edit_price=f"{was.fen / 100:.2f}" if was and was.fen is not None else "", edit_volume=str(was.volume) if was and was.volume is not None else "",
        today=today.isoformat(), can_move=can(person, "stock.move"),
    )  # fmt: skip


def _said(item: Item, one: prices.Said, said: tuple[str, str], was: list[tuple[str, str]]) -> SaidLine:
    path = f"/stock/items/{item.id}/prices?day={one.day}#correct"
    return SaidLine(
        one.day, path, day_label(date_of(one.day)), [*said], [gettext("goods.prices.was") % {"said": each, "by": by} for each, by in was]
    )


def date_of(day: str) -> date:
    return a_day([day])


@get("/stock/items/{item_id:uuid}/prices")
async def show(request: Request, person: NamedDependency[Person], item_id: FromPath[UUID]) -> Response:
    return await page(request, "goods/item_prices.html", await _item(item_id, request, person))


@post("/stock/items/{item_id:uuid}/prices")
async def correct(request: Request, person: NamedDependency[Person], item_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/item_prices.html", await _item(item_id, request, person), misfit=misfit)
    return await answer(request, receipt, to=f"/stock/items/{item_id}/prices")


PAGES = [new, create, paste, read, show, correct]
