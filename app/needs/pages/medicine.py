"""/medicine: the desk, one medicine from the asking to the hand, and what is nowhere to be had."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock, paging, words
from app.kernel.reply import answer, page, press
from app.kernel.tables import table
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.needs import reads
from app.needs.reads import medicine, sources
from app.people.history import Item, timeline
from app.people.person import Person
from app.people.reads import names
from app.people.rights import can, may
from app.photos.forms import MOST_FILE
from app.photos.reads import Photo, photos_of
from app.photos.rules import finishing


class Tab(msgspec.Struct, frozen=True):
    step: str
    label: str
    n: int
    current: bool


class Line(msgspec.Struct, frozen=True):
    """`clock` in words with its `tone`; `notes`: what else is to be known at a glance."""

    path: str
    drug: str
    place: str
    clock: str
    tone: str
    notes: list[str]
    unsure: bool


class DeskPage(msgspec.Struct, frozen=True):
    step: str
    tabs: list[Tab]
    lines: list[Line]
    settle: list[Line]
    ring: list[Line]
    where: paging.Page
    owed: str
    can_keep: bool


class TryLine(msgspec.Struct, frozen=True):
    id: UUID
    source: str
    said: str
    who: str
    when: str
    tone: str


class PaidLine(msgspec.Struct, frozen=True):
    """`settle`: somebody has to say what becomes of it. `open`: it can be taken back."""

    id: UUID
    said: str
    when: str
    twice: bool
    settle: bool
    fate: str
    receipts: tuple[Photo, ...]


class CasePage(msgspec.Struct, frozen=True):
    """`which`: the form that a complaint is about: ask, go, pay or photo."""

    need: reads.NeedLine
    which: str
    step: str
    step_label: str
    clock: str
    tone: str
    unsure: bool
    tries: list[TryLine]
    paid: list[PaidLine]
    photos: tuple[Photo, ...]
    sources: list[tuple[str, str]]
    there: list[sources.Source]
    outcomes: list[tuple[str, str]]
    fates: list[tuple[str, str]]
    best: str
    can_sort: bool
    can_go: bool
    can_pay: bool
    can_add: bool
    can_plan: bool
    history: list[Item]


class ShortPage(msgspec.Struct, frozen=True):
    lines: list[medicine.Short]
    printed: str


def yuan(fen: int) -> str:
    return f"¥{fen // 100}" if fen % 100 == 0 else f"¥{fen / 100:.2f}"


def _left(days: int | None) -> str:
    return gettext("medicine.no_days") if days is None else gettext("medicine.days_left") % {"n": days}


def _line(case: medicine.Case) -> Line:
    notes = [f"#{case.need.number}"]
    if case.step == "find" and case.tries:
        notes.append(gettext("medicine.tried") % {"n": len(case.tries)})
    if where := case.bought or case.found:
        notes.append(where.source)
    if case.bought and case.bought.fen is not None:
        notes.append(yuan(case.bought.fen))
    return Line(f"/medicine/{case.need.id}", case.need.line, case.need.place, _left(case.need.days_now), case.tone, notes, case.unsure)


@get("/medicine")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.see")
    found = await medicine.cases(person)
    asked = request.query_params.get("step", "")
    step = asked if asked in medicine.STEPS else "find"
    by_step = {one: [case for case in found if case.step == one and not case.off] for one in medicine.STEPS}
    where = paging.page(paging.number(request.query_params.get("page", "")), len(by_step[step]), f"/medicine?step={step}")
    shown = by_step[step][where.offset : where.offset + paging.SIZE]
    owed = sum(p.fen or 0 for case in found for p in (case.bought, *case.twice) if p and p.fate != "returned")
    facts = DeskPage(
        step=step,
        tabs=[Tab(one, gettext(f"medicine.step.{one}"), len(some), one == step) for one, some in by_step.items()],
        lines=[_line(case) for case in shown],
        settle=[_line(case) for case in found if case.to_settle],
        ring=[_line(case) for case in found if case.unsure],
        where=where,
        owed=yuan(owed) if owed else "",
        can_keep=can(person, "medicine.keep"),
    )
    return await page(request, "needs/medicine/index.html", facts)


@get("/medicine/short")
async def short(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "needs/medicine/short.html", await _short(person))


@get("/medicine/short/sheet")
async def sheet(request: Request, person: NamedDependency[Person]) -> Response:
    """To print."""
    return await page(request, "needs/medicine/sheet.html", await _short(person))


@get("/medicine/short/file")
async def file(request: Request, person: NamedDependency[Person]) -> Response:
    facts = await _short(person)
    heads = ("medicine.drug", "medicine.count", "medicine.first_asked", "medicine.left")
    rows = [[gettext(head) for head in heads]]
    rows += [[one.name, str(one.needs), words.day_time(one.since), "" if one.left is None else str(one.left)] for one in facts.lines]
    return table(rows, "medicine-short")


@get("/medicine/paid/file")
async def paid(request: Request, person: NamedDependency[Person]) -> Response:
    """Who paid how much and where, to be paid back elsewhere: needs by their number, no medicine's name."""
    may(person, "medicine.keep")
    heads = ("medicine.number", "medicine.source", "medicine.who", "medicine.when", "medicine.yuan", "medicine.fate_now")
    found = await medicine.paid(person.community_id)
    who = await names({one.paid_by for one in found})
    rows = [[gettext(head) for head in heads]]
    for one in found:
        fate = gettext(f"medicine.fate.{one.fate}") if one.fate else ""
        rows.append([str(one.number), one.source, who.get(one.paid_by, ""), words.day_time(one.paid_at), f"{one.fen / 100:.2f}", fate])
    return table(rows, "medicine-paid")


