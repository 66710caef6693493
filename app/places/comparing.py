"""A ledger's buildings beside those that stand: what installing them would add and change."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import db
from app.places.ledger import BuildingRow
from app.places.numerals import plain

EXTENTS = ("units", "floors", "doors")


class There(msgspec.Struct, frozen=True):
    """A building as it stands."""

    id: UUID
    estate_id: UUID
    estate: str
    managed: bool | None
    number: int
    units: int
    floors: int
    doors: int
    grid_id: UUID | None
    grid: str | None


class Compared(msgspec.Struct, frozen=True):
    """A ledger's building beside the one that stands there. `changes`: (field, old, new); `smaller` ones are left alone."""

    row: BuildingRow
    there: There | None
    changes: tuple[tuple[str, Any, Any], ...] = ()
    smaller: bool = False

    @property
    def state(self) -> str:
        if self.smaller:
            return "refused"
        return "added" if self.there is None else "changed" if self.changes else "unchanged"


_THERE = """SELECT b.id, b.estate_id, e.name AS estate, e.managed, b.number, b.units, b.floors, b.doors, b.grid_id, g.name AS grid
FROM building b JOIN estate e ON e.id = b.estate_id LEFT JOIN grid g ON g.id = b.grid_id WHERE b.community_id = ?"""


async def compare(community_id: UUID, rows: Sequence[BuildingRow]) -> list[Compared]:
    """What installing `rows` would do. A blank grid or an unknown management says nothing and changes nothing."""
    there = {(plain(b.estate), b.number): b for b in await db.rows(There, _THERE, community_id)}
    managed = managed_of(rows)
    return [_compared(row, there.get((plain(row.estate), row.number)), managed) for row in rows]


def managed_of(rows: Sequence[BuildingRow]) -> dict[str, bool]:
    """By estate: one building with a management company is enough."""
    said: dict[str, bool] = {}
    for row in rows:
        if row.managed is not None:
            said[plain(row.estate)] = said.get(plain(row.estate), False) or row.managed
    return said


def _compared(row: BuildingRow, there: There | None, managed: dict[str, bool]) -> Compared:
    if there is None:
        return Compared(row, None)
    if any(getattr(row, part) < getattr(there, part) for part in EXTENTS):
        return Compared(row, there, smaller=True)
    changes = [(part, getattr(there, part), getattr(row, part)) for part in EXTENTS if getattr(row, part) > getattr(there, part)]
    verdict = managed.get(plain(row.estate))
    if row.managed is not None and verdict is not None and verdict != there.managed:
        changes.append(("managed", there.managed, verdict))
    if row.grid and plain(row.grid) != plain(there.grid or ""):
        changes.append(("grid", there.grid or "", row.grid))
    return Compared(row, there, tuple(changes))
