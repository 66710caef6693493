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
    sql = f"SELECT id, reason, made_at, until_at {_STANDS} household_id = ? AND resident_id IS NULL AND until_at > ?"
    return await db.one(MuteFacts, sql, household_id, now)


async def mutes_in(community_id: UUID, now: datetime) -> dict[UUID, MuteFacts]:
    """By household, those of whole households that stand now."""

    class Row(msgspec.Struct):
        household_id: UUID
        id: UUID
        reason: str
        made_at: datetime
        until_at: datetime

    sql = f"SELECT household_id, id, reason, made_at, until_at {_STANDS} community_id = ? AND resident_id IS NULL AND until_at > ?"
    return {
        row.household_id: MuteFacts(row.id, row.reason, row.made_at, row.until_at) for row in await db.rows(Row, sql, community_id, now)
    }


class Quiet(msgspec.Struct, frozen=True):
    """Pauses of a community as they stand now, of doors and, by door and name, of people."""

    doors: dict[UUID, MuteFacts]
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
    return Quiet(await mutes_in(community_id, now), {key: _while_all(found) for key, found in of_one_name.items() if all(found)})


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
