"""How it stands now: the figures of the board."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.board.reads import links
from app.board.reads.few import Shown, column, shown
from app.board.reads.scope import Scope
from app.care import reads as care
from app.coming import reads as coming
from app.deliveries.reads import sums as delivery_sums
from app.kernel import clock, db
from app.kernel.words import gettext, say
from app.needs.reads import pace as need_pace
from app.needs.reads import sums as need_sums
from app.people import reads as people
from app.people.reads import rosters
from app.people.reads import sums as people_sums
from app.tasks.reads import sums as task_sums

FIRST = (
    ("unreached", "alarm"),
    ("untouched", "alarm"),
    ("unowned", "watch"),
    ("older", "watch"),
    ("missing", "alarm"),
    ("unclosed", "watch"),
    ("alone", "watch"),
    ("roster_gaps", "alarm"),
    ("missed", "alarm"),
    ("untaken", "alarm"),
    ("unvouched", "watch"),
    ("doors_missing", "watch"),
)
TODAY = ("raised", "brought", "confirmed", "answered", "cancelled")


class Tile(msgspec.Struct, frozen=True):
    figure: str
    number: Shown
    label: str
    path: str
    tone: str = "plain"


class Line(msgspec.Struct, frozen=True):
    """One community of a district, with the tiles that say where it is stuck."""

    name: str
    path: str
    tiles: tuple[Tile, ...]


class Board(msgspec.Struct, frozen=True):
    """`first`: what is stuck; tones only where there is something. `quiet`: nothing has happened here yet.

    `pace`: (how it was asked, median from asking to handover in words, number of cases); empty while nothing was handed over.
    """

    at: datetime
    quiet: bool
    first: tuple[Tile, ...]
    states: tuple[Tile, ...]
    ages: tuple[Tile, ...]
    today: tuple[Tile, ...]
    runs: tuple[Tile, ...]
    tasks: tuple[Tile, ...]
    here: tuple[Tile, ...]
    pace: tuple[tuple[str, str, str], ...]
    communities: tuple[Line, ...]


Counts = dict[UUID, Counter[str]]


async def board(scope: Scope) -> Board:
    """Side by side, so of one moment; whatever stands in the slices and however many communities there are."""
    since = clock.day_start(clock.now())
    until = since + timedelta(days=2)
    ids, counts = scope.ids, {each.id: Counter[str]() for each in scope.communities}
    standing, day, tasks, runs, handed, spread, silent, alone, gaps, late, sent, took = await db.at_once(
        need_sums.standing(scope.communities),
        need_sums.day_counts(ids, since, until),
        task_sums.task_counts(ids),
        delivery_sums.run_counts(ids, since, until),
        delivery_sums.handed(ids, since, until),
        delivery_sums.spread_counts(ids),
        care.unreached(ids),
        people.gap_list(*ids),
        rosters.gaps_ahead(*ids),
        coming.late_in(ids),
        people_sums.people_counts(ids),
        need_pace.paces(ids),
    )
    for found in (standing, day, tasks):
        _add(counts, found)
    for run in runs:
        counts[run.community_id].update({"called_off" if run.state == "cancelled" else run.state: run.runs, "stops_left": run.stops_left})
    for each in handed:
        counts[each.community_id].update(handed=each.delivered, failed=each.failed)
    for each in spread:
        counts[each.community_id].update(doors_missing=each.doors - each.delivered)
    for each in silent:
        counts[each.community_id].update(unreached=each.n)
    for gap in alone:
        counts[gap.community_id].update(alone=gap.households)
    for community, n in gaps.items():
        counts[community].update(roster_gaps=n)
    _add(counts, late)
    _add(counts, sent, "here", "unvouched")
    return _drawn(scope, counts, sent, _paced(scope, took), clock.local(since).date().isoformat())


def _paced(scope: Scope, took: need_pace.Paces) -> tuple[tuple[str, str, str], ...]:
    told = (("own", took.own), ("helped", took.helped))
    return (
        tuple((gettext(f"board.pace.{name}"), _long(one), str(shown(scope, "pace", one.n))) for name, one in told)
        if took.own.n or took.helped.n
        else ()
    )


def _long(one: need_pace.Pace) -> str:
    if one.minutes is None:
        return say("board.pace.few", n=need_pace.FEW)
    unit, size = next((each for each in (("days", 1440), ("hours", 60)) if one.minutes >= 2 * each[1]), ("minutes", 1))
    shown = one.minutes / size
    return say(f"board.pace.{unit}", n=f"{shown:.0f}" if size == 1 else f"{shown:.1f}")


def _add(counts: Counts, found: Iterable[msgspec.Struct], *names: str) -> None:
    """Every number of the rows, or those named, to its community's counts."""
    for row in found:
        numbers = {name: getattr(row, name) for name in names or row.__struct_fields__}
        counts[row.community_id].update({name: n for name, n in numbers.items() if isinstance(n, int)})


def _drawn(scope: Scope, counts: Counts, sent: list[people_sums.PeopleCount], pace: tuple[tuple[str, str, str], ...], day: str) -> Board:
    sums: Counter[str] = sum(counts.values(), Counter())

    def tiles(*figures: str, **query: str) -> tuple[Tile, ...]:
        return tuple(
            Tile(name, shown(scope, name, sums[name]), gettext(f"board.figure.{name}"), links.to(scope, name, **query)) for name in figures
        )

    stuck = tuple(_stuck(scope, sums, name, tone) for name, tone in FIRST)
    return Board(
        at=clock.now(),
        quiet=not any(sums[name] for name in (*links.STATES, *TODAY, *links.RUNS, *links.TASKS, "here", "handed", "doors_missing")),
        first=stuck,
        states=tiles(*links.STATES),
        ages=tiles(*links.AGES),
        today=tiles(*TODAY, day=day),
        runs=(*tiles(*links.RUNS, "stops_left"), *tiles("handed", "failed", "finished", day=day)),
        tasks=tiles("short", "missing"),
        here=(*tiles("here"), *_organisations(scope, sent)),
        pace=pace,
        communities=() if scope.chosen else _lines(scope, counts),
    )


def _stuck(scope: Scope, sums: Counter[str], name: str, tone: str) -> Tile:
    return Tile(
        name, shown(scope, name, sums[name]), gettext(f"board.figure.{name}"), links.to(scope, name), tone if sums[name] else "plain"
    )


def _lines(scope: Scope, counts: Counts) -> tuple[Line, ...]:
    """Each community with what is stuck there; a figure is hidden by what its sum above would give away."""
    figures = (*FIRST, ("here", "plain"))
    told = {name: column(scope, name, [counts[each.id][name] for each in scope.communities]) for name, _ in figures}
    found = []
    for place, each in enumerate(scope.communities):
        tiles = [
            Tile(name, told[name][place], gettext(f"board.figure.{name}"), f"/board/rows/{name}?community={each.code}", tone)
            for name, tone in figures
            if told[name][place]
        ]
        found.append(Line(scope.names[each.id], f"/board?community={each.code}", tuple(tiles)))
    return tuple(found)


def _organisations(scope: Scope, sent: list[people_sums.PeopleCount]) -> tuple[Tile, ...]:
    """Those that somebody is here of, most first; organisations of one name in several communities are one."""
    here: Counter[str] = Counter()
    known = {row.organisation: row.organisation_id for row in sent}
    for row in sent:
        here[row.organisation or "-"] += row.here
    return tuple(
        Tile(
            "here",
            n,
            gettext("board.alone") if name == "-" else name,
            links.to(scope, "here", organisation=name, organisation_id=known.get(name)),
        )
        for name, n in here.most_common()
        if n
    )
