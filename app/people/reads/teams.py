"""Teams, in part 1 as names with a lead."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.people.reads.entering import account_name


class TeamFacts(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    version: int
    lead_id: UUID | None
    lead: str


class _Row(msgspec.Struct):
    id: UUID
    name: str
    version: int
    lead_id: UUID | None
    key_id: UUID | None
    name_sealed: bytes | None


_TEAM = "SELECT t.id, t.name, t.version, t.lead_id, a.key_id, a.name_sealed FROM team t LEFT JOIN account a ON a.id = t.lead_id"


def _opened(row: _Row) -> TeamFacts:
    lead = account_name(row.lead_id, row.key_id, row.name_sealed) if row.lead_id and row.key_id else ""
    return TeamFacts(row.id, row.name, row.version, row.lead_id, lead)


async def teams(community_id: UUID) -> list[TeamFacts]:
    return [_opened(row) for row in await db.rows(_Row, f"{_TEAM} WHERE t.community_id = ? ORDER BY t.name", community_id)]


async def team(team_id: UUID, community_id: UUID) -> TeamFacts | None:
    row = await db.one(_Row, f"{_TEAM} WHERE t.id = ? AND t.community_id = ?", team_id, community_id)
    return _opened(row) if row else None


async def names_of_teams(team_ids: set[UUID]) -> dict[UUID, str]:
    class Named(msgspec.Struct):
        id: UUID
        name: str

    wanted = list(team_ids)
    found = await db.rows(Named, f"SELECT id, name FROM team WHERE id IN ({db.marks(wanted)})", *wanted) if wanted else []
    return {row.id: row.name for row in found}
