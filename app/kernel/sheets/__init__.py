from pathlib import PurePath

from app.kernel.sheets.books import read_workbook
from app.kernel.sheets.shape import MAX_BYTES, Sheet, Unreadable
from app.kernel.sheets.text import read_text
from app.kernel.sheets.zips import check_zip

__all__ = ["Sheet", "Unreadable", "read_book"]


def read_book(data: bytes, filename: str) -> list[Sheet]:
    """Sheets of an uploaded xlsx, xls, ods, csv or tsv, told apart by content: portals hand out text named .xls.

    Raises Unreadable and nothing else, whatever the bytes. Blocks, up to 30 s on a hostile workbook:
    call it from a thread.
    """
    if not data.strip(b"\x00\t\n\r "):
        raise Unreadable("sheets.empty")
    if len(data) > MAX_BYTES:
        raise Unreadable("sheets.too_large", limit=MAX_BYTES // 2**20)
    if data.startswith(b"PK"):
        check_zip(data)
        sheets = read_workbook(data)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Unreadable("sheets.password")
        sheets = read_workbook(data)
    else:
        sheets = [read_text(data, PurePath(filename.replace("\\", "/")).name)]
    if not any(sheet.rows for sheet in sheets):
        raise Unreadable("sheets.empty")
    return sheets
