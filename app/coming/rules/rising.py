"""A date that nobody has in time is told, and one that passed without a hand-over rises, once for each step: one message for all of a person's."""

from collections import Counter
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.coming.reads.series import of_household
from app.coming.rhythm import RISES
from app.coming.rules.making import lives_there_no_more, today, zone_of
from app.journal.record import record
from app.kernel import clock, db
from app.needs.rules import ahead
from app.people import reads as people
from app.people.reads import desk
from app.people.rules.messages import tell

# 1: near, 2: nobody has it and it is an alarm, 3 to 5: its time has passed.
MISSED = 3


class Risen(msgspec.Struct, frozen=True):
    id: UUID
    need_id: UUID
    building_id: UUID
    day: date
    owner_id: UUID | None
    told: int
    level: int


_RISEN = """SELECT * FROM (SELECT c.id, c.need_id, c.building_id, c.day, n.owner_id, c.told,
CASE WHEN c.until_at <= ? THEN 5 WHEN c.until_at <= ? THEN 4 WHEN c.until_at <= ? THEN 3 WHEN n.state <> 'waiting' THEN 0
WHEN c.red_at <= ? THEN 2 ELSE 1 END AS level
FROM coming c JOIN need n ON n.id = c.need_id WHERE c.community_id = ? AND c.off IS NULL AND c.warn_at <= ? AND c.told < 5
AND n.state IN ('waiting', 'triaged', 'planned', 'underway')) r WHERE r.told < r.level OR (r.level = 0 AND r.told > 0) ORDER BY r.day, r.id"""


async def risen(community_id: UUID) -> list[Risen]:
    """Dates that stand higher than anybody was told; and, at level 0, those that somebody has since: let go again, they are told anew."""
    now: datetime = clock.now()
    return await db.rows(Risen, _RISEN, *(now - step for step in reversed(RISES)), now, community_id, now)


async def tell_all(community_id: UUID) -> None:
    """Reads again inside the act: what was taken meanwhile is not told. Of two workers each step is told by the one that noted it."""
    this = today(await zone_of(community_id))
    up = [one for one in await risen(community_id) if await _noted(one, this) and one.level]
    if not up:
        return
    answer, above = await people.responsible(community_id), await desk.command(community_id)
    desk_of = await desk.dispatchers(community_id) or above
    untaken, missed = Counter[UUID](), Counter[UUID]()
    for one in up:
        near = {each.account_id for each in answer.get(one.building_id, ())} or set(desk_of)
        if one.level < MISSED:
            untaken.update(near | set(desk_of) if one.level == 2 else near)
            continue
        steps = range(max(one.told, MISSED - 1) + 1, one.level + 1)
        whose = (near | ({one.owner_id} if one.owner_id else set()), set(desk_of), set(above))
        missed.update(set().union(*(whose[step - MISSED] for step in steps)))
    for words, counts, tag in (("message.coming_untaken", untaken, "coming"), ("message.coming_missed", missed, "missed")):
        for account, n in counts.items():
            await tell(account, words, path="/coming?show=late", community=community_id, kind="desk", urgent=True, tag=tag, n=n)
    record("series.told", community_id, community=community_id, n=len(up), people=len(untaken | missed))


async def _noted(one: Risen, this: date) -> bool:
    """The need before its date, day by day, as `making` writes them: on PostgreSQL the other way round they would wait for each other."""
    if 0 < one.level < MISSED:
        await ahead.hasten(one.need_id, "now" if one.level == 2 else "today", max(0, min(60, (one.day - this).days)))
    return await db.run("UPDATE coming SET told = ? WHERE id = ? AND told = ?", one.level, one.id, one.told) == 1


async def tell_left(household_id: UUID, community_id: UUID) -> None:
    """Somebody left that door: what came back for her is paused, and whoever wrote it down and answers for the building decides about it."""
    paused = [one for one in await of_household(household_id) if await lives_there_no_more(one)]
    for one in paused:
        answer = (await people.responsible(community_id, one.building_id)).get(one.building_id, ())
        near = {each.account_id for each in answer} or set(await desk.dispatchers(community_id)) or set(await desk.command(community_id))
        for account in near | ({one.made_by} if one.made_by else set()):
            await tell(
                account, "message.series_left", path=one.path, community=community_id, kind="desk", urgent=True, tag=f"left-{one.id}"
            )
