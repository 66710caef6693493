"""Somebody who was called by telephone says that she comes: whoever called her puts her into a place."""

from uuid import UUID

from app.journal.record import record
from app.kernel import db
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken, Trouble
from app.people.person import Person
from app.people.rights import may
from app.people.rules.messages import tell
from app.people.standing import Standing, standing
from app.places import reads as places
from app.push.rules import calling
from app.tasks import reads
from app.tasks.reads.chances import fits
from app.tasks.rules.holding import Held, hold, note_filled, seize
from app.tasks.rules.waiting import leave_line


async def comes(task_id: UUID, account_id: UUID, *, by: Person) -> Done:
    """Into a place as if she had taken it herself, refused with the same reasons; what was to be said to her of this task is said.

    Raises Gone where she is not on the list to be called about it: nobody else is put into a place unasked.
    """
    await reads.visible(task_id, by)
    may(by, "task.call")
    await calling.heard(account_id, f"/tasks/{task_id}", by=by)
    task = await hold(task_id)
    who = (await standing(task.community_id, [account_id])).get(account_id)
    if who is None:
        raise Gone("account")
    if task.needs_vouching and not who.vouched:
        raise Barred("tasks.comes.vouching", reason="vouching")
    if await db.value("SELECT 1 FROM place WHERE task_id = ? AND taken_by = ?", task_id, account_id):
        raise Overtaken("tasks.comes.in", reason="mine")
    cap = (await places.community(task.community_id)).take_cap
    number = await seize(task, account_id, who.usable, cap)
    if number is None:
        raise await _why_not(task, who, cap)
    await leave_line(task_id, account_id)
    record("task.taken", task_id, community=task.community_id, place=number, account=str(account_id))
    await tell(account_id, "message.task_given", path=f"/tasks/{task_id}", community=task.community_id, number=task.number)
    await note_filled(task)
    place = await db.value("SELECT id FROM place WHERE task_id = ? AND number = ?", task_id, number)
    return Done("tasks.comes.done", {"number": task.number}, about=str(task_id), undo=f"/tasks/{task_id}/places/{place}/release")


async def _why_not(task: Held, who: Standing, cap: int) -> Trouble:
    free = "SELECT count(*) FROM place p WHERE p.task_id = ? AND p.taken_by IS NULL"
    may_fill, held = fits(who.usable)
    if not await db.value(free, task.id):
        return Overtaken("tasks.comes.full", reason="full")
    if not await db.value(f"{free} AND {may_fill}", task.id, *held):
        return Barred("tasks.comes.skill", reason="skill")
    return Overtaken("tasks.comes.cap", reason="cap", cap=cap)
