"""The day's report as a spreadsheet. Nothing that anybody typed can become a formula in it."""

from app.board.reads.day import Day
from app.kernel.sheets.writing import book as new_book
from app.kernel.sheets.writing import row as _row
from app.kernel.sheets.writing import saved
from app.kernel.sheets.writing import sheet as _sheet
from app.kernel.words import gettext


def workbook(day: Day, where: str, who: str, made_at: str) -> bytes:
    """One sheet for what it is, one for each table, one for the hours."""
    book = new_book()
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
    return saved(book)
