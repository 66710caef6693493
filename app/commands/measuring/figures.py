"""A figure with its ceiling and spread: as a line for people, and as bench.json for programs."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """`ceiling`: what it is held against, measured in the same run, in `ceiling_unit` (that of the value where blank)."""

    name: str
    value: float
    unit: str
    ceiling: float
    ratio: float
    spread: tuple[float, float]
    ceiling_unit: str = ""
    beside: str = ""

    @property
    def line(self) -> str:
        low, high = self.spread
        ceiling = f"ceiling {short(self.ceiling)} {self.ceiling_unit or self.unit}, ratio {short(self.ratio)}"
        beside = f"; {self.beside}" if self.beside else ""
        return f"{self.name}: {short(self.value)} {self.unit} ({ceiling}) from {short(low)} to {short(high)}{beside}"


def times(name: str, ours: Sequence[float], theirs: Sequence[float], unit: str, *, beside: str = "") -> Figure:
    """How many times `theirs` the measure `ours` is, round by round: the two of a round shared the machine's mood."""
    ratios = [mine / its for mine, its in zip(ours, theirs, strict=True)]
    value = median(ratios)
    return Figure(name, value, "x", median(theirs), value, (min(ratios), max(ratios)), unit, beside)


def amount(name: str, ours: Sequence[float], theirs: Sequence[float], unit: str, *, beside: str = "") -> Figure:
    """A quantity in `unit`, and beside it that of what could not do with less."""
    value, ceiling = median(ours), median(theirs)
    return Figure(name, value, unit, ceiling, value / ceiling, (min(ours), max(ours)), beside=beside)


def short(number: float) -> str:
    """Three digits that count; never 1e+03."""
    return f"{number:.0f}" if abs(number) >= 100 or number == int(number) else f"{number:.3g}"


def keep(figures: Iterable[Figure], path: Path) -> None:
    """Writes bench.json whole or not at all."""
    told = {
        one.name: {
            "value": _plain(one.value),
            "unit": one.unit,
            "ceiling": _plain(one.ceiling),
            "spread": [_plain(end) for end in one.spread],
        }
        for one in figures
    }
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    fresh.replace(path)


def _plain(number: float) -> float:
    return float(f"{number:.5g}")
