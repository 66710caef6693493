"""What every act on a task shares: hold the task, put somebody into a place, take her out again.

Acts that change who is in a place touch the task's row first (`hold`), so that on PostgreSQL they come one after
another and each reads what the one before committed: no place is freed while somebody is put in line unseen.
"""

from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db
from app.kernel.trouble import Barred, Overtaken, Trouble
from app.people.person import Person
from app.people.rules import grants
from app.tasks.reads.chances import TAKES, WHY, Chance, chance, fits


class Held(msgspec.Struct, frozen=True):
    """A task that this act holds until it commits."""

    id: UUID
    community_id: UUID
    number: int
    needs_vouching: bool
    created_by: UUID


_HELD = "id, community_id, number, needs_vouching, created_by"


async def hold(task_id: UUID) -> Held:
    """Touch the task. Raises Overtaken `over` when it is cancelled, done or past its end."""
    sql = f"""UPDATE task SET version = version + 1 WHERE id = ? AND done_at IS NULL AND cancelled_at IS NULL AND ends_at > ?
    RETURNING {_HELD}"""
    if (held := await db.one(Held, sql, task_id, clock.now())) is None:
        raise Overtaken("tasks.over")
    return held


def refusal(reason: str, found: Chance) -> Trouble:
    """The trouble that a reason of `chances.WHY` is."""
    words = found.says if reason == found.why_not else WHY[reason]
    if reason in ("vouching", "skill"):
        return Barred(words, reason=reason)
    return Overtaken(words, reason=reason, cap=found.cap)


async def named(trouble: Trouble, task_id: UUID) -> Trouble:
    """A full task of one place says who has it."""
    if trouble.words != WHY["full"]:
        return trouble
    takers = await db.rows(UUID, "SELECT taken_by FROM place WHERE task_id = ? AND taken_by IS NOT NULL LIMIT 2", task_id)
    return Overtaken("tasks.full_by", reason="full", who=str(takers[0])) if len(takers) == 1 else trouble


async def still_refused(task_id: UUID, by: Person) -> Trouble:
    """Why the place slipped away between looking and taking."""
    found = await chance(task_id, by)
    return refusal(found.why_not or "full", found)


async def seize(task: Held, account_id: UUID, skills: frozenset[str], cap: int) -> int | None:
    """Put her into a free place that fits, one with a skill of hers first; the place's number, None if there was none
    or she is at her cap."""
    may_fill, held = fits(skills)
    now = clock.now()
    await db.run(
        """INSERT INTO taker(account_id, community_id, touched_at) VALUES (?, ?, ?)
        ON CONFLICT (account_id, community_id) DO UPDATE SET touched_at = excluded.touched_at""",
        account_id,
        task.community_id,
        now,
    )
    numbers = await db.rows(
        int,
        f"""UPDATE place SET taken_by = ?, taken_at = ? WHERE taken_by IS NULL AND id = (
            SELECT p.id FROM place p WHERE p.task_id = ? AND p.taken_by IS NULL AND {may_fill} ORDER BY p.skill IS NULL, p.number LIMIT 1)
        AND {TAKES} < ? RETURNING number""",
        account_id, now, task.id, *held, account_id, task.community_id, now, cap,
    )  # fmt: skip
    if not numbers:
        return None
    await grants.give(account_id, "task", task.id)
    return numbers[0]


async def vacate(task: Held, condition: str, *params: object) -> UUID | None:
    """Empty the one place that `condition` (over the columns of `place`) names; who had it, None if nobody does any more."""
    found = await db.rows(
        UUID,
        f"""SELECT taken_by FROM place WHERE task_id = ? AND taken_by IS NOT NULL AND checked_in_at IS NULL AND {condition}""",
        task.id,
        *params,
    )
    if not found:
        return None
    emptied = await db.run(
        "UPDATE place SET taken_by = NULL, taken_at = NULL WHERE task_id = ? AND taken_by = ? AND checked_in_at IS NULL", task.id, found[0]
    )
    if not emptied:
        return None
    await grants.end(task.id, found[0])
    return found[0]


async def note_filled(task: Held) -> None:
    """Record that the last place is gone; the worker tells whoever called."""
    if not await db.value("SELECT count(*) FROM place WHERE task_id = ? AND taken_by IS NULL", task.id):
        record("task.filled", task.id, community=task.community_id, number=task.number, caller=str(task.created_by))
