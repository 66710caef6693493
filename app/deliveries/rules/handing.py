"""What happened at a door: handed over, or not and why. The first to say so has said it."""

from uuid import UUID

from app.deliveries import reads
from app.deliveries.rules.carrying import set_out
from app.deliveries.rules.holding import CARRIED, carried, hold, in_state, needs_on, take_needs
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken
from app.needs.rules import fulfilling
from app.people.person import Person
from app.places import reads as places

OUTCOMES = {"hand": "in_hand", "door": "at_door", "drop_point": "drop_point"}
HOW = {"in_hand": "hand", "at_door": "door", "drop_point": "point"}


async def hand_over(run_id: UUID, stop_id: UUID, *, where: str, by: Person) -> Done:
    """`where`: door, hand or drop_point. Raises Overtaken (`taken`) if somebody has said what happened here."""
    return await _settle(run_id, stop_id, OUTCOMES[where], "", by)


async def fail(run_id: UUID, stop_id: UUID, *, reason: str, note: str = "", by: Person) -> Done:
    """Its needs go back to their owners with the reason."""
    return await _settle(run_id, stop_id, reason, note, by)


async def _settle(run_id: UUID, stop_id: UUID, outcome: str, note: str, by: Person) -> Done:
    run = await carried(run_id, by)
    state = await hold(run.id, "given", "out")
    stop = await reads.stop(run.id, stop_id)
    if stop is None:
        raise Gone("stop")
    if stop.dropped_at is not None:
        raise Overtaken("deliveries.dropped")
    handover_id = await say(stop, outcome, note, by)
    if handover_id is None:
        raise Overtaken("deliveries.taken")
    if state == "given":
        await set_out(run, by)
    on = await needs_on([stop.id])
    await move(await in_state(on, *CARRIED), outcome, by)
    await take_needs(on)
    await db.run(
        "UPDATE stop_need SET left_at = ?, handover_id = ? WHERE stop_id = ? AND left_at IS NULL", clock.now(), handover_id, stop.id
    )
    happened(stop, "delivery.handed_over" if outcome in HOW else "delivery.failed", outcome)
    return Done(f"deliveries.done.{outcome}", {"room": stop.room}, about=str(stop.id), undo=f"/runs/{run.id}/stops/{stop.id}/undo")


async def say(stop: reads.StopRow, outcome: str, note: str, by: Person, corrects: UUID | None = None) -> UUID | None:
    """Write the fact; None when another one holds for this stop."""
    facts, handover_id, now = await places.community(stop.community_id), ids.new(), clock.now()
    sealed = seal.Seal("handover", handover_id, facts.key_id, facts.emergency_id).close("note", note)
    written = await db.run(
        """INSERT INTO handover(id, community_id, stop_id, outcome, by_id, at, received_at, note_sealed, corrects)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
        handover_id, stop.community_id, stop.id, outcome, by.id, current().when, now, sealed, corrects,
    )  # fmt: skip
    await db.run("UPDATE stop SET version = version + 1 WHERE id = ?", stop.id)
    return handover_id if written else None


async def move(need_ids: list[UUID], outcome: str, by: Person) -> None:
    if outcome in HOW:
        await fulfilling.deliver(need_ids, by=by, how=HOW[outcome])
    else:
        await fulfilling.fail(need_ids, by=by, reason=f"deliveries.outcome.{outcome}")


def happened(stop: reads.StopRow, kind: str, outcome: str) -> None:
    words = f"deliveries.outcome.{outcome}"
    record(kind, stop.id, community=stop.community_id, household=stop.household_id, run=str(stop.run_id), outcome=words)
