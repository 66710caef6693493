import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from app.kernel.sheets import Unreadable, read_book

DATA = Path(__file__).parent.parent / "data" / "taohuaqiao"
LEDGER = (DATA / "ledger.xlsx").read_bytes()
CSV = (DATA / "buildings.gb18030.csv").read_bytes()
CHINESE = "小区,楼栋\n江山云庭,3栋\n"


def xlsx(*cells: tuple[str, object], **sheets: dict) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for place, value in cells:
        book.active[place] = value
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for place, value in more.items():
            sheet[place] = value
    book.save(out)
    return out.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in members.items():
            box.writestr(name, content)
    return out.getvalue()


def refusal(data: bytes, filename: str = "a.xlsx") -> str:
    with pytest.raises(Unreadable) as refused:
        read_book(data, filename)
    return refused.value.key


def test_the_ledger_has_its_sheets_and_row_numbers():
    buildings, people = read_book(LEDGER, "ledger.xlsx")
    assert (buildings.name, people.name) == ("楼栋信息", "特殊人群台账")
    assert (len(buildings.rows), len(people.rows), people.first_row) == (175, 1250, 1)
    assert people.rows[311 - people.first_row][2] == "99栋"


def test_values_become_text():
    sheet = read_book(xlsx(("A1", 3.0), ("B1", 2.5), ("C1", " a "), ("D1", date(2022, 2, 1)), ("F1", True)), "a.xlsx")[0]
    assert sheet.rows == [["3", "2.5", "a", "2022-02-01", "", "TRUE"]]


def test_rows_and_columns_keep_the_places_a_person_sees():
    sheet = read_book(xlsx(("C4", "x"), ("D6", "y")), "a.xlsx")[0]
    assert (sheet.first_row, sheet.number(2)) == (4, 6)
    assert sheet.rows == [["", "", "x", ""], ["", "", "", ""], ["", "", "", "y"]]


def test_cells_merged_downwards_hold_for_every_row():
    book, out = Workbook(), io.BytesIO()
    book.active.append(["江山云庭", 1])
    book.active.append([None, 2])
    book.active.merge_cells("A1:A2")
    book.save(out)
    assert read_book(out.getvalue(), "a.xlsx")[0].rows == [["江山云庭", "1"], ["江山云庭", "2"]]


def test_a_hidden_sheet_says_so():
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "x"
    book.create_sheet("旧")["A1"] = "y"
    book["旧"].sheet_state = "hidden"
    book.save(out)
    assert [sheet.hidden for sheet in read_book(out.getvalue(), "a.xlsx")] == [False, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_text_in_every_dialect(encoding, delimiter, ending):
    data = CHINESE.replace(",", delimiter).replace("\n", ending).encode(encoding)
    assert read_book(data, "b.csv")[0].rows == [["小区", "楼栋"], ["江山云庭", "3栋"]]


def test_text_named_xls_is_read_as_text_and_blank_lines_count():
    sheet = read_book('小区\t楼栋\n\n江山云庭\t"3\n栋"\nx\ty\n'.encode("gb18030"), "C:\\台账\\表.xls")[0]
    assert sheet.name == "表.xls"
    assert sheet.rows[2:] == [["江山云庭", "3\n栋"], ["x", "y"]]


def test_kinds_split_by_semicolons_do_not_outvote_the_commas():
    sheet = read_book("姓名,类别\n张三,低保;残疾;独居\n李四,残疾\n王五,残疾\n".encode(), "a.csv")[0]
    assert sheet.rows[1] == ["张三", "低保;残疾;独居"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "sheets.empty"),
        (b" \r\n\r\n", "sheets.empty"),
        (b",,,\n,,,\n", "sheets.empty"),
        (xlsx(), "sheets.empty"),
        (b"x" * (15 * 2**20 + 1), "sheets.too_large"),
        (LEDGER[:40_000], "sheets.truncated"),
        (LEDGER[:-30], "sheets.truncated"),
        (b"PK\x03\x04", "sheets.truncated"),
        (zipped({"word.txt": b"hello"}), "sheets.not_a_sheet"),
        (zipped({"[Content_Types].xml": b"<Types/>"}), "sheets.not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "sheets.not_a_sheet"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "sheets.password"),
        (b"<html><table><tr><td>x</td></tr></table>", "sheets.not_a_sheet"),
        (b"%PDF-1.4 something", "sheets.not_a_sheet"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "sheets.encoding"),
        (b"\x00\x01\x02\x03" * 50, "sheets.encoding"),
        (b"\xff\xfe\x00", "sheets.encoding"),
        (b"\xff\xff\xff\xff", "sheets.encoding"),
        (CHINESE.encode()[:-3], "sheets.encoding"),
        ("小區,樓棟,單元\n江山雲庭,三棟,一單元\n".encode("big5"), "sheets.encoding"),
        (b"x\n" * 50_001, "sheets.too_many_rows"),
        (b"x," * 60 + b"x\n", "sheets.too_many_columns"),
        (xlsx(("A1", 1), ("A50001", 1)), "sheets.too_many_rows"),
        (xlsx(("A1", 1), ("BI1", 1)), "sheets.too_many_columns"),
        (xlsx(("A1", 1), ("XFD1048576", 1)), "sheets.too_many_cells"),
    ],
)
def test_refused_with_a_key(data, key):
    assert refusal(data) == key


