import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.care import cells
from app.care.kinds import CHINESE, KINDS, read_kinds


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        *((name, (code,)) for code, name in CHINESE.items()),
        ("孕妇", ("pregnant",)),
        ("透析", ("dialysis",)),
        ("低保", ("low_income",)),
        ("残疾人（肢体、二级）", ("disabled",)),
        ("低保户、残疾人", ("low_income", "disabled")),
        ("残疾人,低保户", ("low_income", "disabled")),
        ("低保；残疾", ("low_income", "disabled")),
        ("低保 残疾/透析", ("low_income", "disabled", "dialysis")),
        ("低保\n残疾", ("low_income", "disabled")),
        ("0-3岁婴幼儿", ("infant",)),
        ("Living alone", ("living_alone",)),
        ("残疾(二级)、低保（在册）", ("low_income", "disabled")),
    ],
)
def test_kinds(cell, codes):
    assert read_kinds(cell, {}) == (codes, ())


@settings(derandomize=True)
@given(st.lists(st.sampled_from(KINDS), min_size=1, unique=True), st.sampled_from("、，,；;/ \n"))
def test_any_kinds_read_back(codes, between):
    found, strange = read_kinds(between.join(CHINESE[code] for code in codes), {})
    assert (set(found), strange) == (set(codes), ())


@pytest.mark.parametrize(
    ("cell", "age"),
    [
        ("72", 72),
        ("72岁", 72),
        ("７２岁", 72),
        ("七十二岁", 72),
        ("8个月", 0),
        ("2岁半", 2),
        ("2.5", 2),
        ("", None),
        ("古稀", None),
        ("721", None),
        ("1950-03-02", None),
    ],
)
def test_ages(cell, age):
    assert cells.age(cell) == age


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13800000001", ("13800000001", True)),
        ("138 0000-0001", ("13800000001", True)),
        ("＋８６ １３８００００００01", ("13800000001", True)),
        ("8613800000001", ("13800000001", True)),
        ("023-62800001", ("02362800001", True)),
        ("62800001", ("62800001", True)),
        ("1380000000", ("", False)),
        ("12800000001", ("", False)),
        ("无", ("", False)),
        ("", ("", False)),
        ("13800000001 或 13900000002", ("13800000001", False)),
        ("座机/13800000001", ("13800000001", False)),
    ],
)
def test_phones(cell, phone):
    assert cells.phone(cell) == phone
