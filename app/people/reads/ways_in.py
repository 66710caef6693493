"""Links that let somebody in: a community's join link, a shown sign-in link."""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db, seal


class JoinFacts(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    community: str
    hotline: str
    made_at: datetime
    team_id: UUID | None = None
    team: str = ""

    @property
    def path(self) -> str:
        """The secret is made again from the row's id; only its hash is kept."""
        return f"/join/{seal.token('join', self.id)}"


_JOIN = """SELECT j.id, j.community_id, c.name AS community, c.hotline, j.made_at FROM join_link j
JOIN community c ON c.id = j.community_id WHERE j.ended_at IS NULL"""


_TEAM = """SELECT j.id, j.community_id, c.name AS community, c.hotline, j.made_at, j.team_id, t.name AS team FROM team_link j
JOIN community c ON c.id = j.community_id JOIN team t ON t.id = j.team_id WHERE j.ended_at IS NULL"""


async def team_link_of(team_id: UUID) -> JoinFacts | None:
    return await db.one(JoinFacts, f"{_TEAM} AND j.team_id = ?", team_id)


async def join_link(token: str) -> JoinFacts | None:
    """The community's, or a team's: who comes by that one is of the team too."""
    hashed = hashlib.sha256(token.encode()).digest()
    return await db.one(JoinFacts, f"{_JOIN} AND j.token_hash = ?", hashed) or await db.one(
        JoinFacts, f"{_TEAM} AND j.token_hash = ?", hashed
    )


async def join_link_of(community_id: UUID) -> JoinFacts | None:
    return await db.one(JoinFacts, f"{_JOIN} AND j.community_id = ?", community_id)


async def shown_link(link_id: UUID, account_id: UUID, made_by: UUID) -> datetime | None:
    """Until when the sign-in link lives that `made_by` shows; None for one that is used, too old or somebody else's."""
    sql = """SELECT expires_at FROM sign_in_link
    WHERE id = ? AND account_id = ? AND made_by = ? AND used_at IS NULL AND expires_at > ?"""
    found = await db.rows(datetime, sql, link_id, account_id, made_by, clock.now())
    return found[0] if found else None
