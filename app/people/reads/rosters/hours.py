"""The arithmetic of rosters: which hours want somebody, which have nobody, whose turn it is.

Hours of a day are the community's clock's: a post that is kept from 8 to 20 is so on the day of a clock change too, and a shift
"until 8 tomorrow" is then an hour shorter or longer. Moments are UTC.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
DAY = 24 * 60  # minutes


def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _wall(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return _utc(datetime(day.year, day.month, day.day) + timedelta(minutes=minute), zone)


def _utc(wall: datetime, zone: ZoneInfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few pieces as possible, in order."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def wanted(covers_from: int, covers_minutes: int, start: datetime, end: datetime, zone: ZoneInfo) -> list[Span]:
    """When somebody is to be there, between two moments. Hours that go over midnight belong to the day on which they begin."""
    day, last, found = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date(), []
    while day <= last:
        opens, closes = _wall(day, covers_from, zone), _wall(day, covers_from + covers_minutes, zone)
        found.append((max(opens, start), min(closes, end)))
        day += timedelta(days=1)
    return joined(found)


def uncovered(wanted: Iterable[Span], had: Iterable[Span]) -> list[Span]:
    """What of the first is not in the second."""
    busy, found = joined(had), []
    for start, end in joined(wanted):
        at = start
        for begins, ends in busy:
            if ends <= at:
                continue
            if begins >= end:
                break
            if begins > at:
                found.append((at, begins))
            at = max(at, ends)
        if at < end:
            found.append((at, end))
    return found


def turns(
    covers_from: int, covers_minutes: int, hours: int, start: datetime, end: datetime, people: Sequence, zone: ZoneInfo
) -> list[tuple[datetime, datetime, object]]:
    """Shifts of `hours` each in turn between two moments; at a post that is not kept around the clock each day's hours are cut apart."""
    if covers_minutes == DAY:
        pieces = _cut(start, end, hours, zone)
    else:
        pieces = [
            piece for opens, closes in wanted(covers_from, covers_minutes, start, end, zone) for piece in _cut(opens, closes, hours, zone)
        ]
    return [(begins, ends, people[n % len(people)]) for n, (begins, ends) in enumerate(pieces)]


def _cut(start: datetime, end: datetime, hours: int, zone: ZoneInfo) -> list[Span]:
    """By the clock on the wall, so that the shift which begins at eight does so after a clock change too."""
    wall, at, found = start.astimezone(zone).replace(tzinfo=None), start, []
    while at < end:
        wall += timedelta(hours=hours)
        until = min(_utc(wall, zone), end)
        if until > at:
            found.append((at, until))
            at = until
    return found
