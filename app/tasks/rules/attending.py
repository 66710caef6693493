"""Checking in at the place of a task and out again, at the time when it was pressed: her presence on site, and the place's own times."""

from uuid import UUID

from app.journal.record import record
from app.kernel import db, receipts
from app.kernel.act import Done, current
from app.kernel.late import late
from app.kernel.trouble import Gone, Overtaken
from app.people import reads as people
from app.people.attendance import here
from app.people.person import Person
from app.people.rules import grants, presence
from app.people.rules.messages import tell
from app.people.standing import usable
from app.tasks import reads
from app.tasks.reads.facts import EARLY
from app.tasks.rules.holding import hold, note_filled, seize
from app.tasks.rules.waiting import leave_line


async def check_in(task_id: UUID, *, by: Person) -> Done:
    """She is at the place; also after a break. A stay elsewhere ends: a person is in one place.

    Told late it is kept whatever became of the task and of her place meanwhile.
    """
    task = await reads.visible(task_id, by)
    spot, told_late = task.spot_of(by.id), late()
    if spot is None and not (told_late or await _tried(task_id, by)):
        raise Overtaken("tasks.not_yours")
    if task.closed_at and not told_late:
        raise Overtaken("tasks.over")
    if task.starts_at - EARLY > current().when:
        raise Overtaken("tasks.too_early", hours=int(EARLY.total_seconds() // 3600))
    if spot is None and not await _seat_again(task, by):
        return await _without_place(task, by)
    if spot and spot.here and not told_late:
        raise Overtaken("tasks.here_already")
    await presence.start(by=by, building=task.building_id, task=task_id, closed=task.closed_at)
    await _times(by, task_id)
    again = spot is not None and spot.here
    if not task.closed_at:
        await grants.give(by.id, "task", task_id)
    await _touch(task_id)
    record("task.checked_in", task_id, community=task.community_id)
    mark = "beside" if again else "late" if told_late and (spot is None or task.closed_at) else None
    words = {"beside": "late.here_already", "late": "late.checked_in", None: "tasks.checked_in"}[mark]
    if task.strict and mark is None and not await people.proven(by.id, task_id):
        words, mark = "tasks.checked_in_unproven", "unproven"
    return Done(words, {"number": task.number}, about=str(task_id), mark=mark)


async def _tried(task_id: UUID, by: Person) -> bool:
    """She pressed for a place and was told that there is none: she may stand there all the same."""
    return bool((await receipts.refusals(by.owner)).get(f"/tasks/{task_id}/take"))


async def _seat_again(task: reads.TaskFacts, by: Person) -> bool:
    """Released while her check-in was on its way, she has a place again if one that fits is free. Her cap does not send her home."""
    if not task.open or not task.free:
        return False
    held = await hold(task.id)
    number = await seize(held, by.id, usable(by.skills, vouched=by.vouched), cap=1_000)
    if number is None:
        return False
    await leave_line(task.id, by.id)
    record("task.taken", task.id, community=task.community_id, place=number)
    await note_filled(held)
    return True


async def _without_place(task: reads.TaskFacts, by: Person) -> Done:
    """Her hours count; whoever called is told that she came too."""
    await presence.start(by=by, building=task.building_id, task=task.id, closed=task.closed_at, mark="no-place")
    await _elsewhere(by)
    await _touch(task.id)
    record("task.came_without_place", task.id, community=task.community_id)
    await tell(
        task.created_by, "late.message.no_place", path=f"/tasks/{task.id}", community=task.community_id, kind="desk", number=task.number
    )
    return Done("late.no_place", {"number": task.number}, about=str(task.id), mark="no-place")


async def check_out(task_id: UUID, *, by: Person) -> Done:
    """She leaves; possible in every state of the task, so that nobody's hours run on."""
    task = await reads.visible(task_id, by)
    there = await presence.before(by.id, current().when)
    elsewhere = there is not None and there.task_id != task_id and (there.until_at is None or there.until_at > current().when)
    if not late() and not await _here_now(by, task_id):
        raise Overtaken("tasks.not_here")
    if elsewhere and late():
        record("presence.left_unseen", by.id, community=by.community_id)
        return Done("late.left_already", about=str(task_id), mark="beside")
    done = await presence.end(by=by, building=task.building_id, task=task_id)
    await _times(by, task_id)
    await grants.end(task_id, by.id)
    await _touch(task_id)
    record("task.checked_out", task_id, community=task.community_id)
    plain = done.words == "people.presence.ended"
    return Done("tasks.checked_out" if plain else done.words, {"number": task.number}, about=str(task_id), mark=done.mark)


async def _here_now(by: Person, task_id: UUID) -> bool:
    open_presence = await here(by.id)
    return open_presence is not None and open_presence.task_id == task_id


async def _times(by: Person, task_id: UUID) -> None:
    """The place's times are those of her presence, whichever of them came first."""
    span = await people.span(by.id, task_id)
    if span is not None:
        sql = "UPDATE place SET checked_in_at = ?, checked_out_at = ? WHERE task_id = ? AND taken_by = ?"
        await db.run(sql, *span, task_id, by.id)
    await _elsewhere(by)


async def _elsewhere(by: Person) -> None:
    """Places in which she still stands as checked in, and is not."""
    standing = "SELECT task_id FROM place WHERE taken_by = ? AND checked_in_at IS NOT NULL AND checked_out_at IS NULL"
    for task_id in await db.rows(UUID, standing, by.id):
        span = await people.span(by.id, task_id)
        if span is not None and span[1] is not None:
            sql = "UPDATE place SET checked_out_at = ? WHERE task_id = ? AND taken_by = ?"
            await db.run(sql, span[1], task_id, by.id)


async def _touch(task_id: UUID) -> None:
    await db.run("UPDATE task SET version = version + 1 WHERE id = ?", task_id)


async def arrive(building_id: UUID, *, by: Person, again: bool = False) -> Done:
    """Check in at a building: for the task that she took there, else for being there. The caller knows that it is hers to enter.

    `again`: being there already is nothing to complain of, for who proves it."""
    mine = [task for task in await reads.at_building(building_id) if (spot := task.spot_of(by.id)) and not spot.here and task.can_arrive]
    if mine:
        return await check_in(min(mine, key=lambda task: task.starts_at).id, by=by)
    open_presence = await here(by.id)
    already = open_presence is not None and open_presence.building_id == building_id
    if already and again and not late():
        return Done("tasks.arrived")
    if already and not late():
        raise Overtaken("tasks.at_building_already")
    await presence.start(by=by, building=building_id)
    await _elsewhere(by)
    return Done("late.here_already_at", mark="beside") if already else Done("tasks.arrived")


async def leave(*, by: Person, building: UUID | None = None) -> Done:
    """Check out of wherever she was checked in when she pressed."""
    if not isinstance(by, Person):
        raise Gone("page")
    there = await presence.before(by.id, current().when)
    if there and there.task_id and (there.until_at is None or there.until_assumed):
        return await check_out(there.task_id, by=by)
    done = await presence.end(by=by, building=building)
    await _elsewhere(by)
    return done
