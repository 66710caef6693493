"""Who belongs to a team."""

from uuid import UUID

from app.kernel import db
from app.people.reads.ways_in import JoinFacts, team_link_of


async def members_of(team_id: UUID) -> list[UUID]:
    """Its people now; suspended ones are not."""
    sql = """SELECT m.account_id FROM team_member m JOIN account a ON a.id = m.account_id
    WHERE m.team_id = ? AND m.left_at IS NULL AND a.suspended_at IS NULL ORDER BY m.joined_at, m.id"""
    return await db.rows(UUID, sql, team_id)


async def teams_joined(account_id: UUID, community_id: UUID) -> set[UUID]:
    sql = "SELECT team_id FROM team_member WHERE account_id = ? AND community_id = ? AND left_at IS NULL"
    return set(await db.rows(UUID, sql, account_id, community_id))


__all__ = ["JoinFacts", "members_of", "team_link_of", "teams_joined"]
