from collections.abc import Callable, Mapping

import msgspec

from app.care.cells import roll_of_list
from app.care.kinds import CHINESE, kind_of_list
from app.care.ledger import PEOPLE, Extent, People, PersonRow
from app.kernel.sheets import Sheet, read_book
from app.places.addresses import split_estate
from app.places.headings import ByHand, Columns, Kind, find_columns, likely_headings
from app.places.ledger import BUILDINGS, BuildingRow, Buildings, DuplicateRow, WrongRow
from app.places.numerals import plain


class Asked(msgspec.Struct, frozen=True):
    """What a person must decide before importing. `params["field"]` is a words-key."""

    sheet: str
    reason: str
    params: dict[str, str | int] = {}


class PassedOver(msgspec.Struct, frozen=True):
    """A sheet that is no ledger, with the headings that a person could map by hand."""

    sheet: str
    headings: tuple[tuple[int, str], ...] = ()
    hidden: bool = False


class Recognised(msgspec.Struct, frozen=True):
    sheet: str
    columns: Columns


class LedgerReading(msgspec.Struct, frozen=True):
    estates: tuple[str, ...]
    buildings: tuple[BuildingRow, ...]
    people: tuple[PersonRow, ...]
    wrong_rows: tuple[WrongRow, ...]
    duplicate_rows: tuple[DuplicateRow, ...]
    warnings: tuple[WrongRow, ...]
    asked: tuple[Asked, ...]
    passed_over: tuple[PassedOver, ...]
    recognised: tuple[Recognised, ...]

    def counts(self, words: Callable[..., str] | None = None) -> dict:
        """The part of the import report that the file alone decides; `words(key, **params)` makes reasons sentences."""
        managed = {plain(b.estate) for b in self.buildings if b.managed}
        unmanaged = {plain(b.estate) for b in self.buildings if b.managed is False} - managed
        kinds = {name: sum(code in p.kinds for p in self.people) for code, name in CHINESE.items()}
        return {
            "estates": len(self.estates),
            "buildings": len(self.buildings),
            "households": sum(b.households for b in self.buildings),
            "people": len(self.people),
            "estates_without_management": len(unmanaged),
            "kinds": {name: count for name, count in kinds.items() if count},
            "wrong_rows": [
                {"sheet": w.sheet, "row": w.row, "reason": words(w.reason, **w.params) if words else w.reason} for w in self.wrong_rows
            ],
            "duplicate_rows": [{"sheet": d.sheet, "row": d.row} for d in self.duplicate_rows],
        }


def read_ledger(
    data: bytes,
    filename: str,
    *,
    known: Mapping[tuple[str, int], Extent] | None = None,
    mapping: Mapping[str, ByHand | None] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> LedgerReading:
    """Everything a spreadsheet holds about buildings and people, without touching anything. Raises Unreadable.

    `known`: buildings that exist already, by (estate, number); the file's own win. `mapping`: sheet name to
    {column index or heading: field}, None to pass the sheet over. `kinds`: strange kind word to code, "" to drop it.
    """
    sheets = read_book(data, filename)
    found = [(sheet, _columns(sheet, mapping or {})) for sheet in sheets]
    asked: list[Asked] = []
    passed = [PassedOver(s.name, likely_headings(s.rows), s.hidden) for s, c in found if not c]

    buildings = Buildings()
    for sheet, columns in _of(BUILDINGS, found):
        asked += (missing := _missing(sheet, columns, {}))
        if not missing:
            buildings.read(sheet, columns)
    people = _people(buildings, known or {}, kinds or {})
    for sheet, columns in _of(PEOPLE, found):
        given = _given(sheet, columns, people)
        asked += (missing := _missing(sheet, columns, given))
        if not missing:
            people.read(sheet, columns, given)
            asked += [] if people.known else [Asked(sheet.name, "ledger.buildings_first")]
    asked += [Asked("", "ledger.kind_strange", {"word": w, "rows": n}) for w, n in people.strange_kinds.items()]
    if not any(columns for _, columns in found):
        asked.append(Asked("", "ledger.nothing_recognised"))

    estates = {plain(row.estate): row.estate for row in (*people.rows, *buildings.rows.values())}
    return LedgerReading(
        estates=tuple(estates.values()),
        buildings=tuple(buildings.rows.values()),
        people=tuple(people.rows),
        wrong_rows=tuple(buildings.wrong + people.wrong),
        duplicate_rows=tuple(buildings.doubled + people.doubled),
        warnings=tuple(people.warnings),
        asked=tuple(asked),
        passed_over=tuple(passed),
        recognised=tuple(Recognised(sheet.name, columns) for sheet, columns in found if columns),
    )


def _columns(sheet: Sheet, mapping: Mapping[str, ByHand | None]) -> Columns | None:
    by_hand = mapping.get(sheet.name, {})
    if by_hand is None or (sheet.hidden and not by_hand):
        return None
    fits = [c for kind in (BUILDINGS, PEOPLE) if (c := find_columns(sheet.rows, kind, by_hand))]
    return min(fits, key=lambda c: (len(c.missing), -len(c.at)), default=None)


def _of(kind: Kind, found: list[tuple[Sheet, Columns | None]]) -> list[tuple[Sheet, Columns]]:
    return [(sheet, columns) for sheet, columns in found if columns and columns.kind == kind.name]


def _given(sheet: Sheet, columns: Columns, people: People) -> dict[str, str]:
    # Communities also keep a sheet for each estate, or for each kind, and then leave that column out.
    given = {}
    estate = next(iter(people.estates.values())) if len(people.estates) == 1 else split_estate(sheet.name, people.estates.values())[0]
    if estate and not {"estate", "address"} & columns.at.keys():
        given["estate"] = estate
    if "kinds" not in columns.at and (kind := kind_of_list(sheet.name)):
        given["kinds"] = kind
    if "roll" not in columns.at and (roll := roll_of_list(sheet.name)):
        given["roll"] = roll
    return given


def _missing(sheet: Sheet, columns: Columns, given: Mapping[str, str]) -> list[Asked]:
    unknown = ", ".join(heading for _, heading in columns.unrecognised)
    return [
        Asked(sheet.name, "ledger.heading_missing", {"field": f"ledger.field.{fields[0]}", "unknown": unknown})
        for fields in columns.missing
        if not set(fields) & given.keys()
    ]


def _people(buildings: Buildings, known: Mapping[tuple[str, int], Extent], kinds: Mapping[str, str]) -> People:
    all_known = {(plain(estate), number): extent for (estate, number), extent in known.items()} | buildings.rows
    names = {plain(estate): estate for estate, _ in known} | {key: b.estate for (key, _), b in buildings.rows.items()}
    return People(known=all_known, estates=names, spoilt=buildings.spoilt, kinds_by_hand=kinds)
