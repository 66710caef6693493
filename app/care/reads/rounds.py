"""Rounds and their doors: whose they are, how far they are, what came of each."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.care.reads.contacts import QUIET_DOORS
from app.care.reads.residents import Resident, stored
from app.journal import record
from app.kernel import clock, db
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import can, reach
from app.places import codes, labels


class RoundLine(msgspec.Struct, frozen=True):
    """`estate`, `building`: where its first door is. `buildings`: how many it goes to; `muted`: doors that are to be left alone now."""

    id: UUID
    community_id: UUID
    number: int
    kind: str
    given_to: UUID
    made_by: UUID
    made_at: datetime
    finished_at: datetime | None
    version: int
    stops: int
    reached: int
    missed: int
    muted: int
    buildings: int
    estate: str
    building: int

    @property
    def path(self) -> str:
        return f"/rounds/{self.id}"

    @property
    def left(self) -> int:
        return self.stops - self.reached - self.missed - self.muted

    @property
    def where(self) -> str:
        return labels.building(self.estate, self.building)

    @property
    def open(self) -> bool:
        return self.finished_at is None


_CAME = f"""LEFT JOIN contact c ON c.id = s.contact_id AND c.undone_at IS NULL
LEFT JOIN {QUIET_DOORS} m ON m.household_id = s.household_id"""

_ROUND = f"""SELECT r.id, r.community_id, r.number, r.kind, r.given_to, r.made_by, r.made_at, r.finished_at, r.version,
count(s.id) AS stops, coalesce(sum(CASE WHEN c.reached THEN 1 ELSE 0 END), 0) AS reached,
coalesce(sum(CASE WHEN NOT c.reached THEN 1 ELSE 0 END), 0) AS missed,
coalesce(sum(CASE WHEN c.id IS NULL AND m.household_id IS NOT NULL THEN 1 ELSE 0 END), 0) AS muted,
count(DISTINCT h.building_id) AS buildings, coalesce(min(e.name), '') AS estate, coalesce(min(b.number), 0) AS building
FROM care_round r LEFT JOIN round_stop s ON s.round_id = r.id {_CAME}
LEFT JOIN household h ON h.id = s.household_id LEFT JOIN building b ON b.id = h.building_id LEFT JOIN estate e ON e.id = b.estate_id
WHERE %s
GROUP BY r.id, r.community_id, r.number, r.kind, r.given_to, r.made_by, r.made_at, r.finished_at, r.version"""


async def round_of(round_id: UUID) -> RoundLine | None:
    return await db.one(RoundLine, _ROUND % "r.id = ?", clock.now(), round_id)


def _seen(person: Person) -> tuple[str, list[UUID]]:
    """Hers; and, for those who make rounds, the ones all of whose doors are theirs to look after."""
    buildings = reach(person, "round.make") if can(person, "round.make") else frozenset()
    if buildings is None:
        return "r.community_id = ?", [person.community_id]
    hers = "(r.given_to = ? AND r.finished_at IS NULL)"
    if not buildings:
        return f"r.community_id = ? AND {hers}", [person.community_id, person.id]
    whole = f"""NOT EXISTS (SELECT 1 FROM round_stop o JOIN household p ON p.id = o.household_id
    WHERE o.round_id = r.id AND p.building_id NOT IN ({db.marks(buildings)}))"""
    return f"r.community_id = ? AND ({hers} OR {whole})", [person.community_id, person.id, *buildings]


async def visible(round_id: UUID, person: Person) -> RoundLine:
    where, params = _seen(person)
    found = await db.one(RoundLine, _ROUND % f"r.id = ? AND {where}", clock.now(), round_id, *params)
    if found is None:
        raise Gone("round")
    return found


KEPT = timedelta(days=3)


async def rounds_for(person: Person, *, limit: int = 200) -> list[RoundLine]:
    """Open ones, and what was finished in the last days; the latest first."""
    where, params = _seen(person)
    sql = f"{_ROUND % f'{where} AND (r.finished_at IS NULL OR r.finished_at > ?)'} ORDER BY r.made_at DESC, r.number DESC LIMIT ?"
    return await db.rows(RoundLine, sql, clock.now(), *params, clock.now() - KEPT, limit)


async def rounds_of(account_id: UUID, community_id: UUID) -> list[RoundLine]:
    """Open rounds in her hands."""
    sql = f"{_ROUND % 'r.community_id = ? AND r.given_to = ? AND r.finished_at IS NULL'} ORDER BY r.made_at, r.number"
    return await db.rows(RoundLine, sql, clock.now(), community_id, account_id)


class Stop(msgspec.Struct, frozen=True):
    """A door of a round. `outcome` blank while nothing came of it; `muted` the reason why it is left alone."""

    id: UUID
    round_id: UUID
    community_id: UUID
    household_id: UUID
    building_id: UUID
    place: int
    version: int
    estate: str
    number: int
    code: str
    unit: int
    floor: int
    door: int
    contact_id: UUID | None
    how: str | None
    outcome: str | None
    reached: bool | None
    at: datetime | None
    by_id: UUID | None
    muted: str | None
    heard_at: datetime | None
    tries: int | None
    due_at: datetime | None

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def building(self) -> str:
        return labels.building(self.estate, self.number)

    @property
    def typed_room(self) -> str:
        return f"{self.floor}{self.door:02d}"

    @property
    def spoken(self) -> str:
        return codes.spoken(self.code)

    @property
    def state(self) -> str:
        if self.contact_id:
            return "reached" if self.reached else "missed"
        return "muted" if self.muted else "open"


_STOP = f"""SELECT s.id, s.round_id, s.community_id, s.household_id, h.building_id, s.place, s.version, e.name AS estate, b.number, b.code,
h.unit, h.floor, h.door, c.id AS contact_id, c.how, c.outcome, c.reached, c.at, c.by_id, m.reason AS muted,
k.heard_at, k.tries, k.due_at
FROM round_stop s {_CAME} JOIN household h ON h.id = s.household_id JOIN building b ON b.id = h.building_id
JOIN estate e ON e.id = b.estate_id LEFT JOIN contact_clock k ON k.household_id = s.household_id"""


async def stops(round_id: UUID) -> list[Stop]:
    return await db.rows(Stop, f"{_STOP} WHERE s.round_id = ? ORDER BY s.place, s.id", clock.now(), round_id)


async def stop_of(stop_id: UUID) -> Stop | None:
    return await db.one(Stop, f"{_STOP} WHERE s.id = ?", clock.now(), stop_id)


async def residents_behind(households: Sequence[UUID]) -> dict[UUID, list[Resident]]:
    """Those who live behind these doors and whose key stands."""
    found: dict[UUID, list[Resident]] = {}
    for start in range(0, len(households), 400):
        part = households[start : start + 400]
        for row in await stored(f"r.household_id IN ({db.marks(part)}) AND r.ended_at IS NULL", *part):
            if not (her := row.opened()).erased:
                found.setdefault(her.household_id, []).append(her)
    return found


async def due_today(community_id: UUID, buildings: Sequence[UUID]) -> list[UUID]:
    """Households that are due before this day is over, the longest silence first; not those that are to be left alone."""
    tonight = clock.day_start(clock.day_start(clock.now()) + timedelta(hours=26))
    sql = f"""SELECT k.household_id FROM contact_clock k JOIN household h ON h.id = k.household_id
    WHERE k.community_id = ? AND k.due_at < ? AND k.building_id IN ({db.marks(buildings)})
    AND k.household_id NOT IN (SELECT m.household_id FROM {QUIET_DOORS} m)
    ORDER BY k.due_at, k.building_id, h.unit, h.floor DESC, h.door"""
    return await db.rows(UUID, sql, community_id, tonight, *buildings, clock.now())


async def numbers_taken(round_id: UUID, person: Person) -> bool:
    """Whether she took this round's telephone numbers along today."""
    return await record.happened("round.numbers_taken", round_id, by=person.id, since=clock.day_start(clock.now()))
