import io
import re
import time

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from support.ledgers import ANSWERS, BUILDING_HEAD, BUILDINGS, CSV, HEAD, LEDGER, WANG, book, changed, read

from app.care.reading import read_ledger
from app.kernel.sheets import Unreadable, read_book


def rows_of(counts: list[dict]) -> list[int]:
    return [wrong["row"] for wrong in counts]


def test_the_ledger_counts_as_its_answers_say():
    found = read_ledger(LEDGER, "ledger.xlsx")
    counts = found.counts()
    assert {name: counts[name] for name in ANSWERS if not name.endswith("_rows")} == {
        name: answer for name, answer in ANSWERS.items() if not name.endswith("_rows")
    }
    assert rows_of(counts["wrong_rows"]) == ANSWERS["wrong_rows"]
    assert rows_of(counts["duplicate_rows"]) == ANSWERS["duplicate_rows"]
    assert {wrong.reason for wrong in found.wrong_rows} == {"ledger.no_such_building"}
    assert {wrong.sheet for wrong in found.wrong_rows} == {"特殊人群台账"}
    assert (found.asked, found.passed_over, found.warnings) == ((), (), ())


def test_the_csv_holds_the_same_buildings_as_the_workbook():
    found = read_ledger(CSV, "buildings.gb18030.csv")
    for name in ("estates", "buildings", "households", "estates_without_management"):
        assert found.counts()[name] == ANSWERS[name]
    plain = [msgspec.structs.replace(row, sheet="", row=0) for row in found.buildings]
    assert plain == [msgspec.structs.replace(r, sheet="", row=0) for r in read_ledger(LEDGER, "l.xlsx").buildings]


def test_people_alone_are_checked_against_the_buildings_that_are_known():
    known = {(b.estate, b.number): b for b in read_ledger(CSV, "b.csv").buildings}
    people = read_book(LEDGER, "ledger.xlsx")[1]
    found = read_ledger(book(台账=people.rows), "people.xlsx", known=known)
    assert found.counts()["people"] == ANSWERS["people"]
    assert rows_of(found.counts()["wrong_rows"]) == ANSWERS["wrong_rows"]
    assert found.buildings == ()


def test_people_without_any_known_building_ask_for_the_buildings():
    found = read_ledger(book(台账=[HEAD, WANG]), "people.xlsx")
    assert [asked.reason for asked in found.asked] == ["ledger.buildings_first"]
    assert len(found.people) == 1


def test_reading_takes_well_under_a_second():
    before = time.process_time()
    read_ledger(LEDGER, "ledger.xlsx")
    assert time.process_time() - before < 1


def test_an_unrecognised_heading_is_asked_and_mapped_by_hand():
    head = ["姓名" if name == "姓名" else "帮扶原因" if name == "人员类别" else name for name in HEAD]
    found = read(WANG, head=head)
    assert [(a.sheet, a.reason, a.params) for a in found.asked] == [
        ("人员", "ledger.heading_missing", {"field": "ledger.field.kinds", "unknown": "帮扶原因"})
    ]
    assert found.people == ()
    for hand in ({"帮扶原因": "kinds"}, {9: "kinds"}):
        mapped = read(WANG, head=head, mapping={"人员": hand})
        assert (len(mapped.people), mapped.asked) == (1, ())


def test_sheets_that_are_no_ledger_are_passed_over_and_a_person_may_pass_over_more():
    data = book(楼栋=[BUILDING_HEAD, *BUILDINGS], 人员=[HEAD, WANG], 值班=[["日期", "值班人"], ["周一", "李娜"]], 空=[])
    found = read_ledger(data, "台账.xlsx")
    assert [(p.sheet, p.headings) for p in found.passed_over] == [("值班", ((0, "日期"), (1, "值班人"))), ("空", ())]
    found = read_ledger(data, "台账.xlsx", mapping={"人员": None})
    assert found.people == ()
    assert "人员" in [p.sheet for p in found.passed_over]


def test_a_file_without_any_ledger_asks():
    assert [a.reason for a in read_ledger("甲,乙\n1,2\n".encode(), "a.csv").asked] == ["ledger.nothing_recognised"]


def test_a_hidden_sheet_is_passed_over_and_named():
    made, out = Workbook(), io.BytesIO()
    made.active.title = "楼栋"
    for row in (BUILDING_HEAD, *BUILDINGS):
        made.active.append(row)
    old = made.create_sheet("旧表")
    for row in (HEAD, WANG):
        old.append(row)
    old.sheet_state = "hidden"
    made.save(out)
    found = read_ledger(out.getvalue(), "台账.xlsx")
    assert [(p.sheet, p.hidden) for p in found.passed_over] == [("旧表", True)]


def test_several_sheets_of_each_sort_named_after_estate_or_kind():
    short = [name for name in HEAD if name != "小区"]
    kindless = [name for name in HEAD if name != "人员类别"]
    found = read_ledger(
        book(
            一=[BUILDING_HEAD, BUILDINGS[0]],
            二=[BUILDING_HEAD, BUILDINGS[1]],
            桃花桥一村=[short, [c for c in WANG if c != "桃花桥一村"]],
            血透患者名单=[kindless, [c for c in changed(name="李娜") if c != WANG[9]]],
        ),
        "台账.xlsx",
    )
    assert found.asked == ()
    assert len(found.buildings) == 2
    assert [(p.name, p.estate, p.kinds) for p in found.people] == [
        ("王伟", "桃花桥一村", ("living_alone", "limited_mobility")),
        ("李娜", "桃花桥一村", ("dialysis",)),
    ]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(st.lists(st.one_of(st.sampled_from([*HEAD, *BUILDING_HEAD, *map(str, WANG)]), st.text(max_size=8)), max_size=12), max_size=8)
)
def test_any_table_is_read_without_surprise(rows):
    text = "\n".join("\t".join(re.sub(r'[\s"]', "", cell) for cell in row) for row in rows)
    try:
        read_ledger(text.encode("utf-8", "ignore"), "a.tsv").counts()
    except Unreadable as refused:
        assert refused.key.startswith("sheets.")
