import pytest

from app.care.ledger import PEOPLE
from app.places.headings import find_columns, likely_headings
from app.places.ledger import BUILDINGS

HEAD = ["序号", "小区名称", "楼栋号", "单元数", "层数", "每层户数", "总户数", "有无物业", "所属网格"]
PERSON = ["序号", "小区", "楼栋", "单元", "房号", "姓名", "性别", "年龄", "联系电话", "人员类别", "智能手机", "备注"]
ROW = ["1", "江山云庭", "3栋", "2", "18", "4", "144", "有", "第1网格"]


def wide(text: str, width: int = 9) -> list[str]:
    return [text] + [""] * (width - 1)


def test_the_headings_stand_under_a_title():
    found = find_columns([wide("楼栋基本情况表"), HEAD, ROW], BUILDINGS)
    assert (found.first, found.missing, found.unrecognised) == (2, (), ())
    assert found.at == {"estate": 1, "number": 2, "units": 3, "floors": 4, "doors": 5, "households": 6, "managed": 7, "grid": 8}


def test_clutter_and_blank_lines_before_the_headings_are_skipped():
    found = find_columns([wide("台账"), wide(""), wide("填报日期：2022年11月"), wide(""), HEAD, ROW], BUILDINGS)
    assert found.first == 5


def test_headings_on_two_lines():
    upper = ["序号", "小区", "住址", "", "", "姓名", "类别"]
    lower = ["", "", "楼栋", "单元", "房号", "", ""]
    found = find_columns([wide("台账", 7), upper, lower, ["1", "江山云庭", "3", "1", "201", "王伟", "低保户"]], PEOPLE)
    assert found.first == 3
    assert found.at == {"estate": 1, "building": 2, "unit": 3, "room": 4, "name": 5, "kinds": 6}


@pytest.mark.parametrize(
    "head",
    [
        ["楼盘", "幢", "单元数量", "楼层数", "一梯几户"],
        ["院 落", "楼　号", "单元数(个)", "＊层数", "每层户数："],
        ["所在小区", "楼栋\n编号", "units", "Floors", "户数"],
        ["Estate", "Building No.", "Units", "Floors", "Doors per floor"],
    ],
)
def test_synonyms_of_buildings(head):
    if "编号" in head[1]:
        head[1] = "楼栋\n号"
    assert find_columns([head, ["江山云庭", "3", "1", "6", "2"]], BUILDINGS).missing == ()


@pytest.mark.parametrize(
    "head",
    [
        ["院落", "门牌", "幢", "户主", "特殊人群类别", "手机号码"],
        ["小区", "住 址", "姓　名", "类型（可多选）", "手机", ""],
        ["Estate", "Building", "Room", "Name", "Category", "Mobile"],
    ],
)
def test_synonyms_of_people(head):
    assert find_columns([head], PEOPLE).missing == ()


def test_what_is_missing_and_what_is_strange_are_both_named():
    found = find_columns([["小区", "楼栋号", "单元数", "高度", "每层户数"]], BUILDINGS)
    assert found.missing == (("floors",),)
    assert found.unrecognised == ((3, "高度"),)


def test_a_second_column_for_one_field_is_left_over():
    assert find_columns([[*HEAD, "楼号"]], BUILDINGS).unrecognised == ((9, "楼号"),)


@pytest.mark.parametrize("by_hand", [{3: "floors"}, {"高度": "floors"}, {" 高 度 ": "floors"}])
def test_a_mapping_by_hand_fills_the_gap(by_hand):
    found = find_columns([["小区", "楼栋号", "单元数", "高度", "每层户数"]], BUILDINGS, by_hand)
    assert (found.missing, found.at["floors"], found.first) == ((), 3, 1)


def test_a_mapping_by_hand_wins_over_synonyms():
    found = find_columns([[*PERSON, "现住楼栋"]], PEOPLE, {"现住楼栋": "building", "备注": ""})
    assert found.at["building"] == 12
    assert "note" not in found.at
    assert found.unrecognised == ((2, "楼栋"),)


def test_without_any_heading_a_mapping_by_columns_loses_no_row():
    hand = {0: "estate", 1: "number", 2: "units", 3: "floors", 4: "doors"}
    found = find_columns([["江山云庭", "3栋", "2", "18", "4"], ["江山云庭", "4栋", "2", "18", "4"]], BUILDINGS, hand)
    assert (found.first, found.missing) == (0, ())


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [["", ""]],
        [["日期", "天气"], ["1", "晴"]],
        [["姓名", "性别", "电话", "备注"]],
        [["小区", "户数"], ["一村", "30"]],
    ],
)
def test_other_sheets_are_not_ledgers(rows):
    assert find_columns(rows, PEOPLE) is None
    assert find_columns(rows, BUILDINGS) is None


def test_headings_offered_for_mapping_are_the_fullest_row():
    assert likely_headings([wide("表", 3), ["甲", "", "丙"], ["1", "2", "3"]]) == ((0, "甲"), (2, "丙"))
