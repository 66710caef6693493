import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.places.addresses import Address, looks_like_date, read_address, read_building, split_estate
from app.places.numerals import arabic, whole

homes = st.builds(Address, st.integers(1, 120), st.integers(1, 12), st.integers(1, 60), st.integers(1, 99))


def chinese(n: int) -> str:
    digits = "零一二三四五六七八九"
    if n >= 100:
        rest = n % 100
        return digits[n // 100] + "百" + ("" if not rest else "零" + digits[rest] if rest < 10 else chinese_tens(rest))
    return chinese_tens(n)


def chinese_tens(n: int) -> str:
    digits = "零一二三四五六七八九"
    tens = "" if n < 10 else ("十" if n // 10 == 1 else digits[n // 10] + "十")
    return tens + (digits[n % 10] if n % 10 else "")


def fullwidth(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


NOTATIONS = {
    "three cells": lambda a: (f"{a.building}栋", f"{a.unit}单元", f"{a.floor}-{a.door}"),
    "digits": lambda a: (f"{a.building}", f"{a.unit}", f"{a.floor}{a.door:02d}"),
    "decimals": lambda a: (f"{a.building}.0", f"{a.unit}.0", f"{a.floor}{a.door:02d}.0"),
    "building-unit": lambda a: (f"{a.building}-{a.unit}", "", f"{a.floor}-{a.door}"),
    "building and unit": lambda a: (f"{a.building}幢{a.unit}单元", "", f"{a.floor}{a.door:02d}室"),
    "one cell": lambda a: (f"{a.building}栋{a.unit}单元{a.floor}-{a.door}",),
    "one cell in the room": lambda a: ("", "", f"{a.building}栋{a.unit}单元{a.floor}-{a.door}"),
    "one cell in the unit": lambda a: ("", f"{a.building}栋{a.unit}单元{a.floor}-{a.door}", ""),
    "hyphens": lambda a: (f"{a.building}-{a.unit}-{a.floor}{a.door:02d}",),
    "four parts": lambda a: (f"{a.building}-{a.unit}-{a.floor}-{a.door}",),
    "hash": lambda a: (f"{a.building}#{a.unit}-{a.floor}{a.door:02d}",),
    "slashes": lambda a: (f"{a.building}/{a.unit}/{a.floor}{a.door:02d}",),
    "northern": lambda a: (f"{a.building}号楼{a.unit}门{a.floor}{a.door:02d}室",),
    "spaces": lambda a: (f" {a.building} 栋 {a.unit} 单元 {a.floor} - {a.door} ",),
    "spaced digits": lambda a: (f"{a.building} {a.unit} {a.floor}{a.door:02d}",),
    "storeys": lambda a: (f"{a.building}座{a.unit}单元{a.floor}层{a.door}号",),
    "storey and room": lambda a: (f"{a.building}栋{a.unit}单元{a.floor}楼{a.floor}{a.door:02d}室",),
    "unit in the room": lambda a: (f"{a.building}", "", f"{a.unit}-{a.floor}{a.door:02d}"),
    "everything twice": lambda a: (f"{a.building}栋", f"{a.unit}单元", f"{a.building}-{a.unit}-{a.floor}-{a.door}"),
    "numerals": lambda a: (f"{chinese(a.building)}栋{chinese(a.unit)}单元", "", f"{a.floor}-{a.door}"),
}
SPELLINGS = [
    str,
    fullwidth,
    *(lambda text, dash=dash: text.replace("-", dash) for dash in "－—–−~～‐/"),
    lambda text: text.replace("-", "——"),
]


@settings(derandomize=True)
@given(homes, st.sampled_from(sorted(NOTATIONS)), st.sampled_from(SPELLINGS))
def test_every_notation_reads_back(home, notation, spelling):
    cells = [spelling(cell) for cell in NOTATIONS[notation](home)]
    assert read_address(*cells) == home


@settings(derandomize=True)
@given(homes, st.sampled_from(sorted(NOTATIONS)), st.sampled_from(["桃花桥一村", "2号院", "长生老街", "桃源居"]))
def test_an_estate_in_front_changes_nothing(home, notation, estate):
    first, *rest = NOTATIONS[notation](home)
    assert read_address(estate + first, *rest, estate=estate) == home


@settings(derandomize=True)
@given(st.text(max_size=20), st.text(max_size=10), st.text(max_size=10))
def test_any_text_reads_as_a_possible_door_or_as_none(building, unit, room):
    found = read_address(building, unit, room)
    assert found is None or (found.building > 0 and found.unit >= 0 and found.floor > 0 and found.door > 0)


@settings(derandomize=True)
@given(st.integers(1, 199))
def test_numerals_read_back(n):
    assert arabic(chinese(n)) == str(n)


@pytest.mark.parametrize(
    ("cells", "home"),
    [
        (("12栋2单元11-3",), (12, 2, 11, 3)),
        (("三栋二单元", "", "201"), (3, 2, 2, 1)),
        (("十二栋", "二单元", "二零一"), (12, 2, 2, 1)),
        (("3", "1", "1102"), (3, 1, 11, 2)),
        (("3", "1", "0201"), (3, 1, 2, 1)),
        (("03栋", "01单元", "02-01"), (3, 1, 2, 1)),
        (("3号", "1单元", "201号"), (3, 1, 2, 1)),
        (("3栋", "1单元", "2-1户"), (3, 1, 2, 1)),
        (("3楼", "1", "201"), (3, 1, 2, 1)),
        (("3", "1", "1 201"), (3, 1, 2, 1)),
        (("3", "", "201"), (3, 0, 2, 1)),
        (("3栋201室",), (3, 0, 2, 1)),
        (("3栋", "", "2-1"), (3, 0, 2, 1)),
    ],
)
def test_hard_cases(cells, home):
    assert read_address(*cells) == Address(*home)


@pytest.mark.parametrize(
    "cells",
    [
        ("",),
        ("201",),
        ("", "", "201"),
        ("", "1单元", "201"),
        ("3栋",),
        ("3栋", "1单元"),
        ("3", "1", "1"),
        ("3", "1", "21"),
        ("3-201",),
        ("12-11-3",),
        ("3楼201",),
        ("3", "1", "10203"),
        ("3", "1", "200"),
        ("3", "1", "6101"),
        ("3", "1", "2.1"),
        ("3", "1", "地下室"),
        ("3", "1", "B1"),
        ("3", "1", "负1-1"),
        ("3", "1", "-1-1"),
        ("3", "1", "2-1/2-2"),
        ("3栋1单元2层301室",),
        ("3", "2", "1-201"),
        ("3栋", "1", "4栋1单元2-1"),
        ("0", "1", "201"),
        ("3", "0", "201"),
        ("A栋", "1", "201"),
        ("3", "1", "2022-02-01"),
        ("2号院3栋1单元2-1",),
        ("桃花桥一村3栋1单元2-1",),
        ("3栋", "1", "门面"),
        ("九十九百栋", "1", "201"),
        ("3", "1", "201、202"),
    ],
)
def test_refused_rather_than_guessed(cells):
    assert read_address(*cells) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("3栋", 3),
        ("３号楼", 3),
        ("三栋", 3),
        ("3#", 3),
        ("十一幢", 11),
        ("3.0", 3),
        ("3座", 3),
        ("3楼", 3),
        ("3-1", None),
        ("0", None),
        ("", None),
        ("A", None),
        ("1000", None),
        ("三栋二单元", None),
    ],
)
def test_building_numbers(text, number):
    assert read_building(text) == number


def test_the_longest_known_estate_is_found_inside_an_address():
    estates = ["桃花桥", "桃花桥一村", "长生老街"]
    assert split_estate("南岸区 桃花桥一村 3栋1单元2-1", estates) == ("桃花桥一村", "3栋1单元2-1")
    assert split_estate("石塔小区3栋", estates) == ("", "石塔小区3栋")


def test_dates_are_told_from_rooms():
    assert looks_like_date("2022-02-01")
    assert not looks_like_date("2-1")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("3", 3),
        ("３层", 3),
        ("三", 3),
        ("3.0", 3),
        ("1,024", 1024),
        ("十八层", 18),
        ("3.5", None),
        ("三四", None),
        ("", None),
        ("-3", None),
        ("3或4", None),
    ],
)
def test_counts(text, count):
    assert whole(text) == count
