"""Figures of one or many communities for the board and the daily report, each in one query."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.kernel import db
from app.people.reads.members import STATES


class PeopleCount(msgspec.Struct, frozen=True):
    """People of one community whom one organisation sent (None: those who came alone)."""

    community_id: UUID
    organisation_id: UUID | None
    organisation: str | None
    people: int
    here: int
    unvouched: int


async def people_counts(community_ids: Sequence[UUID]) -> list[PeopleCount]:
    """Those whom most are here of first."""
    here, unvouched = (f"sum(CASE WHEN {STATES[state]} THEN 1 ELSE 0 END)" for state in ("here", "unvouched"))
    return await db.rows(
        PeopleCount,
        f"""SELECT m.community_id, o.id AS organisation_id, o.name AS organisation, count(*) AS people, {here} AS here, {unvouched} AS unvouched
        FROM membership m JOIN account a ON a.id = m.account_id LEFT JOIN organisation o ON o.id = m.organisation_id
        WHERE m.community_id IN ({db.marks(community_ids)}) GROUP BY m.community_id, o.id, o.name ORDER BY 5 DESC, o.name IS NULL, o.name""",
        *community_ids,
    )
