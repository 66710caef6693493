"""配送: what waits to be bundled, what is planned, given, under way, finished today."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.deliveries import reads
from app.deliveries.models import DELIVERED, FAILED, STATES
from app.journal.record import version_of
from app.kernel import clock, paging
from app.kernel.reply import Live, fragment, live, not_modified, page
from app.kernel.words import day_time, gettext, say
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may
from app.places import labels


class RunsPage(msgspec.Struct, frozen=True):
    """`groups`: (state, its words, runs). `waiting`: bundles of needs, for who plans. `torn`: two accounts of a door, to decide."""

    groups: tuple[tuple[str, str, list[reads.RunLine]], ...]
    bundles: list[reads.Bundle]
    homeless: int
    spread: list[reads.DistributionLine]
    left: int
    done: int
    total: int
    plans: bool
    torn: list[reads.Dispute]
    live: Live


class RunListPage(msgspec.Struct, frozen=True):
    title: str
    runs: list[reads.RunLine]
    pager: paging.Page


class Happened(msgspec.Struct, frozen=True):
    path: str
    room: str
    meta: tuple[str, ...]
    words: str
    delivered: bool


class HappenedPage(msgspec.Struct, frozen=True):
    title: str
    found: list[Happened]


@get("/runs")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    if not can(person, "run.plan"):
        may(person, "board.see")
    if wanted := request.query_params.get("happened", ""):
        return await page(request, "deliveries/happened.html", await _happened(request, person, wanted))
    if (state := request.query_params.get("state", "")) in STATES:
        return await page(request, "deliveries/list.html", await _list(request, person, state))
    return await page(request, "deliveries/index.html", await facts(person, await version_of(person.community_id)))


@get("/runs/live")
async def renewed(request: Request, person: NamedDependency[Person]) -> Response:
    """The lists of /runs again, when anything happened."""
    if not can(person, "run.plan"):
        may(person, "board.see")
    now = await version_of(person.community_id)
    return not_modified(request, now) or fragment(request, "deliveries/_index.html", await facts(person, now), version=now)


async def facts(person: Person, now: str) -> RunsPage:
    plans = can(person, "run.plan")
    open_ = await reads.open_runs(person.community_id)
    finished = await reads.runs(person.community_id, "finished", since=clock.day_start(clock.now()), limit=100)
    under_way = [run for run in open_ if run.state in ("given", "out")] + finished
    by_state = {state: [run for run in (*open_, *finished) if run.state == state] for state in ("out", "given", "draft", "finished")}
    return RunsPage(
        groups=tuple((state, gettext(f"deliveries.index.{state}"), runs) for state, runs in by_state.items() if runs),
        bundles=await reads.suggestions(person.community_id) if plans else [],
        homeless=len(await reads.doorless(person.community_id)) if plans else 0,
        spread=[line for line in await reads.distributions(person.community_id) if not line.complete][:5],
        left=sum(run.left for run in under_way),
        done=sum(run.visited for run in under_way),
        total=sum(run.stops for run in under_way),
        plans=plans,
        torn=await reads.disputes(person.community_id),
        live=live("/runs/live", now),
    )


async def _list(request: Request, person: Person, state: str) -> RunListPage:
    since, until = _span(request.query_params.get("day", ""))
    ended = {"since": since, "until": until} if state in ("finished", "cancelled") else {}
    total = await reads.count(person.community_id, state, **ended)
    day = f"&day={request.query_params['day']}" if since else ""
    pager = paging.page(_number(request), total, f"/runs?state={state}{day}")
    runs = await reads.runs(person.community_id, state, **ended, limit=paging.SIZE, offset=pager.offset)
    return RunListPage(gettext(f"deliveries.index.{state}"), runs, pager)


async def _happened(request: Request, person: Person, wanted: str) -> HappenedPage:
    """The rows behind a figure: ?happened=at_door, or `delivered` or `failed` for all of that side."""
    outcomes = {"delivered": DELIVERED, "failed": FAILED}.get(wanted) or ((wanted,) if wanted in (*DELIVERED, *FAILED) else DELIVERED)
    since, until = _span(request.query_params.get("day", ""))
    since, until = since or clock.day_start(clock.now()), until or clock.now() + timedelta(minutes=1)
    grid, organisation = _uuid(request.query_params.get("grid", "")), request.query_params.get("organisation")
    found = await reads.happened(person.community_id, outcomes, since, until, grid=grid, organisation=organisation)
    names = await people.names({row.by_id for row in found})
    return HappenedPage(gettext("deliveries.happened.title"), [_row(row, names) for row in found])


def _row(row: reads.HappenedLine, names: dict[UUID, str]) -> Happened:
    room = labels.door(row.estate, row.building, row.unit, row.floor, row.door)
    meta = (day_time(row.received_at), names.get(row.by_id, "—"), say("deliveries.run.label", number=row.run_number))
    words = gettext(f"deliveries.outcome.{row.outcome}")
    return Happened(f"/runs/{row.run_id}#stop-{row.stop_id}", room, meta, words, row.outcome in DELIVERED)


def _span(day: str) -> tuple[datetime | None, datetime | None]:
    """From midnight to midnight of that day in the community's zone."""
    try:
        start = datetime.combine(date.fromisoformat(day), time(), clock.ZONE.get())
        return start, start + timedelta(days=1)
    except (ValueError, OverflowError):
        return None, None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


PAGES = [index, renewed]
