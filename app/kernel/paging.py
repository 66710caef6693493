"""Pages of a list by number."""

import msgspec

SIZE = 50


class Page(msgspec.Struct, frozen=True):
    number: int
    pages: int
    total: int
    prev: str | None
    next: str | None

    @property
    def offset(self) -> int:
        return (self.number - 1) * SIZE


def number(typed: str) -> int:
    """The page that an address asks for; the first for anything that is no page."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1


def page(number: int, total: int, path: str, size: int = SIZE) -> Page:
    """`path` is the list's address with its query and without `page`; a number beyond the end is the last page."""
    pages = max(1, -(-total // size))
    number = min(max(1, number), pages)
    join = "&" if "?" in path else "?"
    address = lambda n: f"{path}{join}page={n}" if 1 <= n <= pages else None  # noqa: E731
    return Page(number, pages, total, address(number - 1), address(number + 1))
