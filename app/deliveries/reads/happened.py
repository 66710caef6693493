"""The rows behind a figure about handovers (the figures themselves are in `sums`)."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db

_IN = "h.community_id = ? AND h.undone_at IS NULL AND h.received_at >= ? AND h.received_at < ?"


class HappenedLine(msgspec.Struct, frozen=True):
    """A handover as a row behind a figure."""

    stop_id: UUID
    run_id: UUID
    run_number: int
    estate: str
    building: int
    unit: int
    floor: int
    door: int
    outcome: str
    by_id: UUID
    received_at: datetime


async def happened(
    community_id: UUID, outcomes: tuple[str, ...], since: datetime, until: datetime, *,
    grid: UUID | None = None, organisation: str | None = None, limit: int = 500,
) -> list[HappenedLine]:  # fmt: skip
    """The rows that a figure counts, newest first."""
    where, params = f"{_IN} AND h.outcome IN ({db.marks(outcomes)})", [community_id, since, until, *outcomes]
    if grid is not None:
        where, params = f"{where} AND b.grid_id = ?", [*params, grid]
    if organisation is not None:
        where, params = f"{where} AND coalesce(o.name, '') = ?", [*params, organisation]
    return await db.rows(
        HappenedLine,
        f"""SELECT s.id AS stop_id, r.id AS run_id, r.number AS run_number, e.name AS estate, b.number AS building, s.unit, s.floor, s.door,
        h.outcome, h.by_id, h.received_at FROM handover h JOIN stop s ON s.id = h.stop_id JOIN run r ON r.id = s.run_id
        JOIN building b ON b.id = s.building_id JOIN estate e ON e.id = b.estate_id
        LEFT JOIN membership m ON m.account_id = h.by_id AND m.community_id = h.community_id
        LEFT JOIN organisation o ON o.id = m.organisation_id
        WHERE {where} ORDER BY h.received_at DESC, h.id LIMIT ?""",
        *params,
        limit,
    )
