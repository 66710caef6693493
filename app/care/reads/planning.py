"""What importing a ledger would do: every building and person of it beside what is there already.

A person is found again by household and name. What the file leaves blank is kept, whoever the file leaves out stays:
ledgers are partial, and nobody is lost for standing in another sheet.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.care import cells
from app.care.kinds import KINDS
from app.care.ledger import PersonRow
from app.care.reading import LedgerReading
from app.care.reads.residents import STORED, Resident, Stored
from app.kernel import db
from app.places.comparing import EXTENTS, Compared, compare
from app.places.ledger import WrongRow
from app.places.numerals import plain

FIELDS = ("phone", "written", "sex", "age", "smartphone", "kinds", "note", "roll")
Home = tuple[str, int, int, int, int]


class Entry(msgspec.Struct, frozen=True):
    """A person as the file has her, from one row or from several that agree. `whole`: her kinds had a column of their own."""

    row: PersonRow
    home: Home
    name: str
    phone: str
    written: str
    sex: str
    age: int | None
    smartphone: str
    kinds: tuple[str, ...]
    note: str
    whole: bool
    roll: str = ""


class PersonPlan(msgspec.Struct, frozen=True):
    """`changes`: (field, old, new) of what would be written; `there` is None for one to be added."""

    entry: Entry
    there: Stored | None
    old: Resident | None
    changes: tuple[tuple[str, Any, Any], ...] = ()

    @property
    def state(self) -> str:
        return "added" if self.there is None else "changed" if self.changes else "unchanged"


class Plan(msgspec.Struct, frozen=True):
    buildings: list[Compared]
    people: list[PersonPlan]
    refused: tuple[WrongRow, ...]

    def count(self, state: str) -> int:
        return sum(b.state == state for b in self.buildings) + sum(p.state == state for p in self.people)


async def plan(reading: LedgerReading, community_id: UUID) -> Plan:
    buildings = await compare(community_id, reading.buildings)
    there: dict[Home, list[Stored]] = {}
    for home, row in await _there(community_id):
        there.setdefault(home, []).append(row)
    columns = {r.sheet for r in reading.recognised if "kinds" in r.columns.at}
    at_home: dict[Home, list[Entry]] = {}
    entries, doorless = _behind_doors(gathered(reading.people, columns), buildings)
    for entry in entries:
        at_home.setdefault(entry.home, []).append(entry)
    people = [p for home, entries in at_home.items() for p in _paired(entries, there.get(home, []))]
    people.sort(key=lambda p: (p.entry.row.sheet, p.entry.row.row))
    smaller = [
        WrongRow(b.row.sheet, b.row.row, "care.import.building_smaller", {"estate": b.row.estate, "building": b.row.number})
        for b in buildings
        if b.smaller
    ]
    return Plan(buildings, people, (*reading.wrong_rows, *smaller, *doorless))


def _behind_doors(entries: list[Entry], buildings: list[Compared]) -> tuple[list[Entry], list[WrongRow]]:
    """People of a building that is left smaller than the file has it may stand at doors that will not be there."""
    left = {(plain(b.row.estate), b.row.number): b for b in buildings if b.smaller}
    kept, doorless = [], []
    for entry in entries:
        building = left.get(entry.home[:2])
        if building is None or all(at <= getattr(building.there, part) for at, part in zip(entry.home[2:], EXTENTS, strict=True)):
            kept.append(entry)
        else:
            params = {"estate": building.row.estate, "building": building.row.number, "other": building.row.row}
            doorless.append(WrongRow(entry.row.sheet, entry.row.row, "ledger.building_refused", params))
    return kept, doorless


async def _there(community_id: UUID) -> list[tuple[Home, Stored]]:
    class Row(Stored, frozen=True):
        estate: str
        number: int
        unit: int
        floor: int
        door: int

    sql = f"""SELECT s.*, e.name AS estate, b.number, h.unit, h.floor, h.door
    FROM ({STORED} WHERE r.community_id = ? AND r.ended_at IS NULL) s
    JOIN household h ON h.id = s.household_id JOIN building b ON b.id = h.building_id JOIN estate e ON e.id = b.estate_id ORDER BY s.id"""
    found = await db.rows(Row, sql, community_id)
    return [((plain(r.estate), r.number, r.unit, r.floor, r.door), r) for r in found]


def gathered(rows: Sequence[PersonRow], with_kinds: set[str]) -> list[Entry]:
    """Rows of one home and name that do not contradict each other are one person: communities keep a sheet for each kind."""
    found: dict[tuple[Home, str], list[Entry]] = {}
    for row in rows:
        entry = _entry(row, row.sheet in with_kinds)
        same = found.setdefault((entry.home, plain(entry.name)), [])
        for n, earlier in enumerate(same):
            if _agree(earlier, entry):
                same[n] = _joined(earlier, entry)
                break
        else:
            same.append(entry)
    return [entry for entries in found.values() for entry in entries]


def _entry(row: PersonRow, whole: bool) -> Entry:
    phone, clean = cells.phone(row.phone_written)
    home = plain(row.estate), row.building, row.unit or 1, row.floor, row.door
    written = "" if clean else row.phone_written
    return Entry(row, home, row.name, phone, written, row.sex, row.age, row.smartphone, row.kinds, row.note, whole, row.roll)


def _agree(one: Entry, other: Entry) -> bool:
    return all(not getattr(one, f) or not getattr(other, f) or getattr(one, f) == getattr(other, f) for f in ("phone", "sex", "age"))


def _joined(one: Entry, other: Entry) -> Entry:
    notes = dict.fromkeys(note for note in (one.note, other.note) if note)
    said = {f: getattr(one, f) or getattr(other, f) for f in ("phone", "written", "sex", "smartphone", "roll")}
    said["age"] = other.age if one.age is None else one.age
    kinds = tuple(kind for kind in KINDS if kind in one.kinds + other.kinds)
    return msgspec.structs.replace(one, **said, kinds=kinds, note="; ".join(notes), whole=one.whole and other.whole)


def _paired(entries: list[Entry], there: list[Stored]) -> list[PersonPlan]:
    """Within one home: by name, those with the same phone first, the rest in their order."""
    opened = [(row, row.opened()) for row in there]
    found: list[PersonPlan] = []
    for name in dict.fromkeys(plain(entry.name) for entry in entries):
        wanted = [entry for entry in entries if plain(entry.name) == name]
        free = [(row, old) for row, old in opened if plain(old.name) == name and not old.erased]
        met: dict[int, tuple[Stored, Resident]] = {}
        for by_phone in (True, False):
            for n, entry in enumerate(wanted):
                pair = next((p for p in free if n not in met and (not by_phone or p[1].phone == entry.phone)), None)
                if pair:
                    met[n] = pair
                    free.remove(pair)
        found += [
            PersonPlan(entry, *met[n], _changes(met[n][1], entry)) if n in met else PersonPlan(entry, None, None)
            for n, entry in enumerate(wanted)
        ]
    return found


def _changes(old: Resident, entry: Entry) -> tuple[tuple[str, Any, Any], ...]:
    said = {field: getattr(entry, field) for field in FIELDS}
    if not entry.whole:
        said["kinds"] = tuple(kind for kind in KINDS if kind in old.kinds + entry.kinds)
    changes = [(f, getattr(old, f), new) for f, new in said.items() if new not in ("", None, ()) and new != getattr(old, f)]
    if old.written and entry.phone and not entry.written:
        changes.append(("written", old.written, ""))
    return tuple(changes)
