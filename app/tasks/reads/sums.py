"""Figures of one or many communities for the board, in one query."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.tasks.reads.facts import OPEN, SOON

_TASKS = f"""SELECT t.id, t.community_id, t.number, t.starts_at, t.ends_at, count(p.id) - count(p.taken_by) AS free
FROM task t LEFT JOIN place p ON p.task_id = t.id WHERE {OPEN} AND t.community_id IN"""
_SHORT = "x.ends_at > ? AND x.starts_at <= ? AND x.free > 0"


class TaskCount(msgspec.Struct, frozen=True):
    """`short`: tasks that run or start soon with a place free; `missing`: those places. `unclosed`: past their end and not closed."""

    community_id: UUID
    short: int
    missing: int
    unclosed: int


class TaskGap(msgspec.Struct, frozen=True):
    """A task without its words: for those who see figures only."""

    id: UUID
    community_id: UUID
    number: int
    starts_at: datetime
    ends_at: datetime
    free: int


async def task_counts(community_ids: Sequence[UUID]) -> list[TaskCount]:
    now = clock.now()
    return await db.rows(
        TaskCount,
        f"""SELECT x.community_id, sum(CASE WHEN {_SHORT} THEN 1 ELSE 0 END) AS short,
        CAST(sum(CASE WHEN {_SHORT} THEN x.free ELSE 0 END) AS BIGINT) AS missing, sum(CASE WHEN x.ends_at <= ? THEN 1 ELSE 0 END) AS unclosed
        FROM ({_TASKS} ({db.marks(community_ids)}) GROUP BY t.id) x GROUP BY x.community_id""",
        *(now, now + SOON) * 2, now, *community_ids,
    )  # fmt: skip


async def task_rows(community_ids: Sequence[UUID], figure: str) -> list[TaskGap]:
    """The tasks behind a figure of TaskCount."""
    now = clock.now()
    where, params = ("x.ends_at <= ?", (now,)) if figure == "unclosed" else (_SHORT, (now, now + SOON))
    sql = f"SELECT * FROM ({_TASKS} ({db.marks(community_ids)}) GROUP BY t.id) x WHERE {where} ORDER BY x.starts_at, x.number"
    return await db.rows(TaskGap, sql, *community_ids, *params)
