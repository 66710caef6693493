"""On which days something falls, beside a calendar walked day by day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.coming import rhythm
from app.coming.rhythm import Rhythm, bits

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe")]
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
rhythms = st.one_of(
    st.builds(lambda first, on: Rhythm(rhythm="week", first=first, weekdays=bits(tuple(on))), days, st.sets(st.integers(0, 6), min_size=1)),
    st.builds(lambda first, n: Rhythm(rhythm="days", first=first, every_days=n), days, st.integers(1, 180)),
    st.builds(lambda first, n: Rhythm(rhythm="month", first=first, month_day=n), days, st.integers(1, 31)),
)


@given(when=rhythms, start=days, length=st.integers(0, 200))
def test_the_days_of_a_span_do_not_depend_on_where_it_is_cut(when, start, length):
    end = start + timedelta(days=length)
    whole = when.days(start, end)
    cut = start + timedelta(days=length // 2)
    assert whole == when.days(start, cut) + when.days(cut + rhythm.DAY, end)
    assert all(start <= day <= end and day >= when.first for day in whole)


def test_a_week_of_dialysis():
    when = Rhythm(rhythm="week", first=date(2026, 11, 24), weekdays=bits((0, 2, 4)))
    assert [day.day for day in when.days(date(2026, 11, 23), date(2026, 12, 2))] == [25, 27, 30, 2]


def test_a_month_without_that_day_has_its_last():
    when = Rhythm(rhythm="month", first=date(2027, 12, 31), month_day=31)
    found = when.days(date(2028, 1, 1), date(2028, 4, 30))
    assert found == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_every_so_many_days_counts_over_a_year_end_and_stops_at_the_last():
    when = Rhythm(rhythm="days", first=date(2026, 12, 20), every_days=21, last=date(2027, 2, 1))
    assert when.days(date(2026, 1, 1), date(2027, 12, 31)) == [date(2026, 12, 20), date(2027, 1, 10), date(2027, 1, 31)]


@given(day=days, begins=st.integers(0, 1439), minutes=st.integers(1, 1440), zone=st.sampled_from(ZONES), kind=st.sampled_from(rhythm.KINDS))
def test_a_window_has_an_end_after_its_beginning_and_a_warning_before(day, begins, minutes, zone, kind):
    found = rhythm.window(kind, day, begins, minutes, zone)
    assert found.warn_at <= found.red_at < found.starts_at < found.until_at
    assert found.until_at - found.starts_at <= timedelta(minutes=minutes + 60)


def test_the_wall_clock_holds_over_a_clock_change_and_over_midnight():
    zone = ZoneInfo("Europe/Berlin")
    for day in (date(2026, 10, 24), date(2026, 10, 25), date(2027, 3, 28)):
        found = rhythm.window("trip", day, 7 * 60, 300, zone)
        assert (found.starts_at.astimezone(zone).hour, found.until_at.astimezone(zone).hour) == (7, 12)
        assert found.warn_at.astimezone(zone) == datetime(day.year, day.month, day.day, 18, tzinfo=zone) - timedelta(days=1)
    night = rhythm.window("trip", date(2026, 12, 31), 22 * 60, 4 * 60, zone).until_at.astimezone(zone)
    assert (night.date(), night.hour) == (date(2027, 1, 1), 2)


def test_a_window_inside_the_hour_that_the_clocks_leave_out_still_has_its_length():
    found = rhythm.window("trip", date(2027, 3, 28), 2 * 60 + 30, 30, ZoneInfo("Europe/Berlin"))
    assert found.until_at - found.starts_at == timedelta(minutes=30)
