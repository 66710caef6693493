"""Labelled parcels for a run's stops, from the hub into hands and back: who may, and what a run must still account for."""

from collections.abc import Sequence
from uuid import UUID

from app.deliveries import reads
from app.deliveries.rules.holding import carried, hold, planned, touch, witnessed
from app.journal.record import record
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken, misfit
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can
from app.supplies import reads as supplies
from app.supplies.rules import moving, packing

MOST = 20  # parcels of one stop


async def pack(run_id: UUID, *, stops: Sequence[UUID] = (), n: Sequence[int] = (), by: Person) -> Done:
    """So many parcels (`n`) for each of `stops`, one for every stop that is open without them. What is there already is not made again."""
    run = await planned(run_id, by)
    await hold(run.id, "draft", "given", "out")
    open_ = [stop.id for stop in await reads.stop_rows(run.id) if stop.handover_id is None and stop.dropped_at is None]
    if len(stops) != len(n):
        raise misfit("n", "form.missing")
    if not open_:
        raise Overtaken("supplies.no_stops")
    wanted = dict(zip(stops, n, strict=True)) if stops else await _at_least_one(run.id, open_)
    made = await packing.pack(run.id, run.community_id, {stop: wanted[stop] for stop in wanted if stop in open_}, by=by)
    total = sum(not one.unpacked for one in await supplies.of_run(run.id))
    record("run.packed", run.id, community=run.community_id, made=made, n=total)
    return Done("supplies.packed", {"n": total}, about=str(run.id))


async def _at_least_one(run_id: UUID, stop_ids: list[UUID]) -> dict[UUID, int]:
    there = {one.stop_id: one.of for one in await supplies.of_run(run_id)}
    return {stop: max(1, there.get(stop, 0)) for stop in stop_ids}


async def load(parcel_id: UUID, *, by: Person) -> Done:
    """Into her hands. The first that was received has it; the other one is told who."""
    found = await _label(parcel_id, by)
    run = await carried(found.run_id, by)
    await hold(run.id, "given", "out")
    parcel = await supplies.parcel(found.id)
    await moving.load(parcel, by=by, carriers=run.carrier_ids)
    record("parcel.loaded", parcel.id, community=run.community_id, run=str(run.id))
    return Done("supplies.loaded", await _told(parcel), about=str(parcel.id))


async def load_all(run_id: UUID, *, by: Person) -> Done:
    """What of the run is still at the hub."""
    run = await carried(run_id, by)
    await hold(run.id, "given", "out")
    there = [one for one in await supplies.of_run(run.id) if one.holder_kind == "hub"]
    if not there:
        raise Overtaken("supplies.none_at_hub")
    for one in there:
        await moving.load(one, by=by, carriers=run.carrier_ids)
    record("run.loaded", run.id, community=run.community_id, n=len(there))
    return Done("supplies.loaded_all", {"n": len(there)}, about=str(run.id))


async def to_steward(parcel_id: UUID, *, steward: UUID | None = None, by: Person) -> Done:
    """At the building's door to whoever answers for it; pressed by her it is hers. A fact, whatever became of the run meanwhile."""
    found = await _label(parcel_id, by)
    stop = await reads.stop(found.run_id, found.stop_id)
    there = [each.account_id for each in await reads.stewards(found.community_id, stop.building_id)]
    known = by.id in there or found.holder_id == by.id
    run, off = (await reads.known(found.run_id, by), False) if known else await witnessed(found.run_id, by)
    whose = steward or (by.id if by.id in there else next(iter(there), None))
    if whose is None:
        raise Overtaken("supplies.no_steward")
    if whose not in there and not await people.ever_responsible(whose, stop.building_id):  # her role may have ended since this was pressed
        raise Gone("account")
    await touch(run.id)
    parcel = await supplies.parcel(found.id)
    mark = await moving.give(parcel, whose, by=by)
    record("parcel.given", parcel.id, community=run.community_id, run=str(run.id), mark=mark)
    words = {"beside": "supplies.given_beside", "against": "supplies.given_against"}.get(mark, "supplies.given")
    return Done(
        words,
        await _told(parcel) | {"who": str(whose)},
        about=str(parcel.id),
        mark="parcel" if mark == "against" else mark or ("late" if off else None),
    )


async def put_back(parcel_id: UUID, *, by: Person) -> Done:
    """By whoever has it or may account for the run; also when the run is over."""
    run, parcel = await _accounted(parcel_id, by)
    await moving.put_back(parcel, by=by)
    record("parcel.returned", parcel.id, community=run.community_id, run=str(run.id))
    return Done("supplies.returned", await _told(parcel), about=str(parcel.id))


async def put_back_all(run_id: UUID, *, by: Person) -> Done:
    """Whatever of the run nobody has received is at the hub again."""
    run = await carried(run_id, by)
    await touch(run.id)
    there = [one for one in await supplies.of_run(run.id) if moving.still_there(one)]
    if not there:
        raise Overtaken("supplies.none_out")
    for one in there:
        await moving.put_back(one, by=by)
    record("run.unloaded", run.id, community=run.community_id, n=len(there))
    return Done("supplies.returned_all", {"n": len(there)}, about=str(run.id))


async def lose(parcel_id: UUID, *, reason: str, by: Person) -> Done:
    run, parcel = await _accounted(parcel_id, by)
    await moving.lose(parcel, reason, by=by)
    record("parcel.lost", parcel.id, community=run.community_id, run=str(run.id), reason=f"supplies.why.{reason}")
    return Done("supplies.lost", await _told(parcel), about=str(parcel.id))


async def accounted_for(run_id: UUID, *, called_off: bool = False) -> None:
    """Raises Overtaken, reason `parcels`, while one of the run is carried or waits at the hub: which, and what to do.

    Of one that is `called_off` a steward has none either: she would bring what is planned anew.
    """
    there = await supplies.of_run(run_id)
    if called_off and (kept := [one for one in there if one.holder_kind == "steward"]):
        codes = " / ".join(one.spoken for one in kept[:4])
        raise Overtaken("supplies.still_kept", reason="parcels", n=len(kept), codes=codes, who=str(kept[0].holder_id))
    out = [one for one in there if one.out]
    if not out:
        return
    held = [one for one in out if one.holder_kind == "carrier"]
    shown = held or out
    codes = " / ".join(one.spoken for one in shown[:4])
    if held:
        raise Overtaken("supplies.still_carried", reason="parcels", n=len(held), codes=codes, who=str(held[0].holder_id))
    raise Overtaken("supplies.still_at_hub", reason="parcels", n=len(out), codes=codes)


async def _label(parcel_id: UUID, by: Person) -> supplies.Parcel:
    found = await supplies.parcel(parcel_id)
    if found is None or not isinstance(by, Person) or found.community_id != by.community_id:
        raise Gone("parcel")
    return found


async def _accounted(parcel_id: UUID, by: Person) -> tuple[reads.RunLine, supplies.Parcel]:
    """The parcel, held until the act ends, for its carriers, planners, and whoever has it in her hands."""
    found = await _label(parcel_id, by)
    run = await reads.known(found.run_id, by)
    if not reads.carries(run, by) and found.holder_id != by.id:
        if can(by, "board.see"):
            raise Barred("trouble.barred.run_carry", reason="barred")
        raise Gone("parcel")
    await touch(run.id)
    return run, await supplies.parcel(found.id)


async def _told(parcel: supplies.Parcel) -> dict[str, str]:
    stop = await reads.stop(parcel.run_id, parcel.stop_id)
    return {"code": parcel.spoken, "room": stop.room}
