"""What lies behind a figure where no list shows it: communities, then buildings, runs, tasks or organisations. No names of residents."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from app.board.reads import links
from app.board.reads.scope import Scope
from app.care import reads as care
from app.coming import reads as coming
from app.deliveries import reads as deliveries
from app.deliveries.models import DELIVERED, FAILED
from app.deliveries.reads import sums as delivery_sums
from app.kernel.words import day_time, gettext, say
from app.needs.reads import sums as need_sums
from app.people import attendance
from app.people import reads as people
from app.people.reads import rosters
from app.people.reads import sums as people_sums
from app.places.counted import BuildingCount
from app.tasks.reads import sums as task_sums


class Asked(msgspec.Struct, frozen=True):
    """A figure and what narrows it. `grid`: an id or `none`; `organisation`: a name, or `-` for those whom nobody sent."""

    figure: str
    since: datetime
    until: datetime
    day: str = ""
    kind: str = ""
    grid: str = ""
    organisation: str = ""

    @property
    def query(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in ("day", "kind", "grid", "organisation") if getattr(self, name)}


class Row(msgspec.Struct, frozen=True):
    """`n` of the figure stand behind this row; `n` of all rows add up to it."""

    community_id: UUID
    label: str
    n: int | float
    path: str = ""
    meta: str = ""


async def behind(scope: Scope, asked: Asked) -> list[Row]:
    """For a district by community, each opening the same figure there."""
    found = await _rows(scope, asked)
    if scope.chosen:
        return found
    sums: Counter[UUID] = Counter()
    for row in found:
        sums[row.community_id] += row.n
    return [Row(each.id, each.name, _rounded(sums[each.id]), _same(each.code, asked)) for each in scope.communities if sums[each.id]]


def _rounded(n: int | float) -> int | float:
    return round(n, 1) if isinstance(n, float) else n


def _same(code: str, asked: Asked) -> str:
    return f"/board/rows/{asked.figure}?" + links.urlencode({"community": code, **asked.query})


async def _rows(scope: Scope, asked: Asked) -> list[Row]:
    figure, ids = asked.figure, scope.ids
    match figure:
        case "stops_left" if scope.named:
            runs = await deliveries.open_runs(ids[0])
            return [Row(r.community_id, r.label, r.left, r.path, r.state_label) for r in runs if r.state in ("given", "out") and r.left]
        case "stops_left":
            return _buildings(await delivery_sums.stops_left(ids))
        case "doors_named" | "doors_done" | "doors_missing" if scope.named:
            counted = [
                (d, {"doors_named": d.doors, "doors_done": d.delivered}.get(figure, d.doors - d.delivered))
                for d in await deliveries.distributions(ids[0])
            ]
            return [Row(d.community_id, d.what, n, f"{d.path}/missing" if figure == "doors_missing" else d.path) for d, n in counted if n]
        case "doors_named" | "doors_done" | "doors_missing":
            return _buildings(await delivery_sums.doors(ids, figure))
        case "unreached":
            return _buildings(await care.unreached_at(ids))
        case "untaken" | "missed":
            return _buildings(await coming.late_at(ids, figure))
        case "alone":
            return [Row(gap.community_id, gap.label, gap.households) for gap in await people.gap_list(*ids)]
        case "roster_gaps":
            return [
                Row(p.community_id, p.name, 1, _own(scope, p.path), " ".join(rosters.span_words(*hole)))
                for p, hole in await rosters.holes_ahead(*ids)
            ]
        case "here" | "unvouched":
            counts = [c for c in await people_sums.people_counts(ids) if _sent(c.organisation, asked.organisation)]
            return [Row(c.community_id, c.organisation or gettext("board.alone"), n) for c in counts if (n := getattr(c, figure))]
    if figure in links.ATTENDED:
        return await _attended(scope, asked)
    if figure in links.TASKS:
        found = await task_sums.task_rows(ids, figure)
        return [Row(t.community_id, _task(t), t.free if figure == "missing" else 1, _own(scope, f"/tasks/{t.id}")) for t in found]
    if figure in (*links.RUNS, *links.ENDED):
        state = "cancelled" if figure == "called_off" else figure
        found = await delivery_sums.run_rows(ids, state, *((asked.since, asked.until) if figure in links.ENDED else (None, None)))
        return [Row(r.community_id, _run(r), 1, _own(scope, f"/runs/{r.id}")) for r in found]
    if figure in links.HANDED:
        outcomes = {"handed": DELIVERED, "failed": FAILED}.get(figure, (figure,))
        organisation = {"": None, "-": ""}.get(asked.organisation, asked.organisation)
        return _buildings(
            await delivery_sums.handed_at(ids, outcomes, asked.since, asked.until, grid=asked.grid, organisation=organisation)
        )
    found = await need_sums.by_building(figure, scope.communities, asked.since, asked.until, kind=asked.kind, grid=asked.grid)
    return _buildings(found, scope, asked)


def _sent(organisation: str | None, wanted: str) -> bool:
    return wanted in ("", organisation or "-")


def _own(scope: Scope, path: str) -> str:
    return path if scope.named else ""


def _run(run: delivery_sums.RunRow) -> str:
    return say("board.run", number=run.number, visited=run.visited, stops=run.stops)


def _task(task: task_sums.TaskGap) -> str:
    return say("board.task", number=task.number, when=day_time(task.starts_at), free=task.free)


def _buildings(found: Iterable[BuildingCount], scope: Scope | None = None, asked: Asked | None = None) -> list[Row]:
    """For a dispatcher a building opens the needs that are there."""

    def path(building: UUID) -> str:
        if not (scope and asked and scope.named and asked.figure in links.HAPPENED):
            return ""
        said = {"happened": links.HAPPENED[asked.figure], "day": asked.day, "kind": asked.kind, "building": str(building)}
        return "/needs?" + links.urlencode({name: value for name, value in said.items() if value})

    return [Row(each.community_id, each.label, each.n, path(each.building_id)) for each in found]


async def _attended(scope: Scope, asked: Asked) -> list[Row]:
    """By person where she may see who, else by organisation."""
    stays = [s for s in await attendance.stays(scope.ids, asked.since, asked.until) if _sent(s.organisation, asked.organisation)]
    groups: dict[tuple[UUID, object], list[attendance.Stay]] = {}
    for stay in stays:
        groups.setdefault((stay.community_id, stay.account_id if scope.named else stay.organisation), []).append(stay)
    names = await people.names({account for _, account in groups if account}) if scope.named else {}
    found = []
    for (community, who), theirs in groups.items():
        sums = attendance.summed(theirs[0].organisation, theirs, asked.since, asked.until)
        label = names[who] if scope.named else who or gettext("board.alone")
        meta = (theirs[0].organisation or gettext("board.alone")) if scope.named else ""
        found.append(Row(community, label, getattr(sums, asked.figure), _own(scope, f"/people/{who}"), meta))
    return [row for row in found if row.n]
