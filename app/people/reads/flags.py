"""Check-ins that a dispatcher should look at."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.people.reads.names import names
from app.places import labels

SHOWN = 100


class Flag(msgspec.Struct, frozen=True):
    """`who` for one person; a burst names its `people` in a list of their own. `before` is where she was."""

    id: UUID
    kind: str
    account_id: UUID
    who: str
    where: str
    before: str
    people: int
    seconds: int
    from_at: datetime
    to_at: datetime
    seen_at: datetime | None
    seen_by: str
    crowd: tuple[str, ...] = ()


class _Row(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    account_id: UUID
    building_id: UUID | None
    estate: str | None
    number: int | None
    other_estate: str | None
    other_number: int | None
    other_community: str | None
    people: int
    seconds: int | None
    from_at: datetime
    to_at: datetime
    seen_at: datetime | None
    seen_by: UUID | None


_FLAG = """SELECT f.id, f.kind, p.account_id, f.building_id, e.name AS estate, b.number, oe.name AS other_estate, ob.number AS other_number,
CASE WHEN o.community_id <> f.community_id THEN oc.name END AS other_community, f.people, f.seconds, f.from_at, f.to_at, f.seen_at, f.seen_by
FROM presence_flag f JOIN presence p ON p.id = f.presence_id
LEFT JOIN building b ON b.id = f.building_id LEFT JOIN estate e ON e.id = b.estate_id
LEFT JOIN presence o ON o.id = f.other_id LEFT JOIN building ob ON ob.id = o.building_id LEFT JOIN estate oe ON oe.id = ob.estate_id
LEFT JOIN community oc ON oc.id = o.community_id WHERE f.community_id = ?"""


async def flags(community_id: UUID, *, seen: bool) -> list[Flag]:
    """Newest first; of those that were seen the last ones."""
    state = "f.seen_at IS NOT NULL" if seen else "f.seen_at IS NULL"
    found = await db.rows(_Row, f"{_FLAG} AND {state} ORDER BY f.to_at DESC, f.id DESC LIMIT {SHOWN}", community_id)
    crowds = {row.id: await _crowd(row) for row in found if row.kind == "burst" and not seen}
    wanted = (
        {row.account_id for row in found}
        | {row.seen_by for row in found if row.seen_by}
        | {one for crowd in crowds.values() for one in crowd}
    )
    known = await names(wanted)
    return [_flag(row, known, crowds.get(row.id, [])) for row in found]


async def _crowd(row: _Row) -> list[UUID]:
    sql = "SELECT DISTINCT account_id FROM presence WHERE building_id = ? AND since >= ? AND since <= ? ORDER BY account_id LIMIT 60"
    return await db.rows(UUID, sql, row.building_id, row.from_at, row.to_at)


def _flag(row: _Row, known: dict[UUID, str], crowd: list[UUID]) -> Flag:
    before = labels.building(row.other_estate, row.other_number) if row.other_estate and row.other_number else ""
    return Flag(
        id=row.id,
        kind=row.kind,
        account_id=row.account_id,
        who=known.get(row.account_id, ""),
        where=labels.building(row.estate, row.number) if row.estate and row.number else "",
        before=row.other_community or before,
        people=row.people,
        seconds=row.seconds or 0,
        from_at=row.from_at,
        to_at=row.to_at,
        seen_at=row.seen_at,
        seen_by=known.get(row.seen_by, "") if row.seen_by else "",
        crowd=tuple(sorted(known.get(one, "") for one in crowd)),
    )
