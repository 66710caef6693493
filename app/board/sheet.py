"""The day's report as a spreadsheet. Nothing that anybody typed can become a formula in it."""

import io

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from app.board.reads.day import Day
from app.kernel.words import gettext

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOLD = Font(bold=True)


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


def workbook(day: Day, where: str, who: str, made_at: str) -> bytes:
    """One sheet for what it is, one for each table, one for the hours."""
    book = Workbook()
    first = book.active
    first.title = gettext("board.sheet.about")
    for row in (
        (gettext("board.report.title"), day.day.isoformat()),
        (gettext("board.sheet.where"), where),
        (gettext("board.sheet.made_at"), made_at),
        (gettext("board.sheet.who"), who),
    ):
        _row(first, row)
    first.column_dimensions["A"].width, first.column_dimensions["B"].width = 18, 28
    for table in day.tables:
        sheet = _sheet(book, table.title, ("", *table.heads))
        for line in table.lines:
            _row(sheet, (line.label, *(cell.number for cell in line.cells)))
        if table.total:
            _row(sheet, (gettext("board.total"), *(cell.number for cell in table.total)), bold=True)
    hours = _sheet(book, gettext("board.chart.hours"), (gettext("board.sheet.hour"), gettext("board.figure.raised")))
    for hour, n in day.hours:
        _row(hours, (f"{hour}:00", n))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, title: str, heads: tuple[str, ...]) -> Worksheet:
    sheet = book.create_sheet(title)
    _row(sheet, heads, bold=True)
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["A"].width = 24
    for column in range(2, len(heads) + 1):
        sheet.column_dimensions[chr(64 + column)].width = 14
    return sheet


def _row(sheet: Worksheet, values: tuple[str | int | float, ...], *, bold: bool = False) -> None:
    at = 1 if sheet.max_row == 1 and sheet.cell(1, 1).value is None and sheet.cell(1, 2).value is None else sheet.max_row + 1
    for column, value in enumerate(values, 1):
        cell = sheet.cell(at, column)
        put(cell, value)
        if bold:
            cell.font = BOLD
