from collections.abc import Mapping
from typing import Protocol

import msgspec

from app.care import cells
from app.care.kinds import read_kinds
from app.kernel.sheets import Sheet
from app.places.addresses import Address, looks_like_date, read_address, split_estate
from app.places.heading_words import PEOPLE_WORDS
from app.places.headings import Columns, Kind
from app.places.ledger import DuplicateRow, Refused, WrongRow, table_rows
from app.places.numerals import plain

PEOPLE = Kind("people", PEOPLE_WORDS, (("estate", "address"), ("building", "address"), ("name",), ("kinds", "roll")))


class Extent(Protocol):
    units: int
    floors: int
    doors: int


class PersonRow(msgspec.Struct, frozen=True):
    """`phone` is "" where the cell held no possible number; `phone_written` is always the cell, so nothing is lost."""

    sheet: str
    row: int
    estate: str
    building: int
    unit: int
    floor: int
    door: int
    name: str
    sex: str
    age: int | None
    phone: str
    phone_written: str
    kinds: tuple[str, ...]
    smartphone: str
    note: str
    roll: str = ""

    def same_as(self) -> tuple:
        home = plain(self.estate), self.building, self.unit, self.floor, self.door
        return *home, plain(self.name), self.phone or plain(self.phone_written), self.kinds, self.roll


class People(msgspec.Struct):
    """Collected over any number of sheets. With no `known` buildings at all, addresses are read but not checked."""

    known: Mapping[tuple[str, int], Extent]
    estates: Mapping[str, str]
    spoilt: Mapping[tuple[str, int], tuple[str, int]] = {}
    kinds_by_hand: Mapping[str, str] = {}
    rows: list[PersonRow] = []
    wrong: list[WrongRow] = []
    doubled: list[DuplicateRow] = []
    warnings: list[WrongRow] = []
    strange_kinds: dict[str, int] = {}
    seen: dict[tuple, PersonRow] = {}

    def read(self, sheet: Sheet, columns: Columns, given: Mapping[str, str]) -> None:
        """`given` fills fields that have no column, as where a sheet is named after its estate or its kind."""
        for number, row in table_rows(sheet, columns):
            said = {field: columns.cell(row, field) for field in PEOPLE_WORDS} | given
            try:
                person, doubts = self._person(sheet.name, number, said)
            except Refused as why:
                self.wrong.append(WrongRow(sheet.name, number, why.reason, why.params))
                continue
            earlier = self.seen.setdefault(person.same_as(), person)
            if earlier is not person:
                self.doubled.append(DuplicateRow(sheet.name, number, earlier.sheet, earlier.row))
                continue
            self.rows.append(person)
            self.warnings += [WrongRow(sheet.name, number, doubt) for doubt in doubts]

    def _person(self, sheet: str, number: int, said: Mapping[str, str]) -> tuple[PersonRow, list[str]]:
        kinds, strange = read_kinds(said["kinds"], self.kinds_by_hand)
        roll = cells.roll(said["roll"]) or next(filter(None, map(cells.roll, strange)), "")
        strange = [word for word in strange if not cells.roll(word)]
        for word in strange:
            self.strange_kinds[word] = self.strange_kinds.get(word, 0) + 1
        if not said["name"]:
            raise Refused("ledger.name_missing")
        estate, home = self._home(said)
        if not kinds and (strange or not roll):
            raise Refused("ledger.kind_unknown" if strange else "ledger.kind_missing")
        age, (phone, clean) = cells.age(said["age"]), cells.phone(said["phone"])
        doubts = {
            "ledger.kind_partly_unknown": bool(strange),
            "ledger.phone_unreadable": bool(said["phone"]) and not phone,
            "ledger.phone_more": bool(phone) and not clean,
            "ledger.roll_unreadable": bool(said["roll"]) and not cells.roll(said["roll"]),
            "ledger.age_unreadable": bool(said["age"]) and age is None,
        }
        return PersonRow(
            sheet,
            number,
            estate,
            home.building,
            home.unit,
            home.floor,
            home.door,
            " ".join(said["name"].split()),
            cells.sex(said["sex"]),
            age,
            phone,
            said["phone"],
            kinds,
            cells.smartphone(said["smartphone"]),
            said["note"],
            roll,
        ), [key for key, holds in doubts.items() if holds]

    def _home(self, said: Mapping[str, str]) -> tuple[str, Address]:
        estate, parts = self._written(said)
        if not estate:
            raise Refused("ledger.estate_missing")
        if any(looks_like_date(part) for part in parts):
            raise Refused("ledger.address_became_date")
        home = read_address(*parts, estate=estate)
        if home is None:
            raise Refused("ledger.address_unreadable" if any(parts) else "ledger.address_missing")
        return estate, self._checked(estate, home)

    def _written(self, said: Mapping[str, str]) -> tuple[str, list[str]]:
        parts, address = [said["building"], said["unit"], said["room"]], said["address"]
        estate = self.estates.get(plain(said["estate"]), " ".join(said["estate"].split()))
        inside, rest = split_estate(address, self.estates.values())
        if not estate and not inside and len(self.estates) == 1:
            inside, rest = next(iter(self.estates.values())), address
        if inside and estate in ("", inside):
            estate, address = inside, rest
        return estate, parts if any(parts) else [address, "", ""]

    def _checked(self, estate: str, home: Address) -> Address:
        if not self.known:
            return home
        key, params = (plain(estate), home.building), {"estate": estate, "building": home.building}
        if key in self.spoilt and key not in self.known:
            raise Refused("ledger.building_refused", other=self.spoilt[key][1], **params)
        if key[0] not in self.estates:
            raise Refused("ledger.no_such_estate", estate=estate)
        if (there := self.known.get(key)) is None:
            raise Refused("ledger.no_such_building", **params)
        if not home.unit and there.units > 1:
            raise Refused("ledger.unit_missing", units=there.units, **params)
        home = msgspec.structs.replace(home, unit=home.unit or 1)
        for part, most in (("unit", there.units), ("floor", there.floors), ("door", there.doors)):
            if (value := getattr(home, part)) > most:
                raise Refused(f"ledger.no_such_{part}", value=value, most=most, **params)
        return home
