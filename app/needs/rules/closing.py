"""How a need ends without a carrier, and how it begins again."""

from typing import Any
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Overtaken
from app.needs import reads
from app.needs.reads.lines import NeedLine
from app.needs.rules import buying, wording
from app.needs.rules.fulfilling import overtaken
from app.needs.rules.triaging import sortable
from app.people.person import Person
from app.people.rights import may

_ANSWER = """UPDATE need SET state = 'answered', owner_id = COALESCE(owner_id, ?), closed_at = ?, worded_at = NULL, touched_at = ?,
version = version + 1 WHERE id = ? AND state IN ('waiting', 'triaged')"""


async def answer(need_id: UUID, *, line: str, by: Person) -> Done:
    """Settled without a delivery, with a word to the resident."""
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    if not await _answer(need, line, by):
        raise await overtaken(need_id)
    return Done("needs.answered", params={"number": need.number}, about=str(need_id), undo=f"/needs/{need_id}/reopen")


async def answer_many(*, picked: tuple[UUID, ...], line: str, by: Person) -> Done:
    """One word for all of them; those that are on a run already are passed over."""
    may(by, "need.triage")
    done = [need for need in await sortable(picked, by) if await _answer(need, line, by)]
    if not done:
        raise Overtaken("needs.none_left")
    return Done("needs.answered_many", params={"n": len(done), "left": len(picked) - len(done)})


async def _answer(need: NeedLine, line: str, by: Person) -> bool:
    now = clock.now()
    if not await db.run(_ANSWER, by.id, now, now, need.id):
        return False
    if line:
        await wording.write(need, line, side="helper", said_by=by.id, shown=True)
    _told("need.answered", need)
    return True


async def cancel(need_id: UUID, *, line: str, by: Person) -> Done:
    """A helper calls it off and says why, to the resident too. Not once it is underway."""
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    if not await call_off(need):
        raise await overtaken(need_id)
    await wording.write(need, line, side="helper", said_by=by.id, shown=True)
    return Done("needs.cancelled", params={"number": need.number}, about=str(need_id), undo=f"/needs/{need_id}/reopen")


async def call_off(need: NeedLine) -> bool:
    """False once somebody is on the way with it. The run, if any, is told through the journal."""
    sql = """UPDATE need SET state = 'cancelled', closed_at = ?, worded_at = NULL, touched_at = ?, version = version + 1
    WHERE id = ? AND state IN ('waiting', 'triaged', 'planned')"""
    if not await db.run(sql, clock.now(), clock.now(), need.id):
        return False
    _told("need.cancelled", need, run=str(need.run_id) if need.run_id else None)
    return True


async def confirm(need_id: UUID, *, by: Person) -> Done:
    """A helper heard from the resident that it came."""
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    if not await settle(need):
        raise await overtaken(need_id)
    return Done("needs.confirmed", params={"number": need.number}, about=str(need_id))


async def settle(need: NeedLine) -> bool:
    """It came: while underway too, when the resident is quicker than the carrier's phone."""
    now = clock.now()
    sql = """UPDATE need SET state = 'confirmed', confirmed_at = ?, closed_at = ?, delivered_at = COALESCE(delivered_at, ?), worded_at = NULL,
    touched_at = ?, version = version + 1 WHERE id = ? AND state IN ('underway', 'delivered')"""
    if not await db.run(sql, now, now, now, now, need.id):
        return False
    _told("need.confirmed", need)
    return True


async def reopen(need_id: UUID, *, by: Person) -> Done:
    need = await reads.visible(need_id, by)
    may(by, "need.triage", building=need.building_id)
    if not await begin_again(need, need.urgency, side="helper"):
        raise await overtaken(need_id)
    return Done("needs.reopened", params={"number": need.number}, about=str(need_id))


async def begin_again(need: NeedLine, urgency: str, *, side: str) -> bool:
    """From any end back to the beginning of the line, without an owner, so that it shows as a gap at once. `side`: who says so."""
    sql = """UPDATE need SET state = 'waiting', urgency = ?, owner_id = NULL, run_id = NULL, how = NULL, proof = NULL, delivered_at = NULL,
    confirmed_at = NULL, closed_at = NULL, times_reopened = times_reopened + 1, touched_at = ?, version = version + 1
    WHERE id = ? AND state IN ('delivered', 'confirmed', 'answered', 'cancelled')"""
    if not await db.run(sql, urgency, clock.now(), need.id):
        return False
    if need.kind == "medicine" and need.state in ("delivered", "confirmed"):
        await buying.begin_anew(need)
    _told("need.reopened", need, side=f"needs.side.{side}")
    return True


def _told(kind: str, need: NeedLine, **told: Any) -> None:
    record(kind, need.id, community=need.community_id, household=need.household_id, number=need.number, **told)
