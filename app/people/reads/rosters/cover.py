"""Who is where over the next hours, and where nobody is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.words import clock_time, day, day_time
from app.people.person import Person
from app.people.reads.rosters.hours import Span, uncovered, wanted, zone_of
from app.people.reads.rosters.posts import PostFacts, makes, posts
from app.people.reads.rosters.shifts import ShiftFacts, span_of, within
from app.people.rights import can
from app.places import reads as places

AHEAD = timedelta(hours=24)  # a gap that begins within it is an alarm
WIDE = 1000  # units of the strip
LEAST = timedelta(minutes=1)  # hours are typed by the minute; what is shorter comes of seconds


class Piece(msgspec.Struct, frozen=True):
    """Some hours of a post: a shift, or nobody. `x`, `width`: where it lies on the strip."""

    from_at: datetime
    until_at: datetime
    shift: ShiftFacts | None
    x: int
    width: int

    @property
    def day(self) -> str:
        return day(self.from_at)

    @property
    def hours(self) -> str:
        return span_words(self.from_at, self.until_at)[1]


def span_words(start: datetime, end: datetime) -> tuple[str, str]:
    """The day, and the hours: 今天, 20:00–明天 08:00."""
    same = clock.local(start).date() == clock.local(end).date()
    return day(start), f"{clock_time(start)}–{clock_time(end) if same else day_time(end)}"


class Cover(msgspec.Struct, frozen=True):
    """One post over a span of time. `missing`: hours without anybody, a part of one counts as one."""

    post: PostFacts
    pieces: tuple[Piece, ...]
    gaps: tuple[Piece, ...]
    missing: int
    alarm: bool

    @property
    def days(self) -> list[tuple[str, list[Piece]]]:
        found: dict[str, list[Piece]] = {}
        for piece in self.pieces:
            found.setdefault(piece.day, []).append(piece)
        return list(found.items())


async def covers(community_id: UUID, start: datetime, end: datetime) -> list[Cover]:
    """All posts of a community between two moments, those with a gap first."""
    zone = clock.ZONE.get()
    shifts: dict[UUID, list[ShiftFacts]] = {}
    for each in await within(community_id, start, end):
        shifts.setdefault(each.post_id, []).append(each)
    found = [_cover(post, shifts.get(post.id, []), start, end, zone) for post in await posts(community_id)]
    return sorted(found, key=lambda each: not each.gaps)


def _cover(post: PostFacts, shifts: list[ShiftFacts], start: datetime, end: datetime, zone) -> Cover:
    there = [each.span for each in shifts]
    whole = end - start

    def piece(begins: datetime, ends: datetime, shift: ShiftFacts | None) -> Piece:
        x = int((max(begins, start) - start) / whole * WIDE)
        return Piece(begins, ends, shift, x, max(1, int((min(ends, end) - start) / whole * WIDE) - x))

    gaps = tuple(piece(begins, ends, None) for begins, ends in _open(post, there, start, end, zone))
    pieces = [*gaps, *(piece(begins, ends, each) for (begins, ends), each in zip(there, shifts, strict=True) if ends > start)]
    missing = sum(-(-(gap.until_at - gap.from_at) // timedelta(hours=1)) for gap in gaps)
    soon = any(gap.from_at < clock.now() + AHEAD for gap in gaps)
    return Cover(post, tuple(sorted(pieces, key=lambda each: each.from_at)), gaps, missing, soon)


def holes_of(post: PostFacts, had: list[Span], now: datetime, zone) -> list[Span]:
    """The gaps of a post that are running or begin within a day, each to its true end (as far as a week ahead)."""
    horizon = (clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=8)).astimezone(now.tzinfo)
    return [hole for hole in _open(post, had, now, horizon, zone) if hole[0] < now + AHEAD]


def _open(post: PostFacts, had: list[Span], start: datetime, end: datetime, zone) -> list[Span]:
    found = uncovered(wanted(post.covers_from, post.covers_minutes, start, end, zone), had)
    return [hole for hole in found if hole[1] - hole[0] >= LEAST]


async def gaps_of(person: Person) -> int:
    """How many gaps within a day are at the posts whose roster she keeps."""
    if not can(person, "roster.make"):
        return 0
    found = await gaps_ahead(person.community_id, only=lambda post: makes(person, post.building_id))
    return found.get(person.community_id, 0)


async def gaps_ahead(*community_ids: UUID, only: Callable[[PostFacts], bool] = lambda post: True) -> dict[UUID, int]:
    """How many gaps each has that are running or begin within a day. One trip, however many communities."""
    found: dict[UUID, int] = {}
    for post, _ in await holes_ahead(*community_ids, only=only):
        found[post.community_id] = found.get(post.community_id, 0) + 1
    return found


async def holes_ahead(*community_ids: UUID, only: Callable[[PostFacts], bool] = lambda post: True) -> list[tuple[PostFacts, Span]]:
    now = clock.now()
    if not community_ids:
        return []
    found, had, communities = await db.at_once(posts(*community_ids), spans_of(now, *community_ids), places.communities())
    there = list(filter(only, found))
    zones = {each.id: zone_of(each.zone) for each in communities}
    return [(post, hole) for post in there for hole in holes_of(post, had.get(post.id, []), now, zones[post.community_id])]


async def spans_of(now: datetime, *community_ids: UUID) -> dict[UUID, list[Span]]:
    """By post, the hours that somebody has from now on."""

    class Row(msgspec.Struct):
        post_id: UUID
        from_at: datetime
        until_at: datetime
        came_at: datetime | None
        ended_at: datetime | None

    sql = f"""SELECT post_id, from_at, until_at, came_at, ended_at FROM shift
    WHERE community_id IN ({db.marks(community_ids)}) AND removed_at IS NULL AND until_at > ? AND from_at < ?"""
    found: dict[UUID, list[Span]] = {}
    for row in await db.rows(Row, sql, *community_ids, now, now + timedelta(days=9)):
        found.setdefault(row.post_id, []).append(span_of(row.from_at, row.until_at, row.came_at, row.ended_at))
    return found
