"""Questions about places."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.places import codes, labels


class CommunityFacts(msgspec.Struct, frozen=True):
    id: UUID
    district_id: UUID
    emergency_id: UUID
    key_id: UUID
    code: str
    name: str
    zone: str
    hotline: str
    hours: str
    take_cap: int
    release_minutes: int
    untouched_minutes: int
    undo_minutes: int
    correct_hours: int
    top_first: bool
    version: int
    closed_at: datetime | None = None


_COMMUNITY = """SELECT id, district_id, emergency_id, key_id, code, name, zone, hotline, hours, take_cap, release_minutes,
untouched_minutes, undo_minutes, correct_hours, top_first, version, closed_at FROM community"""


async def community(community_id: UUID) -> CommunityFacts | None:
    return await db.one(CommunityFacts, f"{_COMMUNITY} WHERE id = ?", community_id)


async def community_by_code(code: str) -> CommunityFacts | None:
    if not code.isalnum():  # PostgreSQL takes no NUL, and no code has one
        return None
    return await db.one(CommunityFacts, f"{_COMMUNITY} WHERE code = ?", code)


async def communities(district_id: UUID | None = None) -> list[CommunityFacts]:
    if district_id is None:
        return await db.rows(CommunityFacts, f"{_COMMUNITY} ORDER BY name")
    return await db.rows(CommunityFacts, f"{_COMMUNITY} WHERE district_id = ? ORDER BY name", district_id)


class BuildingFacts(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    estate_id: UUID
    estate: str
    number: int
    code: str
    units: int
    floors: int
    doors: int
    grid_id: UUID | None = None
    grid: str | None = None

    @property
    def label(self) -> str:
        return labels.building(self.estate, self.number)

    @property
    def spoken(self) -> str:
        return codes.spoken(self.code)


_BUILDING = """SELECT b.id, b.community_id, b.estate_id, e.name AS estate, b.number, b.code, b.units, b.floors, b.doors,
b.grid_id, g.name AS grid FROM building b JOIN estate e ON e.id = b.estate_id LEFT JOIN grid g ON g.id = b.grid_id"""


async def building(building_id: UUID) -> BuildingFacts | None:
    return await db.one(BuildingFacts, f"{_BUILDING} WHERE b.id = ?", building_id)


async def building_by_code(typed: str) -> BuildingFacts | None:
    """From a code as typed; None for a wrong check character, without asking the database."""
    code = codes.read(typed)
    return await db.one(BuildingFacts, f"{_BUILDING} WHERE b.code = ?", code) if code else None


async def buildings(community_id: UUID, only: Sequence[UUID] = ()) -> list[BuildingFacts]:
    narrowed = f" AND b.id IN ({db.marks(only)})" if only else ""
    return await db.rows(BuildingFacts, f"{_BUILDING} WHERE b.community_id = ?{narrowed} ORDER BY e.name, b.number", community_id, *only)


class HouseholdFacts(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    building_id: UUID
    estate: str
    number: int
    unit: int
    floor: int
    door: int

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def label(self) -> str:
        return labels.door(self.estate, self.number, self.unit, self.floor, self.door)


_HOUSEHOLD = """SELECT h.id, h.community_id, h.building_id, e.name AS estate, b.number, h.unit, h.floor, h.door
FROM household h JOIN building b ON b.id = h.building_id JOIN estate e ON e.id = b.estate_id"""


async def household(household_id: UUID) -> HouseholdFacts | None:
    return await db.one(HouseholdFacts, f"{_HOUSEHOLD} WHERE h.id = ?", household_id)


async def households_by_id(household_ids: Sequence[UUID]) -> dict[UUID, HouseholdFacts]:
    """A few hundred at most."""
    wanted = list(dict.fromkeys(household_ids))
    if not wanted:
        return {}
    return {h.id: h for h in await db.rows(HouseholdFacts, f"{_HOUSEHOLD} WHERE h.id IN ({db.marks(wanted)})", *wanted)}


async def households(building_id: UUID, *, top_first: bool = True) -> list[HouseholdFacts]:
    """The doors of a building in walking order."""
    order = "DESC" if top_first else "ASC"
    return await db.rows(HouseholdFacts, f"{_HOUSEHOLD} WHERE h.building_id = ? ORDER BY h.unit, h.floor {order}, h.door", building_id)


async def household_at(building_id: UUID, unit: int, floor: int, door: int) -> HouseholdFacts | None:
    sql = f"{_HOUSEHOLD} WHERE h.building_id = ? AND h.unit = ? AND h.floor = ? AND h.door = ?"
    return await db.one(HouseholdFacts, sql, building_id, unit, floor, door)


class GridFacts(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    buildings: int
    households: int


async def grids(community_id: UUID) -> list[GridFacts]:
    return await db.rows(
        GridFacts,
        """SELECT g.id, g.name, count(DISTINCT b.id) AS buildings, count(h.id) AS households FROM grid g
        LEFT JOIN building b ON b.grid_id = g.id LEFT JOIN household h ON h.building_id = b.id
        WHERE g.community_id = ? GROUP BY g.id, g.name ORDER BY length(g.name), g.name""",
        community_id,
    )


async def next_number(community_id: UUID) -> int:
    """A number that people say aloud for a need, task or run; taken inside the act, so it has no holes of failed ones."""
    return await db.value("UPDATE community SET last_number = last_number + 1 WHERE id = ? RETURNING last_number", community_id)
