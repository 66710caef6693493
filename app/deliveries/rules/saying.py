"""Writing down what happened at a door, and what moves with it."""

from datetime import datetime
from uuid import UUID

from app.deliveries import reads
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import current
from app.needs.rules import fulfilling
from app.people.person import Person
from app.places import reads as places

HOW = {"in_hand": "hand", "at_door": "door", "drop_point": "point"}


async def say(
    stop: reads.StopRow, outcome: str, note: str, by: Person, *, corrects: UUID | None = None, whose: UUID | None = None, at: datetime | None = None
) -> UUID:  # fmt: skip
    """Write the fact; the run is held and no other one holds for this stop. `whose`, `at`: who said it and when, if not this act."""
    facts, handover_id, now = await places.community(stop.community_id), ids.new(), clock.now()
    sealed = seal.Seal("handover", handover_id, facts.key_id, facts.emergency_id).close("note", note)
    await db.run(
        """INSERT INTO handover(id, community_id, stop_id, outcome, by_id, at, received_at, note_sealed, corrects)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        handover_id, stop.community_id, stop.id, outcome, whose or by.id, at or current().when, now, sealed, corrects,
    )  # fmt: skip
    await db.run("UPDATE stop SET version = version + 1 WHERE id = ?", stop.id)
    return handover_id


async def move(need_ids: list[UUID], outcome: str, by: Person) -> None:
    if outcome in HOW:
        await fulfilling.deliver(need_ids, by=by, how=HOW[outcome])
    else:
        await fulfilling.fail(need_ids, by=by, reason=f"deliveries.outcome.{outcome}")


def happened(stop: reads.StopRow, kind: str, outcome: str) -> None:
    words = f"deliveries.outcome.{outcome}"
    record(kind, stop.id, community=stop.community_id, household=stop.household_id, run=str(stop.run_id), outcome=words)
