"""What happens to acts by themselves: the held ones go on when their turn comes, and phones with trouble are told of."""

from uuid import UUID

import msgspec

from app.journal import worker
from app.journal.record import record
from app.kernel import clock, db
from app.offline import holding
from app.offline.phones import counting
from app.people.reads.desk import dispatchers
from app.people.rules.messages import tell


async def release() -> None:
    """One that goes on may be what the next has waited for."""
    tried: set[str] = set()
    while due := [held for held in await holding.due(clock.now()) if held.act not in tried]:
        for held in due:
            tried.add(held.act)
            await holding.release(held)


class _Long(msgspec.Struct, frozen=True):
    act: str
    account_id: UUID
    community_id: UUID


async def flag() -> None:
    """Those that have waited for hours: somebody should ask the phone's owner, before they go on out of order."""
    sql = "SELECT act, account_id, community_id FROM held_act WHERE flagged_at IS NULL AND let_at IS NULL AND received_at <= ? LIMIT 100"
    if long := await db.rows(_Long, sql, clock.now() - holding.FLAGGED):
        await worker.do(lambda: _tell(long))


async def _tell(long: list[_Long]) -> None:
    counts: dict[UUID, int] = {}
    for one in long:
        if await db.run("UPDATE held_act SET flagged_at = ? WHERE act = ? AND flagged_at IS NULL", clock.now(), one.act):
            record("act.waited_long", one.account_id, community=one.community_id, which=one.act)
            counts[one.community_id] = counts.get(one.community_id, 0) + 1
    for community, n in counts.items():
        for who in await dispatchers(community):
            await tell(who, "message.act_waited_long", path="/phones", community=community, kind="desk", n=n)


DUTIES = [release, flag, counting.count]
