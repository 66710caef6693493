"""Who works with a team right now: its members, and those in the places of its open tasks."""

from uuid import UUID

from app.kernel import clock, db
from app.people.reads.teaming import members_of, teams_joined

_OPEN = "t.team_id IS NOT NULL AND t.done_at IS NULL AND t.cancelled_at IS NULL AND t.ends_at > ? AND p.taken_by IS NOT NULL"


async def hands_of(team_id: UUID) -> list[UUID]:
    sql = f"SELECT DISTINCT p.taken_by FROM place p JOIN task t ON t.id = p.task_id WHERE {_OPEN} AND t.team_id = ?"
    return list(dict.fromkeys([*await members_of(team_id), *await db.rows(UUID, sql, clock.now(), team_id)]))


async def teams_of(account_id: UUID, community_id: UUID) -> set[UUID]:
    sql = f"SELECT DISTINCT t.team_id FROM place p JOIN task t ON t.id = p.task_id WHERE {_OPEN} AND p.taken_by = ? AND t.community_id = ?"
    return await teams_joined(account_id, community_id) | set(await db.rows(UUID, sql, clock.now(), account_id, community_id))
