"""On which days something comes back, between which hours, and when it is late. No database here.

Days and hours are the community's own, so a series keeps its hour across a clock change; a day that a month does not have is its last.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

KINDS = ("trip", "medicine", "other")
RHYTHMS = ("week", "days", "month")
DAY = timedelta(days=1)
AHEAD = {"trip": 4, "medicine": 7, "other": 4}  # days before its date at which a need is made
AMBER, RED = 3, 1  # days that a medicine still lasts
EVENING, MORNING = 18, 8  # local hours: a trip that nobody has by the evening before, a medicine on the morning of its day
QUIET = ("hospital", "away", "moved")  # why nobody calls a door, and needs no trip; who refuses to be called still goes to her dialysis
LEFT = "moved"  # why nothing comes back for who lives there no more
RISES = (timedelta(0), timedelta(hours=1), timedelta(hours=4))  # a missed date: who has it or the steward, the desk, command


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """`weekdays`: bits from Monday. `last`: None while it has no end."""

    rhythm: str
    first: date
    weekdays: int | None = None
    every_days: int | None = None
    month_day: int | None = None
    last: date | None = None

    def falls_on(self, day: date) -> bool:
        if day < self.first or (self.last and day > self.last):
            return False
        if self.weekdays:
            return bool(self.weekdays >> day.weekday() & 1)
        if self.every_days:
            return (day - self.first).days % self.every_days == 0
        return day.day == min(self.month_day or 1, monthrange(day.year, day.month)[1])

    def days(self, start: date, end: date) -> list[date]:
        """From `start` to `end`, both counted."""
        start, end = max(start, self.first), min(end, self.last or end)
        return [day for n in range((end - start).days + 1) if self.falls_on(day := start + n * DAY)]


class Window(msgspec.Struct, frozen=True):
    """One date in UTC. `warn_at`: from here on it is a gap while nobody has it; `red_at`: the gap is an alarm."""

    starts_at: datetime
    until_at: datetime
    warn_at: datetime
    red_at: datetime


def window(kind: str, day: date, minute_from: int, minutes: int, zone: ZoneInfo) -> Window:
    """A window over midnight ends on the next day. An hour that the clocks leave out is the one after it."""
    begins = datetime.combine(day, time()) + timedelta(minutes=minute_from)
    starts_at, until_at = _utc(begins, zone), _utc(begins + timedelta(minutes=minutes), zone)
    if until_at <= starts_at:
        until_at = starts_at + timedelta(minutes=minutes)
    if kind == "medicine":
        warn, red = (_utc(datetime.combine(day - n * DAY, time(MORNING)), zone) for n in (AMBER, RED))
    else:
        warn = red = _utc(datetime.combine(day - DAY, time(EVENING)), zone)
    return Window(starts_at, until_at, warn, red)


def _utc(naive: datetime, zone: ZoneInfo) -> datetime:
    return naive.replace(tzinfo=zone).astimezone(UTC)


def bits(weekdays: tuple[int, ...]) -> int:
    return sum(1 << day for day in set(weekdays))


def weekdays(bits: int | None) -> list[int]:
    return [day for day in range(7) if (bits or 0) >> day & 1]
