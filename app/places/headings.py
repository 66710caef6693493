import re
from collections.abc import Mapping, Sequence

import msgspec

from app.places.heading_words import IGNORED
from app.places.numerals import plain

SEARCHED = 40
ENOUGH = 3

Words = Mapping[str, frozenset[str]]
ByHand = Mapping[int | str, str]


class Kind(msgspec.Struct, frozen=True):
    """A sort of sheet. Each entry of `required` is met by any one of its fields."""

    name: str
    words: dict[str, frozenset[str]]
    required: tuple[tuple[str, ...], ...]


class Columns(msgspec.Struct, frozen=True):
    """`first` is the index of the first row below the headings; `at` maps field to column index, 0 being A."""

    kind: str
    first: int
    at: dict[str, int]
    unrecognised: tuple[tuple[int, str], ...] = ()
    missing: tuple[tuple[str, ...], ...] = ()

    def cell(self, row: Sequence[str], field: str) -> str:
        column = self.at.get(field)
        return row[column] if column is not None and column < len(row) else ""


def find_columns(rows: Sequence[Sequence[str]], kind: Kind, by_hand: ByHand | None = None) -> Columns | None:
    """Where `kind`'s fields stand, or None if this looks like another sort of sheet.

    `by_hand` maps a column index or a heading to a field ("" for none) and wins over the synonyms. Where it names
    columns only and no heading is known anywhere, every row is taken for data, so that no first row is eaten.
    """
    hand = {_word(key) if isinstance(key, str) else key: field for key, field in (by_hand or {}).items()}
    best = Columns(kind.name, 0, {f: c for c, f in hand.items() if isinstance(c, int) and f in kind.words})
    score = 0
    for first, labels in _candidates(rows):
        at, rest, known = _recognise(labels, kind.words, hand)
        if known > score:
            best, score = Columns(kind.name, first, at, rest), known
    if (len(best.at) < ENOUGH and not hand) or not best.at:
        return None
    missing = tuple(fields for fields in kind.required if not set(fields) & best.at.keys())
    if len(missing) * 2 > len(kind.required) and not hand:
        return None
    return msgspec.structs.replace(best, missing=missing)


def likely_headings(rows: Sequence[Sequence[str]]) -> tuple[tuple[int, str], ...]:
    """What a person is offered for mapping a sheet by hand: the fullest of the first rows."""
    fullest = max(rows[:SEARCHED], key=lambda row: sum(bool(c) and not c.isdigit() for c in row), default=())
    return tuple((column, cell) for column, cell in enumerate(fullest) if cell)


def _candidates(rows: Sequence[Sequence[str]]) -> list[tuple[int, list[str]]]:
    single = [(index + 1, list(row)) for index, row in enumerate(rows[:SEARCHED]) if any(row)]
    pairs = [
        (index + 2, [below or above for above, below in zip(rows[index], rows[index + 1], strict=True)])
        for index in range(min(SEARCHED, len(rows) - 1))
        if any(rows[index + 1])
    ]
    return single + pairs  # a pair must know more than a single line to be preferred


def _recognise(labels: list[str], words: Words, hand: Mapping[int | str, str]) -> tuple[dict[str, int], tuple[tuple[int, str], ...], int]:
    at: dict[str, int] = {}
    known, settled = 0, set()
    for column, label in enumerate(labels):
        field = hand.get(column, hand.get(_word(label)))
        if field is None:
            continue
        settled.add(column)
        known += column not in hand or _field(label, words) is not None
        if field in words:
            at.setdefault(field, column)
    rest = []
    for column, label in enumerate(labels):
        field = _field(label, words)
        if column in settled:
            continue
        if field and field not in at:
            at[field] = column
            known += 1
        elif label and _word(label) not in IGNORED:
            rest.append((column, label))
    return at, tuple(rest), known


def _field(label: str, words: Words) -> str | None:
    word = _word(label)
    return next((field for field, synonyms in words.items() if word in synonyms), None) if word else None


def _word(label: str) -> str:
    return re.sub(r"\(.*?\)|\[.*?]|[*:_\-.、,?]|必填|选填", "", plain(label))
