"""Until when, as words that a thumb can choose: today before 18:00, tomorrow noon."""

from datetime import datetime, timedelta

import msgspec

from app.kernel import clock
from app.kernel.words import clock_time, day, say

HOURS = (12, 18, 21)


class Choice(msgspec.Struct, frozen=True):
    """`options`: (value, label). A moment that is none of them stands in `other`, as datetime-local wants it."""

    options: list[tuple[str, str]]
    value: str
    other: str


def choices(chosen: datetime | None = None) -> Choice:
    now = clock.local(clock.now())
    days = [now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=ahead) for ahead in (0, 1)]
    moments = [start.replace(hour=hour) for start in days for hour in HOURS]
    ahead = [moment for moment in moments if moment > now + timedelta(minutes=30)][:4]
    options = [("", say("needs.until.any"))]
    options += [
        (moment.isoformat(timespec="minutes"), say("needs.until.before", day=day(moment), time=clock_time(moment))) for moment in ahead
    ]
    if chosen is None:
        return Choice(options, "", "")
    value = clock.local(chosen).isoformat(timespec="minutes")
    if value in dict(options):
        return Choice(options, value, "")
    return Choice(options, "other", clock.local(chosen).strftime("%Y-%m-%dT%H:%M"))
