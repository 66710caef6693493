"""Entries of the ledger that may be one person: the same telephone at another door of the community."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.kernel import db
from app.places import labels


class Alike(msgspec.Struct, frozen=True):
    """One more entry with her telephone. `same`: what was said of the two; None while nobody has."""

    resident_id: UUID
    other_id: UUID
    household_id: UUID
    building_id: UUID
    estate: str
    number: int
    unit: int
    floor: int
    door: int
    same: bool | None

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def building(self) -> str:
        return labels.building(self.estate, self.number)


# Two who share a door share its telephone; by hand nobody is entered twice there.
_PAIRS = """SELECT r.id AS resident_id, o.id AS other_id, h.id AS household_id, b.id AS building_id, e.name AS estate, b.number, h.unit, h.floor, h.door,
a.same FROM resident r JOIN resident o ON o.community_id = r.community_id AND o.phone_hash = r.phone_hash AND o.household_id <> r.household_id
AND o.ended_at IS NULL AND o.phone_hash IS NOT NULL
JOIN household h ON h.id = o.household_id JOIN building b ON b.id = h.building_id JOIN estate e ON e.id = b.estate_id
LEFT JOIN alike a ON a.one_id = CASE WHEN r.id < o.id THEN r.id ELSE o.id END AND a.other_id = CASE WHEN r.id < o.id THEN o.id ELSE r.id END
WHERE r.ended_at IS NULL"""


async def alike_of(residents: Sequence[UUID]) -> dict[UUID, list[Alike]]:
    """By resident, those who may be she or are said to be; who is said to be another is left out."""
    if not residents:
        return {}
    sql = f"{_PAIRS} AND r.id IN ({db.marks(residents)}) AND (a.same IS NULL OR a.same) ORDER BY e.name, b.number, h.unit, h.floor, h.door, o.id"
    found: dict[UUID, list[Alike]] = {}
    for one in await db.rows(Alike, sql, *residents):
        found.setdefault(one.resident_id, []).append(one)
    return found


async def pair(one: UUID, other: UUID) -> Alike | None:
    """As they stand, whatever was said of them; None where they are not alike."""
    return await db.one(Alike, f"{_PAIRS} AND r.id = ? AND o.id = ?", one, other)


async def open_pairs(community_id: UUID) -> int:
    """How many pairs nobody has said anything of."""
    return int(
        await db.value(f"SELECT count(*) FROM ({_PAIRS} AND r.community_id = ? AND a.same IS NULL AND r.id < o.id) p", community_id) or 0
    )
