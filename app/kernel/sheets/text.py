import codecs
import csv
import io
import itertools
from statistics import median

from app.kernel.sheets.shape import MAX_ROWS, Sheet, Unreadable, fit

DELIMITERS = ",\t;"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
MARKUP = ("<html", "<!doctype", "<table", "<?xml", "{\\rtf", "%pdf")


def read_text(data: bytes, name: str) -> Sheet:
    text = _decoded(data)
    if text.lstrip()[:20].lower().startswith(MARKUP):
        raise Unreadable("sheets.not_a_sheet")
    try:
        delimiter = max(DELIMITERS, key=lambda mark: _width(text, mark))
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        kept = [[cell.strip() for cell in row] for row in itertools.islice(rows, MAX_ROWS * 2)]
    except csv.Error as broken:
        raise Unreadable("sheets.not_a_sheet") from broken
    return Sheet(name=name, rows=fit(kept))


def _width(text: str, delimiter: str) -> float:
    # The middle, not the greatest: a cell listing kinds with ; must not outvote the commas around it.
    head = itertools.islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 50)
    return median([len(row) for row in head if row] or [0])


def _decoded(data: bytes) -> str:
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return _plausible(_decode(data, encoding))
    try:
        return _plausible(data.decode("utf-8"))
    except UnicodeDecodeError:
        text = _plausible(_decode(data, "gb18030"))
    # Big5, Shift-JIS or cut UTF-8 also decode as GB18030, into characters that nobody writes.
    foreign = [c for c in text if c > "\x7f"]
    common = sum(len(c.encode("gb2312", "ignore")) > 0 for c in foreign)
    if common < 0.9 * len(foreign):
        raise Unreadable("sheets.encoding")
    return text


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as wrong:
        raise Unreadable("sheets.encoding") from wrong


def _plausible(text: str) -> str:
    text = text.rstrip("\x1a\x00")
    if any((c < " " and c not in "\t\n\r\f") or c in "\x7f\ufffe\uffff" for c in text):
        raise Unreadable("sheets.encoding")
    return text
