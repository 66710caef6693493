"""Spreadsheets that we write. Nothing that anybody typed can become a formula in one.

What writes them is loaded with the first one: it would be a tenth of every start.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def book() -> Workbook:
    from openpyxl import Workbook

    return Workbook()


def put(cell: Cell, value: str | int | float) -> None:
    """A text is written as text whatever it begins with; one that a spreadsheet might calculate carries the quote prefix too,

    so that it stays text when somebody edits the cell.
    """
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = "".join(c for c in value if c >= " " or c in "\t\n")
    cell.data_type = "s"
    if value.startswith(FORMULA):
        cell.quotePrefix = True


def sheet(book: Workbook, title: str, heads: tuple[str, ...]) -> Worksheet:
    made = book.create_sheet(title[:31])
    row(made, heads, bold=True)
    made.freeze_panes = "B2"
    made.column_dimensions["A"].width = 24
    for column in range(2, len(heads) + 1):
        made.column_dimensions[chr(64 + column)].width = 14
    return made


def row(sheet: Worksheet, values: tuple[str | int | float, ...], *, bold: bool = False) -> None:
    from openpyxl.styles import Font

    at = 1 if sheet.max_row == 1 and sheet.cell(1, 1).value is None and sheet.cell(1, 2).value is None else sheet.max_row + 1
    for column, value in enumerate(values, 1):
        cell = sheet.cell(at, column)
        put(cell, value)
        if bold:
            cell.font = Font(bold=True)


def watermarked(book: Workbook, text: str) -> bytes:
    """The file, with who took it, when and what for at the head and foot of every printed page and in its properties."""
    book.properties.creator = book.properties.description = text
    for each in book.worksheets:
        each.oddHeader.center.text = each.oddFooter.center.text = text.replace("&", "＆")[:200]
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
