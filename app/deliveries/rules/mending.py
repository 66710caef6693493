"""Taking a handover back within minutes, correcting it within hours. The old row stays and says so."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.deliveries import reads
from app.deliveries.rules import beside, disputing, handing, photographing
from app.deliveries.rules.holding import carried, give_needs, hold, touch, witnessed
from app.deliveries.rules.saying import HOW, happened, move, say
from app.kernel import clock, db
from app.kernel.act import Done, current
from app.kernel.late import late
from app.kernel.trouble import Barred, Gone, Overtaken, misfit
from app.needs import reads as needs
from app.needs.rules import fulfilling
from app.people.person import Person
from app.people.rights import can
from app.places import reads as places
from app.supplies import reads as supplies
from app.supplies.rules import handing as parcels


async def undo(run_id: UUID, stop_id: UUID, *, by: Person) -> Done:
    """By who said it, or a dispatcher, while the run is out. Late is `undo-late`: then it is corrected."""
    run = await _hers(run_id, stop_id, by) or await carried(run_id, by)
    await hold(run.id, "out")
    stop = await _said(run, stop_id, by)
    if stop.at > current().when:
        raise Overtaken("late.said_since", who=str(stop.by_id))
    facts = await places.community(run.community_id)
    if _since(stop) > timedelta(minutes=facts.undo_minutes):
        raise Overtaken("deliveries.undo_late", minutes=facts.undo_minutes)
    await _still_here(run, stop)
    await _take_back(stop, by)
    on = await _brought(stop.handover_id)
    if stop.outcome in HOW:
        await fulfilling.undeliver(on, by=by)
        await fulfilling.undeliver_anyway(await _settled(stop.handover_id))
    else:
        await fulfilling.plan(on, run_id=run.id, by=by)
        await fulfilling.set_out(on, by=by)
    await db.run("UPDATE stop_need SET left_at = NULL, handover_id = NULL WHERE handover_id = ?", stop.handover_id)
    await photographing.taken_back(stop.handover_id)
    await parcels.take_back(stop.id, by=by)
    await give_needs(run.id, on)
    await db.run("UPDATE stop SET version = version + 1 WHERE id = ?", stop.id)
    happened(stop, "delivery.undone", stop.outcome)
    return Done("deliveries.undone", {"room": stop.room}, about=str(stop.id))


async def correct(run_id: UUID, stop_id: UUID, *, outcome: str, note: str = "", by: Person) -> Done:
    """A new row that names the old one; the run may be finished. Late is `correct-late`.

    Her own account that somebody has put right or taken back meanwhile is not hers to correct any more: hers is kept beside, or said anew.
    """
    run = await _hers(run_id, stop_id, by) or (await witnessed(run_id, by))[0]
    state = await touch(run.id)
    stop = await reads.stop(run.id, stop_id)
    if stop is None:
        raise Gone("stop")
    if await _overruled(stop, by):
        return await (
            handing.settle(run.id, stop.id, outcome, note, by) if stop.handover_id is None else beside.keep(run, stop, outcome, note, by)
        )
    if state not in ("out", "finished") and stop.handover_id is None:
        raise Overtaken(f"deliveries.already.{state}", reason=f"run-{state}")
    stop = await _said(run, stop_id, by)
    facts = await places.community(run.community_id)
    if _since(stop) > timedelta(hours=facts.correct_hours):
        raise Overtaken("deliveries.correct_late", hours=facts.correct_hours)
    if outcome == stop.outcome:
        if late():
            return await beside.keep(run, stop, outcome, note, by)
        raise misfit("outcome", "deliveries.same_outcome")
    await put_right(run, stop, outcome, note, by)
    happened(stop, "delivery.corrected", outcome)
    return Done("deliveries.corrected", {"room": stop.room}, about=str(stop.id))


async def put_right(run: reads.RunLine, stop: reads.StopRow, outcome: str, note: str, by: Person, *, evidence: UUID | None = None) -> None:
    """The handover that holds gives way to a new one; with `evidence` in the name and at the time of that account."""

    class Said(msgspec.Struct):
        by_id: UUID
        at: datetime

    said = await db.one(Said, "SELECT by_id, at FROM evidence WHERE id = ?", evidence) if evidence else None
    await _still_here(run, stop)
    await _take_back(stop, by)
    handover_id = await say(stop, outcome, note, by, corrects=stop.handover_id, whose=said and said.by_id, at=said and said.at)
    await _move(run, stop, outcome, by, torn=evidence is not None)
    await db.run("UPDATE stop_need SET handover_id = ? WHERE handover_id = ?", handover_id, stop.handover_id)
    await photographing.put_right(stop.handover_id, handover_id, evidence=evidence, brought=outcome in HOW)
    if outcome not in HOW:
        await parcels.take_back(stop.id, by=by)
    elif stop.outcome not in HOW:
        await parcels.hand(stop.id, stop.household_id, by=by)


async def _hers(run_id: UUID, stop_id: UUID, by: Person) -> reads.RunLine | None:
    """The run, for a steward who had a parcel of this stop and handed it over: her word is hers to mend."""
    if isinstance(by, Person) and await supplies.came_through(stop_id, by.community_id, by.id):
        return await reads.known(run_id, by)
    return None


def _since(stop: reads.StopRow) -> timedelta:
    """From saying to pressing now: both on the phone where she pressed before the first had come, else since it came."""
    now = current().when
    return now - (stop.received_at if now >= stop.received_at else stop.at)


async def _overruled(stop: reads.StopRow, by: Person) -> bool:
    """She said what happened here, and now another's word holds, or none. Who may correct others corrects."""
    if stop.by_id == by.id or can(by, "delivery.correct"):
        return False
    return await db.value("SELECT 1 FROM handover WHERE stop_id = ? AND by_id = ?", stop.id, by.id) is not None


