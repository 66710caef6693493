"""How it stands now: the figures of the board."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.board.reads import links
from app.board.reads.scope import Scope
from app.deliveries.reads import sums as delivery_sums
from app.kernel import clock
from app.kernel.words import gettext
from app.needs.reads import sums as need_sums
from app.people import reads as people
from app.people.reads import sums as people_sums
from app.tasks.reads import sums as task_sums

FIRST = (
    ("untouched", "alarm"),
    ("unowned", "watch"),
    ("older", "watch"),
    ("missing", "alarm"),
    ("unclosed", "watch"),
    ("alone", "watch"),
    ("unvouched", "watch"),
    ("doors_missing", "watch"),
)
TODAY = ("raised", "brought", "confirmed", "answered", "cancelled")


class Tile(msgspec.Struct, frozen=True):
    figure: str
    number: int
    label: str
    path: str
    tone: str = "plain"


class Line(msgspec.Struct, frozen=True):
    """One community of a district, with the tiles that say where it is stuck."""

    name: str
    path: str
    tiles: tuple[Tile, ...]


class Board(msgspec.Struct, frozen=True):
    """`first`: what is stuck; tones only where there is something. `quiet`: nothing has happened here yet."""

    at: datetime
    quiet: bool
    first: tuple[Tile, ...]
    states: tuple[Tile, ...]
    ages: tuple[Tile, ...]
    today: tuple[Tile, ...]
    runs: tuple[Tile, ...]
    tasks: tuple[Tile, ...]
    here: tuple[Tile, ...]
    communities: tuple[Line, ...]


Counts = dict[UUID, Counter[str]]


async def board(scope: Scope) -> Board:
    """One query a slice or two, whatever stands in them and however many communities there are."""
    since = clock.day_start(clock.now())
    until = since + timedelta(days=2)
    ids, counts = scope.ids, {each.id: Counter[str]() for each in scope.communities}
    _add(counts, await need_sums.standing(scope.communities))
    _add(counts, await need_sums.day_counts(ids, since, until))
    _add(counts, await task_sums.task_counts(ids))
    for run in await delivery_sums.run_counts(ids, since, until):
        counts[run.community_id].update({"called_off" if run.state == "cancelled" else run.state: run.runs, "stops_left": run.stops_left})
    for handed in await delivery_sums.handed(ids, since, until):
        counts[handed.community_id].update(handed=handed.delivered, failed=handed.failed)
    for spread in await delivery_sums.spread_counts(ids):
        counts[spread.community_id].update(doors_missing=spread.doors - spread.delivered)
    for gap in await people.gap_list(*ids):
        counts[gap.community_id].update(alone=gap.households)
    sent = await people_sums.people_counts(ids)
    _add(counts, sent, "here", "unvouched")
    return _drawn(scope, counts, sent, clock.local(since).date().isoformat())


def _add(counts: Counts, found: Iterable[msgspec.Struct], *names: str) -> None:
    """Every number of the rows, or those named, to its community's counts."""
    for row in found:
        numbers = {name: getattr(row, name) for name in names or row.__struct_fields__}
        counts[row.community_id].update({name: n for name, n in numbers.items() if isinstance(n, int)})


def _drawn(scope: Scope, counts: Counts, sent: list[people_sums.PeopleCount], day: str) -> Board:
    sums: Counter[str] = sum(counts.values(), Counter())

    def tiles(*figures: str, **query: str) -> tuple[Tile, ...]:
        return tuple(Tile(name, sums[name], gettext(f"board.figure.{name}"), links.to(scope, name, **query)) for name in figures)

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
        communities=() if scope.chosen else tuple(_line(scope, each.id, each.code, counts[each.id]) for each in scope.communities),
    )


def _stuck(scope: Scope, sums: Counter[str], name: str, tone: str, path: str = "") -> Tile:
    return Tile(name, sums[name], gettext(f"board.figure.{name}"), path or links.to(scope, name), tone if sums[name] else "plain")


def _line(scope: Scope, community: UUID, code: str, sums: Counter[str]) -> Line:
    shown = [_stuck(scope, sums, name, tone, f"/board/rows/{name}?community={code}") for name, tone in (*FIRST, ("here", "plain"))]
    return Line(scope.names[community], f"/board?community={code}", tuple(tile for tile in shown if tile.number))


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
