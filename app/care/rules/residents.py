"""The ledger kept by hand: adding, changing, revealing, ending. A steward's work in her buildings, a dispatcher's everywhere."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec

from app.care.confirming import Confirmed, confirmed, days_of, helps_of, text_of
from app.care.kinds import HELPS, KINDS
from app.care.reads.alike import alike_of
from app.care.reads.residents import Resident, Stored, stored
from app.care.rules import grounds
from app.care.rules.people import match_hash, sealed, taken_hashes
from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import clock, db, seal
from app.kernel.act import Done, current
from app.kernel.edits import UNSAID
from app.kernel.ids import new
from app.kernel.trouble import Gone, Overtaken
from app.people import reads as people
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places
from app.places.numerals import plain
from app.places.reads import BuildingFacts, HouseholdFacts

_INSERT = """INSERT INTO resident(id, community_id, emergency_id, key_id, household_id, name_sealed, phone_sealed, phone_hash,
kinds_sealed, facts_sealed, note_sealed, match_hash, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def building(building_id: UUID, right: str, *, by: Person) -> BuildingFacts:
    """Raises Gone for one of another community, Barred where `by` does not hold `right`."""
    found = await places.building(building_id)
    if found is None or found.community_id != by.community_id:
        raise Gone("building")
    may(by, right, building=building_id)
    return found


async def household(household_id: UUID, right: str, *, by: Person) -> HouseholdFacts:
    found = await places.household(household_id)
    if found is None or found.community_id != by.community_id:
        raise Gone("household")
    may(by, right, building=found.building_id)
    return found


async def visible(resident_id: UUID, right: str, *, by: Person) -> Stored:
    found = await stored("r.id = ? AND r.community_id = ?", resident_id, by.community_id)
    if not found:
        raise Gone("resident")
    may(by, right, building=found[0].building_id)
    return found[0]


async def opening(resident_id: UUID, *, by: Person) -> Stored:
    """One whom she may be shown: by her role, or because the door is in her hands."""
    found = await stored("r.id = ? AND r.community_id = ?", resident_id, by.community_id)
    if found and found[0].household_id in await people.granted(by.id, "household"):
        return found[0]
    return await visible(resident_id, "ledger.reveal", by=by)


async def add(household_id: UUID, *, by: Person, **said: Any) -> Done:
    """Somebody the ledger did not know. Raises Overtaken for a name that this household has already."""
    return await enter(await household(household_id, "ledger.edit", by=by), by=by, **said)


async def enter(home: HouseholdFacts, *, agrees: bool = False, by: Person, **said: Any) -> Done:
    """For who may write down what is said at this door. `agrees`: she was asked and said so."""
    made, key = new(), seal.new_key(by.emergency_id)
    mine = seal.Seal("resident", made, key, by.emergency_id)
    match = match_hash(home.id, said["name"], await _free(home.id, said["name"]))
    her = Resident(made, home.community_id, home.id, home.building_id, 0, False, **_ordered(said))
    her = msgspec.structs.replace(her, confirmed=_confirmed(her, her, asked=her.kinds, by=by))
    name = mine.close("name", her.name), *sealed(mine, her), match
    await db.run(_INSERT, made, home.community_id, by.emergency_id, key, home.id, *name, clock.now())
    await grounds.put(made, agreed=agrees, by=by)
    record("resident.added", made, community=home.community_id, household=home.id, how="care.how.hand")
    words = "care.resident.added_alike" if her.phone and await alike_of([made]) else "care.resident.added"
    return Done(words, about=str(made), undo=f"/residents/{made}/end")


async def _free(household_id: UUID, name: str) -> set[bytes]:
    """The hashes taken here, none of them of this name: a second one by hand is nearly always the same person."""
    taken = await taken_hashes([household_id])
    if match_hash(household_id, name, set()) in taken:
        raise Overtaken("care.resident.known_here")
    return taken


async def hear(home: HouseholdFacts, *, agrees: bool = False, by: Person, **said: Any) -> Done:
    """What she told at her door: she is entered, or what she told is added to what was known. Blank says nothing."""
    known = [
        row for row in await stored("r.household_id = ? AND r.ended_at IS NULL", home.id) if plain(row.opened().name) == plain(said["name"])
    ]
    if not known:
        return await enter(home, agrees=agrees, by=by, **said)
    if agrees:
        await grounds.put(known[0].id, agreed=True, by=by)
    await db.run("UPDATE resident SET version = version + 1 WHERE id = ?", known[0].id)
    [row] = await stored("r.id = ?", known[0].id)
    old = row.opened()
    told = {field: held for field, held in said.items() if held and field not in ("name", "kinds", "note", "helps")}
    told["kinds"] = ",".join(kind for kind in KINDS if kind in {*old.kinds, *said["kinds"]})
    if said["note"] and said["note"] not in old.note:
        told["note"] = f"{old.note}\n{said['note']}".strip()
    told["helps"] = ",".join(one for one in HELPS if one in {*helps_of(old.helps), *helps_of(said.get("helps", ""))})
    await _write(row, old, told, asked=said["kinds"], by=by)
    return Done("care.resident.changed", about=str(row.id))


def _ordered(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "kinds": tuple(kind for kind in KINDS if kind in said["kinds"])}


TOLD = ("roll", "speaks", "ask", "keys", "pets", "lives_with", "helps", "until")


def fields_of(her: Resident) -> dict[str, str]:
    """What of her is edited, as texts."""
    return {"name": her.name, "phone": her.phone, "kinds": ",".join(her.kinds), "note": her.note} | {
        field: getattr(her, field) for field in TOLD
    }


async def change(
    resident_id: UUID, version: int, *, was: Mapping[str, str] = UNSAID, agrees: bool = False, asked: bool = False, by: Person, **said: Any
) -> Done:
    """Writes what she changed of her; what somebody else changed to something else meanwhile stays, hers beside it.

    `asked`: about all care kinds that are ticked, just now; without it only those that are new count as confirmed.
    """
    row, old = await _held(resident_id, by)
    if agrees:
        await grounds.put(row.id, agreed=True, by=by)
    said = _ordered(said)
    weighed = await weigh(_subject(row), said | {"kinds": ",".join(said["kinds"])}, was, fields_of(old), moved=row.version != version + 1)
    await _write(row, old, weighed.apply, asked=said["kinds"] if asked else (), by=by)
    return weighed.done("care.resident.changed", about=row.id)


async def put(resident_id: UUID, field: str, value: str, *, by: Person) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    row, old = await _held(resident_id, by)
    await _write(row, old, {field: value}, by=by)
    return fields_of(old)[field]


async def _held(resident_id: UUID, by: Person) -> tuple[Stored, Resident]:
    """She as she is now; nobody else changes her until this act ends."""
    await visible(resident_id, "ledger.edit", by=by)
    if not await db.run("UPDATE resident SET version = version + 1 WHERE id = ? AND ended_at IS NULL", resident_id):
        raise Overtaken("care.resident.ended_already")
    row = await visible(resident_id, "ledger.edit", by=by)
    old = row.opened()
    if old.erased:
        raise Overtaken("care.resident.erased")
    return row, old


def _subject(row: Stored) -> Subject:
    return Subject("resident", row.id, row.community_id, row.key_id, row.emergency_id, row.building_id, row.household_id)


def _confirmed(old: Resident, her: Resident, *, asked: Collection[str], by: Person) -> Confirmed:
    """What is new was asked about, and `asked` besides."""
    return confirmed(old.confirmed, set(old.kinds) - set(asked), her.kinds, day=clock.local(current().when).date(), by=by.id)


async def _write(row: Stored, old: Resident, fields: Mapping[str, str], *, asked: Collection[str] = (), by: Person) -> None:
    """A phone that is typed takes the place of the cell that held more or less than one."""
    if not fields and not asked:
        return
    said: dict[str, Any] = dict(fields)
    if "kinds" in said:
        said["kinds"] = tuple(filter(None, said["kinds"].split(",")))
    her = msgspec.structs.replace(old, **said, written="" if said.get("phone") else old.written)
    until = text_of({kind: day for kind, day in days_of(her.until).items() if kind in her.kinds})
    her = msgspec.structs.replace(her, until=until, confirmed=_confirmed(old, her, asked=asked, by=by))
    match = None
    if plain(her.name) != plain(old.name):
        match = match_hash(row.household_id, her.name, await _free(row.household_id, her.name))
    sql = """UPDATE resident SET name_sealed = ?, phone_sealed = ?, phone_hash = ?, kinds_sealed = ?, facts_sealed = ?, note_sealed = ?,
    match_hash = coalesce(?, match_hash) WHERE id = ?"""
    await db.run(sql, row.seal.close("name", her.name), *sealed(row.seal, her), match, row.id)
    record("resident.changed", row.id, community=row.community_id, household=row.household_id, how="care.how.hand")


async def end(resident_id: UUID, *, by: Person) -> Done:
    """She moved away or was entered wrongly; the row stays, closed, and can come back."""
    row = await visible(resident_id, "ledger.edit", by=by)
    sql = "UPDATE resident SET ended_at = ?, version = version + 1 WHERE id = ? AND ended_at IS NULL"
    if not await db.run(sql, clock.now(), row.id):
        raise Overtaken("care.resident.ended_already")
    record("resident.ended", row.id, community=row.community_id, household=row.household_id)
    return Done("care.resident.ended", about=str(row.id), undo=f"/residents/{row.id}/restore")


async def restore(resident_id: UUID, *, by: Person) -> Done:
    row = await visible(resident_id, "ledger.edit", by=by)
    try:
        async with db.savepoint():
            back = await db.run("UPDATE resident SET ended_at = NULL, version = version + 1 WHERE id = ? AND ended_at IS NOT NULL", row.id)
    except db.IntegrityError as again:
        raise Overtaken("care.resident.known_here") from again
    if not back:
        raise Overtaken("care.resident.here_already")
    record("resident.restored", row.id, community=row.community_id, household=row.household_id)
    return Done("care.resident.restored", about=str(row.id))


async def reveal(resident_id: UUID, *, reason: str = "", by: Person) -> Done:
    """Open her name, phone and note for `by`, on the record with why. Raises Overtaken when her data was erased."""
    row = await opening(resident_id, by=by)
    if row.opened().erased:
        raise Overtaken("care.resident.erased")
    record("resident.revealed", row.id, community=row.community_id, household=row.household_id, reason=reason or None)
    return Done("care.resident.revealed", about=str(row.id))
