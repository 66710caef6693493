"""What leaves a run without anybody on it pressing: a need taken back, carriers whose time for correcting is over."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people.rules import grants


class Ended(msgspec.Struct, frozen=True):
    id: UUID
    finished_at: datetime
    correct_hours: int


_EMPTY = """UPDATE stop SET dropped_at = ?, version = version + 1 WHERE id = ? AND dropped_at IS NULL
AND NOT EXISTS (SELECT 1 FROM stop_need n WHERE n.stop_id = stop.id AND n.left_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM distribution_door d WHERE d.stop_id = stop.id)
AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = stop.id AND h.undone_at IS NULL)"""


async def drop_need(need_id: UUID) -> None:
    """Off its stop; a stop to which nothing is brought any more is dropped, so that nobody climbs there for nothing."""

    class Row(msgspec.Struct):
        stop_id: UUID
        run_id: UUID

    sql = "SELECT n.stop_id, s.run_id FROM stop_need n JOIN stop s ON s.id = n.stop_id WHERE n.need_id = ? AND n.left_at IS NULL"
    on = await db.one(Row, sql, need_id)
    if on is None:
        return
    await db.run("UPDATE run SET version = version + 1 WHERE id = ?", on.run_id)
    if await db.run("UPDATE stop_need SET left_at = ? WHERE need_id = ? AND left_at IS NULL", clock.now(), need_id):
        await db.run(_EMPTY, clock.now(), on.stop_id)
        await grants.end(need_id)


async def end_carriers(run_id: UUID) -> None:
    await db.run("UPDATE carrier SET ended_at = ? WHERE run_id = ? AND ended_at IS NULL", clock.now(), run_id)
    await grants.end(run_id)
