"""/coming: what comes back, day by day over a week; what nobody has in time; the week on paper."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from babel.dates import format_date
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.coming.reads.dates import GAPS, ONLY, Coming, Late, between, late, late_counts, named, seen_by
from app.coming.reads.series import Where
from app.coming.rhythm import DAY
from app.kernel import clock, paging
from app.kernel.reply import page
from app.kernel.words import LANG, gettext
from app.people.person import Person
from app.people.rights import can, may
from app.places import reads as places

WEEK = 7
LATE = {"late": "coming.late.title", "untaken": "coming.late.untaken", "missed": "coming.late.missed"}


class DayTab(msgspec.Struct, frozen=True):
    """`late`: how many of its dates nobody has in time, or were missed."""

    path: str
    label: str
    number: int
    late: int
    current: bool


class CalendarPage(msgspec.Struct, frozen=True):
    """`show`: `day`, or one of ONLY: the late ones, all or some."""

    show: str
    title: str
    tabs: list[DayTab]
    dates: list[Coming]
    late: Late
    where: paging.Page
    before: str
    after: str
    untaken_path: str
    missed_path: str
    day_path: str
    print_path: str
    buildings: list[tuple[str, str]]
    grids: list[tuple[str, str]]
    building: str
    grid: str
    can_make: bool


class PrintPage(msgspec.Struct, frozen=True):
    path: str
    span: str
    days: list[tuple[str, list[Coming]]]
    count: int
    printed: datetime


class Asked(msgspec.Struct, frozen=True):
    """What the address says: which day, and what narrows the list."""

    day: date
    start: date
    query: dict[str, str]
    where: Where

    def path(self, day: date | None = None, path: str = "/coming", **more: str) -> str:
        said = self.query | ({"day": day.isoformat()} if day else {}) | more
        return f"{path}?{urlencode(said)}" if said else path


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def asked(request: Request, person: Person) -> Asked:
    """Her week begins today, or on the day that she turned to; a day that is none is today."""
    may(person, "need.see")
    query, this = request.query_params, clock.local(clock.now()).date()
    try:
        day = date.fromisoformat(query.get("day", ""))
    except ValueError:
        day = this
    day = day if abs((day - this).days) <= 366 else this
    start = this + (day - this) // (WEEK * DAY) * WEEK * DAY
    narrowed = {name: str(value) for name in ("building", "grid") if (value := _uuid(query.get(name, "")))}
    where = seen_by(person, **{name: UUID(value) for name, value in narrowed.items()})
    return Asked(day, start, narrowed, where)


def day_label(day: date) -> str:
    """今天 or 周三 25日."""
    apart = (day - clock.local(clock.now()).date()).days
    if apart == 0:
        return gettext("words.today")
    return format_date(day, "E d日" if LANG.get() == "zh" else "EEE d", locale=LANG.get())


def long_label(day: date) -> str:
    return format_date(day, "M月d日 EEEE" if LANG.get() == "zh" else "EEEE d MMMM", locale=LANG.get())


@get("/coming")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    said = asked(request, person)
    week = await between(said.where, said.start, said.start + (WEEK - 1) * DAY)
    counts, number = await late_counts(said.where), paging.number(request.query_params.get("page", ""))
    show = wanted if (wanted := request.query_params.get("show", "")) in ONLY else "day"
    if show != "day":
        many = {"late": counts.all, "untaken": counts.untaken, "missed": counts.missed}[show]
        where = paging.page(number, many, said.path(show=show))
        shown, title = await late(said.where, show, limit=paging.SIZE, offset=where.offset), gettext(LATE[show])
    else:
        there = [one for one in week if one.day == said.day]
        where = paging.page(number, len(there), said.path(said.day))
        shown, title = there[where.offset : where.offset + paging.SIZE], long_label(said.day)
    buildings, grids = await _places(person)
    facts = CalendarPage(
        show=show, title=title, tabs=_tabs(said, week), dates=await named(shown),
        late=counts, where=where, before=said.path(said.start - DAY), after=said.path(said.start + WEEK * DAY),
        untaken_path=said.path(show="untaken"), missed_path=said.path(show="missed"), day_path=said.path(said.day), print_path=said.path(said.start, "/coming/print"),
        buildings=buildings, grids=grids, building=said.query.get("building", ""), grid=said.query.get("grid", ""),
        can_make=can(person, "need.raise"),
    )  # fmt: skip
    return await page(request, "coming/index.html", facts)


def _tabs(said: Asked, week: Sequence[Coming]) -> list[DayTab]:
    days = [said.start + n * DAY for n in range(WEEK)]
    there = {day: [one for one in week if one.day == day] for day in days}
    return [
        DayTab(
            said.path(day), day_label(day), sum(not one.off for one in there[day]), sum(one.state in GAPS for one in there[day]), day == said.day
        )
        for day in days
    ]  # fmt: skip


async def _places(person: Person) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What she can narrow it to."""
    near = [each for each in await places.buildings(person.community_id) if can(person, "need.see", building=each.id)]
    grids = [(str(each.id), each.name) for each in await places.grids(person.community_id)]
    return [(str(each.id), each.label) for each in near], grids if len(near) > 1 and len(grids) > 1 else []


@get("/coming/print")
async def print_week(request: Request, person: NamedDependency[Person]) -> Response:
    """A week on paper, for a driver's glove box or a staircase without a phone."""
    said = asked(request, person)
    week = [one for one in await named(await between(said.where, said.start, said.start + (WEEK - 1) * DAY)) if not one.off]
    days = [(long_label(said.start + n * DAY), [one for one in week if one.day == said.start + n * DAY]) for n in range(WEEK)]
    span = f"{long_label(said.start)} – {long_label(said.start + timedelta(days=WEEK - 1))}"
    return await page(request, "coming/print.html", PrintPage(said.path(said.day), span, days, len(week), clock.now()))


PAGES = [index, print_week]
