"""The stops of a run with the handover that holds, in walking order."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.deliveries.reads.runs import RunLine
from app.deliveries.reads.walking import walk
from app.kernel import db
from app.places import labels


class StopRow(msgspec.Struct, frozen=True, kw_only=True):
    """A stop with the handover that holds, if there is one."""

    id: UUID
    community_id: UUID
    run_id: UUID
    building_id: UUID
    estate: str
    building: int
    household_id: UUID | None
    unit: int
    floor: int
    door: int
    dropped_at: datetime | None
    version: int
    handover_id: UUID | None
    outcome: str | None
    by_id: UUID | None
    at: datetime | None
    received_at: datetime | None
    note_sealed: bytes | None

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def delivered(self) -> bool:
        return self.outcome in DELIVERED


_SELECT = """SELECT s.id, s.community_id, s.run_id, s.building_id, e.name AS estate, b.number AS building, s.household_id, s.unit, s.floor,
s.door, s.dropped_at, s.version, h.id AS handover_id, h.outcome, h.by_id, h.at, h.received_at, h.note_sealed
FROM stop s JOIN building b ON b.id = s.building_id JOIN estate e ON e.id = b.estate_id
LEFT JOIN handover h ON h.stop_id = s.id AND h.undone_at IS NULL"""


async def stop(run_id: UUID, stop_id: UUID) -> StopRow | None:
    return await db.one(StopRow, f"{_SELECT} WHERE s.id = ? AND s.run_id = ?", stop_id, run_id)


async def stop_rows(run_id: UUID) -> list[StopRow]:
    return await db.rows(StopRow, f"{_SELECT} WHERE s.run_id = ?", run_id)


async def stops(run: RunLine) -> list[StopRow]:
    return walk(await stop_rows(run.id), top_first=run.top_first)
