"""No handful of people: a number under five is said as "<5" to whoever may not open the rows behind it.

Where a single one of a column is hidden so, the total would give it away; the next smallest is then said as "≥5".
"""

from collections.abc import Sequence

FEW = 5
Shown = int | float | str


def few(n: int | float) -> Shown:
    """Nobody at all is said as 0: it is what everybody works for."""
    return f"<{FEW}" if 0 < n < FEW else n


def column(numbers: Sequence[int | float]) -> list[Shown]:
    """Numbers that add up to a total which is shown beside them."""
    told = [few(n) for n in numbers]
    hidden = [place for place, n in enumerate(told) if isinstance(n, str)]
    others = [place for place, n in enumerate(told) if not isinstance(n, str) and n]
    if len(hidden) == 1 and others:
        told[min(others, key=lambda place: numbers[place])] = f"≥{FEW}"
    return told
