"""The arithmetic of rosters against a slow plain count, minute by minute, over midnights and clock changes."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.people.reads.rosters.hours import turns, uncovered, wanted

SHANGHAI, BERLIN, LORD_HOWE = (ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe"))
SPRING, AUTUMN = datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def minutes(spans) -> set[datetime]:
    found = set()
    for start, end in spans:
        at = start
        while at < end:
            found.add(at)
            at += MINUTE
    return found


def kept(opens: int, length: int, at: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock on the wall stands within the hours."""
    wall = at.astimezone(zone)
    return (wall.hour * 60 + wall.minute - opens) % 1440 < length


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN])
@pytest.mark.parametrize(("opens", "length"), [(0, 1440), (8 * 60, 12 * 60), (20 * 60, 12 * 60), (22 * 60, 4 * 60)])
@pytest.mark.parametrize("around", [SPRING, AUTUMN])
def test_the_hours_of_a_post_are_those_of_the_clock_on_the_wall(zone, opens, length, around):
    start, end = around - timedelta(days=1), around + timedelta(days=2)
    found = minutes(wanted(opens, length, start, end, zone))
    assert found == {at for at in minutes([(start, end)]) if kept(opens, length, at, zone)}


def test_what_nobody_has_is_what_was_wanted_less_what_somebody_has():
    for seed in range(200):
        rng = random.Random(seed)

        def spans(n: int, rng=rng) -> list:
            starts = [SPRING + rng.randrange(300) * MINUTE for _ in range(n)]
            return [(start, start + rng.randrange(0, 90) * MINUTE) for start in starts]

        want, had = spans(rng.randrange(4)), spans(rng.randrange(6))
        found = uncovered(want, had)
        assert minutes(found) == minutes(want) - minutes(had), seed
        assert all(a[1] < b[0] for a, b in itertools.pairwise(found)), seed


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, LORD_HOWE])
@pytest.mark.parametrize("hours", [1, 2, 8, 12, 24])
@pytest.mark.parametrize(
    "begins", [datetime(2026, 3, 28, 19, 30), datetime(2026, 10, 24, 8), datetime(2026, 4, 4, 1, 30), datetime(2026, 10, 3, 2)]
)
def test_a_rotation_leaves_no_hole_and_puts_nobody_in_twice(zone, hours, begins):
    start = begins.replace(tzinfo=zone).astimezone(UTC)
    end = start + timedelta(days=3, hours=5)
    made = turns(0, 1440, hours, start, end, ["a", "b", "c"], zone)
    assert made[0][0] == start and made[-1][1] == end
    assert all(one[1] == two[0] and one[0] < one[1] for one, two in itertools.pairwise(made))
    assert [who for _, _, who in made] == [["a", "b", "c"][n % 3] for n in range(len(made))]


def test_one_day_on_one_day_off_changes_at_eight_on_every_day():
    start = datetime(2026, 3, 27, 8, tzinfo=BERLIN).astimezone(UTC)
    made = turns(0, 1440, 24, start, start + timedelta(days=5), ["a", "b"], BERLIN)
    assert {begins.astimezone(BERLIN).hour for begins, _, _ in made} == {8}
    lengths = [round((ends - begins) / timedelta(hours=1)) for begins, ends, _ in made]
    assert lengths[:4] == [24, 23, 24, 24]


def test_a_post_with_hours_of_its_own_has_one_turn_a_day_where_the_shift_is_long_enough():
    start = datetime(2026, 11, 22, 0, tzinfo=SHANGHAI).astimezone(UTC)
    made = turns(20 * 60, 12 * 60, 12, start + timedelta(hours=8), start + timedelta(days=3, hours=8), ["a", "b"], SHANGHAI)
    assert [(begins.astimezone(SHANGHAI).hour, who) for begins, _, who in made] == [(20, "a"), (20, "b"), (20, "a")]
    assert {ends.astimezone(SHANGHAI).hour for _, ends, _ in made} == {8}
