"""An urgent call goes out in waves until its places are filled: those on site in its estate or grid, those on
site elsewhere in the community, those who are free.

Each wave opens some minutes after the one before; one that would tell nobody is passed over at once. When no place is free any
more, or the call is over, what is still shown on phones is withdrawn. `push` carries all of it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from app.kernel import clock, db, ids
from app.people.rules.messages import tell
from app.push.rules import robots, withdrawing
from app.tasks.reads.facts import TaskFacts, select
from app.tasks.reads.hearing import APART, FREE, listeners, open_waves, told_of

LATE = timedelta(minutes=30)  # so long after the start a call may still reach somebody

_OPEN = """INSERT INTO wave(id, task_id, community_id, number, told, opened_at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (task_id, number) WHERE closed_at IS NULL DO NOTHING"""


def tag_of(task: TaskFacts) -> str:
    """What a later notification about the same task takes the place of."""
    return f"task-{task.number}"


def until(task: TaskFacts) -> datetime:
    """A call for 14:00 is not carried at 15:00; one for a task that runs is good for half an hour."""
    return min(task.ends_at, max(task.starts_at, clock.now()) + LATE)


async def go_on(task_id: UUID) -> None:
    """Open the waves that are due, in the present act. Nothing where no place is free or the call is over."""
    found = await select("t.id = ?", task_id)
    if not found or not (task := found[0]).urgent or not task.open or not task.free:
        return
    opened = await open_waves(task_id)
    last = opened[-1].number if opened else 0
    if opened and opened[-1].told and opened[-1].opened_at > clock.now() - APART:
        return
    told, by_wave = await told_of(task_id), await listeners(task)
    for number in range(last + 1, FREE + 1):
        # whoever came on site since the first wave belongs to it still
        now = sorted(account for account, wave in by_wave.items() if wave <= number and account not in told)
        if not await _open(task, number, now) or now:
            return


async def _open(task: TaskFacts, number: int, accounts: list[UUID]) -> bool:
    """False where another worker was faster."""
    wave = ids.new()
    if not await db.run(_OPEN, wave, task.id, task.community_id, number, len(accounts), clock.now()):
        return False
    path, what = f"/tasks/{task.id}", {"until": until(task), "tag": tag_of(task), "number": task.number}
    for account in accounts:
        await tell(account, "message.task_urgent", path=path, community=task.community_id, kind="call", urgent=True, **what)
    await db.run_many("INSERT INTO wave_told(wave_id, account_id) VALUES (?, ?)", [(wave, account) for account in accounts])
    if number == FREE:
        await robots.announce(task.community_id, "message.task_urgent", path, **what)
    return True


async def stop(task_id: UUID) -> None:
    """End the round of a call that needs nobody any more and withdraw it, in the present act."""
    found = await select("t.id = ?", task_id)
    if not found or ((task := found[0]).urgent and task.open and task.free):
        return
    waves = await open_waves(task_id)
    if not waves or not await db.run("UPDATE wave SET closed_at = ? WHERE task_id = ? AND closed_at IS NULL", clock.now(), task_id):
        return
    words = "message.task_filled_all" if task.open and task.urgent else "message.task_needless"
    path = f"/tasks/{task.id}"
    await withdrawing.withdraw(task.community_id, tag_of(task), words, path=path, number=task.number)
    if waves[-1].number == FREE:
        await robots.announce(task.community_id, words, path, tag=tag_of(task), number=task.number)