async def _short(person: Person) -> ShortPage:
    may(person, "need.see")
    return ShortPage(medicine.short(await medicine.cases(person)), words.day_time(clock.now()))


@get("/medicine/{need_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await page(request, "needs/medicine/show.html", await _facts(person, need_id))


async def _facts(person: Person, need_id: UUID, which: str = "") -> CasePage:
    need = await reads.visible(need_id, person)
    if need.kind != "medicine":
        raise Gone("medicine")
    case = await medicine.case(need)
    bought = [one for one in (case.bought, *case.twice) if one]
    pictures = await photos_of("need", [need.id, *(one.id for one in bought)])
    receipts = {photo.id for one in bought for photo in pictures.get(one.id, ())}
    who = await names({one.by for one in case.tries} | {one.paid_by or one.begun_by for one in bought})
    there = await sources.sources(need.community_id)
    sorts = can(person, "need.triage", building=need.building_id)
    best = case.bought or case.found
    return CasePage(
        need=need, which=which, step=case.step, step_label=gettext(f"medicine.step.{case.step}"), clock=_left(need.days_now), tone=case.tone, unsure=case.unsure,
        tries=[_tried(one, who) for one in case.tries],
        paid=[_paid(one, who, case, pictures.get(one.id, ())) for one in bought],
        photos=tuple(one for one in pictures.get(need.id, ()) if one.id not in receipts),
        sources=[*((str(one.id), one.name) for one in there), ("neighbour", gettext("medicine.kind.neighbour"))], there=there,
        outcomes=[(one, gettext(f"medicine.outcome.{one}")) for one in medicine.OUTCOMES],
        fates=[(one, gettext(f"medicine.fate.{one}")) for one in ("returned", "kept", "theirs")],
        best=str(best.source_id) if best else "",
        can_sort=sorts, can_go=sorts and not case.bought and need.state in ("waiting", "triaged", "planned"),
        can_pay=sorts and not (case.bought and case.bought.paid_at), can_add=can(person, "need.raise", building=need.building_id),
        can_plan=can(person, "run.plan") and need.state in ("waiting", "triaged") and need.floor is not None, history=await timeline(need.id),
    )  # fmt: skip


def _tried(one: medicine.Try, who: dict[UUID, str]) -> TryLine:
    said = gettext(f"medicine.outcome.{one.outcome}") + (f" {one.day}" if one.day else "")
    return TryLine(
        one.id, one.source, said, who.get(one.by, ""), words.day_time(one.at), "calm" if one.outcome in medicine.HAS else "plain"
    )


def _paid(one: medicine.Purchase, who: dict[UUID, str], case: medicine.Case, receipts: tuple[Photo, ...]) -> PaidLine:
    told = {"who": who.get(one.paid_by or one.begun_by, ""), "source": one.source, "amount": yuan(one.fen or 0)}
    said = gettext("medicine.who_paid" if one.paid_at else "medicine.who_buys") % told
    fate = gettext(f"medicine.fate.{one.fate}") if one.fate else ""
    return PaidLine(one.id, said, words.day_time(one.paid_at or one.begun_at), one.beside, one in case.to_settle, fate, receipts)


async def _pressed(request: Request, person: Person, need_id: UUID, which: str) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "needs/medicine/show.html", await _facts(person, need_id, which), misfit=misfit)
    return await answer(request, receipt, to=f"/medicine/{need_id}")


@post("/medicine/{need_id:uuid}/tries")
async def ask(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, need_id, "ask")


@post("/medicine/{need_id:uuid}/buying")
async def go(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, need_id, "go")


@post("/medicine/{need_id:uuid}/bought", request_max_body_size=MOST_FILE + 64 * 1024)
async def pay(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _with_photo(request, await _pressed(request, person, need_id, "pay"))


@post("/medicine/{need_id:uuid}/prescription", request_max_body_size=MOST_FILE + 64 * 1024)
async def prescribe(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _with_photo(request, await _pressed(request, person, need_id, "photo"))


async def _with_photo(request: Request, answered: Response) -> Response:
    """Without script the photo comes with the form: it is looked at once the act is safe."""
    if "photo_file" in await request.form():
        await finishing.finish_received()
    return answered


@post("/medicine/tries/{try_id:uuid}/undo")
async def unask(request: Request, person: NamedDependency[Person], try_id: FromPath[UUID]) -> Response:
    return await _back(request)


@post("/medicine/purchases/{purchase_id:uuid}/undo")
async def unbuy(request: Request, person: NamedDependency[Person], purchase_id: FromPath[UUID]) -> Response:
    return await _back(request)


@post("/medicine/purchases/{purchase_id:uuid}/fate")
async def settle(request: Request, person: NamedDependency[Person], purchase_id: FromPath[UUID]) -> Response:
    return await _back(request)


async def _back(request: Request) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/medicine/{receipt.about}" if receipt.about else "/medicine")


PAGES = [index, short, sheet, file, paid, show, ask, go, pay, prescribe, unask, unbuy, settle]
