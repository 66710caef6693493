"""Uploads that mean harm: each gets words, none a 500, and none leaves anything behind."""

import io
import struct
import zipfile
import zlib

import pytest
from openpyxl import Workbook

from app.kernel import db, ids

HEAD = ["小区", "楼栋", "单元数", "层数", "每层户数"]


def book(*rows, sheet: str = "楼栋") -> bytes:
    made, out = Workbook(), io.BytesIO()
    made.active.title = sheet
    for row in (HEAD, *rows):
        made.active.append(row)
    made.save(out)
    return out.getvalue()


def swapped(data: bytes, member: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            new.writestr(each.filename, text if each.filename == member else old.read(each))
    return out.getvalue()


def with_entity() -> bytes:
    plain = book(["新苑", 7, 1, 2, 2])
    with zipfile.ZipFile(io.BytesIO(plain)) as opened:
        sheet = opened.read("xl/worksheets/sheet1.xml")
    doctype = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    strange = sheet.replace(b"<worksheet", doctype + b"<worksheet", 1).replace(
        b"</sheetData>", b'<row r="3"><c r="A3" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData>'
    )
    return swapped(plain, "xl/worksheets/sheet1.xml", strange)


def laughs() -> bytes:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 9))
    text = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">'
        + levels
        + b']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&l8;</t></si></sst>'
    )
    return swapped(book(["新苑", 7, 1, 2, 2]), "xl/sharedStrings.xml", text)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<x/>")
        made.writestr("xl/worksheets/sheet1.xml", b"0" * 200_000_000)
    return out.getvalue()


def nested() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<x/>")
        made.writestr("xl/inner.zip", bomb())
    return out.getvalue()


def overlapping() -> bytes:
    """One packed body that two thousand directory entries point at."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = b"0" * 1_000_000
    body = packed.compress(plain) + packed.flush()
    crc, name = zlib.crc32(plain), b"[Content_Types].xml"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(body), len(plain), len(name), 0) + name + body
    entry = (
        struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(body), len(plain), len(name), 0, 0, 0, 0, 0, 0)
        + name
    )
    entries = entry * 1_500
    return local + entries + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1_500, 1_500, len(entries), len(local), 0)


FILES = {
    "an entity outside": ("a.xlsx", with_entity),
    "a bomb": ("a.xlsx", bomb),
    "a bomb in a box": ("a.xlsx", nested),
    "entries over one another": ("a.xlsx", overlapping),
    "cut short": ("a.xlsx", lambda: book(["新苑", 7, 1, 2, 2])[:-900]),
    "nothing": ("a.xlsx", lambda: b""),
    "too many rows": ("a.csv", lambda: (",".join(HEAD) + "\n" + "新苑,1,1,1,1\n" * 60_000).encode()),
    "another encoding": ("a.csv", lambda: "小區,樓棟,單元數,層數,每層戶數\n新苑樓,1,1,1,1\n".encode("big5")),
    "NUL": ("a.csv", lambda: (",".join(HEAD) + "\n新\x00苑,1,1,1,1\n").encode()),
    "a picture named so": ("a.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 5_000),
    "a page named so": ("a.xls", lambda: b"<html><script>alert(1)</script></html>"),
    "an old book cut short": ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
}
SCRIPTS = ("<img src=x onerror=alert(1)>", '"><svg/onload=alert(1)>', "{{7*7}}", '<a hx-get="/x" hx-trigger="load">', "javascript:alert(1)")


@pytest.mark.parametrize("kind", FILES)
async def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(kind, app, client):
    name, make = FILES[kind]
    answer = await client("dispatcher").post("/ledger", data={"act": ids.secret()}, files={"file": (name, make())})
    assert answer.status_code == 422, answer.status_code
    assert "root:" not in answer.text and "Traceback" not in answer.text
    assert await db.value("SELECT count(*) FROM ledger_import") == 0


async def test_laughter_is_not_multiplied(app, client):
    phone = client("dispatcher")
    answer = await phone.post("/ledger", data={"act": ids.secret()}, files={"file": ("a.xlsx", laughs())}, follow_redirects=True)
    assert answer.status_code in (200, 422) and "haha" not in answer.text and len(answer.content) < 100_000


async def test_twenty_megabytes_are_refused_in_words(app, client):
    answer = await client("dispatcher").post("/ledger", data={"act": ids.secret()}, files={"file": ("a.csv", b"a" * 20_000_000)})
    assert answer.status_code == 422
    assert await db.value("SELECT count(*) FROM ledger_import") == 0


@pytest.mark.parametrize(
    "name",
    [
        "../../../etc/passwd.csv",
        "a\x00.csv",
        "<script>alert(1)</script>.csv",
        "长" * 200 + ".csv",
        "\u202excod.csv",
        "a\r\nX: y.csv",
        "CON.csv",
    ],
)
async def test_a_files_name_is_only_shown(name, app, client):
    body = (",".join(HEAD) + "\n新苑,7,1,2,2\n").encode()
    phone = client("dispatcher")
    answer = await phone.post("/ledger", data={"act": ids.secret()}, files={"file": (name, body)}, follow_redirects=True)
    assert answer.status_code == 200 and "<script>alert(1)</script>" not in answer.text
    assert not [path for path in app.settings.data.rglob("*") if "passwd" in path.name]


@pytest.mark.parametrize("text", SCRIPTS)
async def test_names_from_a_file_are_text_on_every_page(text, app, client):
    """Estates, grids and sheets come from whoever made the file; they stand on many pages."""
    phone = client("dispatcher")
    data = book([text, 7, 1, 2, 2], sheet="楼栋<b>")
    shown = await phone.post("/ledger", data={"act": ids.secret()}, files={"file": ("a.xlsx", data)}, follow_redirects=True)
    pages = [shown]
    if one := await db.value("SELECT id FROM ledger_import"):
        await phone.post(f"/ledger/{one}/commit", data={"act": ids.secret(), "version": "0"})
        for path in (
            f"/ledger/{one}",
            "/households",
            "/gaps",
            "/distributions/new",
            "/needs/new",
            "/board",
            "/report",
            "/tasks/new",
            "/runs",
        ):
            pages.append(await phone.get(path))
        code = await db.value("SELECT code FROM building WHERE number = 7")
        pages += [await client().get(f"/ask/{code}"), await phone.get(f"/b/{code}")] if code else []
    for page in pages:
        assert page.status_code < 500
        assert not any(bad in page.text for bad in ("<img src=x", "<svg/onload", 'hx-get="/x"', 'href="javascript:', ">49<"))


async def test_a_file_of_impossible_size_makes_no_million_households(app, client):
    """Few rows, each within what a building may have: together a city."""
    phone = client("dispatcher")
    data = book(*[["新苑", n, 30, 60, 60] for n in range(1, 400)])
    await phone.post("/ledger", data={"act": ids.secret()}, files={"file": ("a.xlsx", data)})
    one = await db.value("SELECT id FROM ledger_import")
    if one:
        await phone.post(f"/ledger/{one}/commit", data={"act": ids.secret(), "version": "0"})
    assert await db.value("SELECT count(*) FROM household") < 70_000
