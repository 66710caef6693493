"""The dates of a series are made into needs some days ahead, and follow it while nobody has them.

`agree` may be called at any time and as often as one likes: it brings the dates to what the series says now. What somebody has taken,
brought or settled stays as it is; each date comes once, whoever calls it.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.care import reads as care
from app.coming import rhythm
from app.coming.reads.series import Series, series
from app.coming.rhythm import AHEAD, DAY, LEFT, QUIET, Window
from app.kernel import clock, db, ids
from app.needs.rules import ahead
from app.needs.rules.raising import Said
from app.places import reads as places

BACK = timedelta(days=60)  # of what passed while nothing was running


class _Date(msgspec.Struct):
    id: UUID
    day: date
    need_id: UUID | None
    state: str | None
    off: str | None
    series_version: int


_THERE = """SELECT c.id, c.day, c.need_id, n.state, c.off, c.series_version FROM coming c LEFT JOIN need n ON n.id = c.need_id
WHERE c.series_id = ? AND c.day >= ?"""
_INSERT = """INSERT INTO coming(id, community_id, building_id, series_id, day, starts_at, until_at, warn_at, red_at, need_id, off, off_at,
series_version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def text(day: date) -> str:
    """As the tables keep a day, on both databases."""
    return day.isoformat()


async def zone_of(community_id: UUID) -> ZoneInfo:
    return ZoneInfo((await places.community(community_id)).zone)


def today(zone: ZoneInfo) -> date:
    return clock.now().astimezone(zone).date()


async def behind(community_id: UUID, zone: ZoneInfo) -> list[UUID]:
    """The series with days that nobody has looked at yet; a quiet round only reads."""
    far, near = (text(today(zone) + AHEAD[kind] * DAY) for kind in ("medicine", "trip"))
    sql = """SELECT s.id FROM series s JOIN emergency m ON m.id = s.emergency_id WHERE s.community_id = ? AND s.ended_at IS NULL
    AND m.ended_at IS NULL AND s.made_through < CASE s.kind WHEN 'medicine' THEN ? ELSE ? END
    AND (s.last_day IS NULL OR s.made_through < s.last_day) ORDER BY s.id"""
    return await db.rows(UUID, sql, community_id, far, near)


async def agree(series_id: UUID) -> None:
    """Inside an act. Two workers come one after the other here, and the second finds what the first made."""
    await db.run("UPDATE series SET id = id WHERE id = ?", series_id)
    one = await series(series_id)
    if one is None:
        return
    zone = await zone_of(one.community_id)
    now, this = clock.now(), today(zone)
    start = max(min(one.made_through + DAY, this - DAY), this - BACK)
    horizon = this + AHEAD[one.kind] * DAY
    there = {row.day: row for row in await db.rows(_Date, _THERE, one.id, text(start))}
    wanted = set() if one.ended_at else set(one.pattern.days(start, horizon))
    pauses, gone = await care.quiet(one.community_id, [one.household_id]), await lives_there_no_more(one)
    passed = [day for day in sorted(wanted - set(there)) if one.changed_at < _window(one, day, zone).until_at <= now]
    for day in sorted(wanted | set(there)):
        span, row = _window(one, day, zone), there.get(day)
        quiet = pauses.over(one.household_id, one.whom, span.starts_at, span.until_at, QUIET) or (LEFT if gone else None)
        if row is None:
            if span.until_at > one.changed_at:
                await _begin(one, day, span, quiet or ("late" if day in passed[:-1] else None))
        elif span.until_at > now and row.off != "skipped" and (row.state in (None, "waiting") or (row.off and row.state == "cancelled")):
            await _follow(one, row, span, quiet if day in wanted else "ended" if one.ended_at else "changed")
    through = max(one.made_through, horizon)
    await db.run("UPDATE series SET made_through = ? WHERE id = ?", text(through), one.id)


async def lives_there_no_more(one: Series) -> bool:
    """Whom it is for left since it was last said; whoever writes it down anew says that it goes on."""
    return (await care.left([one.household_id])).after(one.household_id, one.whom, one.changed_at)


async def agree_all(series_ids: Iterable[UUID]) -> None:
    for each in series_ids:
        await agree(each)


def _window(one: Series, day: date, zone: ZoneInfo) -> Window:
    return rhythm.window(one.kind, day, one.minute_from, one.minutes, zone)


async def _begin(one: Series, day: date, span: Window, off: str | None) -> None:
    need = None if off else await _make(one, day, span)
    await put_row(one, day, span, need=need, off=off)


async def put_row(one: Series, day: date, span: Window, *, need: UUID | None = None, off: str | None = None) -> UUID:
    row = ids.new()
    await db.run(
        _INSERT, row, one.community_id, one.building_id, one.id, text(day), span.starts_at, span.until_at, span.warn_at, span.red_at, need, off,
        clock.now() if off else None, one.version,
    )  # fmt: skip
    return row


async def _make(one: Series, day: date, span: Window) -> UUID:
    home = await places.household(one.household_id)
    return await ahead.make(home, await said(one, day, span), channel=one.channel, written_by=one.made_by, near_at=span.warn_at)


async def said(one: Series, day: date, span: Window) -> Said:
    """A medicine lasts until its day."""
    left = max(0, min(60, (day - today(await zone_of(one.community_id))).days)) if one.kind == "medicine" else None
    return Said(
        kind=one.kind, what=one.line, whom=one.opened("for"), name=one.opened("name"), phone=one.opened("phone"), until=span.until_at,
        days_left=left,
    )  # fmt: skip


async def _follow(one: Series, row: _Date, span: Window, off: str | None) -> None:
    if off:
        if row.off != off and (row.need_id is None or row.off or await ahead.put_off(row.need_id)):
            await db.run("UPDATE coming SET off = ?, off_at = ?, version = version + 1 WHERE id = ?", off, clock.now(), row.id)
        return
    if row.off:
        await bring_back(one, row.id, row.need_id, row.day, span)
    if row.series_version != one.version and (
        row.need_id is None or await ahead.restate(row.need_id, await said(one, row.day, span), near_at=span.warn_at)
    ):
        sql = """UPDATE coming SET starts_at = ?, until_at = ?, warn_at = ?, red_at = ?, series_version = ?, told = 0, version = version + 1
        WHERE id = ?"""
        await db.run(sql, span.starts_at, span.until_at, span.warn_at, span.red_at, one.version, row.id)


async def bring_back(one: Series, row_id: UUID, need_id: UUID | None, day: date, span: Window) -> None:
    """A date that was off is on again, with the need it had or a new one; a far one waits for its time."""
    if need_id is None:
        if day > today(await zone_of(one.community_id)) + AHEAD[one.kind] * DAY:
            await db.run("DELETE FROM coming WHERE id = ?", row_id)
            return
        need_id = await _make(one, day, span)
    else:
        await ahead.put_back(need_id, span.warn_at)
    sql = "UPDATE coming SET need_id = ?, off = NULL, off_at = NULL, off_by = NULL, told = 0, version = version + 1 WHERE id = ?"
    await db.run(sql, need_id, row_id)
