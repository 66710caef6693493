"""Who looks after whom, whom nobody looks after, and who has too much or cannot."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.care.reads.residents import kinds_by_household
from app.kernel import clock, db
from app.people.person import Person
from app.places import labels

RANKS = ("first", "second", "night")
MOST = 12
AWAY = timedelta(days=2)


class Pairing(msgspec.Struct, frozen=True):
    """`able`: vouched for and not suspended. `seen_at`: when she was last on the app; `asked` and not yet agreed has no `from_at`."""

    id: UUID
    community_id: UUID
    household_id: UUID
    building_id: UUID
    estate: str
    number: int
    unit: int
    floor: int
    door: int
    account_id: UUID
    rank: str
    asked_by: UUID
    from_at: datetime | None
    able: bool
    seen_at: datetime | None
    due_at: datetime | None
    heard_at: datetime | None
    tries: int | None

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def building(self) -> str:
        return labels.building(self.estate, self.number)

    @property
    def away(self) -> bool:
        return self.seen_at is None or self.seen_at < clock.now() - AWAY


_PAIRING = """SELECT c.id, c.community_id, c.household_id, h.building_id, e.name AS estate, b.number, h.unit, h.floor, h.door, c.account_id, c.rank,
c.asked_by, c.from_at, a.suspended_at IS NULL AND EXISTS (SELECT 1 FROM membership m WHERE m.account_id = a.id
  AND m.community_id = c.community_id AND m.vouched_at IS NOT NULL) AS able,
(SELECT max(s.seen_at) FROM session s WHERE s.account_id = a.id) AS seen_at, k.due_at, k.heard_at, k.tries
FROM carer c JOIN account a ON a.id = c.account_id JOIN household h ON h.id = c.household_id JOIN building b ON b.id = h.building_id
JOIN estate e ON e.id = b.estate_id LEFT JOIN contact_clock k ON k.household_id = c.household_id WHERE c.ended_at IS NULL"""


async def pairing(carer_id: UUID) -> Pairing | None:
    return await db.one(Pairing, f"{_PAIRING} AND c.id = ?", carer_id)


async def carers_of(household_id: UUID) -> list[Pairing]:
    found = await db.rows(Pairing, f"{_PAIRING} AND c.household_id = ?", household_id)
    return sorted(found, key=lambda each: RANKS.index(each.rank))


async def people_of(person: Person) -> list[Pairing]:
    """Hers, and those that she is asked about; the longest due first."""
    sql = f"{_PAIRING} AND c.account_id = ? AND c.community_id = ? ORDER BY k.due_at IS NULL, k.due_at, c.id"
    return await db.rows(Pairing, sql, person.id, person.community_id)


async def pairings(community_id: UUID) -> list[Pairing]:
    return await db.rows(Pairing, f"{_PAIRING} AND c.community_id = ?", community_id)


class Told(msgspec.Struct, frozen=True):
    household_id: UUID
    account_id: UUID
    rank: str


async def standing(households: Sequence[UUID]) -> dict[UUID, dict[str, UUID]]:
    """By household, by rank, who looks after it and is able to: vouched for and not suspended."""
    found: dict[UUID, dict[str, UUID]] = {}
    for start in range(0, len(households), 400):
        part = households[start : start + 400]
        sql = f"""SELECT c.household_id, c.account_id, c.rank FROM carer c JOIN account a ON a.id = c.account_id
        WHERE c.ended_at IS NULL AND c.from_at IS NOT NULL AND a.suspended_at IS NULL AND EXISTS (SELECT 1 FROM membership m
        WHERE m.account_id = a.id AND m.community_id = c.community_id AND m.vouched_at IS NOT NULL) AND c.household_id IN ({db.marks(part)})"""
        for row in await db.rows(Told, sql, *part):
            found.setdefault(row.household_id, {})[row.rank] = row.account_id
    return found


async def most_of(community_id: UUID) -> int:
    return await db.value("SELECT most FROM carer_setting WHERE community_id = ?", community_id) or MOST


async def without(community_id: UUID, buildings: Collection[UUID] | None) -> list[UUID]:
    """Households with a care kind that nobody able looks after, in walking order; `buildings`: of these alone."""
    kinds = await kinds_by_household(community_id)
    wanted = [home for home, found in kinds.items() if found]
    cared = {each.household_id for each in await pairings(community_id) if each.from_at and each.able}
    left = [home for home in wanted if home not in cared]

    class Row(msgspec.Struct):
        id: UUID
        building_id: UUID

    found: list[Row] = []
    for start in range(0, len(left), 400):
        part = left[start : start + 400]
        sql = f"SELECT id, building_id FROM household WHERE id IN ({db.marks(part)}) ORDER BY building_id, unit, floor, door"
        found += await db.rows(Row, sql, *part)
    return [row.id for row in found if buildings is None or row.building_id in buildings]


async def has_people(person: Person) -> bool:
    sql = "SELECT 1 FROM carer WHERE account_id = ? AND community_id = ? AND ended_at IS NULL LIMIT 1"
    return await db.value(sql, person.id, person.community_id) is not None


class Due(msgspec.Struct, frozen=True):
    """`all` households are hers; `due` of them before this day is over, `asked`: she has not said yes."""

    all: int = 0
    due: int = 0
    asked: int = 0


async def hers_due(person: Person) -> Due:
    tonight = clock.day_start(clock.day_start(clock.now()) + timedelta(hours=26))
    sql = """SELECT coalesce(sum(CASE WHEN c.from_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS "all",
    coalesce(sum(CASE WHEN c.from_at IS NOT NULL AND k.due_at < ? THEN 1 ELSE 0 END), 0) AS due,
    coalesce(sum(CASE WHEN c.from_at IS NULL THEN 1 ELSE 0 END), 0) AS asked
    FROM carer c LEFT JOIN contact_clock k ON k.household_id = c.household_id
    WHERE c.account_id = ? AND c.community_id = ? AND c.ended_at IS NULL"""
    return await db.one(Due, sql, tonight, person.id, person.community_id) or Due()
