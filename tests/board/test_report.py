"""The day's report: its numbers are those of what was done, each opens its rows, and it leaves the house on record only."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from board.test_board import rows
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.board.reads.day import bounds, report
from app.board.reads.scope import scope
from app.kernel import clock, db, words
from app.kernel.sheets.writing import FORMULA, put

CELL = re.compile(r'<a href="([^"]+)">([\d.]+)</a>')


def today() -> str:
    return clock.local(clock.now()).date().isoformat()


async def made(person, who: str = "dispatcher", code: str = ""):
    looked = await scope(await person(who), "report.see", code)
    return await report(looked, clock.local(clock.now()).date())


def table(day, key: str) -> dict[str, tuple]:
    [found] = [table for table in day.tables if table.key == key]
    return {line.label: tuple(cell.number for cell in line.cells) for line in found.lines} | {
        "": tuple(cell.number for cell in found.total)
    }


@pytest.mark.postgres
@pytest.mark.parametrize("who", ["dispatcher", "command"])
async def test_the_numbers_are_those_of_what_was_done(world, day, person, who):
    found = await made(person, who)
    # Bo is on site since three hours, sent by the tax office; Cem came alone for one.
    assert table(found, "organisations") == {
        "区税务局": (1, 1, 3.0, 1, 1), words.gettext("board.alone"): (1, 1, 1.0, 2, 0), "": (2, 2, 4.0, 3, 1),
    }  # fmt: skip
    kinds = table(found, "kinds")
    assert kinds[""] == (12, 3, 0, 1, 1) and kinds[words.gettext("needs.kind.food")] == (8, 3, 0, 0, 0)
    assert sum(n for _, n in found.hours) == 12 and len(found.hours) == 24
    assert dict(found.hours)["14"] == 1 and dict(found.hours)["15"] == 9
    assert list(table(found, "outcomes").values())[:7] == [(1,), (2,), (0,), (1,), (0,), (0,), (0,)]
    assert list(table(found, "spread").values())[:3] == [(16,), (0,), (16,)]
    if who == "dispatcher":
        assert table(found, "grids") == {"第1网格": (9, 1, 0, 1, 1, 1, 1), "第2网格": (3, 2, 0, 0, 0, 2, 0), "": (12, 3, 0, 1, 1, 3, 1)}
    else:
        assert table(found, "communities")["桃花桥社区"] == table(found, "communities")[""] == (2, 2, 4.0, 12, 3, 3, 1)


@pytest.mark.postgres
async def test_lines_add_up_to_their_total(world, day, person):
    for each in (await made(person)).tables:
        for column, total in enumerate(each.total):
            assert round(sum(line.cells[column].number for line in each.lines), 1) == total.number, (each.key, each.columns[column])


@pytest.mark.parametrize(("who", "query"), [("dispatcher", ""), ("command", ""), ("command", "?community={code}")])
async def test_every_figure_opens_the_rows_that_it_counts(client, day, app, who, query):
    phone = client(who)
    html = (await phone.get("/report" + query.format(code=app.world.community_code))).text
    found, wrong = [(unescape(path), float(number)) for path, number in CELL.findall(html)], []
    for path, number in found:
        behind = await phone.get(path)
        there = await rows(path, behind.text, "") if behind.status_code == 200 else behind.status_code
        if there != number:
            wrong.append(f"{path} says {number} and shows {there}")
    assert not wrong, "\n".join(wrong)
    assert len(found) > 30


async def test_yesterday_is_another_day(client, day, person):
    yesterday = (clock.local(clock.now()) - timedelta(days=1)).date()
    page = await client("dispatcher").get(f"/report?day={yesterday}")
    assert page.status_code == 200 and str(yesterday) in page.text
    found = await report(await scope(await person("dispatcher"), "report.see"), yesterday)
    assert table(found, "kinds")[words.gettext("needs.kind.repair")] == (1, 0, 0, 0, 0)
    assert "spread" not in {each.key for each in found.tables}


@pytest.mark.parametrize("typed", ["2999-01-01", "1999-01-01", "2026-02-30", "20260101", "'", "２０２６-01-01", "0000-00-00", "<script>"])
async def test_a_day_that_is_none_shows_today(client, app, typed):
    answer = await client("dispatcher").get("/report", params={"day": typed})
    assert answer.status_code == 200 and f'value="{today()}"' in answer.text and "<script>" not in answer.text.split("<main")[1]


async def test_a_day_without_anything_says_so(client, app):
    answer = await client("dispatcher").get("/report?day=2026-01-05")
    assert answer.status_code == 200 and words.gettext("board.report.quiet") in answer.text


async def test_the_printed_page_says_who_printed_it_and_opens_nothing(client, day):
    answer = await client("dispatcher").get("/report/print")
    sheet_of_paper = answer.text[answer.text.index("<main") :]
    assert answer.status_code == 200 and "狄调度" in sheet_of_paper and not CELL.search(sheet_of_paper)


def test_the_day_when_clocks_change_has_as_many_hours_as_it_has():
    from datetime import date
    from zoneinfo import ZoneInfo

    from app.board.reads.day import _edges

    token = clock.ZONE.set(ZoneInfo("Europe/Berlin"))
    try:
        assert [len(_edges(*bounds(date(2026, month, day)))) - 1 for month, day in ((3, 29), (6, 1), (10, 25))] == [23, 24, 25]
    finally:
        clock.ZONE.reset(token)


# --- the file


async def export(phone, **sent):
    return await phone.post("/report/export", data={"day": today(), "community": "", **sent})


async def test_the_file_has_the_figures_of_the_page_and_its_export_is_on_record(client, day, person):
    phone = client("dispatcher")
    pressed = await export(phone)
    assert pressed.status_code == 303 and pressed.headers["location"].startswith("/report.xlsx?")
    answer = await phone.get(pressed.headers["location"])
    assert (
        answer.status_code == 200
        and "attachment" in answer.headers["content-disposition"]
        and answer.headers["cache-control"] == "no-store"
    )
    book = load_workbook(io.BytesIO(answer.content))
    found = await made(person)
    for each in found.tables:
        written = list(book[each.title].iter_rows(min_row=2, values_only=True))
        wanted = [(line.label, *(cell.number for cell in line.cells)) for line in each.lines]
        wanted += [(words.gettext("board.total"), *(cell.number for cell in each.total))] if each.total else []
        assert written == wanted
    assert book.worksheets[0]["B4"].value == "狄调度"
    [told] = await db.rows(str, "SELECT payload FROM happening WHERE kind = 'report.exported'")
    assert today() in told


@pytest.mark.parametrize("change", ["nobody", "other day", "somebody else's", "late"])
async def test_no_file_without_the_receipt_of_its_export(client, day, change):
    phone = client("dispatcher")
    path = (await export(phone)).headers["location"]
    if change == "nobody":
        path = f"/report.xlsx?day={today()}"
    if change == "other day":
        path = path.replace(today(), "2026-01-05")
    other = client("command") if change == "somebody else's" else phone
    with clock.at(clock.now() + timedelta(minutes=3 if change == "late" else 0)):
        answer = await other.get(path)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/report?")


@pytest.mark.parametrize(("who", "status"), [("volunteer", 403), ("steward", 403), ("outsider", 403)])
async def test_who_may_not_export(client, app, who, status):
    assert (await export(client(who))).status_code == status
    assert not await db.rows(str, "SELECT payload FROM happening WHERE kind = 'report.exported'")


@pytest.mark.parametrize(
    ("sent", "status"), [({"day": "2999-01-01"}, 422), ({"day": ""}, 422), ({"community": "QQQQ"}, 404), ({"community": "x" * 99}, 422)]
)
async def test_an_export_that_cannot_be_understood_leaves_no_trace(client, app, sent, status):
    assert (await export(client("dispatcher"), **sent)).status_code == status
    assert not await db.rows(str, "SELECT payload FROM happening WHERE kind = 'report.exported'")


async def test_the_same_press_twice_is_one_export(client, app):
    phone = client("command")
    act = {"act": "AAAAAAAAAAAAAAAAAAAAAA"}
    first, second = await export(phone, **act), await export(phone, **act)
    assert first.headers["location"] == second.headers["location"]
    assert len(await db.rows(str, "SELECT payload FROM happening WHERE kind = 'report.exported'")) == 1


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40), st.sampled_from(["", *FORMULA, '=HYPERLINK("http://e")', "+1+1", "@SUM(A1)", "\t=1", "\r\n=1"]))
def test_nothing_that_was_typed_becomes_a_formula(text, start):
    book = Workbook()
    typed = start + text.encode("utf-8", "ignore").decode()
    put(book.active["A1"], typed)
    out = io.BytesIO()
    book.save(out)
    cell = load_workbook(io.BytesIO(out.getvalue())).active["A1"]
    assert cell.data_type != "f" and not cell.hyperlink
    if typed.startswith(FORMULA) and cell.value:
        assert cell.quotePrefix
    assert cell.value in (None, "") or set(cell.value) <= set(typed) | {"\n"}


def test_a_formula_written_without_care_would_be_seen():
    """The negative control."""
    book = Workbook()
    book.active["A1"] = "=1+1"
    out = io.BytesIO()
    book.save(out)
    assert load_workbook(io.BytesIO(out.getvalue())).active["A1"].data_type == "f"
