"""A medicine that is nearly used up and nowhere found is told to the desk, once for each step: one message for all of them."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.journal.record import record
from app.kernel import clock, db
from app.needs.reads import medicine
from app.people.reads import desk
from app.people.rules.messages import tell
from app.places import reads as places

_TOLD = "INSERT INTO medicine_alarm(need_id, community_id, step, told_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"


class _Told(msgspec.Struct, frozen=True):
    need_id: UUID
    step: int


async def risen(community_id: UUID) -> list[tuple[UUID, int]]:
    """Needs without a source whose clock stands on a step that nobody was told of. 1: a day left, 2: nothing."""
    zone = clock.ZONE.set(ZoneInfo((await places.community(community_id)).zone))
    try:
        red = [
            (case.need.id, 1 if case.need.days_now else 2)
            for case in await medicine.open_cases(community_id)
            if case.step == "find" and case.tone == "alarm"
        ]
    finally:
        clock.ZONE.reset(zone)
    if not red:
        return []
    told: dict[UUID, int] = {}
    for row in await db.rows(_Told, "SELECT need_id, step FROM medicine_alarm WHERE community_id = ?", community_id):
        told[row.need_id] = max(row.step, told.get(row.need_id, 0))
    return [(need, step) for need, step in red if step > told.get(need, 0)]


async def tell_all(community_id: UUID) -> None:
    """Reads again inside the act: what was found meanwhile is not told. Of two workers each step is told by the one that noted it."""
    now = clock.now()
    up = [need for need, step in await risen(community_id) if await db.run(_TOLD, need, community_id, step, now)]
    if not up:
        return
    whose = await desk.dispatchers(community_id) or await desk.command(community_id)
    for account in whose:
        await tell(
            account, "message.medicine_red", path="/medicine", community=community_id, kind="desk", urgent=True, tag="medicine", n=len(up)
        )
    record("medicine.told", community_id, community=community_id, n=len(up), people=len(whose))
