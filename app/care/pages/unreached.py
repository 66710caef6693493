"""Who was not reached: the list that should be empty. And how often everybody is to be heard of."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.care.reads import silent
from app.care.reads.watches import Watch
from app.care.reads.watches import due as due_watches
from app.care.rules import timing as rules
from app.care.rules.differing import timing_label
from app.care.silence import LEVELS
from app.journal.differences import open_about
from app.kernel import db, edits, paging, words
from app.kernel.few import Shown, column, few
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.people.rights import can, everywhere, may
from app.places import labels
from app.places import reads as places


class Line(msgspec.Struct, frozen=True):
    """A door that is overdue. `level`: one of LEVELS."""

    id: UUID
    path: str
    room: str
    building: str
    since: str
    due: str
    tried: str
    tries: int
    level: str


class UnreachedPage(msgspec.Struct, frozen=True):
    """`counts`: buildings with how many doors, for command, which is told of no door. `all`, `risen`: as numbers or as a handful."""

    lines: list[Line]
    counts: list[tuple[str, Shown]]
    all: Shown
    risen: list[tuple[str, Shown]]
    where: paging.Page
    buildings: list[tuple[str, str]]
    grids: list[tuple[str, str]]
    building: str
    grid: str
    can_set: bool
    counted: bool
    watches: list[Watch]


@get("/unreached")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "unreached.see")
    building, grid = _uuid(request.query_params.get("building", "")), _uuid(request.query_params.get("grid", ""))
    sees = can(person, "household.see")
    asked = silent.Where(person.community_id, _own(person), building, grid)
    setting, n, everywhere_here, watches = await db.at_once(
        silent.settings(person.community_id),
        silent.overdue_count(asked),
        places.buildings(person.community_id),
        due_watches(person.community_id, asked.buildings) if sees else _none(),
    )
    chosen = "&".join(f"{name}={value}" for name, value in (("building", building), ("grid", grid)) if value)
    at = paging.page(paging.number(request.query_params.get("page", "")), n, f"/unreached?{chosen}" if chosen else "/unreached")
    steps = setting.steps
    risen, found, at_buildings = await db.at_once(
        silent.risen(asked, steps),
        silent.overdue(asked, limit=paging.SIZE, offset=at.offset) if sees else _none(),
        _none() if sees else silent.unreached_at([person.community_id]),
    )
    there = [b for b in everywhere_here if asked.buildings is None or b.id in asked.buildings]
    wanted = {b.id for b in there if building in (None, b.id) and grid in (None, b.grid_id)}
    named = [each for each in at_buildings if each.building_id in wanted]
    steps_up = [risen.steward - risen.dispatcher, risen.dispatcher - risen.command, risen.command]
    said = steps_up if sees else column(steps_up)
    facts = UnreachedPage(
        lines=[_line(each, each.level(steps)) for each in found],
        counts=list(zip([labels.building(each.estate, each.number) for each in named], column([each.n for each in named]), strict=True)),
        all=risen.all if sees else few(risen.all),
        risen=list(zip(LEVELS[1:], said, strict=True)),
        where=at,
        buildings=[(str(b.id), b.label) for b in there],
        grids=[(str(g), name) for g, name in sorted({(b.grid_id, b.grid) for b in there if b.grid_id}, key=lambda each: each[1])],
        building=str(building or ""),
        grid=str(grid or ""),
        can_set=can(person, "settings.change"),
        counted=setting.id is not None,
        watches=watches,
    )
    return await page(request, "care/unreached.html", facts)


async def _none() -> list[Any]:
    return []


def _own(person: Person) -> Sequence[UUID] | None:
    return None if everywhere(person, "unreached.see") else tuple(person.buildings)


def _line(one: silent.Silent, level: int) -> Line:
    return Line(
        id=one.id,
        path=f"/households/{one.id}",
        room=one.room,
        building=one.building,
        since=words.day_time(one.heard_at) if one.heard_at else "",
        due=words.day_time(one.due_at),
        tried=words.day_time(one.tried_at) if one.tried_at else "",
        tries=one.tries,
        level=LEVELS[level - 1],
    )


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed) if typed else None
    except ValueError:
        return None


class TimingPage(msgspec.Struct, frozen=True):
    """`days`: (field, label, value)."""

    version: int
    now: dict[str, str]
    days: list[tuple[str, str, str]]
    was: dict[str, str]
    differing: list[str]


async def _timing(person: Person) -> TimingPage | None:
    """None while the clocks have not begun."""
    may(person, "settings.change")
    now = await rules.timing(person.community_id)
    if now.id is None:
        return None
    days = [(field, timing_label(field), value) for field, value in now.fields.items() if field.startswith(rules.PREFIX)]
    differing = [timing_label(field) for field in (await open_about(now.id)).get(now.id, ())]
    return TimingPage(now.version, now.fields, days, edits.base(now.id, now.fields), differing)


class NotYet(msgspec.Struct, frozen=True):
    pass


@get("/unreached/timing")
async def timing(request: Request, person: NamedDependency[Person]) -> Response:
    return await _drawn(request, person)


@post("/unreached/timing")
async def retime(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, person, misfit)
    return await answer(request, receipt, to="/unreached/timing")


async def _drawn(request: Request, person: Person, misfit: Misfit | None = None) -> Response:
    if (facts := await _timing(person)) is None:
        return await page(request, "care/timing_not_yet.html", NotYet(), misfit=misfit)
    return await page(request, "care/timing.html", facts, misfit=misfit)


PAGES = [index, timing, retime]
