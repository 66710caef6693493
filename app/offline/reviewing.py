"""Somebody in charge decides about an act that was kept: it counts, or it is put aside."""

from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.people.rights import may
from app.people.rules.messages import tell

WHY = ("done_otherwise", "not_hers", "mistaken", "too_late")


class _Held(msgspec.Struct, frozen=True):
    account_id: UUID
    let: bool


async def _held(held: str, by: Person) -> _Held:
    may(by, "phone.see")
    sql = "SELECT account_id, let_at IS NOT NULL AS let FROM held_act WHERE act = ? AND community_id = ?"
    row = await db.one(_Held, sql, held, by.community_id)
    if row is None:
        raise Gone("held_act")
    return row


async def let_count(held: str, *, by: Person) -> Done:
    """It is performed as its owner's within seconds, by the worker, with the time at which she pressed it."""
    row = await _held(held, by)
    if not await db.run("UPDATE held_act SET let_at = ?, let_by = ? WHERE act = ? AND let_at IS NULL", clock.now(), by.id, held):
        raise Overtaken("act.decided_already")
    record("act.let_count", row.account_id, community=by.community_id, which=held)
    return Done("act.let_count")


async def put_aside(held: str, why: str, *, by: Person) -> Done:
    """Raises Overtaken when somebody has let it count meanwhile."""
    row = await _held(held, by)
    if not await db.run("DELETE FROM held_act WHERE act = ? AND let_at IS NULL", held):
        raise Overtaken("act.decided_already")
    await db.run(
        "UPDATE receipt SET state = 'refused', trouble = 'barred', reason = 'put-aside', words = 'act.put_aside', params = '{}' WHERE id = ?",
        held,
    )
    record("act.put_aside", row.account_id, community=by.community_id, which=held, why=why)
    await tell(row.account_id, f"message.act_put_aside_{why}", community=by.community_id)
    return Done("act.set_aside")
