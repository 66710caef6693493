"""/trucks: which come on a day and to which dock, how far each is, what came off it against what was booked."""

from datetime import date, timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.goods.forms import DIFFERS, WINDOWS
from app.goods.pages import saying
from app.goods.reads import inbound, listing
from app.kernel import clock, words
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import gettext, ngettext
from app.people.person import Person
from app.people.rights import can, may
from app.photos.forms import MOST_FILE
from app.photos.reads import Photo, photos_of
from app.photos.rules import finishing

DAYS = range(-1, 4)
TONES = {"booked": "plain", "arrived": "watch", "unloading": "watch", "gone": "calm", "cancelled": "plain"}


class Truck(msgspec.Struct, frozen=True):
    """`late`: its window has ended and it has not come."""

    path: str
    title: str
    plate: str
    hub: str
    window: str
    tonnes: str
    state: str
    tone: str
    late: bool


class DayTab(msgspec.Struct, frozen=True):
    path: str
    label: str
    current: bool


class TrucksPage(msgspec.Struct, frozen=True):
    tabs: list[DayTab]
    sums: inbound.Sums
    tonnes: str
    trucks: list[Truck]
    docks: list[inbound.Docks]
    can_move: bool


class BookPage(msgspec.Struct, frozen=True):
    hubs: list[tuple[str, str]]
    windows: list[tuple[str, str]]
    starts: str


class LineOf(msgspec.Struct, frozen=True):
    """`tone` and `said` of the difference; blank where it came as booked."""

    item: str
    unit: str
    expected: int
    came: int
    tone: str
    said: str


class TruckPage(msgspec.Struct, frozen=True):
    """`which`: the form that a complaint is about: lines, unload or leave."""

    id: UUID
    truck: Truck
    state: str
    which: str
    truck_code: str
    lines: list[LineOf]
    reason: str
    unexplained: bool
    photos: tuple[Photo, ...]
    items: list[tuple[str, str]]
    places: list[tuple[str, str]]
    differs: list[tuple[str, str]]
    can_move: bool


def _truck(one: inbound.Booking) -> Truck:
    late = one.state == "booked" and one.ends < clock.now()
    return Truck(
        path=f"/trucks/{one.id}", title=one.supplier, plate=one.plate, hub=one.hub, window=f"{words.day_time(one.starts)}–{words.clock_time(one.ends)}",
        tonnes=gettext("goods.tonnes") % {"n": saying.tonnes(one.kilos if one.weighed is None else one.weighed)},
        state=gettext("goods.truck.late" if late else f"goods.truck.{one.state}"), tone="alarm" if late else TONES[one.state], late=late,
    )  # fmt: skip


@get("/trucks")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "stock.see")
    this = saying.today()
    try:
        day = date.fromisoformat(request.query_params.get("day", ""))
    except ValueError:
        day = this
    day = day if abs((day - this).days) <= 366 else this
    noon = clock.local(clock.now()).replace(year=day.year, month=day.month, day=day.day, hour=12)
    start = clock.day_start(noon)
    end = clock.day_start(noon + timedelta(days=1))
    days = sorted({day, *(this + timedelta(days=n) for n in DAYS)})
    tabs = [DayTab(f"/trucks?day={one.isoformat()}", words.day(clock.day_start(noon + (one - day))), one == day) for one in days]
    sums = await inbound.sums(person.community_id, start, end)
    found = await inbound.between(person.community_id, start, end)
    facts = TrucksPage(
        tabs,
        sums,
        saying.tonnes(sums.kilos),
        [_truck(one) for one in found],
        await inbound.docks(person.community_id),
        can(person, "stock.move"),
    )
    return await page(request, "goods/trucks.html", facts)


async def _book(person: Person) -> BookPage:
    may(person, "stock.move")
    hubs = [(str(hub.id), hub.name) for hub in await inbound.docks(person.community_id)]
    hour = clock.local(clock.now()).replace(minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(hours=1)
    windows = [(str(n), ngettext("goods.minutes.one", "goods.minutes.many", n) % {"n": n}) for n in WINDOWS]
    return BookPage(hubs, windows, hour.isoformat(timespec="minutes"))


@get("/trucks/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "goods/book.html", await _book(person))


@post("/trucks")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/book.html", await _book(person), misfit=misfit)
    return await answer(request, receipt, to=f"/trucks/{receipt.about}" if receipt.about else "/trucks/new")


@post("/stock/places/{place_id:uuid}/docks")
async def docks(request: Request, person: NamedDependency[Person], place_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/trucks")


async def _facts(booking_id: UUID, person: Person, which: str = "") -> TruckPage:
    found = await inbound.visible(booking_id, person)
    items = [(str(item.id), f"{item.name} ({item.unit})") for item in await listing.items(person.community_id)]
    places = [(str(spot.id), spot.label) for spot in await listing.spots(person.community_id) if found.hub_id in (spot.id, spot.hub_id)]
    lines = [_line(line, found.state in ("unloading", "gone")) for line in await inbound.lines(found.id)]
    reason = gettext(f"goods.reason.{found.reason}") if found.reason else ""
    taken = (await photos_of("truck", [found.id])).get(found.id, ())
    return TruckPage(
        found.id,
        _truck(found),
        found.state,
        which,
        f"/trucks/{found.id}/code" if found.code else "",
        lines,
        reason,
        await inbound.unexplained(found),
        taken,
        items,
        places,
        saying.reasons(DIFFERS),
        can(person, "stock.move"),
    )


def _line(line: inbound.Line, begun: bool) -> LineOf:
    apart = line.came - line.expected
    said = gettext("goods.more" if apart > 0 else "goods.fewer") % {"n": abs(apart)} if apart and begun else ""
    return LineOf(line.item, line.unit, line.expected, line.came, "watch" if said else "", said)


@get("/trucks/{booking_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    return await page(request, "goods/truck.html", await _facts(booking_id, person))


async def _pressed(request: Request, person: Person, booking_id: UUID, which: str) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/truck.html", await _facts(booking_id, person, which), misfit=misfit)
    return await answer(request, receipt, to=f"/trucks/{booking_id}")


@post("/trucks/{booking_id:uuid}/lines")
async def lines(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, booking_id, "lines")


@post("/trucks/{booking_id:uuid}/arrive")
async def arrive(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, booking_id, "")


@post("/trucks/{booking_id:uuid}/cancel")
async def delete(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, booking_id, "")


@post("/trucks/{booking_id:uuid}/unload", request_max_body_size=MOST_FILE + 64 * 1024)
async def unload(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    """Without script the photo comes with the form: it is looked at once the act is safe."""
    answered = await _pressed(request, person, booking_id, "unload")
    if "photo_file" in await request.form():
        await finishing.finish_received()
    return answered


@post("/trucks/{booking_id:uuid}/reason")
async def explain(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, booking_id, "reason")


@post("/trucks/{booking_id:uuid}/leave")
async def leave(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, booking_id, "leave")


PAGES = [index, new, create, docks, show, lines, arrive, delete, unload, explain, leave]
