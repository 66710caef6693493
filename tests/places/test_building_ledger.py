import pytest

from app.kernel.sheets import Sheet
from app.places.headings import find_columns
from app.places.ledger import BUILDINGS, Buildings

HEAD = ["序号", "小区", "楼栋", "单元数", "层数", "每层户数", "总户数", "有无物业", "网格"]
GOOD = ["1", "江山云庭", "3栋", "2", "18", "4", "144", "有", "第1网格"]


def read(*rows: list[str], head: list[str] = HEAD) -> Buildings:
    sheet, found = Sheet("楼栋", [head, *rows]), Buildings()
    found.read(sheet, find_columns(sheet.rows, BUILDINGS))
    return found


def changed(**cells: str) -> list[str]:
    names = ["no", "estate", "number", "units", "floors", "doors", "total", "managed", "grid"]
    return [cells.get(name, cell) for name, cell in zip(names, GOOD, strict=True)]


def test_a_row_becomes_a_building():
    (row,) = read(GOOD).rows.values()
    assert (row.row, row.estate, row.number, row.units, row.floors, row.doors) == (2, "江山云庭", 3, 2, 18, 4)
    assert (row.households, row.managed, row.grid) == (144, True, "第1网格")


def test_numbers_in_other_clothes():
    (row,) = read(changed(number="三号楼", units="２", floors="十八层", doors="4户", total="144.0")).rows.values()
    assert (row.number, row.units, row.floors, row.doors) == (3, 2, 18, 4)


@pytest.mark.parametrize(
    ("cell", "managed"),
    [
        ("有", True),
        ("长生物业公司", True),
        ("无", False),
        ("无物业", False),
        ("否", False),
        ("", None),
        ("不详", None),
    ],
)
def test_management(cell, managed):
    assert next(iter(read(changed(managed=cell)).rows.values())).managed is managed


def test_totals_notes_blanks_and_repeated_headings_are_no_rows():
    blank = [""] * 9
    found = read(
        GOOD,
        ["江山云庭小计", "", "1", "", "", "", "144", "", ""],
        blank,
        HEAD,
        changed(no="2", number="4栋"),
        ["", "合 计", "2", "", "", "", "288", "", ""],
        ["填表人：王伟", "", "", "审核人：李娜", "", "", "", "", ""],
        ["本表每月更新", *[""] * 8],
        ["3", *[""] * 8],
    )
    assert [row.row for row in found.rows.values()] == [2, 6]
    assert found.wrong == []


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"estate": ""}, "ledger.estate_missing"),
        ({"number": "东楼"}, "ledger.building_unreadable"),
        ({"number": ""}, "ledger.building_unreadable"),
        ({"units": "两三个"}, "ledger.units_unreadable"),
        ({"floors": "很高"}, "ledger.floors_unreadable"),
        ({"doors": "?"}, "ledger.doors_unreadable"),
        ({"total": "约144"}, "ledger.households_unreadable"),
        ({"units": "0"}, "ledger.units_absurd"),
        ({"floors": "61"}, "ledger.floors_absurd"),
        ({"doors": "0"}, "ledger.doors_absurd"),
        ({"total": "143"}, "ledger.total_differs"),
        ({"doors": "", "total": "145"}, "ledger.doors_unclear"),
        ({"doors": "", "total": ""}, "ledger.doors_unreadable"),
    ],
)
def test_wrong_rows_say_where_and_why(cells, reason):
    found = read(changed(**cells), changed(number="9栋"))
    assert [(wrong.sheet, wrong.row, wrong.reason) for wrong in found.wrong] == [("楼栋", 2, reason)]
    assert [row.number for row in found.rows.values()] == [9]


def test_doors_follow_from_the_total_and_the_total_may_be_missing():
    assert next(iter(read(changed(doors="")).rows.values())).doors == 4
    assert next(iter(read(changed(total="")).rows.values())).households == 144


def test_the_same_building_twice():
    found = read(GOOD, changed(no="2"), changed(no="3", floors="6", total="48"), changed(no="4", estate="江山 云庭"))
    assert len(found.rows) == 1
    assert [(twice.row, twice.first_row) for twice in found.doubled] == [(3, 2), (5, 2)]
    assert [(wrong.row, wrong.reason, wrong.params["other"]) for wrong in found.wrong] == [(4, "ledger.building_twice", 2)]
