"""How many days the stock lasts, from how much went out on the days before, and how sure that is.

The mean of n days has a standard error of sqrt(max(s², mean) / n): s² from day to day, and never less than chance alone would make
of it (Poisson). Between `low` and `high` lies the use of the coming days with 80 %, by Student's t with n - 1. Fewer than three days
say nothing.
"""

from datetime import date
from math import inf, sqrt
from statistics import fmean, variance

import msgspec

LEAST = 3
# 90 % point of Student's t by degrees of freedom, from two on
_T = (1.886, 1.638, 1.533, 1.476, 1.440, 1.415, 1.397, 1.383, 1.372, 1.363, 1.356, 1.350)
TONES = ("alarm", "watch", "unknown", "calm", "unused")
CHANGED = 0.25  # of the use before: less is no trend


class Rate(msgspec.Struct, frozen=True):
    """Units in a day."""

    low: float
    mid: float
    high: float


class Limits(msgspec.Struct, frozen=True):
    """In days."""

    red: int = 2
    amber: int = 5


class Cover(msgspec.Struct, frozen=True):
    """In days, `inf` where nothing ends it; blank where nothing is known. `tone`: one of TONES, worst first. `days`: how many whole days it is from.

    `trend`: `rising`, `falling` or `steady`, blank where that cannot be said. `spoils`: how much expires before it can be used.
    """

    tone: str
    days: int
    stock: int
    rate: Rate | None = None
    low: float | None = None
    mid: float | None = None
    high: float | None = None
    trend: str = ""
    spoils: int = 0


def rate(used: list[int]) -> Rate | None:
    if len(used) < LEAST:
        return None
    mean = fmean(used)
    wide = _T[min(len(used) - LEAST, len(_T) - 1)] * sqrt(max(variance(used), mean) / len(used))
    return Rate(max(0.0, mean - wide), mean, mean + wide)


def lasts(lots: list[tuple[str | None, int]], rate: float, today: date, gone: float) -> tuple[float, float]:
    """Days until nothing good is left, and how much expires before that: what expires first goes first.

    `lots` in the order of their days; what expires is good until its day ends. `gone`: how much of today is over, 0 to 1.
    """
    at = spoils = 0.0
    for expiry, quantity in lots:
        ends = inf if expiry is None else (date.fromisoformat(expiry) - today).days + 1 - gone
        goes = min(quantity, max(0.0, rate * (ends - at))) if rate else (quantity if ends == inf else 0)
        spoils += quantity - goes
        at += goes / rate if rate else (ends if ends == inf else max(0.0, ends - at))
    return at, spoils


def _tone(low: float, mid: float, limits: Limits) -> str:
    """Red by what is most likely; amber too where it may well be red."""
    if mid < limits.red:
        return "alarm"
    return "watch" if mid < limits.amber or low < limits.red else "calm"


def cover(used: list[int], lots: list[tuple[str | None, int]], today: date, gone: float, limits: Limits, *, now: int = 0) -> Cover:
    """`used`: on whole days on which something could go out, the last one first; `now`: today so far."""
    stock, found = sum(quantity for _, quantity in lots), rate(used)
    if not any(used) and not now:
        return Cover("unused", len(used), stock)
    if not stock:
        return Cover("alarm", len(used), 0, found, 0.0, 0.0, 0.0, trend(used))
    if found is None or not found.mid:
        return Cover("unknown", len(used), stock)
    low, mid, high = (lasts(lots, each, today, gone) for each in (found.high, found.mid, found.low))
    return Cover(_tone(low[0], mid[0], limits), len(used), stock, found, low[0], mid[0], high[0], trend(used), round(mid[1]))


def trend(used: list[int]) -> str:
    """The later half of the days against the earlier one: by a quarter at least, and by more than chance."""
    if len(used) < 2 * LEAST:
        return ""
    half = len(used) // 2
    new, old = used[:half], used[half:]
    chance = sqrt(sum(max(variance(each), fmean(each)) / len(each) for each in (new, old)))
    more = fmean(new) - fmean(old)
    if abs(more) <= max(chance, CHANGED * fmean(old)):
        return "steady"
    return "rising" if more > 0 else "falling"