async def _said(run: reads.RunLine, stop_id: UUID, by: Person) -> reads.StopRow:
    stop = await reads.stop(run.id, stop_id)
    if stop is None:
        raise Gone("stop")
    if stop.handover_id is None:
        raise Overtaken("deliveries.nothing_said")
    if stop.by_id != by.id and not can(by, "delivery.correct"):
        raise Barred("trouble.barred.delivery_correct", reason="barred")
    return stop


async def _still_here(run: reads.RunLine, stop: reads.StopRow) -> None:
    """A distribution's door that went on to another run is answered for there."""
    if run.distribution_id is not None:
        sql = "SELECT 1 FROM distribution_door WHERE distribution_id = ? AND household_id = ? AND (stop_id IS NULL OR stop_id <> ?)"
        if await db.value(sql, run.distribution_id, stop.household_id, stop.id):
            raise Overtaken("deliveries.moved_on")


async def _take_back(stop: reads.StopRow, by: Person) -> None:
    sql = "UPDATE handover SET undone_at = ?, undone_by = ? WHERE id = ? AND undone_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, stop.handover_id):
        raise Overtaken("deliveries.nothing_said")


async def _settled(handover_id: UUID) -> list[UUID]:
    return await db.rows(UUID, "SELECT need_id FROM stop_need WHERE handover_id = ?", handover_id)


async def _brought(handover_id: UUID, *states: str) -> list[UUID]:
    """The needs that this handover settled and that are in one of `states` now; all but taken-back ones without."""
    on = await needs.lines(await _settled(handover_id))
    return [line.id for line in on if (line.state in states if states else line.state not in ("cancelled", "answered"))]


async def _move(run: reads.RunLine, stop: reads.StopRow, outcome: str, by: Person, *, torn: bool = False) -> None:
    """A need that began anew since (still needed, planned again) is no longer this handover's.

    One that went on another run meanwhile refuses a correction; where two accounts are decided (`torn`) it waits for a decision of its own.
    """
    if stop.outcome not in HOW:
        if outcome in HOW:
            on = await _brought(stop.handover_id)
            free = await _brought(stop.handover_id, "waiting", "triaged") if torn else on
            await fulfilling.plan(free, run_id=run.id, by=by)
            await move(free, outcome, by)
            for need_id in set(on) - set(free):
                await disputing.open_one(run, stop, "need", need=need_id)
        return
    if outcome not in HOW:
        await fulfilling.undeliver_anyway(await _settled(stop.handover_id))
    on = await _brought(stop.handover_id, "delivered", *(() if outcome in HOW else ("confirmed",)))
    await fulfilling.undeliver(on, by=by)
    await move(on, outcome, by)
