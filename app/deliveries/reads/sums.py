"""Figures of one or many communities for the board and the daily report, each in one query."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED, FAILED
from app.kernel import db
from app.places.counted import BuildingCount

_DONE = ", ".join(f"'{outcome}'" for outcome in DELIVERED)
_LEFT = "r.state IN ('given', 'out') AND s.id IS NOT NULL AND h.id IS NULL"
_STOPS = "LEFT JOIN stop s ON s.run_id = r.id AND s.dropped_at IS NULL LEFT JOIN handover h ON h.stop_id = s.id AND h.undone_at IS NULL"


class RunCount(msgspec.Struct, frozen=True):
    """Runs of one community in one state: draft, given and out now; finished and cancelled within the time. Stops of those."""

    community_id: UUID
    state: str
    runs: int
    stops: int
    visited: int
    stops_left: int


class HandedCount(msgspec.Struct, frozen=True):
    """Handovers of one outcome that hold, by who handed over (organisation None: nobody sent her) and where."""

    community_id: UUID
    organisation: str | None
    grid_id: UUID | None
    grid: str | None
    outcome: str
    n: int

    @property
    def delivered(self) -> int:
        return self.n if self.outcome in DELIVERED else 0

    @property
    def failed(self) -> int:
        return self.n if self.outcome in FAILED else 0


class RunRow(msgspec.Struct, frozen=True):
    """A run without its words: for those who see figures only."""

    id: UUID
    community_id: UUID
    number: int
    stops: int
    visited: int


class SpreadCount(msgspec.Struct, frozen=True):
    """The distributions of one community: how many doors they name and how many have theirs."""

    community_id: UUID
    distributions: int
    doors: int
    delivered: int


async def run_counts(community_ids: Sequence[UUID], since: datetime, until: datetime) -> list[RunCount]:
    return await db.rows(
        RunCount,
        f"""SELECT r.community_id, r.state, count(DISTINCT r.id) AS runs, count(s.id) AS stops, count(h.id) AS visited,
        sum(CASE WHEN {_LEFT} THEN 1 ELSE 0 END) AS stops_left FROM run r {_STOPS} WHERE r.community_id IN ({db.marks(community_ids)})
        AND (r.state IN ('draft', 'given', 'out') OR (r.finished_at >= ? AND r.finished_at < ?)) GROUP BY r.community_id, r.state""",
        *community_ids, since, until,
    )  # fmt: skip


async def run_rows(community_ids: Sequence[UUID], state: str, since: datetime | None, until: datetime | None) -> list[RunRow]:
    """The runs behind a figure of RunCount; the time is asked for finished and cancelled ones."""
    where, params = f"r.community_id IN ({db.marks(community_ids)}) AND r.state = ?", [*community_ids, state]
    if since and until:
        where, params = f"{where} AND r.finished_at >= ? AND r.finished_at < ?", [*params, since, until]
    return await db.rows(
        RunRow,
        f"""SELECT r.id, r.community_id, r.number, count(s.id) AS stops, count(h.id) AS visited FROM run r {_STOPS}
        WHERE {where} GROUP BY r.id ORDER BY r.number""",
        *params,
    )


_HANDED = """handover h JOIN stop s ON s.id = h.stop_id JOIN building b ON b.id = s.building_id JOIN estate e ON e.id = b.estate_id
LEFT JOIN grid g ON g.id = b.grid_id LEFT JOIN membership m ON m.account_id = h.by_id AND m.community_id = h.community_id
LEFT JOIN organisation o ON o.id = m.organisation_id"""
_ON = "h.undone_at IS NULL AND h.received_at >= ? AND h.received_at < ?"


async def handed(community_ids: Sequence[UUID], since: datetime, until: datetime) -> list[HandedCount]:
    return await db.rows(
        HandedCount,
        f"""SELECT h.community_id, o.name AS organisation, g.id AS grid_id, g.name AS grid, h.outcome, count(*) AS n FROM {_HANDED}
        WHERE h.community_id IN ({db.marks(community_ids)}) AND {_ON}
        GROUP BY h.community_id, o.name, g.id, g.name, h.outcome ORDER BY g.name IS NULL, length(g.name), g.name, o.name IS NULL, o.name""",
        *community_ids, since, until,
    )  # fmt: skip


async def spread_counts(community_ids: Sequence[UUID]) -> list[SpreadCount]:
    return await db.rows(
        SpreadCount,
        f"""SELECT x.community_id, count(DISTINCT x.distribution_id) AS distributions, count(*) AS doors,
        sum(CASE WHEN h.outcome IN ({_DONE}) THEN 1 ELSE 0 END) AS delivered
        FROM distribution_door x LEFT JOIN handover h ON h.stop_id = x.stop_id AND h.undone_at IS NULL
        WHERE x.community_id IN ({db.marks(community_ids)}) GROUP BY x.community_id""",
        *community_ids,
    )


async def stops_left(community_ids: Sequence[UUID]) -> list[BuildingCount]:
    """Where the stops are that nobody has been to yet, of runs in somebody's hands."""
    return await db.rows(
        BuildingCount,
        f"""SELECT r.community_id, b.id AS building_id, e.name AS estate, b.number, count(*) AS n FROM run r {_STOPS}
        JOIN building b ON b.id = s.building_id JOIN estate e ON e.id = b.estate_id
        WHERE r.community_id IN ({db.marks(community_ids)}) AND {_LEFT}
        GROUP BY r.community_id, b.id, e.name, b.number ORDER BY e.name, b.number""",
        *community_ids,
    )


