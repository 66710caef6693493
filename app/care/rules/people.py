"""Writing residents in bulk, sealed, for an import: each row kept as it was, so that it can be put back."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.care.reads.planning import Home, PersonPlan
from app.care.rules.grounds import put_unasked
from app.journal.record import record
from app.kernel import act, clock, db, seal
from app.kernel.ids import new
from app.people.rules.sessions import phone_hash
from app.places.numerals import plain
from app.places.reads import CommunityFacts

_FACTS = ("written", "sex", "age", "smartphone", "roll", "speaks", "ask", "keys", "pets", "lives_with", "helps", "until", "confirmed")
_INSERT = """INSERT INTO resident(id, community_id, emergency_id, key_id, household_id, name_sealed, phone_sealed, phone_hash,
kinds_sealed, facts_sealed, note_sealed, match_hash, import_id, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_UPDATE = """UPDATE resident SET phone_sealed = ?, phone_hash = ?, kinds_sealed = ?, facts_sealed = ?, note_sealed = ?,
version = version + 1 WHERE id = ?"""
_ADDED = "INSERT INTO ledger_row(id, community_id, import_id, subject, subject_id, change, version_left, key_id) VALUES (?, ?, ?, 'resident', ?, 'added', 0, ?)"
_CHANGED = """INSERT INTO ledger_row(id, community_id, import_id, subject, subject_id, change, version_left, phone_sealed, phone_hash,
kinds_sealed, facts_sealed, note_sealed) VALUES (?, ?, ?, 'resident', ?, 'changed', ?, ?, ?, ?, ?, ?)"""


def sealed(mine: seal.Seal, said: Any) -> tuple[bytes | None, ...]:
    """The columns phone, phone hash, kinds, facts, note of `said`, anything with a resident's fields."""
    facts = {field: held for field in _FACTS if (held := getattr(said, field, "")) not in ("", None, {})}
    return (
        mine.close("phone", said.phone),
        phone_hash(said.phone) if said.phone else None,
        mine.close("kinds", ",".join(said.kinds)),
        mine.close("facts", msgspec.json.encode(facts).decode()) if facts else None,
        mine.close("note", said.note),
    )


async def taken_hashes(households: Iterable[UUID]) -> set[bytes]:
    wanted, found = list(set(households)), set()
    for start in range(0, len(wanted), 400):
        part = wanted[start : start + 400]
        sql = f"SELECT match_hash FROM resident WHERE household_id IN ({db.marks(part)}) AND ended_at IS NULL"
        found.update(await db.rows(bytes, sql, *part))
    return found


def match_hash(household_id: UUID, name: str, taken: set[bytes]) -> bytes:
    """The first free one: two of one name may live behind one door. Marks it taken."""
    nth = 1
    while (found := seal.keyed_hash("resident", f"{household_id}|{plain(name)}|{nth}")) in taken:
        nth += 1
    taken.add(found)
    return found


async def put(plans: Sequence[PersonPlan], community: CommunityFacts, import_id: UUID) -> None:
    """Write all that `plans` add and change."""
    fresh = [p for p in plans if p.state == "added"]
    doors = await _doors(community.id) if fresh else {}
    homes = [doors[p.entry.home] for p in fresh]
    taken = await taken_hashes(homes)
    keys = seal.new_keys(len(fresh), community.emergency_id) if fresh else []
    rows, kept = [], []
    for each, home, key in zip(fresh, homes, keys, strict=True):
        made, said = new(), each.entry
        mine = seal.Seal("resident", made, key, community.emergency_id)
        name = mine.close("name", said.name), *sealed(mine, said), match_hash(home, said.name, taken)
        rows.append((made, community.id, community.emergency_id, key, home, *name, import_id, clock.now()))
        kept.append((new(), community.id, import_id, made, key))
        record("resident.added", made, community=community.id, household=home, how="care.how.ledger")
    await db.run_many(_INSERT, rows)
    await db.run_many(_ADDED, kept)
    await put_unasked([row[0] for row in rows], community.id, getattr(act.current().by, "id", None))
    await _change([p for p in plans if p.state == "changed"], community, import_id)


async def _change(plans: Sequence[PersonPlan], community: CommunityFacts, import_id: UUID) -> None:
    rows, kept = [], []
    for each in plans:
        there = each.there
        said = msgspec.structs.replace(each.old, **{field: value for field, _, value in each.changes})
        rows.append((*sealed(there.seal, said), there.id))
        former = there.phone_sealed, there.phone_hash, there.kinds_sealed, there.facts_sealed, there.note_sealed
        kept.append((new(), community.id, import_id, there.id, there.version + 1, *former))
        record("resident.changed", there.id, community=community.id, household=there.household_id, how="care.how.ledger")
    await db.run_many(_UPDATE, rows)
    await db.run_many(_CHANGED, kept)


async def _doors(community_id: UUID) -> dict[Home, UUID]:
    class Door(msgspec.Struct):
        id: UUID
        estate: str
        number: int
        unit: int
        floor: int
        door: int

    sql = """SELECT h.id, e.name AS estate, b.number, h.unit, h.floor, h.door FROM household h
    JOIN building b ON b.id = h.building_id JOIN estate e ON e.id = b.estate_id WHERE h.community_id = ?"""
    return {(plain(d.estate), d.number, d.unit, d.floor, d.door): d.id for d in await db.rows(Door, sql, community_id)}
