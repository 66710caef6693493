"""A sheet of prices and volumes, as somebody keeps it in a spreadsheet or pastes it: which line says what, and which cannot be read, and why.

A line names the columns, in either language or as we name them, a unit in brackets behind it or not; what stands above it is a title. A line with neither price nor
volume says nothing, which is no zero.
"""

import csv
import io
import re
from datetime import date
from decimal import Decimal
from unicodedata import normalize
from uuid import UUID

import msgspec

from app.goods.reads import Item
from app.kernel import words
from app.kernel.forms import clean
from app.kernel.sheets import Sheet, Unreadable
from app.kernel.sheets.text import read_text

COLUMNS = ("day", "item", "unit", "price", "volume")
MOST_FEN, MOST_VOLUME, MOST_LINES = 10_000_000, 999_999_999, 3_000
_DAY = re.compile(r"(20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T].*)?")


class Line(msgspec.Struct, frozen=True):
    """`wrong`: a words-key, blank where it can be taken. `name`: of the item, as it stands there."""

    number: int
    name: str
    day: date | None = None
    item: UUID | None = None
    fen: int | None = None
    volume: int | None = None
    wrong: str = ""
    said: str = ""


class Wrong(ValueError):
    """Its words-key, and what stood there."""

    def __init__(self, key: str, said: str = "") -> None:
        super().__init__(key)
        self.key, self.said = f"goods.prices.wrong.{key}", said


def fen(typed: str) -> int | None:
    """`2.5`, `¥2.50`, `2.50元`; nothing for a blank."""
    said = normalize("NFKC", typed).strip().removeprefix("¥").removeprefix("￥").removesuffix("元").strip().replace(" ", "")
    if not said:
        return None
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", said):
        said = said.replace(",", "")
    if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{0,20})?", said):
        raise Wrong("price", typed)
    found = round(Decimal(said) * 100, 6)  # a spreadsheet's 2.4 may be 2.4000000000000004
    if not 1 <= found <= MOST_FEN or found != int(found):
        raise Wrong("price", typed)
    return int(found)


def volume(typed: str) -> int | None:
    """`1200`, `1,200`, `1200.0`; nothing for a blank."""
    said = normalize("NFKC", typed).strip()
    if not said:
        return None
    said = re.sub(r"\.0+$", "", said.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.0+)?", said) else said)
    if not re.fullmatch(r"[0-9]{1,9}", said):
        raise Wrong("volume", typed)
    return int(said)


def text_of(sheets: list[Sheet]) -> str:
    """The first sheet that says anything, as lines with commas: what the page shows to be looked at and put right."""
    sheet = next((one for one in sheets if one.rows and not one.hidden), sheets[0])
    out = io.StringIO()
    out.write("\n" * (sheet.first_row - 1))
    csv.writer(out, lineterminator="\n").writerows([[clean(cell).replace("\n", " ") for cell in row] for row in sheet.rows])
    return out.getvalue()


def rows_of(text: str) -> list[list[str]]:
    """Raises Unreadable."""
    if "，" in text and not any(mark in text for mark in ",\t;"):
        text = text.replace("，", ",")
    return [[clean(cell) for cell in row] for row in read_text(text.encode(), "").rows]


def read(text: str, items: list[Item], day: date, today: date) -> list[Line]:
    """`day`: of the lines that name none. Raises Unreadable where there are no columns of ours, or too many lines."""
    rows = rows_of(text)
    if len(rows) > MOST_LINES:
        raise Unreadable("goods.prices.too_many")
    top, at = _heads(rows)
    named, seen, found = {one.name.casefold(): one for one in items}, {}, []
    for number, row in enumerate(rows[top:], top + 1):
        cells = {field: row[column].lstrip("'").strip() for field, column in at.items()}
        if not (cells.get("price") or cells.get("volume")):
            continue
        try:
            line = _line(number, cells, named, day, today)
        except Wrong as wrong:
            found.append(Line(number, cells["item"][:40], wrong=wrong.key, said=wrong.said[:20]))
            continue
        if (line.item, line.day) in seen:
            line = Line(number, line.name, wrong="goods.prices.wrong.twice", said=str(seen[line.item, line.day]))
        else:
            seen[line.item, line.day] = number
        found.append(line)
    return found


def _heads(rows: list[list[str]]) -> tuple[int, dict[str, int]]:
    for number, row in enumerate(rows[:10], 1):
        at = _columns(row)
        if "item" in at and {"price", "volume"} & at.keys():
            return number, at
    raise Unreadable("goods.prices.no_columns")


def _columns(heads: list[str]) -> dict[str, int]:
    said = [re.split(r"[（(]", normalize("NFC", head))[0].strip().casefold() for head in heads]
    found = {}
    for field in COLUMNS:
        names = {field, *(words.catalogue(lang)[f"goods.prices.column.{field}"][0].casefold() for lang in words.LANGUAGES)}
        if at := [n for n, head in enumerate(said) if head in names]:
            found[field] = at[0]
    return found


def _line(number: int, cells: dict[str, str], named: dict[str, Item], day: date, today: date) -> Line:
    item = named.get(cells["item"].casefold())
    if item is None:
        raise Wrong("item", cells["item"])
    if cells.get("unit") and cells["unit"].casefold() != item.unit.casefold():
        raise Wrong("unit", item.unit)
    this = _day(cells["day"]) if cells.get("day") else day
    if this > today:
        raise Wrong("ahead", cells.get("day", ""))
    return Line(number, item.name, this, item.id, fen(cells.get("price", "")), volume(cells.get("volume", "")))


def _day(typed: str) -> date:
    if not (said := _DAY.fullmatch(normalize("NFKC", typed))):
        raise Wrong("day", typed)
    try:
        return date(*map(int, said.groups()))
    except ValueError:
        raise Wrong("day", typed) from None
