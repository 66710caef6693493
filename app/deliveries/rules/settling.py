"""Deciding between two accounts. What was said stays; the decision says which of it counts."""

from uuid import UUID

from app.deliveries import reads
from app.deliveries.rules.holding import CARRIED, planned, take_needs, touch
from app.deliveries.rules.mending import put_right
from app.deliveries.rules.saying import HOW, happened
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.needs import reads as needs
from app.needs.rules import fulfilling
from app.people.person import Person


async def settle(run_id: UUID, dispute_id: UUID, *, change: bool, by: Person) -> Done:
    """Keep what counts now, or `change` to the other account."""
    run = await planned(run_id, by)
    await touch(run.id)
    found = await reads.dispute(run.id, dispute_id)
    if found is None:
        raise Gone("dispute")
    stop = await reads.stop(run.id, found.stop_id)
    if found.settled_at is not None:
        raise Overtaken("late.settled_already")
    if change:
        await {"outcome": _other_account, "need": _need_came, "door": _door_came}[found.why](run, stop, found, by)
    await db.run(
        "UPDATE dispute SET settled_at = ?, settled_by = ?, decision = ? WHERE id = ? AND settled_at IS NULL",
        clock.now(), by.id, "changed" if change else "kept", found.id,
    )  # fmt: skip
    await db.run("UPDATE stop SET version = version + 1 WHERE id = ?", stop.id)
    happened(stop, "delivery.settled", (await reads.stop(run.id, stop.id)).outcome or stop.outcome or found.other)
    return Done("late.settled.changed" if change else "late.settled.kept", {"room": stop.room}, about=str(stop.id))


async def _other_account(run: reads.RunLine, stop: reads.StopRow, found: reads.Dispute, by: Person) -> None:
    """The handover is corrected to what the other one said, in her name and at her time."""
    if stop.handover_id is None:
        raise Overtaken("deliveries.nothing_said")
    if found.other != stop.outcome:
        await put_right(run, stop, found.other, "", by, evidence=found.evidence_id)


async def _need_came(run: reads.RunLine, stop: reads.StopRow, found: reads.Dispute, by: Person) -> None:
    """Off the run that would bring it again: it has been delivered by this stop."""
    await fulfilling.hold([found.need_id])
    [line] = await needs.lines([found.need_id])
    if line.state not in CARRIED or stop.outcome not in HOW:
        raise Overtaken("late.nothing_to_change")
    await fulfilling.deliver([line.id], by=by, how=HOW[stop.outcome])
    await take_needs([line.id])
    others = await db.rows(UUID, "SELECT stop_id FROM stop_need WHERE need_id = ? AND left_at IS NULL", line.id)
    await db.run("UPDATE stop_need SET left_at = ? WHERE need_id = ? AND left_at IS NULL", clock.now(), line.id)
    await _drop_empty(others)


async def _door_came(run: reads.RunLine, stop: reads.StopRow, found: reads.Dispute, by: Person) -> None:
    """The distribution's door was served by this stop; nobody goes there again."""
    where = "distribution_id = ? AND household_id = ?"
    others = await db.rows(
        UUID, f"SELECT stop_id FROM distribution_door WHERE {where} AND stop_id IS NOT NULL", run.distribution_id, stop.household_id
    )
    await db.run(f"UPDATE distribution_door SET stop_id = ? WHERE {where}", stop.id, run.distribution_id, stop.household_id)
    await _drop_empty([each for each in others if each != stop.id])


async def _drop_empty(stop_ids: list[UUID]) -> None:
    """Nobody climbs for nothing; the run's carriers see it at the next look."""
    for stop_id in stop_ids:
        await db.run(
            """UPDATE stop SET dropped_at = ?, version = version + 1 WHERE id = ? AND dropped_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM stop_need n WHERE n.stop_id = stop.id AND n.left_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM distribution_door d WHERE d.stop_id = stop.id)
            AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = stop.id AND h.undone_at IS NULL)""",
            clock.now(), stop_id,
        )  # fmt: skip
        await db.run("UPDATE run SET version = version + 1 WHERE id = (SELECT run_id FROM stop WHERE id = ?)", stop_id)
