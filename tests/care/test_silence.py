"""The clock of silence, beside a slow and plain way to tell the same."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.care import silence
from app.care.kinds import KINDS
from app.care.silence import EVERY, Steps

ZONES = [ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe")]
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def late_by_hand(heard: datetime, days: int, hour: int, zone: ZoneInfo, now: datetime) -> bool:
    """Whether she is overdue at `now`, told by looking at calendar and wall clock alone."""
    then, here = heard.astimezone(zone), now.astimezone(zone)
    passed = (here.date() - then.date()).days
    return passed > days or (passed == days and here.hour >= hour)


@given(
    heard=moments,
    days=st.integers(1, 60),
    hour=st.integers(4, 23),
    zone=st.sampled_from(ZONES),
    later=st.timedeltas(timedelta(0), timedelta(days=62)),
)
def test_a_household_is_overdue_exactly_when_calendar_and_wall_clock_say_so(heard, days, hour, zone, later):
    now = heard + later
    due = silence.due(heard, heard, days, None, hour, zone)
    assert (now >= due) == late_by_hand(heard, days, hour, zone, now)


@given(heard=moments, hour=st.integers(0, 23), zone=st.sampled_from(ZONES))
def test_whoever_was_heard_on_a_day_has_the_whole_of_the_next_one(heard, hour, zone):
    due = silence.due(heard, heard, 1, None, hour, zone)
    assert due.astimezone(zone).date() == heard.astimezone(zone).date() + timedelta(days=1)


def test_a_clock_change_moves_the_closing_hour_not_the_day():
    zone = ZoneInfo("Europe/Berlin")
    for heard, due in (((2026, 3, 28), (2026, 3, 29)), ((2026, 10, 24), (2026, 10, 25))):
        found = silence.due(datetime(*heard, 9, tzinfo=zone), datetime(*heard, 9, tzinfo=zone), 1, None, 20, zone).astimezone(zone)
        assert (found.date(), found.hour) == (date(*due), 20)


def test_an_older_word_never_takes_the_place_of_a_younger_one():
    zone, since = ZONES[0], datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert silence.due(since, since - timedelta(days=3), 1, None, 20, zone) == silence.due(since, None, 1, None, 20, zone)


def test_muted_until_a_day_is_due_at_the_close_of_it():
    zone, heard = ZONES[0], datetime(2026, 11, 20, 9, tzinfo=UTC)
    until = datetime(2026, 11, 25, 2, tzinfo=UTC)
    assert silence.due(heard, heard, 1, until, 20, zone) == datetime(2026, 11, 25, 12, tzinfo=UTC)
    assert silence.due(heard, heard, 14, until, 20, zone) == datetime(2026, 12, 4, 12, tzinfo=UTC)


@given(
    there=st.lists(st.tuples(st.sets(st.sampled_from(KINDS), min_size=1), st.none() | st.integers(1, 30)), min_size=1, max_size=4),
    days=st.integers(0, 40),
    minutes=st.integers(0, 1439),
)
def test_with_somebody_resting_a_household_is_late_for_whoever_is_there_or_back(there, days, minutes):
    """Told person by person: one who is there by her own days, one who rests by the same days, but not before the close of her day."""
    zone, heard = ZONES[0], datetime(2026, 11, 20, 9, tzinfo=UTC)
    now = heard + timedelta(days=days, minutes=minutes)
    rest = [silence.Rest(tuple(kinds), heard + timedelta(days=until) if until else None) for kinds, until in there]
    late = [
        late_by_hand(heard, silence.every(one.kinds, EVERY), 20, zone, now) and (not one.until or late_by_hand(one.until, 0, 20, zone, now))
        for one in rest
    ]
    _, due = silence.due_among(rest, heard, heard, EVERY, None, 20, zone)
    assert (now >= due) == any(late)


@given(st.sets(st.sampled_from(KINDS)), st.dictionaries(st.sampled_from([*KINDS, "door"]), st.integers(0, 60)))
def test_the_shortest_kind_counts(kinds, rules):
    asked = sorted(rules[kind] for kind in kinds if rules.get(kind))
    assert silence.every(kinds, rules) == (asked[0] if asked else rules.get("door", 0))


def test_every_kind_has_its_days():
    assert set(EVERY) == {*KINDS, "door"} and all(EVERY.values())


def test_a_silence_rises_step_by_step():
    due, steps = datetime(2026, 11, 20, 12, tzinfo=UTC), Steps()
    minutes = {-1: 0, 0: 1, 59: 1, 60: 2, 239: 2, 240: 3, 959: 3, 960: 4, 10_000: 4}
    assert {m: silence.level(due, due + timedelta(minutes=m), steps) for m in minutes} == minutes
    assert silence.level(None, due, steps) == 0
