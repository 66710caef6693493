"""What tasks do by themselves: call people in waves, tell who called that it is filled and withdraw the call, release those who
did not come, and move the line up when somebody in it has a hand free again."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from app.journal import worker
from app.journal.record import Happening, record
from app.kernel import clock, db
from app.kernel.trouble import Overtaken
from app.people.rules.messages import tell
from app.places import reads as places
from app.tasks.reads.facts import OPEN
from app.tasks.reads.hearing import calling, over
from app.tasks.rules import waves
from app.tasks.rules.holding import Held, hold, vacate
from app.tasks.rules.waiting import promote, ready


async def call_out(happening: Happening) -> None:
    """The first wave of an urgent call leaves at once."""
    if happening.told.get("urgent"):
        await waves.go_on(happening.about)


async def call_on() -> None:
    """The next wave of each call that still needs people, when it is due; and calls that need nobody any more are withdrawn."""
    for task_id in await calling():
        await worker.do(partial(waves.go_on, task_id))
    for task_id in await over():
        await worker.do(partial(waves.stop, task_id))


async def over_now(happening: Happening) -> None:
    await waves.stop(happening.about)


async def filled(happening: Happening) -> None:
    told = happening.told
    path = f"/tasks/{happening.about}"
    await tell(UUID(told["caller"]), "message.task_filled", path=path, community=happening.community_id, number=told["number"])


class Absent(msgspec.Struct, frozen=True):
    id: UUID
    task_id: UUID
    community_id: UUID
    number: int
    created_by: UUID
    taken_by: UUID
    taken_at: datetime
    starts_at: datetime
    release_minutes: int | None

    def due(self, minutes: int) -> datetime:
        """From the start, or from taking where that was later."""
        return max(self.starts_at, self.taken_at) + timedelta(minutes=self.release_minutes or minutes)


async def release_absent() -> None:
    """Release takers who did not check in within the set time after the start."""
    absent = await db.rows(
        Absent,
        f"""SELECT p.id, p.task_id, p.community_id, t.number, t.created_by, p.taken_by, p.taken_at, t.starts_at, t.release_minutes
        FROM place p JOIN task t ON t.id = p.task_id
        WHERE p.taken_by IS NOT NULL AND p.checked_in_at IS NULL AND {OPEN} AND t.starts_at <= ? AND t.ends_at > ? ORDER BY p.taken_at""",
        clock.now(),
        clock.now(),
    )
    minutes = {each.id: each.release_minutes for each in await places.communities()} if absent else {}
    for each in absent:
        if each.due(minutes[each.community_id]) <= clock.now():
            await worker.do(partial(release, each), once=f"tasks.release|{each.id}|{each.taken_at.isoformat()}")


async def release(absent: Absent) -> None:
    """Word to both. Whoever checked in or let go in the same moment is left alone."""
    try:
        task = await hold(absent.task_id)
    except Overtaken:
        return
    account = await vacate(task, "id = ? AND taken_at = ?", absent.id, absent.taken_at)
    if account is None:
        return
    record("task.released", task.id, community=task.community_id, account=str(account), absent=True)
    told = {"path": f"/tasks/{task.id}", "community": task.community_id, "number": task.number}
    await tell(account, "message.task_absent", **told)
    await tell(task.created_by, "message.task_absent_caller", **told)
    await promote(task)


async def move_up() -> None:
    """A waiter passed over at her cap moves up when she has a hand free; an idle round only reads."""
    sql = f"""SELECT t.id, t.community_id, t.number, t.needs_vouching, t.created_by FROM task t
    WHERE {OPEN} AND t.ends_at > ? AND EXISTS (SELECT 1 FROM place p WHERE p.task_id = t.id AND p.taken_by IS NULL)
    AND EXISTS (SELECT 1 FROM wait w WHERE w.task_id = t.id AND w.promoted_at IS NULL AND w.left_at IS NULL)"""
    for task in await db.rows(Held, sql, clock.now()):
        community = await places.community(task.community_id)
        if await ready(task, community.take_cap):
            await worker.do(partial(_promote, task.id))


async def _promote(task_id: UUID) -> None:
    await promote(await hold(task_id))


LISTENERS = [
    ("task.called", call_out),
    ("task.filled", filled),
    ("task.filled", over_now),
    ("task.cancelled", over_now),
    ("task.done", over_now),
]
DUTIES = [release_absent, move_up, call_on]
