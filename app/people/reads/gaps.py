"""Who answers for a place, and the households that nobody answers for."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.people.reads.entering import account_name
from app.places import labels

# A person answers for a household by a role at its door, unit, building or grid; a suspended one answers for nobody.
_HELD = """SELECT r.id AS role_id, r.role, r.place, r.place_id, a.id AS account_id, a.key_id, a.name_sealed
FROM role r JOIN account a ON a.id = r.account_id WHERE r.community_id IN (%s) AND r.ended_at IS NULL
AND r.role IN ('steward', 'grid_lead', 'grid_deputy') AND a.suspended_at IS NULL"""


class Gap(msgspec.Struct, frozen=True):
    """A building with households that nobody answers for. `households` counts those, not the others."""

    community_id: UUID
    building_id: UUID
    estate: str
    number: int
    grid_id: UUID | None
    grid: str | None
    households: int

    @property
    def label(self) -> str:
        return labels.building(self.estate, self.number)


async def gap_list(*community_ids: UUID) -> list[Gap]:
    """By building, in the order of estates; one query whatever the size of the community, or of the district."""
    marks = db.marks(community_ids)
    return await db.rows(
        Gap,
        f"""WITH held AS ({_HELD % marks})
        SELECT h.community_id, b.id AS building_id, e.name AS estate, b.number, b.grid_id, g.name AS grid, count(*) AS households
        FROM household h JOIN building b ON b.id = h.building_id JOIN estate e ON e.id = b.estate_id LEFT JOIN grid g ON g.id = b.grid_id
        WHERE h.community_id IN ({marks}) AND (b.grid_id IS NULL OR b.grid_id NOT IN (SELECT place_id FROM held WHERE place = 'grid'))
        AND b.id NOT IN (SELECT place_id FROM held WHERE place = 'building')
        AND h.unit_id NOT IN (SELECT place_id FROM held WHERE place = 'unit')
        AND h.id NOT IN (SELECT place_id FROM held WHERE place = 'household')
        GROUP BY h.community_id, b.id, e.name, b.number, b.grid_id, g.name ORDER BY e.name, b.number""",
        *community_ids,
        *community_ids,
    )


async def gaps(community_id: UUID) -> tuple[int, int]:
    """(households that nobody answers for, buildings that they are in)."""
    found = await gap_list(community_id)
    return sum(gap.households for gap in found), len(found)


class Responsible(msgspec.Struct, frozen=True):
    """`place` says how far it reaches: the whole grid, the building, one unit or one household of it."""

    building_id: UUID
    account_id: UUID
    name: str
    role: str
    place: str
    place_id: UUID


async def responsible(community_id: UUID, *buildings: UUID) -> dict[UUID, tuple[Responsible, ...]]:
    """By building, who answers for it or a part of it; a building that is not in the answer has nobody."""

    class Row(msgspec.Struct):
        building_id: UUID
        account_id: UUID
        key_id: UUID
        name_sealed: bytes
        role: str
        place: str
        place_id: UUID

    only = f"AND b.id IN ({db.marks(buildings)})" if buildings else ""
    found = await db.rows(
        Row,
        f"""WITH held AS ({_HELD % "?"})
        SELECT b.id AS building_id, x.account_id, x.key_id, x.name_sealed, x.role, x.place, x.place_id FROM held x
        LEFT JOIN unit u ON x.place = 'unit' AND u.id = x.place_id
        LEFT JOIN household h ON x.place = 'household' AND h.id = x.place_id
        JOIN building b ON (x.place = 'grid' AND b.grid_id = x.place_id) OR (x.place = 'building' AND b.id = x.place_id)
        OR b.id = u.building_id OR b.id = h.building_id
        WHERE b.community_id = ? {only} ORDER BY x.role DESC, x.role_id""",
        community_id,
        community_id,
        *buildings,
    )
    named = {row.account_id: account_name(row.account_id, row.key_id, row.name_sealed) for row in found}
    by_building: dict[UUID, tuple[Responsible, ...]] = {}
    for row in found:
        one = Responsible(row.building_id, row.account_id, named[row.account_id], row.role, row.place, row.place_id)
        by_building[row.building_id] = (*by_building.get(row.building_id, ()), one)
    return by_building


async def ever_responsible(account_id: UUID, building_id: UUID) -> bool:
    """Whether she answers, or answered once, for this building or a part of it."""
    sql = """SELECT 1 FROM role r
    LEFT JOIN unit u ON r.place = 'unit' AND u.id = r.place_id
    LEFT JOIN household h ON r.place = 'household' AND h.id = r.place_id
    JOIN building b ON (r.place = 'grid' AND b.grid_id = r.place_id) OR (r.place = 'building' AND b.id = r.place_id)
    OR b.id = u.building_id OR b.id = h.building_id
    WHERE r.account_id = ? AND b.id = ? AND r.role IN ('steward', 'grid_lead', 'grid_deputy') LIMIT 1"""
    return await db.value(sql, account_id, building_id) is not None
