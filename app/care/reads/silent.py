"""Who has not been heard of in time, and since when."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.care import silence
from app.care.silence import EVERY, Steps
from app.kernel import clock, db
from app.places import labels
from app.places.counted import BuildingCount


class Settings(msgspec.Struct, frozen=True):
    """`id` None where the community's clocks have not begun."""

    id: UUID | None = None
    close_hour: int = 20
    steward_minutes: int = 60
    dispatcher_minutes: int = 240
    command_minutes: int = 960
    version: int = 0

    @property
    def steps(self) -> Steps:
        return Steps(self.close_hour, self.steward_minutes, self.dispatcher_minutes, self.command_minutes)


_SETTINGS = (
    "SELECT id, close_hour, steward_minutes, dispatcher_minutes, command_minutes, version FROM contact_setting WHERE community_id = ?"
)


async def settings(community_id: UUID) -> Settings:
    return await db.one(Settings, _SETTINGS, community_id) or Settings()


async def begun(community_id: UUID) -> bool:
    """Whether this community's doors are watched; the worker begins with that by itself."""
    return await db.one(Settings, _SETTINGS, community_id) is not None


async def rules(community_id: UUID) -> dict[str, int]:
    """Days by care kind and for `door`: what the community set, the usual ones otherwise."""

    class Row(msgspec.Struct):
        kind: str
        every_days: int

    found = await db.rows(Row, "SELECT kind, every_days FROM contact_rule WHERE community_id = ?", community_id)
    return EVERY | {row.kind: row.every_days for row in found}


class Silent(msgspec.Struct, frozen=True):
    """A household that is overdue. `heard_at` None: never; `since`: from when it was watched; `tries` in vain since then."""

    id: UUID
    building_id: UUID
    estate: str
    number: int
    unit: int
    floor: int
    door: int
    every_days: int
    since: datetime
    heard_at: datetime | None
    tried_at: datetime | None
    tries: int
    due_at: datetime

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def building(self) -> str:
        return labels.building(self.estate, self.number)

    def level(self, steps: Steps) -> int:
        return silence.level(self.due_at, clock.now(), steps)


_OVERDUE = """contact_clock c JOIN household h ON h.id = c.household_id JOIN building b ON b.id = c.building_id
JOIN estate e ON e.id = b.estate_id WHERE c.community_id = ? AND c.due_at <= ?"""
_SILENT = f"""SELECT c.household_id AS id, c.building_id, e.name AS estate, b.number, h.unit, h.floor, h.door, c.every_days, c.since,
c.heard_at, c.tried_at, c.tries, c.due_at FROM {_OVERDUE}"""


class Where(msgspec.Struct, frozen=True):
    """`buildings`: those that she may see, None for all; `building` and `grid`: what she asked for."""

    community_id: UUID
    buildings: Collection[UUID] | None = None
    building: UUID | None = None
    grid: UUID | None = None

    def sql(self) -> tuple[str, list[UUID]]:
        narrowed, params = "", []
        if self.buildings is not None and not self.buildings:
            return " AND 1 = 0", []
        if self.buildings is not None:
            narrowed, params = f" AND c.building_id IN ({db.marks(self.buildings)})", [*self.buildings]
        for column, wanted in (("c.building_id", self.building), ("b.grid_id", self.grid)):
            if wanted:
                narrowed, params = f"{narrowed} AND {column} = ?", [*params, wanted]
        return narrowed, params


async def overdue(where: Where, *, limit: int = 50, offset: int = 0) -> list[Silent]:
    """The longest overdue first."""
    narrowed, params = where.sql()
    sql = f"{_SILENT}{narrowed} ORDER BY c.due_at, c.household_id LIMIT ? OFFSET ?"
    return await db.rows(Silent, sql, where.community_id, clock.now(), *params, limit, offset)


async def overdue_count(where: Where) -> int:
    narrowed, params = where.sql()
    return await db.value(f"SELECT count(*) FROM {_OVERDUE}{narrowed}", where.community_id, clock.now(), *params)


class Risen(msgspec.Struct, frozen=True):
    """How many are overdue, and of those how many have risen to each."""

    all: int = 0
    steward: int = 0
    dispatcher: int = 0
    command: int = 0


async def risen(where: Where, steps: Steps) -> Risen:
    narrowed, params = where.sql()
    begun = [clock.now() - steps.begins(n) for n in (2, 3, 4)]
    sums = ", ".join(
        f"coalesce(sum(CASE WHEN c.due_at <= ? THEN 1 ELSE 0 END), 0) AS {name}" for name in ("steward", "dispatcher", "command")
    )
    sql = f'SELECT count(*) AS "all", {sums} FROM {_OVERDUE}{narrowed}'
    return await db.one(Risen, sql, *begun, where.community_id, clock.now(), *params) or Risen()


class Count(msgspec.Struct, frozen=True):
    community_id: UUID
    n: int


async def unreached(communities: Sequence[UUID]) -> list[Count]:
    """How many are overdue in each of these communities; one without any is left out."""
    sql = f"""SELECT community_id, count(*) AS n FROM contact_clock WHERE community_id IN ({db.marks(communities)}) AND due_at <= ?
    GROUP BY community_id"""
    return await db.rows(Count, sql, *communities, clock.now())


class Clock(msgspec.Struct, frozen=True):
    household_id: UUID
    every_days: int
    since: datetime
    heard_at: datetime | None
    tried_at: datetime | None
    tries: int
    due_at: datetime | None


async def clock_of(household_id: UUID) -> Clock | None:
    sql = "SELECT household_id, every_days, since, heard_at, tried_at, tries, due_at FROM contact_clock WHERE household_id = ?"
    return await db.one(Clock, sql, household_id)


async def unreached_at(communities: Sequence[UUID]) -> list[BuildingCount]:
    """Overdue households by building; one without any is left out."""
    sql = f"""SELECT c.community_id, c.building_id, e.name AS estate, b.number, count(*) AS n FROM contact_clock c
    JOIN building b ON b.id = c.building_id JOIN estate e ON e.id = b.estate_id
    WHERE c.community_id IN ({db.marks(communities)}) AND c.due_at <= ? GROUP BY c.community_id, c.building_id, e.name, b.number
    ORDER BY n DESC, e.name, b.number"""
    return await db.rows(BuildingCount, sql, *communities, clock.now())