def test_empty_rows_far_below_are_not_counted():
    book, out = Workbook(), io.BytesIO()
    book.active["A1"] = "x"
    book.active.row_dimensions[1_000_000].height = 30
    book.save(out)
    assert read_book(out.getvalue(), "a.xlsx")[0].rows == [["x"]]


def test_a_zip_bomb_is_refused_before_it_is_opened():
    assert refusal(zipped({"[Content_Types].xml": b"", "xl/a.xml": bytes(20 * 2**20)})) == "sheets.zip_bomb"
    assert refusal(zipped({"[Content_Types].xml": b""} | {f"{n}": b"" for n in range(2_001)})) == "sheets.zip_bomb"


def test_a_zip_bomb_whose_directory_lies_is_refused():
    bomb = bytearray(zipped({"[Content_Types].xml": b"", "xl/a.xml": bytes(20 * 2**20)}))
    size = struct.pack("<L", 20 * 2**20)
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = struct.pack("<L", 100)
    with zipfile.ZipFile(io.BytesIO(bytes(bomb))) as box:
        assert box.getinfo("xl/a.xml").file_size == 100
    assert refusal(bytes(bomb)) == "sheets.zip_bomb"


def test_a_flipped_bit_inside_a_member_is_noticed():
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as box:
        box.writestr("[Content_Types].xml", b"<Types/>")
    assert refusal(stored.getvalue().replace(b"<Types/>", b"<Tapes/>")) == "sheets.truncated"


def test_an_encrypted_zip_asks_for_the_password_to_be_removed():
    data = bytearray(zipped({"[Content_Types].xml": b""}))
    central = data.find(b"PK\x01\x02")
    data[central + 8] |= 1
    assert refusal(bytes(data)) == "sheets.password"


def survives(data: bytes) -> None:
    try:
        read_book(data, "a.xlsx")
    except Unreadable as refused:
        assert refused.key.startswith("sheets.")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"\xff\xfe", b"\xef\xbb\xbf"]), st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(head, tail):
    survives(head + tail)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.binary(max_size=600))
def test_any_bytes_in_an_old_workbook_are_read_or_refused(tail):
    survives(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + tail)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(2, len(LEDGER) - 1))
def test_a_ledger_cut_anywhere_is_refused(length):
    refusal(LEDGER[:length])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, len(CSV)))
def test_a_csv_cut_anywhere_is_read_or_refused(length):
    survives(CSV[:length])


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 3_000), st.binary(min_size=1, max_size=20))
def test_damaged_xml_behind_true_checksums_is_read_or_refused(at, junk):
    with zipfile.ZipFile(io.BytesIO(LEDGER)) as box:
        members = {name: box.read(name) for name in box.namelist()}
    sheet = bytearray(members["xl/worksheets/sheet1.xml"])
    sheet[at : at + len(junk)] = junk
    survives(zipped(members | {"xl/worksheets/sheet1.xml": bytes(sheet)}))
