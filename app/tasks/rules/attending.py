"""Checking in at the place of a task and out again: the place's own times, and her presence on site."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.attendance import here
from app.people.person import Person
from app.people.rules import grants, presence
from app.tasks import reads
from app.tasks.reads.facts import EARLY

_IN = """UPDATE place SET checked_in_at = coalesce(checked_in_at, ?), checked_out_at = NULL
WHERE task_id = ? AND taken_by = ? AND (checked_in_at IS NULL OR checked_out_at IS NOT NULL)"""
_OUT = "UPDATE place SET checked_out_at = ? WHERE taken_by = ? AND checked_in_at IS NOT NULL AND checked_out_at IS NULL"


async def check_in(task_id: UUID, *, by: Person) -> Done:
    """She is at the place; also after a break. An open check-in elsewhere ends: a person is in one place."""
    task = await reads.visible(task_id, by)
    if task.spot_of(by.id) is None:
        raise Overtaken("tasks.not_yours")
    if not task.open:
        raise Overtaken("tasks.over")
    if not task.can_arrive:
        raise Overtaken("tasks.too_early", hours=int(EARLY.total_seconds() // 3600))
    if not await db.run(_IN, clock.now(), task_id, by.id):
        raise Overtaken("tasks.here_already")
    await db.run(_OUT + " AND task_id <> ?", clock.now(), by.id, task_id)
    await presence.start(by=by, building=task.building_id, task=task_id)
    await grants.give(by.id, "task", task_id)
    await _touch(task_id)
    record("task.checked_in", task_id, community=task.community_id)
    return Done("tasks.checked_in", {"number": task.number}, about=str(task_id))


async def check_out(task_id: UUID, *, by: Person) -> Done:
    """She leaves; possible in every state of the task, so that nobody's hours run on."""
    task = await reads.visible(task_id, by)
    if not await db.run(_OUT + " AND task_id = ?", clock.now(), by.id, task_id):
        raise Overtaken("tasks.not_here")
    open_presence = await here(by.id)
    if open_presence and open_presence.task_id == task_id:
        await presence.end(by=by)
    await grants.end(task_id, by.id)
    await _touch(task_id)
    record("task.checked_out", task_id, community=task.community_id)
    return Done("tasks.checked_out", {"number": task.number}, about=str(task_id))


async def _touch(task_id: UUID) -> None:
    await db.run("UPDATE task SET version = version + 1 WHERE id = ?", task_id)


async def arrive(building_id: UUID, *, by: Person) -> Done:
    """Check in at a building: for the task that she took there, else for being there. The caller knows that it is hers to enter."""
    mine = [task for task in await reads.at_building(building_id) if (spot := task.spot_of(by.id)) and not spot.here and task.can_arrive]
    if mine:
        return await check_in(min(mine, key=lambda task: task.starts_at).id, by=by)
    open_presence = await here(by.id)
    if open_presence and open_presence.building_id == building_id:
        raise Overtaken("tasks.at_building_already")
    await db.run(_OUT, clock.now(), by.id)
    await presence.start(by=by, building=building_id)
    return Done("tasks.arrived")


async def leave(*, by: Person) -> Done:
    """Check out of wherever she is checked in."""
    if not isinstance(by, Person):
        raise Gone("page")
    open_presence = await here(by.id)
    held = open_presence and open_presence.task_id
    if held and await db.value(
        "SELECT 1 FROM place WHERE task_id = ? AND taken_by = ? AND checked_out_at IS NULL AND checked_in_at IS NOT NULL", held, by.id
    ):
        return await check_out(held, by=by)
    return await presence.end(by=by)
