"""Somebody without a page before her answers a call: by a text message. She gets a place if there is one, and is told either way."""

from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import db
from app.kernel.trouble import Overtaken
from app.people.rules.messages import tell
from app.people.standing import standing
from app.places import reads as places
from app.tasks.rules.holding import hold, note_filled, seize
from app.tasks.rules.waiting import leave_line


async def answered(account_id: UUID, task_id: UUID, yes: bool) -> None:
    """Inside an act of hers. A no only ends the question."""
    if not yes:
        return
    try:
        task = await hold(task_id)
    except Overtaken:
        await _told(account_id, task_id, "message.task_too_late")
        return
    who = (await standing(task.community_id, [account_id])).get(account_id)
    if who is None or (task.needs_vouching and not who.vouched):
        return
    if await db.value("SELECT 1 FROM place WHERE task_id = ? AND taken_by = ?", task_id, account_id):
        return
    cap = (await places.community(task.community_id)).take_cap
    number = await seize(task, account_id, who.usable, cap)
    if number is None:
        await _told(account_id, task_id, "message.task_too_late")
        return
    await leave_line(task_id, account_id)
    record("task.taken", task_id, community=task.community_id, place=number)
    await _told(account_id, task_id, "message.task_promoted")
    await note_filled(task)


class _Known(msgspec.Struct, frozen=True):
    community_id: UUID
    number: int


async def _told(account_id: UUID, task_id: UUID, words: str) -> None:
    known = await db.one(_Known, "SELECT community_id, number FROM task WHERE id = ?", task_id)
    if known is not None:
        await tell(account_id, words, path=f"/tasks/{task_id}", community=known.community_id, urgent=True, number=known.number)
