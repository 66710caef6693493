import msgspec

MAX_BYTES = 15 * 2**20
MAX_ROWS = 50_000
MAX_COLUMNS = 60


class Sheet(msgspec.Struct, frozen=True):
    """Rows of equal width, columns counted from A. `first_row` is what the spreadsheet program calls `rows[0]`."""

    name: str
    rows: list[list[str]]
    first_row: int = 1
    hidden: bool = False

    def number(self, index: int) -> int:
        return self.first_row + index


class Unreadable(Exception):
    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


def fit(rows: list[list[str]]) -> list[list[str]]:
    """Rows without the empty tail that borders and colours leave behind, padded to one width; refuses the oversized."""
    while rows and not any(rows[-1]):
        rows.pop()
    width = max((last + 1 for row in rows for last in [_last_filled(row)]), default=0)
    if len(rows) > MAX_ROWS:
        raise Unreadable("sheets.too_many_rows", limit=MAX_ROWS)
    if width > MAX_COLUMNS:
        raise Unreadable("sheets.too_many_columns", limit=MAX_COLUMNS)
    return [row[:width] + [""] * (width - len(row)) for row in rows]


def _last_filled(row: list[str]) -> int:
    for index in range(len(row) - 1, -1, -1):
        if row[index]:
            return index
    return -1
