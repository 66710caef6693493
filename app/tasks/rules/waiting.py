"""The wait-list: joining, leaving, and moving up in the same act that frees a place."""

from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.people.rights import may
from app.people.rules.messages import tell
from app.people.standing import Standing, standing
from app.places import reads as places
from app.tasks import reads
from app.tasks.reads.chances import TAKES
from app.tasks.rules.holding import Held, hold, note_filled, refusal, seize

IN_LINE = "promoted_at IS NULL AND left_at IS NULL"


async def wait(task_id: UUID, *, by: Person) -> Done:
    """Get in line for a full task. Overtaken `not-full` when a place that fits her is free: she can take that."""
    if not isinstance(by, Person) or await reads.chance(task_id, by) is None:
        raise Gone("task")
    may(by, "task.take")
    task = await hold(task_id)
    found = await reads.chance(task_id, by)
    if found.mine or found.vouching or not found.able:
        raise refusal("skill" if not (found.mine or found.vouching) else found.why_not, found)
    if found.fitting:
        raise refusal("cap", found) if found.takes >= found.cap else Overtaken("tasks.not_full")
    joined = await db.run(
        "INSERT INTO wait(id, task_id, community_id, account_id, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        ids.new(), task_id, task.community_id, by.id, clock.now(),
    )  # fmt: skip
    if not joined:
        raise Overtaken("tasks.waiting_already")
    record("task.waited", task_id, community=task.community_id)
    return Done("tasks.waited", {"number": task.number}, about=str(task_id), undo=f"/tasks/{task_id}/unwait")


async def unwait(task_id: UUID, *, by: Person) -> Done:
    """Leave the line; allowed in every state of the task."""
    task = await reads.visible(task_id, by)
    if not await leave_line(task_id, by.id):
        raise Overtaken("tasks.not_waiting")
    await db.run("UPDATE task SET version = version + 1 WHERE id = ?", task_id)
    record("task.unwaited", task_id, community=task.community_id)
    return Done("tasks.unwaited", {"number": task.number}, about=str(task_id))


async def leave_line(task_id: UUID, account_id: UUID) -> int:
    return await db.run(f"UPDATE wait SET left_at = ? WHERE task_id = ? AND account_id = ? AND {IN_LINE}", clock.now(), task_id, account_id)


class Waiter(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    takes: int


async def promote(task: Held) -> int:
    """Fill free places from the line, first come first, each waiter into a place that fits; how many moved up.

    Somebody at her cap, suspended or no longer vouched keeps her place in line and is passed over.
    """
    community = await places.community(task.community_id)
    moved = 0
    for waiter, skills in await ready(task, community.take_cap):
        number = await seize(task, waiter.account_id, skills, community.take_cap)
        if number is None:
            continue
        await db.run("UPDATE wait SET promoted_at = ? WHERE id = ?", clock.now(), waiter.id)
        record("task.promoted", task.id, community=task.community_id, account=str(waiter.account_id), place=number)
        path = f"/tasks/{task.id}"
        await tell(waiter.account_id, "message.task_promoted", path=path, community=task.community_id, urgent=True, number=task.number)
        moved += 1
    if moved:
        await note_filled(task)
    return moved


async def ready(task: Held, cap: int) -> list[tuple[Waiter, frozenset[str]]]:
    """Who would move up now, in order, with her skills."""
    free = [skill or "" for skill in await _free(task.id)]
    line = await _line(task) if free else []
    known = await standing(task.community_id, [waiter.account_id for waiter in line])
    found = []
    for waiter in line:
        who = known.get(waiter.account_id)
        if who is None or waiter.takes >= cap or (task.needs_vouching and not who.vouched):
            continue
        if (fit := _fit(free, who)) is not None:
            free.remove(fit)
            found.append((waiter, who.usable))
    return found


def _fit(free: list[str], who: Standing) -> str | None:
    """The skill ("" for none) of the free place that she would get, None if none fits."""
    return next((skill for skill in free if skill and skill in who.usable), "" if "" in free else None)


async def _free(task_id: UUID) -> list[str]:
    return await db.rows(str, "SELECT coalesce(skill, '') FROM place WHERE task_id = ? AND taken_by IS NULL ORDER BY number", task_id)


async def _line(task: Held) -> list[Waiter]:
    takes = TAKES.replace("p.taken_by = ?", "p.taken_by = w.account_id")
    sql = f"SELECT w.id, w.account_id, {takes} AS takes FROM wait w WHERE w.task_id = ? AND w.{IN_LINE.replace('AND ', 'AND w.')} ORDER BY w.at, w.id"
    return await db.rows(Waiter, sql, task.community_id, clock.now(), task.id)
