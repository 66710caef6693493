"""Run as a script by books.py: workbook on stdin, msgpack on stdout. Imports nothing of the app."""

import datetime
import io
import resource
import sys
import unicodedata

import msgspec
import python_calamine as calamine

MEMORY = 2**30
CPU_S = 20
MAX_OUTPUT = 64 * 2**20
NEVER_WIDER = 2_000  # the exact limit is the parent's; this one only stops padding


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = {"sheets": _sheets(sys.stdin.buffer.read())}
        packed = msgspec.msgpack.encode(answer)
    except MemoryError:
        packed = b""
    except calamine.PasswordError:
        packed = msgspec.msgpack.encode({"trouble": "sheets.password"})
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        packed = msgspec.msgpack.encode({"trouble": "sheets.not_a_sheet"})
    if not packed or len(packed) > MAX_OUTPUT:
        packed = msgspec.msgpack.encode({"trouble": "sheets.too_many_cells"})
    sys.stdout.buffer.write(packed)


def _sheets(data: bytes) -> list[tuple]:
    found = []
    with calamine.load_workbook(io.BytesIO(data)) as book:
        for about in book.sheets_metadata:
            if about.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            hidden = about.visible != calamine.SheetVisibleEnum.Visible
            found.append((about.name, hidden, *_cells(sheet)))
    return found


def _cells(sheet: calamine.CalamineSheet) -> tuple[int, list[list[str]]]:
    if sheet.start is None:
        return 1, []
    top, left = sheet.start
    padding = [""] * min(left, NEVER_WIDER)
    rows = [padding + [_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=True)]
    _fill_down(rows, top, sheet.merged_cell_ranges or [])
    return top + 1, rows


def _fill_down(rows: list[list[str]], top: int, merged: list) -> None:
    # An estate merged over its buildings stands only in the first row; across, a merged cell is a title.
    for (first, column), (last, _) in merged:
        if first < top or first - top >= len(rows) or column >= len(rows[0]):
            continue
        for row in range(first - top + 1, min(last - top + 1, len(rows))):
            rows[row][column] = rows[row][column] or rows[first - top][column]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    text = str(cell).strip()
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")


if __name__ == "__main__":
    main()
