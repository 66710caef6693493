"""Who could carry a run: on site and free first."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.people import reads as people

MOST = 300


class Candidate(msgspec.Struct, frozen=True):
    """`busy`: the number of a run that is in her hands already."""

    id: UUID
    name: str
    organisation: str | None
    here: bool
    busy: int | None


async def candidates(community_id: UUID, without: frozenset[UUID] = frozenset()) -> list[Candidate]:
    """Vouched for and not suspended, without those who carry it already."""

    class Busy(msgspec.Struct):
        account_id: UUID
        number: int

    sql = """SELECT c.account_id, max(r.number) AS number FROM carrier c JOIN run r ON r.id = c.run_id
    WHERE r.community_id = ? AND r.state IN ('given', 'out') AND c.ended_at IS NULL GROUP BY c.account_id"""
    busy = {row.account_id: row.number for row in await db.rows(Busy, sql, community_id)}
    here = (await people.members(community_id, people.Filters(state="here"), size=MOST)).found
    known = (await people.members(community_id, people.Filters(state="vouched"), size=MOST)).found
    all_ = {m.id: m for m in (*here, *known) if m.vouched and not m.suspended and m.id not in without}
    found = [Candidate(m.id, m.name, m.organisation, m.here, busy.get(m.id)) for m in all_.values()]
    return sorted(found, key=lambda c: (not c.here, c.busy is not None, c.name))
