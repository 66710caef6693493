"""Making a run out of needs that wait, and changing it while it has not set out."""

from collections.abc import Sequence
from uuid import UUID

from app.deliveries import reads
from app.deliveries.rules.holding import CARRIED, carried, give_needs, hold, in_state, needs_on, planned, take_needs
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.needs import reads as needs_reads
from app.needs.rules import fulfilling
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places
from app.supplies import reads as supplies
from app.supplies.rules import packing


async def make_run(*, needs: Sequence[UUID], title: str = "", by: Person) -> Done:
    """A draft with a stop for every door. All needs or none: Overtaken when one is somewhere else already."""
    may(by, "run.plan")
    lines = await _bringable(needs, by)
    run_id, number = await open_run(by.community_id, by.id, title=title)
    await _put(run_id, by.community_id, lines)
    await fulfilling.plan(needs, run_id=run_id, by=by)
    record("run.planned", run_id, community=by.community_id, number=number, needs=len(lines))
    return Done("deliveries.made", {"number": number}, about=str(run_id))


async def open_run(community_id: UUID, by: UUID, *, title: str = "", distribution: UUID | None = None) -> tuple[UUID, int]:
    """The row of a new draft: its id and the number that people say."""
    facts, run_id = await places.community(community_id), ids.new()
    number = await places.next_number(community_id)
    sealed = seal.Seal("run", run_id, facts.key_id, facts.emergency_id).close("title", title)
    await db.run(
        """INSERT INTO run(id, community_id, number, title_sealed, state, distribution_id, top_first, created_by, created_at)
        VALUES (?, ?, ?, ?, 'draft', ?, ?, ?, ?)""",
        run_id, community_id, number, sealed, distribution, facts.top_first, by, clock.now(),
    )  # fmt: skip
    return run_id, number


async def _bringable(need_ids: Sequence[UUID], by: Person) -> list[needs_reads.NeedLine]:
    lines = await needs_reads.lines(need_ids)
    if len(lines) < len(set(need_ids)) or any(line.community_id != by.community_id for line in lines):
        raise Gone("need")
    if homeless := next((line for line in lines if line.floor is None), None):
        raise misfit("needs", "deliveries.no_door", number=homeless.number)
    return lines


_STOP = "INSERT INTO stop(id, community_id, run_id, building_id, household_id, unit, floor, door) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"

# One that left this stop may come back to it, unless what happened there has closed it.
_BRING = """INSERT INTO stop_need(id, community_id, stop_id, need_id) VALUES (?, ?, ?, ?)
ON CONFLICT (stop_id, need_id) DO UPDATE SET left_at = CASE WHEN stop_need.handover_id IS NULL THEN NULL ELSE stop_need.left_at END"""


async def _put(run_id: UUID, community_id: UUID, lines: Sequence[needs_reads.NeedLine]) -> None:
    """Needs of one door share a stop."""
    run_stops = {(s.building_id, s.unit, s.floor, s.door): s.id for s in await reads.stop_rows(run_id)}
    fresh, held = [], []
    for line in lines:
        door = (line.building_id, line.unit, line.floor, line.door)
        if door not in run_stops:
            run_stops[door] = ids.new()
            fresh.append((run_stops[door], community_id, run_id, line.building_id, line.household_id, line.unit, line.floor, line.door))
        held.append((ids.new(), community_id, run_stops[door], line.id))
    await db.run_many(_STOP, fresh)
    used = [(stop,) for stop in {each[2] for each in held}]
    await db.run_many("UPDATE stop SET dropped_at = NULL, version = version + 1 WHERE id = ? AND dropped_at IS NOT NULL", used)
    async with _elsewhere():
        await db.run_many(_BRING, held)


class _elsewhere:
    """A need that stands on another stop already is a refusal, not an error of ours."""

    async def __aenter__(self) -> None: ...

    async def __aexit__(self, kind, error, trace) -> None:
        if isinstance(error, db.IntegrityError):
            raise Overtaken("deliveries.need_elsewhere", reason="planned-already") from error


async def put_doors(run_id: UUID, community_id: UUID, doors: Sequence) -> list[UUID]:
    """Stops for doors of a distribution; answers their ids in the same order."""
    made = [ids.new() for _ in doors]
    rows = zip(made, doors, strict=True)
    await db.run_many(_STOP, [(stop, community_id, run_id, d.building_id, d.household_id, d.unit, d.floor, d.door) for stop, d in rows])
    return made


async def add_needs(run_id: UUID, *, needs: Sequence[UUID], by: Person) -> Done:
    run = await planned(run_id, by)
    lines = await _bringable(needs, by)
    await hold(run.id, "draft", "given")
    await _put(run.id, run.community_id, lines)
    await fulfilling.plan(needs, run_id=run.id, by=by)
    await give_needs(run.id, list(needs))
    record("run.stop_added", run.id, community=run.community_id, needs=len(lines))
    return Done("deliveries.added", {"n": len(lines)}, about=str(run.id))


async def remove_stop(run_id: UUID, stop_id: UUID, *, by: Person) -> Done:
    """Its needs go back to their owners, a distribution's door is missing again. Who had the run may still tell of it."""
    run = await planned(run_id, by)
    await hold(run.id, "draft", "given")
    stop = await reads.stop(run.id, stop_id)
    if stop is None:
        raise Gone("stop")
    if stop.handover_id is not None:
        raise Overtaken("deliveries.said_already", reason="taken", who=stop.by_id)
    if stop.dropped_at is not None:
        raise Overtaken("deliveries.dropped")
    await release([stop.id], by)
    await packing.unpack([stop.id], by=by)
    if await reads.was_given(run.id) or await supplies.of_stop(stop.id):
        await db.run("UPDATE stop SET dropped_at = ?, version = version + 1 WHERE id = ?", clock.now(), stop.id)
    else:
        await db.run("DELETE FROM stop_need WHERE stop_id = ?", stop.id)
        await db.run("DELETE FROM stop WHERE id = ?", stop.id)
    record("run.stop_removed", run.id, community=run.community_id, household=stop.household_id)
    return Done("deliveries.removed", {"room": stop.room}, about=str(run.id))


async def release(stop_ids: list[UUID], by: Person) -> int:
    """Nobody goes to these stops on this run: needs to their owners, doors missing. Answers how many needs."""
    if not stop_ids:
        return 0
    marks, on = db.marks(stop_ids), await needs_on(stop_ids)
    await fulfilling.unplan(await in_state(on, *CARRIED), by=by)
    await take_needs(on)
    await db.run(f"UPDATE stop_need SET left_at = ? WHERE left_at IS NULL AND stop_id IN ({marks})", clock.now(), *stop_ids)
    await db.run(f"UPDATE distribution_door SET stop_id = NULL WHERE stop_id IN ({marks})", *stop_ids)
    return len(on)


async def turn(run_id: UUID, *, top_first: bool, by: Person) -> Done:
    """Walk floors from the top or from the bottom: whoever carries it knows the lift."""
    run = await carried(run_id, by)
    await hold(run.id, "draft", "given", "out")
    await db.run("UPDATE run SET top_first = ? WHERE id = ?", top_first, run.id)
    record("run.changed", run.id, community=run.community_id, top_first=top_first)
    return Done("deliveries.turned.top" if top_first else "deliveries.turned.bottom", about=str(run.id))
