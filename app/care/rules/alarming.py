"""A silence that rises is told to those whose it is now, once for each step up: one message for all doors of a person."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.care import silence
from app.care.reads import carers, silent
from app.journal.record import record
from app.kernel import clock, db
from app.people import reads as people
from app.people.reads import desk
from app.people.rules.messages import tell
from app.places import reads as places

NIGHT, MORNING = 21, 7  # local hours


_HOLD = "UPDATE contact_clock SET told = told WHERE community_id = ? AND due_at <= ? AND told < 4"


class Up(msgspec.Struct, frozen=True):
    """A door that stands higher than anybody was `told`; each step between is somebody's."""

    household_id: UUID
    building_id: UUID
    told: int
    level: int

    @property
    def steps(self) -> range:
        return range(self.told + 1, self.level + 1)


async def risen(community_id: UUID) -> list[Up]:
    steps, now = (await silent.settings(community_id)).steps, clock.now()
    begun = [now - steps.begins(n) for n in range(1, len(silence.LEVELS) + 1)]
    level = "CASE WHEN due_at <= ? THEN 4 WHEN due_at <= ? THEN 3 WHEN due_at <= ? THEN 2 ELSE 1 END"
    sql = f"""SELECT household_id, building_id, told, {level} AS level
    FROM contact_clock WHERE community_id = ? AND due_at <= ? AND told < {level}"""
    high = begun[3], begun[2], begun[1]
    return await db.rows(Up, sql, *high, community_id, now, *high)


class News(msgspec.Struct, frozen=True):
    """`levels`: up to where each silence is told with this. `doors`: of whom each is told; `answering`: those who answer for a place."""

    levels: dict[UUID, int]
    doors: dict[UUID, set[UUID]]
    answering: set[UUID]


async def news(community_id: UUID) -> News:
    """What is to be told to whom. A step that is nobody's is not told, and waits until somebody is there."""
    levels: dict[UUID, int] = {}
    doors: dict[UUID, set[UUID]] = {}
    answering: set[UUID] = set()
    if up := await risen(community_id):
        whose, caring = await _whose(community_id), await _carers(up, community_id)
        for one in up:
            for step in one.steps:
                carer = caring(one.household_id, step)
                hers_alone = carer is not None and step == 1  # for now
                above = [] if hers_alone else whose(one.building_id, step)
                answering.update(above)
                for account in {*above, *([carer] if carer else [])}:
                    doors.setdefault(account, set()).add(one.household_id)
                    levels[one.household_id] = step
    return News(levels, doors, answering)


async def tell_all(community_id: UUID) -> None:
    """Reads again inside the act: what was heard of meanwhile is not told. What rose by several steps at once, while no worker ran,
    is told to all whom these steps would have told."""
    await db.run(_HOLD, community_id, clock.now())  # of two workers the second finds what the first has told
    found = await news(community_id)
    if not found.levels:
        return
    sql = "UPDATE contact_clock SET told = ? WHERE household_id = ? AND due_at IS NOT NULL"
    await db.run_many(sql, [(level, home) for home, level in found.levels.items()])
    for account, homes in found.doors.items():
        path = "/unreached" if account in found.answering else "/mine/people"  # a carer sees hers, not the list
        await tell(account, "message.unreached", path=path, community=community_id, kind="desk", urgent=True, tag="unreached", n=len(homes))
    record("silence.told", community_id, community=community_id, n=len(found.levels), people=len(found.doors))


async def _carers(up: Sequence[Up], community_id: UUID) -> Callable[[UUID, int], UUID | None]:
    """The first hears of it when it is due, at night who has the night; the second with the steward."""
    there = await carers.standing([one.household_id for one in up if one.told < 2])
    hour = clock.now().astimezone(ZoneInfo((await places.community(community_id)).zone)).hour
    night = hour >= NIGHT or hour < MORNING
    turns = {1: ("night", "first", "second") if night else ("first", "second", "night"), 2: ("second", "first", "night")}

    def whose(home: UUID, step: int) -> UUID | None:
        hers = there.get(home, {})
        return next((hers[rank] for rank in turns.get(step, ()) if rank in hers), None)

    return whose


async def _whose(community_id: UUID) -> Callable[[UUID, int], Collection[UUID]]:
    """Whose it becomes with a step.

    Where nobody answers for a building the desk does, whatever the step; where nobody sits there, command; without command, the desk.
    """
    desk_of, above = await desk.dispatchers(community_id), await desk.command(community_id)
    desk_of, above = desk_of or above, above or desk_of
    answer = await people.responsible(community_id)

    def whose(building: UUID, step: int) -> Collection[UUID]:
        if step == 4:
            return above
        if step == 3:
            return desk_of
        return {one.account_id for one in answer.get(building, ())} or desk_of

    return whose
