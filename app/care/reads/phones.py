"""The phone list of a building: taken along by an act, open to her who took it until the day is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.care.reads.residents import Resident, residents_in
from app.journal import record
from app.kernel import clock
from app.people.person import Person
from app.places import reads as places


class PhoneLine(msgspec.Struct, frozen=True):
    """`written`: the cell as the ledger had it, where it was not one plain number."""

    resident_id: UUID
    household_id: UUID
    room: str
    name: str
    phone: str
    written: str


async def phones_taken(building_id: UUID, person: Person) -> bool:
    since = clock.day_start(clock.now())
    return await record.happened("phones.taken", building_id, by=person.id, since=since)


async def on_record(residents: Sequence[UUID], person: Person) -> set[UUID]:
    """Those of them whom she has opened today: who came behind a door since is not among those whom she took along."""
    found, since = set(), clock.day_start(clock.now())
    for start in range(0, len(residents), 400):
        found |= await record.happened_to("resident.revealed", residents[start : start + 400], by=person.id, since=since)
    return found


def taken_until() -> datetime:
    """The coming midnight; a day of the clock's change is no reason to keep numbers for an hour more."""
    return clock.day_start(clock.day_start(clock.now()) + timedelta(hours=26))


async def reachable(building_id: UUID) -> list[Resident]:
    """Those of this building with a number."""
    return [one for one in await residents_in(building_id) if not one.erased and (one.phone or one.written)]


async def phone_lines(building_id: UUID, *, top_first: bool) -> list[PhoneLine]:
    """In walking order."""
    homes: dict[UUID, list[Resident]] = {}
    for one in await reachable(building_id):
        homes.setdefault(one.household_id, []).append(one)
    doors = [door for door in await places.households(building_id, top_first=top_first) if door.id in homes]
    return [PhoneLine(one.id, door.id, door.room, one.name, one.phone, one.written) for door in doors for one in homes[door.id]]
