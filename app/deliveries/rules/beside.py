"""A second account of a door: kept beside the one that holds, without a second effect."""

from app.deliveries import reads
from app.deliveries.models import DELIVERED
from app.deliveries.rules import disputing
from app.deliveries.rules.saying import happened
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done, current
from app.people.person import Person
from app.places import reads as places


async def keep(run: reads.RunLine, stop: reads.StopRow, outcome: str, note: str, by: Person) -> Done:
    """The same kind of outcome agrees; brought against not brought is a conflict until a person decides."""
    facts, row = await places.community(stop.community_id), ids.new()
    sealed = seal.Seal("evidence", row, facts.key_id, facts.emergency_id).close("note", note)
    await db.run(
        """INSERT INTO evidence(id, community_id, stop_id, handover_id, outcome, by_id, at, received_at, note_sealed)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        row, stop.community_id, stop.id, stop.handover_id, outcome, by.id, current().when, clock.now(), sealed,
    )  # fmt: skip
    await db.run("UPDATE stop SET version = version + 1 WHERE id = ?", stop.id)
    happened(stop, "delivery.said_beside", outcome)
    told = {"room": stop.room, "who": str(stop.by_id)}
    if (outcome in DELIVERED) == stop.delivered:
        return Done("late.beside", told, about=str(stop.id), mark="beside")
    await disputing.open_one(run, stop, "outcome", evidence=row)
    return Done("late.conflict.outcome", told, about=str(stop.id), state="conflict", mark="outcome")
