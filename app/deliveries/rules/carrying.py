"""A run sets out, comes to its end, or is called off."""

from uuid import UUID

from app.deliveries import reads
from app.deliveries.rules import giving, packing
from app.deliveries.rules.holding import carried, hold, in_state, needs_on, planned, touch
from app.deliveries.rules.planning import release
from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done, current
from app.kernel.trouble import Overtaken
from app.needs.rules import fulfilling
from app.people.person import Person
from app.people.rules.messages import tell
from app.supplies import reads as supplies
from app.supplies.rules import packing as parcels


async def start(run_id: UUID, *, by: Person) -> Done:
    """Where a handover has set the run out before this came, it agrees, and the run set out when she pressed."""
    run = await carried(run_id, by)
    state = await touch(run.id)
    earlier = "UPDATE run SET started_at = ? WHERE id = ? AND started_at >= ?"
    if state in ("out", "finished") and await db.run(earlier, current().when, run.id, current().when):
        record("run.changed", run.id, community=run.community_id, started=True)
        return Done("deliveries.started", {"number": run.number}, about=str(run.id), mark="beside")
    if state != "given":
        raise Overtaken(f"deliveries.already.{state}", reason=f"run-{state}")
    await set_out(run, by)
    return Done("deliveries.started", {"number": run.number}, about=str(run.id))


async def set_out(run: reads.RunLine, by: Person) -> None:
    """The run is held and was given: now it is out, and its needs are under way."""
    await db.run("UPDATE run SET state = 'out', started_at = ? WHERE id = ? AND state IN ('draft', 'given')", current().when, run.id)
    on = await needs_on([stop.id for stop in await reads.stop_rows(run.id)])
    await fulfilling.set_out(await in_state(on, "planned"), by=by)
    record("run.started", run.id, community=run.community_id, number=run.number)


_LEFT = """SELECT s.id FROM stop s WHERE s.run_id = ? AND s.dropped_at IS NULL
AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = s.id AND h.undone_at IS NULL)"""


async def finish(run_id: UUID, *, rest: bool = False, by: Person) -> Done:
    """Every stop has an outcome, or a steward has what is for it; with `rest` the others go back to be planned anew.

    Every parcel is accounted for: else refused, reason `parcels`.
    """
    run = await carried(run_id, by)
    await hold(run.id, "out")
    waiting = await supplies.with_stewards(run.id)
    left = [stop for stop in await db.rows(UUID, _LEFT, run.id) if stop not in waiting]
    if left and not rest:
        raise Overtaken("deliveries.stops_left", n=len(left))
    await packing.accounted_for(run.id)
    await _drop(left, by)
    await db.run("UPDATE run SET state = 'finished', finished_at = ? WHERE id = ?", clock.now(), run.id)
    record("run.finished", run.id, community=run.community_id, number=run.number, rest=len(left))
    return Done("deliveries.finished_rest" if left else "deliveries.finished", {"number": run.number, "n": len(left)}, about=str(run.id))


async def cancel(run_id: UUID, *, by: Person) -> Done:
    """Before it set out: everything on it can be planned anew."""
    run = await planned(run_id, by)
    await hold(run.id, "draft", "given")
    left = await db.rows(UUID, _LEFT, run.id)
    await parcels.unpack(left, by=by)
    await packing.accounted_for(run.id, called_off=True)
    await _drop(left, by)
    await db.run("UPDATE run SET state = 'cancelled', finished_at = ? WHERE id = ?", clock.now(), run.id)
    await giving.end(run, list(run.carrier_ids))
    for account_id in run.carrier_ids:
        await tell(account_id, "deliveries.message.cancelled", community=run.community_id, number=run.number)
    record("run.cancelled", run.id, community=run.community_id, number=run.number)
    return Done("deliveries.cancelled", {"number": run.number}, about=str(run.id))


async def _drop(stop_ids: list[UUID], by: Person) -> None:
    await release(stop_ids, by)
    if stop_ids:
        sql = f"UPDATE stop SET dropped_at = ?, version = version + 1 WHERE id IN ({db.marks(stop_ids)})"
        await db.run(sql, clock.now(), *stop_ids)
