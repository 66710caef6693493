"""What was noted at a door: when somebody was heard of or tried, and what was said."""

from collections.abc import Container, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.care.reads.residents import stored
from app.kernel import clock, db, seal
from app.places.numerals import plain


class ContactFacts(msgspec.Struct, frozen=True):
    """`note` blank where nothing was said, or where its key is gone."""

    id: UUID
    how: str
    outcome: str
    reached: bool
    at: datetime
    by_id: UUID | None
    note: str = ""


class _Row(msgspec.Struct):
    id: UUID
    how: str
    outcome: str
    reached: bool
    at: datetime
    by_id: UUID | None
    emergency_id: UUID
    key_id: UUID | None
    note_sealed: bytes | None

    def opened(self) -> ContactFacts:
        note = ""
        if self.note_sealed and self.key_id:
            try:
                note = seal.Seal("contact", self.id, self.key_id, self.emergency_id).open("note", self.note_sealed)
            except seal.Closed:
                pass
        return ContactFacts(self.id, self.how, self.outcome, self.reached, self.at, self.by_id, note)


async def contacts_of(household_id: UUID, limit: int = 5) -> list[ContactFacts]:
    """The latest first, those taken back left out."""
    sql = """SELECT id, how, outcome, reached, at, by_id, emergency_id, key_id, note_sealed FROM contact
    WHERE household_id = ? AND undone_at IS NULL ORDER BY at DESC, id DESC LIMIT ?"""
    return [row.opened() for row in await db.rows(_Row, sql, household_id, limit)]


class MuteFacts(msgspec.Struct, frozen=True):
    id: UUID
    reason: str
    made_at: datetime
    until_at: datetime


class Rest(msgspec.Struct, frozen=True):
    """One person's pause. `until_at` may have passed: from then on she is asked after again."""

    id: UUID
    household_id: UUID
    resident_id: UUID
    reason: str
    made_at: datetime
    until_at: datetime


_STANDS = "FROM mute WHERE ended_at IS NULL AND"


async def mute_of(household_id: UUID, now: datetime) -> MuteFacts | None:
    """Of the household, or of the one who lives there alone."""
    sql = """SELECT m.id, m.reason, m.made_at, m.until_at FROM mute m LEFT JOIN resident r ON r.id = m.resident_id
    WHERE m.ended_at IS NULL AND m.household_id = ? AND m.until_at > ? AND (m.resident_id IS NULL OR (r.ended_at IS NULL AND NOT EXISTS
    (SELECT 1 FROM resident o WHERE o.household_id = m.household_id AND o.ended_at IS NULL AND o.id <> m.resident_id)))
    ORDER BY CASE WHEN m.resident_id IS NULL THEN 0 ELSE 1 END LIMIT 1"""
    return await db.one(MuteFacts, sql, household_id, now)


# Doors at which nobody is to be asked after: by a pause of the household, or because all who live there rest, until the first is back.
QUIET_DOORS = """(SELECT q.household_id, min(q.reason) AS reason, min(q.made_at) AS made_at, max(q.until_at) AS until_at FROM
(SELECT household_id, reason, made_at, until_at FROM mute WHERE ended_at IS NULL AND resident_id IS NULL
UNION ALL SELECT r.household_id, min(m.reason), max(m.made_at), min(m.until_at) FROM resident r
LEFT JOIN mute m ON m.resident_id = r.id AND m.ended_at IS NULL
WHERE r.ended_at IS NULL AND r.household_id IN (SELECT household_id FROM mute WHERE ended_at IS NULL AND resident_id IS NOT NULL)
GROUP BY r.household_id HAVING count(*) = count(m.id)) q WHERE q.until_at > ? GROUP BY q.household_id)"""


class Pause(msgspec.Struct, frozen=True):
    household_id: UUID
    reason: str
    made_at: datetime
    until_at: datetime


async def quiet_doors(community_id: UUID, now: datetime) -> dict[UUID, Pause]:
    """By household, those at which nobody is to be asked after now."""
    sql = f"""SELECT m.household_id, m.reason, m.made_at, m.until_at FROM {QUIET_DOORS} m
    JOIN household h ON h.id = m.household_id WHERE h.community_id = ?"""
    return {row.household_id: row for row in await db.rows(Pause, sql, now, community_id)}


class Quiet(msgspec.Struct, frozen=True):
    """Pauses of a community as they stand now, of doors and, by door and name, of people."""

    doors: dict[UUID, Pause]
    people: dict[tuple[UUID, str], Rest]

    def over(self, household_id: UUID, name: str, starts_at: datetime, until_at: datetime, reasons: Container[str]) -> str | None:
        """The reason for which nobody of that name, or nobody at that door, is there at any time between the two."""
        found = (self.doors.get(household_id), self.people.get((household_id, plain(name))))
        fits = [each for each in found if each and each.reason in reasons and each.made_at < until_at and each.until_at > starts_at]
        return max(fits, key=lambda each: each.until_at).reason if fits else None


async def quiet(community_id: UUID, households: Sequence[UUID] = ()) -> Quiet:
    """`households`: the people of these alone."""
    now = clock.now()
    people = await rests(community_id, households, after=now)
    homes = list({one.household_id for one in people.values()})
    of_one_name: dict[tuple[UUID, str], list[Rest | None]] = {}
    for row in await stored(f"r.household_id IN ({db.marks(homes)}) AND r.ended_at IS NULL", *homes) if homes else ():
        of_one_name.setdefault((row.household_id, plain(row.opened().name)), []).append(people.get(row.id))
    return Quiet(await quiet_doors(community_id, now), {key: _while_all(found) for key, found in of_one_name.items() if all(found)})


def _while_all(found: Sequence[Rest]) -> Rest:
    """Of two of one name behind a door nobody knows who was meant: quiet only while both rest."""
    first = min(found, key=lambda each: each.until_at)
    return msgspec.structs.replace(first, made_at=max(each.made_at for each in found))


async def rests(community_id: UUID, households: Sequence[UUID] = (), *, after: datetime | None = None) -> dict[UUID, Rest]:
    """By person; `households`: in these alone, a few hundred at most; `after`: those that last beyond it."""
    sql = f"SELECT id, household_id, resident_id, reason, made_at, until_at {_STANDS} community_id = ? AND resident_id IS NOT NULL"
    params: list[UUID | datetime] = [community_id]
    if households:
        sql, params = f"{sql} AND household_id IN ({db.marks(households)})", [*params, *households]
    if after:
        sql, params = f"{sql} AND until_at > ?", [*params, after]
    return {row.resident_id: row for row in await db.rows(Rest, sql, *params)}