async def doors(community_ids: Sequence[UUID], figure: str) -> list[BuildingCount]:
    """Where the doors are that distributions name. `figure`: doors_named, doors_done, doors_missing."""
    done = f"h.outcome IS NOT NULL AND h.outcome IN ({_DONE})"
    where = {"doors_done": f"AND {done}", "doors_missing": f"AND NOT ({done})"}.get(figure, "")
    return await db.rows(
        BuildingCount,
        f"""SELECT x.community_id, b.id AS building_id, e.name AS estate, b.number, count(*) AS n FROM distribution_door x
        JOIN building b ON b.id = x.building_id JOIN estate e ON e.id = b.estate_id
        LEFT JOIN handover h ON h.stop_id = x.stop_id AND h.undone_at IS NULL
        WHERE x.community_id IN ({db.marks(community_ids)}) {where}
        GROUP BY x.community_id, b.id, e.name, b.number ORDER BY e.name, b.number""",
        *community_ids,
    )


async def handed_at(
    community_ids: Sequence[UUID],
    outcomes: Sequence[str],
    since: datetime,
    until: datetime,
    *,
    grid: str = "",
    organisation: str | None = None,
) -> list[BuildingCount]:
    """Where these handovers were made. `grid`: an id or `none`; `organisation`: blank for people whom nobody sent, None for all."""
    where, params = f"h.community_id IN ({db.marks(community_ids)}) AND {_ON}", [*community_ids, since, until]
    where, params = f"{where} AND h.outcome IN ({db.marks(outcomes)})", [*params, *outcomes]
    if grid:
        where, params = (
            (f"{where} AND b.grid_id IS NULL", params) if grid == "none" else (f"{where} AND b.grid_id = ?", [*params, UUID(grid)])
        )
    if organisation is not None:
        where, params = f"{where} AND coalesce(o.name, '') = ?", [*params, organisation]
    return await db.rows(
        BuildingCount,
        f"""SELECT h.community_id, b.id AS building_id, e.name AS estate, b.number, count(*) AS n FROM {_HANDED}
        WHERE {where} GROUP BY h.community_id, b.id, e.name, b.number ORDER BY e.name, b.number""",
        *params,
    )
