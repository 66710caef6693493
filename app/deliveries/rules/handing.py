"""What happened at a door: handed over, or not and why.

It happened, so it is kept whatever became of the run meanwhile. The first to say so has said it; what comes after stands beside it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.deliveries import reads
from app.deliveries.rules import beside, bringing, photographing
from app.deliveries.rules.carrying import set_out
from app.deliveries.rules.holding import touch, witnessed
from app.deliveries.rules.saying import HOW, happened, say
from app.kernel import db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.needs.rules import fulfilling
from app.people.person import Person
from app.supplies import reads as supplies
from app.supplies.rules import handing as parcels

OUTCOMES = {"hand": "in_hand", "door": "at_door", "drop_point": "drop_point"}


async def hand_over(
    run_id: UUID, stop_id: UUID, *, where: str, need: Sequence[UUID] = (), parcel: Sequence[UUID] = (), stays: Sequence[UUID] = (),
    proof: str | None = None, by: Person, **photo: Any,
) -> Done:  # fmt: skip
    """`where`: door, hand or drop_point. `need`, `parcel`: what the page said was to be brought; `stays`: parcels that were not.
    `proof`: how she made sure whose hand a medicine came into. `photo`: the fields of `photos.forms.PHOTO`."""
    done = await settle(run_id, stop_id, OUTCOMES[where], "", by, need, parcel, stays)
    await photographing.attach(stop_id, photo, by=by)
    return await _medicine(stop_id, proof, done)


async def _medicine(stop_id: UUID, proof: str | None, done: Done) -> Done:
    """One that was not given into her own hand is told to go back to, and stands on the medicine desk."""
    sql = "SELECT s.need_id FROM stop_need s JOIN handover h ON h.id = s.handover_id WHERE s.stop_id = ? AND h.undone_at IS NULL"
    sure = await fulfilling.into_her_hand(await db.rows(UUID, sql, stop_id), proof)
    if sure or done.state != "applied" or done.mark:
        return done
    return msgspec.structs.replace(done, words="medicine.not_in_hand", mark="medicine")


async def fail(run_id: UUID, stop_id: UUID, *, reason: str, note: str = "", need: Sequence[UUID] = (), by: Person) -> Done:
    """Its needs go back to their owners with the reason; its parcels stay with whoever has them."""
    return await settle(run_id, stop_id, reason, note, by, need)


async def settle(
    run_id: UUID, stop_id: UUID, outcome: str, note: str, by: Person, listed: Sequence[UUID] = (),
    parcel: Sequence[UUID] = (), stays: Sequence[UUID] = (),
) -> Done:  # fmt: skip
    """Applied with the mark `late` on a run that has ended or left her hands, `beside` where somebody said the same before her;
    a conflict where that was something else, or a need went another way meanwhile."""
    keeps = isinstance(by, Person) and await supplies.keeps(stop_id, run_id, by.community_id, by.id)
    run, off = (await reads.known(run_id, by), False) if keeps else await witnessed(run_id, by)
    state = await touch(run.id)
    stop = await reads.stop(run.id, stop_id)
    if stop is None:
        raise Gone("stop")
    if state in ("draft", "cancelled") and not await reads.was_given(run.id):
        raise Overtaken(f"deliveries.already.{state}", reason=f"run-{state}")  # nobody ever had it in her hands
    if stop.handover_id is not None:
        if outcome in HOW and stop.delivered and parcel:
            await parcels.hand(stop.id, stop.household_id, by=by, listed=parcel, stays=stays)
        return await beside.keep(run, stop, outcome, note, by)
    handover_id = await say(stop, outcome, note, by)
    if state in ("draft", "given"):
        await set_out(run, by)
    late = off or (state not in ("given", "out") and not keeps) or stop.dropped_at is not None
    if stop.dropped_at is not None:
        await db.run("UPDATE stop SET dropped_at = NULL WHERE id = ?", stop.id)
    brought = await bringing.bring(run, stop, handover_id, outcome, by, listed)
    odd = await parcels.hand(stop.id, stop.household_id, by=by, listed=parcel, stays=stays) if outcome in HOW else []
    happened(stop, "delivery.handed_over" if outcome in HOW else "delivery.failed", outcome)
    about, undo = str(stop.id), f"/runs/{run.id}/stops/{stop.id}/undo"
    if brought.torn:
        return Done(
            "deliveries.conflict.elsewhere", {"room": stop.room, "n": brought.torn}, about=about, state="conflict", mark="elsewhere"
        )
    if late or brought.called_off:
        return Done(f"deliveries.late.{outcome}", {"room": stop.room}, about=about, mark="late")
    if odd:
        return Done("supplies.handed_against", {"room": stop.room, "code": odd[0].spoken}, about=about, undo=undo, mark="parcel")
    return Done(f"deliveries.done.{outcome}", {"room": stop.room}, about=about, undo=undo if state != "finished" else None)
