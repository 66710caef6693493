"""Shifts: who is to be where, from when until when, and how far she is with it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.words import clock_time, day, day_time, gettext
from app.people.reads.entering import account_name


class ShiftFacts(msgspec.Struct, frozen=True):
    """`came_at`: she is there; `begun_at`: and has read what was handed over."""

    id: UUID
    community_id: UUID
    post_id: UUID
    account_id: UUID
    from_at: datetime
    until_at: datetime
    rotation_id: UUID | None
    came_at: datetime | None
    begun_at: datetime | None
    ended_at: datetime | None
    removed_at: datetime | None
    version: int
    post: str
    kind: str
    building_id: UUID | None
    name: str = ""

    @property
    def path(self) -> str:
        return f"/shifts/{self.id}"

    @property
    def hours(self) -> str:
        """今天 20:00–明天 08:00; the second day only where it is another one."""
        same = clock.local(self.from_at).date() == clock.local(self.until_at).date()
        return f"{day_time(self.from_at)}–{clock_time(self.until_at) if same else day_time(self.until_at)}"

    @property
    def day(self) -> str:
        return day(self.from_at)

    @property
    def times(self) -> str:
        return f"{clock_time(self.from_at)}–{clock_time(self.until_at)}"

    @property
    def running(self) -> bool:
        return self.from_at <= clock.now() < self.until_at

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The hours that she covers: from when she came, until she went. Whoever goes a little early is not missed."""
        return span_of(self.from_at, self.until_at, self.came_at, self.ended_at)

    @property
    def stands(self) -> bool:
        return self.removed_at is None and self.ended_at is None

    @property
    def state(self) -> str:
        if self.removed_at:
            return "removed"
        if self.ended_at:
            return "ended"
        if self.begun_at:
            return "begun"
        if self.came_at:
            return "unread"
        if clock.now() < self.from_at:
            return "coming"
        return "missing" if clock.now() < self.until_at else "missed"

    @property
    def state_label(self) -> str:
        return gettext(f"roster.state.{self.state}")

    @property
    def tone(self) -> str:
        return {"begun": "calm", "unread": "watch", "missing": "watch", "missed": "alarm"}.get(self.state, "plain")

    @property
    def may_begin(self) -> bool:
        return self.removed_at is None and self.came_at is None and self.ended_at is None and self.from_at - EARLY <= clock.now()


def span_of(from_at: datetime, until_at: datetime, came_at: datetime | None, ended_at: datetime | None) -> tuple[datetime, datetime]:
    begins = min(from_at, came_at or from_at)
    return begins, max(begins, until_at if ended_at is None or until_at - ended_at < LEAVES else ended_at)


LEAVES = timedelta(minutes=30)
EARLY = timedelta(hours=2)  # so long before its begin a shift may be taken over


class _Row(msgspec.Struct):
    account_id: UUID
    key_id: UUID
    name_sealed: bytes | None


_SHIFT = """SELECT s.id, s.community_id, s.post_id, s.account_id, s.from_at, s.until_at, s.rotation_id, s.came_at, s.begun_at, s.ended_at, s.removed_at,
s.version, p.name AS post, p.kind, p.building_id FROM shift s JOIN post p ON p.id = s.post_id"""


async def _named(found: Sequence[ShiftFacts]) -> list[ShiftFacts]:
    wanted = list({each.account_id for each in found})
    names: dict[UUID, str] = {}
    for start in range(0, len(wanted), 400):
        part = wanted[start : start + 400]
        sql = f"SELECT id AS account_id, key_id, name_sealed FROM account WHERE id IN ({db.marks(part)})"
        names |= {row.account_id: account_name(row.account_id, row.key_id, row.name_sealed) for row in await db.rows(_Row, sql, *part)}
    return [msgspec.structs.replace(each, name=names.get(each.account_id, "")) for each in found]


async def shift(shift_id: UUID, community_id: UUID) -> ShiftFacts | None:
    """One that was taken off the roster too."""
    found = await db.rows(ShiftFacts, f"{_SHIFT} WHERE s.id = ? AND s.community_id = ?", shift_id, community_id)
    return (await _named(found))[0] if found else None


async def within(community_id: UUID, start: datetime, end: datetime) -> list[ShiftFacts]:
    """All of a community that stand between two moments, by begin."""
    sql = f"""{_SHIFT} WHERE s.community_id = ? AND s.removed_at IS NULL AND p.ended_at IS NULL AND s.until_at > ? AND s.from_at < ?
    ORDER BY s.from_at, s.id LIMIT 5000"""
    return await _named(await db.rows(ShiftFacts, sql, community_id, start, end))


async def off_today(community_id: UUID) -> set[UUID]:
    """Those who stand on a roster in the week before or after, and have no shift that touches this day."""
    now = clock.now()
    today = clock.day_start(now)
    tomorrow = clock.day_start(today + timedelta(hours=26))
    sql = """SELECT s.account_id FROM shift s JOIN post p ON p.id = s.post_id
    WHERE s.community_id = ? AND s.removed_at IS NULL AND p.ended_at IS NULL AND s.until_at > ? AND s.from_at < ?
    GROUP BY s.account_id HAVING sum(CASE WHEN s.until_at > ? AND s.from_at < ? THEN 1 ELSE 0 END) = 0"""
    week = timedelta(days=7)
    return set(await db.rows(UUID, sql, community_id, now - week, now + week, today, tomorrow))


async def at_post(post_id: UUID, start: datetime, limit: int = 100) -> list[ShiftFacts]:
    sql = f"{_SHIFT} WHERE s.post_id = ? AND s.removed_at IS NULL AND s.until_at > ? ORDER BY s.from_at, s.id LIMIT ?"
    return await _named(await db.rows(ShiftFacts, sql, post_id, start, limit))


async def next_of(account_id: UUID, community_id: UUID, limit: int = 5) -> list[ShiftFacts]:
    """Hers that run or come, and those that she has taken over and not ended."""
    sql = f"""{_SHIFT} WHERE s.account_id = ? AND s.community_id = ? AND s.removed_at IS NULL AND s.ended_at IS NULL AND p.ended_at IS NULL
    AND (s.until_at > ? OR (s.came_at IS NOT NULL AND s.until_at > ?)) ORDER BY s.from_at, s.id LIMIT ?"""
    now = clock.now()
    return await db.rows(ShiftFacts, sql, account_id, community_id, now, now - timedelta(hours=24), limit)


async def doubled(community_id: UUID, wanted: Iterable[tuple[UUID, datetime, datetime]]) -> set[tuple[UUID, datetime]]:
    """Which of these (who, from, until) fall into a shift that she has already."""
    asked = list(wanted)
    if not asked:
        return set()
    start, end = min(each[1] for each in asked), max(each[2] for each in asked)
    sql = f"{_SHIFT} WHERE s.community_id = ? AND s.removed_at IS NULL AND s.ended_at IS NULL AND s.until_at > ? AND s.from_at < ?"
    there: dict[UUID, list[ShiftFacts]] = {}
    for each in await db.rows(ShiftFacts, sql, community_id, start, end):
        there.setdefault(each.account_id, []).append(each)
    return {(who, begins) for who, begins, ends in asked if any(has.from_at < ends and has.until_at > begins for has in there.get(who, ()))}
