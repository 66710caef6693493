"""Lists of tasks: what is open, what one person has and could take, what is at a building, what is over."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people.person import Person
from app.places import reads as places
from app.tasks.reads.chances import TAKES, Chance, judge
from app.tasks.reads.facts import IN_LINE, OPEN, Spot, TaskFacts, select

URGENT_FIRST = "t.urgent DESC, t.starts_at, t.number"
SHOWS = ("gaps", "now", "soon", "over", "past")


class Offer(msgspec.Struct, frozen=True):
    """A task and how it stands to one person: the place she has, or `line`, her place in the wait-list (0: not waiting)."""

    task: TaskFacts
    chance: Chance
    spot: Spot | None = None
    line: int = 0

    @property
    def why_not(self) -> str:
        """The words-key of why she cannot take it; blank when she can, or has it."""
        return "" if self.chance.why_not == "mine" else self.chance.says

    @property
    def rank(self) -> tuple:
        """Can take, urgent and startable, fits a skill of hers, soonest."""
        startable = self.task.starts_at <= clock.now() + timedelta(hours=1)
        suits = any(spot.taken_by is None and spot.skill for spot in self.task.spots) and self.chance.fitting > 0
        return (bool(self.chance.why_not), not (self.task.urgent and startable), not suits, self.task.starts_at, self.task.number)


async def takes(account_id: UUID, community_id: UUID) -> int:
    """How many takes count against her cap."""
    return await db.value(f"SELECT {TAKES}", account_id, community_id, clock.now())


class _InLine(msgspec.Struct, frozen=True):
    task_id: UUID
    line: int


async def lines(account_id: UUID) -> dict[UUID, int]:
    """Where she stands in the wait-lists that she is in, by task."""
    found = await db.rows(
        _InLine,
        f"""SELECT w.task_id, (SELECT count(*) FROM wait o WHERE o.task_id = w.task_id AND o.promoted_at IS NULL AND o.left_at IS NULL
        AND (o.at < w.at OR (o.at = w.at AND o.id <= w.id))) AS line FROM wait w WHERE w.account_id = ? AND {IN_LINE}""",
        account_id,
    )
    return {row.task_id: row.line for row in found}


class InLine(msgspec.Struct, frozen=True):
    account_id: UUID
    at: datetime


async def line_of(task_id: UUID) -> list[InLine]:
    """Who waits for a place, first come first."""
    return await db.rows(InLine, f"SELECT w.account_id, w.at FROM wait w WHERE w.task_id = ? AND {IN_LINE} ORDER BY w.at, w.id", task_id)


async def offers(person: Person, tasks: list[TaskFacts]) -> list[Offer]:
    """These tasks as they stand to her; three queries."""
    community = await places.community(person.community_id)
    held = await takes(person.id, person.community_id)
    waits = await lines(person.id)
    return [
        Offer(
            task,
            judge(task, person, takes=held, cap=community.take_cap, waiting=task.id in waits),
            task.spot_of(person.id),
            waits.get(task.id, 0),
        )
        for task in tasks
    ]


async def open_tasks(community_id: UUID) -> list[TaskFacts]:
    """All that somebody can still take or take part in, urgent first."""
    return await select(f"t.community_id = ? AND {OPEN} AND t.ends_at > ?", community_id, clock.now(), order=URGENT_FIRST)


async def unclosed(community_id: UUID) -> list[TaskFacts]:
    """Past their end, and nobody has said that they are done."""
    return await select(f"t.community_id = ? AND {OPEN} AND t.ends_at <= ?", community_id, clock.now(), order="t.ends_at DESC")


async def closed(community_id: UUID, offset: int, size: int) -> list[TaskFacts]:
    where = "t.community_id = ? AND (t.done_at IS NOT NULL OR t.cancelled_at IS NOT NULL)"
    return await select(where, community_id, order="t.ends_at DESC, t.number DESC", tail=f"LIMIT {int(size)} OFFSET {int(offset)}")


async def closed_count(community_id: UUID) -> int:
    sql = "SELECT count(*) FROM task WHERE community_id = ? AND (done_at IS NOT NULL OR cancelled_at IS NOT NULL)"
    return await db.value(sql, community_id)


_MINE = "EXISTS (SELECT 1 FROM place p WHERE p.task_id = t.id AND p.taken_by = ?)"


async def taken_by(person: Person) -> list[TaskFacts]:
    """What she has taken and not finished, also what ran out while she is still checked in."""
    here = "EXISTS (SELECT 1 FROM place p WHERE p.task_id = t.id AND p.taken_by = ? AND p.checked_in_at IS NOT NULL AND p.checked_out_at IS NULL)"
    return await select(
        f"t.community_id = ? AND (({_MINE} AND {OPEN} AND t.ends_at > ?) OR {here})",
        person.community_id, person.id, clock.now(), person.id,
    )  # fmt: skip


async def awaited_by(person: Person) -> list[TaskFacts]:
    """Open tasks in whose line she stands."""
    in_line = f"EXISTS (SELECT 1 FROM wait w WHERE w.task_id = t.id AND w.account_id = ? AND {IN_LINE})"
    return await select(f"t.community_id = ? AND {in_line} AND {OPEN} AND t.ends_at > ?", person.community_id, person.id, clock.now())


async def past_of(person: Person, most: int = 30) -> list[TaskFacts]:
    where = f"t.community_id = ? AND {_MINE} AND NOT ({OPEN} AND t.ends_at > ?)"
    return await select(where, person.community_id, person.id, clock.now(), order="t.ends_at DESC", tail=f"LIMIT {int(most)}")


async def at_building(building_id: UUID) -> list[TaskFacts]:
    """Open tasks that happen at this building."""
    return await select(f"t.building_id = ? AND {OPEN} AND t.ends_at > ?", building_id, clock.now(), order=URGENT_FIRST)


async def offer(task: TaskFacts, person: Person) -> Offer:
    return (await offers(person, [task]))[0]
