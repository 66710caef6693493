import re
from collections.abc import Iterator, Sequence

import msgspec

from app.kernel.sheets import Sheet
from app.places.addresses import read_building
from app.places.heading_words import BUILDING_WORDS
from app.places.headings import Columns, Kind
from app.places.numerals import plain, spellings, whole

BUILDINGS = Kind("buildings", BUILDING_WORDS, (("estate",), ("number",), ("units",), ("floors",), ("doors", "households")))
LIMITS = {"units": 30, "floors": 60, "doors": 60}
MOST = 60_000  # households in one ledger, three times the largest community: one row more would be a slip, or meant harm
NO = spellings("无 否 没有 no n false 0 × x 无物业 无物管 自管")
UNSAID = spellings("未知 不详 不清楚 待定 待核实 - ?")
TOTAL = re.compile(r"(?:合计|总计|小计|共计|总数)\S{0,12}|\S{0,12}(?:合计|小计|总计|共计)|total|subtotal|sum")
FOOTNOTE = re.compile(r"(?:(?:填表|制表|填报|审核|负责|联系|经办|统计)(?:人|单位|日期|时间)?|备注|说明|注|日期):.*")


class BuildingRow(msgspec.Struct, frozen=True):
    """`doors` is per floor of one unit. `managed` is None where the ledger does not say."""

    sheet: str
    row: int
    estate: str
    number: int
    units: int
    floors: int
    doors: int
    households: int
    managed: bool | None = None
    grid: str = ""

    def facts(self) -> tuple:
        return self.units, self.floors, self.doors, self.managed, self.grid


class WrongRow(msgspec.Struct, frozen=True):
    """`reason` is a words-key. `params` never hold a name or a phone: these rows are shown and stored unsealed."""

    sheet: str
    row: int
    reason: str
    params: dict[str, str | int] = {}


class DuplicateRow(msgspec.Struct, frozen=True):
    sheet: str
    row: int
    first_sheet: str
    first_row: int


class Refused(Exception):
    def __init__(self, reason: str, **params: str | int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


class Buildings(msgspec.Struct):
    """Collected over any number of sheets. `spoilt`: buildings with a wrong row, so that their people get a true reason."""

    rows: dict[tuple[str, int], BuildingRow] = {}
    wrong: list[WrongRow] = []
    doubled: list[DuplicateRow] = []
    spoilt: dict[tuple[str, int], tuple[str, int]] = {}
    households: int = 0

    def read(self, sheet: Sheet, columns: Columns) -> None:
        for number, row in table_rows(sheet, columns):
            try:
                self._take(_building(sheet.name, number, row, columns))
            except Refused as why:
                self.wrong.append(WrongRow(sheet.name, number, why.reason, why.params))
                if building := read_building(columns.cell(row, "number")):
                    self.spoilt.setdefault((plain(columns.cell(row, "estate")), building), (sheet.name, number))

    def _take(self, found: BuildingRow) -> None:
        key = plain(found.estate), found.number
        if key not in self.rows:
            if self.households + found.households > MOST:
                raise Refused("ledger.households_too_many", limit=MOST)
            self.rows[key], self.households = found, self.households + found.households
            return
        earlier = self.rows[key]
        if earlier.facts() != found.facts():
            raise Refused("ledger.building_twice", building=found.number, other=earlier.row)
        self.doubled.append(DuplicateRow(found.sheet, found.row, earlier.sheet, earlier.row))


def table_rows(sheet: Sheet, columns: Columns) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows below the headings, without blank ones, totals, notes under the table and repeated headings."""
    heading = sheet.rows[columns.first - 1] if columns.first else None
    mapped = [column for field, column in columns.at.items() if field != "estate"]
    for index in range(columns.first, len(sheet.rows)):
        row = sheet.rows[index]
        filled = [plain(cell) for cell in row if cell]
        if len(filled) < 2 or row == heading or not any(row[c] for c in mapped if c < len(row)):
            continue
        if TOTAL.fullmatch(filled[0]) or FOOTNOTE.fullmatch(filled[0]) or _total_within(row, columns):
            continue
        yield sheet.number(index), row


def _total_within(row: Sequence[str], columns: Columns) -> bool:
    return any(TOTAL.fullmatch(plain(columns.cell(row, f))) for f in ("estate", "number", "building", "name"))


def _building(sheet: str, number: int, row: Sequence[str], columns: Columns) -> BuildingRow:
    estate = " ".join(columns.cell(row, "estate").split())
    if not estate:
        raise Refused("ledger.estate_missing")
    building = read_building(columns.cell(row, "number"), estate=estate)
    if building is None:
        raise Refused("ledger.building_unreadable", cell=columns.cell(row, "number")[:40])
    units, floors = _size(row, columns, "units"), _size(row, columns, "floors")
    total = _count(row, columns, "households") if columns.cell(row, "households") else None
    if columns.cell(row, "doors") or total is None:
        doors = _size(row, columns, "doors")
    elif total % (units * floors) or not 0 < total // (units * floors) <= LIMITS["doors"]:
        raise Refused("ledger.doors_unclear", units=units, floors=floors, total=total)
    else:
        doors = total // (units * floors)
    if total is not None and total != units * floors * doors:
        raise Refused("ledger.total_differs", counted=units * floors * doors, total=total)
    return BuildingRow(
        sheet,
        number,
        estate,
        building,
        units,
        floors,
        doors,
        units * floors * doors,
        _managed(columns.cell(row, "managed")),
        columns.cell(row, "grid"),
    )


def _count(row: Sequence[str], columns: Columns, field: str) -> int:
    value = whole(columns.cell(row, field))
    if value is None:
        raise Refused(f"ledger.{field}_unreadable", cell=columns.cell(row, field)[:40])
    return value


def _size(row: Sequence[str], columns: Columns, field: str) -> int:
    value = _count(row, columns, field)
    if not 0 < value <= LIMITS[field]:
        raise Refused(f"ledger.{field}_absurd", value=value, limit=LIMITS[field])
    return value


def _managed(cell: str) -> bool | None:
    word = plain(cell)
    if word in NO or word.startswith(("无", "没有")):
        return False
    # Any other word is taken for the name of the company.
    return True if word and word not in UNSAID else None
