"""Figures of one or many communities for the board and the daily report, each in one query.

A figure is one condition, used for its number and for the places behind it, so that the two cannot differ.
/needs with the query that `app.needs.reads.inbox` understands shows the same rows one by one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.needs.models import OPEN
from app.needs.reads.counts import AGES, UNSEEN
from app.places.counted import BuildingCount
from app.places.reads import CommunityFacts

HAPPENED = {
    "raised": "n.created_at >= ? AND n.created_at < ?",
    "brought": "n.delivered_at >= ? AND n.delivered_at < ?",
    "confirmed": "n.state = 'confirmed' AND n.confirmed_at >= ? AND n.confirmed_at < ?",
    "answered": "n.state = 'answered' AND n.closed_at >= ? AND n.closed_at < ?",
    "cancelled": "n.state = 'cancelled' AND n.closed_at >= ? AND n.closed_at < ?",
}


class Standing(msgspec.Struct, frozen=True):
    """How the needs of one community stand now. Ages are of all that is open."""

    community_id: UUID
    waiting: int
    triaged: int
    planned: int
    underway: int
    delivered: int
    hour: int
    half_day: int
    day: int
    older: int
    untouched: int
    unowned: int


class DayCount(msgspec.Struct, frozen=True):
    """What happened in the time to needs of one kind in one grid (None: buildings without one). `brought`: delivered then."""

    community_id: UUID
    grid_id: UUID | None
    grid: str | None
    kind: str
    raised: int
    brought: int
    confirmed: int
    answered: int
    cancelled: int


def _now(communities: Sequence[CommunityFacts]) -> dict[str, tuple[str, tuple[Any, ...]]]:
    now, opened = clock.now(), f"n.state IN ({db.marks(OPEN)})"
    found: dict[str, tuple[str, tuple[Any, ...]]] = {state: ("n.state = ?", (state,)) for state in OPEN}
    younger = None
    for age, span in (*AGES.items(), ("older", None)):
        bounds = [("n.created_at > ?", now - span)] if span else []
        bounds += [("n.created_at <= ?", now - younger)] if younger else []
        found[age] = (" AND ".join([opened, *(sql for sql, _ in bounds)]), (*OPEN, *(at for _, at in bounds)))
        younger = span
    by_minutes: dict[int, list[UUID]] = {}
    for each in communities:
        by_minutes.setdefault(each.untouched_minutes, []).append(each.id)
    parts, params = [], []
    for minutes, ids in by_minutes.items():
        cut = now - timedelta(minutes=minutes)
        parts.append(f"(n.community_id IN ({db.marks(ids)}) AND {UNSEEN})")
        params += [*ids, cut, cut]
    found["untouched"] = (f"({' OR '.join(parts)})", tuple(params))
    found["unowned"] = (f"{opened} AND n.owner_id IS NULL", OPEN)
    return found


def _sums(conditions: dict[str, tuple[str, tuple[Any, ...]]]) -> tuple[str, list[Any]]:
    sql = ", ".join(f"sum(CASE WHEN {where} THEN 1 ELSE 0 END) AS {name}" for name, (where, _) in conditions.items())
    return sql, [value for _, params in conditions.values() for value in params]


async def standing(communities: Sequence[CommunityFacts]) -> list[Standing]:
    """By community; one that has no open need is left out."""
    sums, params = _sums(_now(communities))
    ids = [each.id for each in communities]
    sql = f"""SELECT n.community_id, {sums} FROM need n
    WHERE n.community_id IN ({db.marks(ids)}) AND n.state IN ({db.marks(OPEN)}) GROUP BY n.community_id"""
    return await db.rows(Standing, sql, *params, *ids, *OPEN)


async def day_counts(community_ids: Sequence[UUID], since: datetime, until: datetime) -> list[DayCount]:
    """By community, grid and kind, where anything happened in `since <= t < until`."""
    conditions = {name: (where, (since, until)) for name, where in HAPPENED.items()}
    sums, params = _sums(conditions)
    return await db.rows(
        DayCount,
        f"""SELECT n.community_id, g.id AS grid_id, g.name AS grid, n.kind, {sums}
        FROM need n JOIN building b ON b.id = n.building_id LEFT JOIN grid g ON g.id = b.grid_id
        WHERE n.community_id IN ({db.marks(community_ids)}) AND ({" OR ".join(f"({where})" for where in HAPPENED.values())})
        GROUP BY n.community_id, g.id, g.name, n.kind ORDER BY g.name IS NULL, length(g.name), g.name""",
        *params, *community_ids, *(since, until) * len(HAPPENED),
    )  # fmt: skip


async def raised_between(community_ids: Sequence[UUID], edges: Sequence[datetime]) -> list[int]:
    """How many were raised between each edge and the next; one fewer than there are edges."""
    spans = list(pairwise(edges))
    which = " ".join(f"WHEN n.created_at < ? THEN {i}" for i in range(len(spans)))

    class Row(msgspec.Struct):
        span: int
        n: int

    found = await db.rows(
        Row,
        f"""SELECT CASE {which} ELSE -1 END AS span, count(*) AS n FROM need n
        WHERE n.community_id IN ({db.marks(community_ids)}) AND n.created_at >= ? AND n.created_at < ? GROUP BY 1""",
        *edges[1:], *community_ids, edges[0], edges[-1],
    )  # fmt: skip
    counted = {row.span: row.n for row in found}
    return [counted.get(i, 0) for i in range(len(spans))]


async def by_building(
    figure: str,
    communities: Sequence[CommunityFacts],
    since: datetime,
    until: datetime,
    *,
    kind: str = "",
    grid: str = "",
) -> list[BuildingCount]:
    """Where the needs behind a figure are; the counts add up to it.

    `figure`: a name of Standing or of DayCount. `grid`: an id, or `none` for buildings without one.
    """
    where, params = (HAPPENED[figure], (since, until)) if figure in HAPPENED else _now(communities)[figure]
    more, ids = list(params), [each.id for each in communities]
    if kind:
        where, more = f"{where} AND n.kind = ?", [*more, kind]
    if grid:
        where, more = (f"{where} AND b.grid_id IS NULL", more) if grid == "none" else (f"{where} AND b.grid_id = ?", [*more, UUID(grid)])
    return await db.rows(
        BuildingCount,
        f"""SELECT n.community_id, b.id AS building_id, e.name AS estate, b.number, count(*) AS n
        FROM need n JOIN building b ON b.id = n.building_id JOIN estate e ON e.id = b.estate_id
        WHERE n.community_id IN ({db.marks(ids)}) AND {where} GROUP BY n.community_id, b.id, e.name, b.number ORDER BY e.name, b.number""",
        *ids, *more,
    )  # fmt: skip
