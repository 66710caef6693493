"""How long the stock lasts: from the days that say something of it, never surer than they are, and what expires first does not count."""

from datetime import date, timedelta
from math import inf

import pytest

from app.goods.reads import cover
from app.goods.reads.cover import Limits

TODAY, LIMITS = date(2026, 11, 10), Limits(2, 5)


def of(used, stock, *, gone=0.0, now=0, limits=LIMITS):
    lots = stock if isinstance(stock, list) else [(None, stock)]
    return cover.cover(used, lots, TODAY, gone, limits, now=now)


def in_days(n: int) -> str:
    return (TODAY + timedelta(days=n)).isoformat()


def test_two_days_say_nothing_and_three_say_something_wide():
    two = of([10, 12], 100)
    assert (two.tone, two.low, two.mid, two.high) == ("unknown", None, None, None)
    three = of([10, 12, 11], 100)
    assert three.low < three.mid < three.high and three.mid == pytest.approx(100 / 11)


def test_the_more_days_and_the_steadier_they_are_the_narrower_it_is():
    def wide(used):
        return (found := of(used, 1000)).high - found.low

    assert wide([10, 12, 11] * 4) < wide([10, 12, 11])
    assert wide([11] * 6) < wide([1, 21] * 3)
    assert wide([11] * 6) > 0, "chance alone makes days differ"


def test_the_true_use_lies_in_between_about_four_times_in_five():
    from random import Random

    draw, inside = Random(7), 0
    for _ in range(2000):
        found = cover.rate([sum(draw.random() < 0.02 for _ in range(1000)) for _ in range(6)])
        inside += found.low <= 20 <= found.high
    assert 0.78 < inside / 2000 < 0.92


@pytest.mark.parametrize(("stock", "tone"), [(0, "alarm"), (199, "alarm"), (220, "watch"), (499, "watch"), (520, "calm")])
def test_red_amber_and_green_are_by_the_rule(stock, tone):
    assert of([100] * 14, stock).tone == tone


def test_what_may_well_be_red_is_amber():
    assert of([10, 10, 10, 90, 90, 90], 300, limits=Limits(5, 5)).tone == "watch"
    assert of([50] * 14, 300, limits=Limits(5, 5)).tone == "calm"


def test_an_items_own_limits_hold():
    assert (of([10] * 7, 100).tone, of([10] * 7, 100, limits=Limits(15, 30)).tone) == ("calm", "alarm")


def test_no_use_is_no_cover_and_no_alarm_and_use_without_stock_is():
    assert [of(used, stock).tone for used, stock in (([], 50), ([0] * 9, 50), ([0] * 9, 0), ([0, 0, 4], 0))] == [
        "unused", "unused", "unused", "alarm",
    ]  # fmt: skip
    assert of([], 50, now=4).tone == "unknown", "today alone says that there is use, not how much"


def test_what_expires_before_it_is_used_does_not_count():
    fresh = of([10] * 14, [(in_days(2), 100)])
    assert fresh.mid == pytest.approx(3) and fresh.spoils == 70
    assert of([10] * 14, [(None, 100)]).mid == pytest.approx(10)
    both = of([10] * 14, [(in_days(0), 5), (in_days(2), 100), (None, 20)], gone=0.5)
    assert both.mid == pytest.approx(2.5 + 2) and both.spoils == 80
    assert cover.lasts([(in_days(2), 10), (None, 5)], 0.0, TODAY, 0.0) == (inf, 10)


def test_more_use_never_lasts_longer():
    lots = [(in_days(1), 30), (in_days(4), 50), (None, 20)]
    days = [cover.lasts(lots, each, TODAY, 0.3)[0] for each in (1, 2, 5, 10, 20, 40, 80)]
    assert days == sorted(days, reverse=True)


def test_a_trend_is_more_than_chance():
    assert cover.trend([40] * 5 + [20] * 5) == "rising"
    assert cover.trend([20] * 5 + [40] * 5) == "falling"
    assert cover.trend([1, 0, 3, 0, 2, 1]) == "steady"
    assert cover.trend([40] * 5) == ""
