"""Taking a place, letting it go, being released from it."""

from uuid import UUID

from app.journal.record import record
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.people.rights import may
from app.people.rules.messages import tell
from app.people.standing import usable
from app.tasks import reads
from app.tasks.rules.holding import hold, named, note_filled, refusal, seize, still_refused, vacate
from app.tasks.rules.waiting import leave_line, promote


async def chance_of(task_id: UUID, by: Person, *, counted: bool = True) -> reads.Chance:
    """Raises Gone for strangers and outsiders, Barred for those who take no tasks."""
    found = await reads.chance(task_id, by, counted=counted) if isinstance(by, Person) else None
    if found is None:
        raise Gone("task")
    may(by, "task.take")
    return found


async def take(task_id: UUID, *, by: Person) -> Done:
    """Take a place. Refused with the reasons of `reads.chances.WHY`; `full` is certain, whoever else takes at this moment."""
    found = await chance_of(task_id, by, counted=False)
    if found.why_not:
        raise await named(refusal(found.why_not, found), task_id)
    task = await hold(task_id)
    number = await seize(task, by.id, usable(by.skills, vouched=by.vouched), found.cap)
    if number is None:
        raise await named(await still_refused(task_id, by), task_id)
    if found.waiting:
        await leave_line(task_id, by.id)
    record("task.taken", task_id, community=task.community_id, place=number)
    await note_filled(task)
    return Done("tasks.taken", {"number": task.number}, about=str(task_id), undo=f"/tasks/{task_id}/release")


async def let_go(task_id: UUID, *, by: Person) -> Done:
    """Give her place back before she checks in; whoever waits gets it, and whoever called is told."""
    await chance_of(task_id, by)
    task = await hold(task_id)
    spot = (await reads.visible(task_id, by)).spot_of(by.id)
    if spot is None:
        raise Overtaken("tasks.not_yours")
    if await vacate(task, "taken_by = ?", by.id) is None:
        raise Overtaken("tasks.here_already")
    record("task.let_go", task_id, community=task.community_id, place=spot.number)
    await tell(
        task.created_by, "message.task_let_go", path=f"/tasks/{task_id}", community=task.community_id, kind="desk", number=task.number
    )
    await promote(task)
    return Done("tasks.let_go", {"number": task.number}, about=str(task_id))


async def release(task_id: UUID, place_id: UUID, *, by: Person) -> Done:
    """The dispatcher takes somebody out of a place; both who waits and who was in it are told."""
    await reads.visible(task_id, by)
    may(by, "task.call")
    task = await hold(task_id)
    account = await vacate(task, "id = ?", place_id)
    if account is None:
        raise Overtaken("tasks.not_there")
    record("task.released", task_id, community=task.community_id, account=str(account))
    await tell(account, "message.task_released", path=f"/tasks/{task_id}", community=task.community_id, number=task.number)
    await promote(task)
    return Done("tasks.released", {"number": task.number}, about=str(task_id))
