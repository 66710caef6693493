"""A series is made, changed, ended and taken up again; one date of it is left out and put back."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from app.care.rules import residents
from app.coming.reads.series import Series, of_need, series, visible
from app.coming.rhythm import Rhythm, window
from app.coming.rules import making
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.kernel.words import day as day_words
from app.needs import reads as needs
from app.needs.reads.detail import facts
from app.needs.rules import ahead, closing
from app.needs.rules.tracking import hers
from app.people.person import Person
from app.people.rules.messages import tell
from app.places import reads as places


class Hours(msgspec.Struct, frozen=True):
    minute_from: int
    minutes: int


_INSERT = """INSERT INTO series(id, community_id, emergency_id, key_id, building_id, household_id, kind, rhythm, weekdays, every_days, month_day,
minute_from, minutes, first_day, last_day, line_sealed, for_sealed, name_sealed, phone_sealed, channel, from_need, made_by, made_at, changed_at,
made_through) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def make(
    *, household: UUID, kind: str, what: str, whom: str, name: str, phone: str, when: Rhythm, hours: Hours, like: UUID | None, by: Person
) -> Done:
    """Written down for somebody. `like`: a need at this door, whose phone and names hold for this one where hers are blank."""
    home = await residents.household(household, "need.raise", by=by)
    if like is not None:
        if (before := await needs.visible(like, by)).household_id != home.id:
            raise Gone("need")
        known = await facts(before, revealed=True)
        whom, name, phone = whom or known.whom, name or known.name, phone or known.phone
    await _not_past(when, home.community_id)
    one = await _add(
        home, kind, when, hours, channel="phone", made_by=by.id, from_need=like, line=what, whom=whom, name=name, phone=phone
    )  # fmt: skip
    return Done("coming.made", {"room": home.room}, about=str(one), undo=f"/series/{one}/end")


async def repeat(need_id: UUID, *, token: str, when: Rhythm, hours: Hours, by: Any) -> Done:
    """Her own need comes back, on her word. Raises Misfit where her door is not known, Overtaken where it comes back already."""
    need = await hers(need_id, token)
    if need.household_id is None:
        raise misfit("rhythm", "coming.door_unknown")
    await _not_past(when, need.community_id)
    home, said = await places.household(need.household_id), await facts(need, revealed=True)
    kind = need.kind if need.kind in ("trip", "medicine") else "other"
    one = await _add(
        home, kind, when, hours, channel="link", made_by=None, from_need=need.id, line=need.line, whom=said.whom, name=said.name, phone=said.phone
    )  # fmt: skip
    return Done("coming.track.made", about=str(one))


async def _not_past(when: Rhythm, community_id: UUID) -> None:
    this = making.today(await making.zone_of(community_id))
    if when.first < this:
        raise misfit("first", "coming.first_past")
    if not when.days(when.first, when.last or date(when.first.year + 2, 1, 1)):
        raise misfit("last", "coming.no_date")


async def _add(
    home: places.HouseholdFacts, kind: str, when: Rhythm, hours: Hours, *, channel: str, made_by: UUID | None, from_need: UUID | None,
    **texts: str,
) -> UUID:  # fmt: skip
    community = await places.community(home.community_id)
    one, key, now = ids.new(), seal.new_key(community.emergency_id), clock.now()
    sealed = seal.Seal("series", one, key, community.emergency_id)
    closed = [
        sealed.close(column, texts[name]) for column, name in (("line", "line"), ("for", "whom"), ("name", "name"), ("phone", "phone"))
    ]
    try:
        async with db.savepoint():
            await db.run(
                _INSERT, one, home.community_id, community.emergency_id, key, home.building_id, home.id, kind, *_rhythm(when),
                hours.minute_from, hours.minutes, *_between(when), *closed, channel, from_need, made_by, now, now,
                making.text(when.first - making.DAY),
            )  # fmt: skip
    except db.IntegrityError as stands:
        raise Overtaken("coming.stands") from stands
    record("series.made", one, community=home.community_id, household=home.id, what=f"needs.kind.{kind}")
    await making.agree(one)
    return one


def _rhythm(when: Rhythm) -> tuple[str, int | None, int | None, int | None]:
    return when.rhythm, when.weekdays, when.every_days, when.month_day


def _between(when: Rhythm) -> tuple[str, str | None]:
    return making.text(when.first), making.text(when.last) if when.last else None


async def change(
    series_id: UUID, *, version: int, kind: str, what: str, whom: str, name: str, phone: str, when: Rhythm, hours: Hours, by: Person
) -> Done:
    """From now on; what somebody has taken stays as it was. Names and phone left blank stay. Raises Overtaken where it was changed since it was shown."""
    one = await _held(series_id, by)
    if one.version != version:
        raise Overtaken("coming.changed_meanwhile")
    if when.first != one.first_day:
        await _not_past(when, one.community_id)
    texts = (("line", what), ("for", whom), ("name", name), ("phone", phone))
    closed = [one.seal.close(column, said or one.opened(column)) for column, said in texts]
    sql = """UPDATE series SET kind = ?, rhythm = ?, weekdays = ?, every_days = ?, month_day = ?, minute_from = ?, minutes = ?, first_day = ?,
    last_day = ?, line_sealed = ?, for_sealed = ?, name_sealed = ?, phone_sealed = ?, changed_at = ?, version = version + 1 WHERE id = ?"""
    await db.run(sql, kind, *_rhythm(when), hours.minute_from, hours.minutes, *_between(when), *closed, clock.now(), one.id)
    _told("series.changed", one)
    await making.agree(one.id)
    return Done("coming.changed", {"room": one.room}, about=str(one.id))


async def end(series_id: UUID, *, by: Person) -> Done:
    """No more of it; dates that nobody has are called off, those taken are brought."""
    one = await _held(series_id, by)
    await _end(one, by.id)
    return Done("coming.ended", {"room": one.room}, about=str(one.id), undo=f"/series/{one.id}/resume")


async def stop(need_id: UUID, *, token: str, by: Any) -> Done:
    """The resident needs no more of it."""
    await _end(await _hers(need_id, token), None)
    return Done("coming.track.stopped")


async def _end(one: Series, by: UUID | None) -> None:
    await db.run("UPDATE series SET ended_at = ?, ended_by = ?, version = version + 1 WHERE id = ?", clock.now(), by, one.id)
    _told("series.ended", one)
    await making.agree(one.id)


async def resume(series_id: UUID, *, by: Person) -> Done:
    """Ended by mistake: the dates to come are there again. What would have been meanwhile is not."""
    one = await visible(series_id, by, "need.raise")
    sql = """UPDATE series SET ended_at = NULL, ended_by = NULL, changed_at = ?, version = version + 1 WHERE id = ? AND ended_at IS NOT NULL"""
    try:
        async with db.savepoint():
            if not await db.run(sql, clock.now(), one.id):
                raise Overtaken("coming.runs_already")
    except db.IntegrityError as stands:
        raise Overtaken("coming.stands") from stands
    _told("series.resumed", one)
    await making.agree(one.id)
    return Done("coming.resumed", {"room": one.room}, about=str(one.id), undo=f"/series/{one.id}/end")


async def _held(series_id: UUID, by: Person) -> Series:
    """As it is now, with its dates made up to now under what it said until now; nobody else changes it until this act ends."""
    return await _as_it_is((await visible(series_id, by, "need.raise")).id)


async def _hers(need_id: UUID, token: str) -> Series:
    """What comes back of the need that her link leads to. Raises Gone where nothing does."""
    found = await of_need((await hers(need_id, token)).id)
    if found is None:
        raise Gone("series")
    return await _as_it_is(found.id)


async def _as_it_is(series_id: UUID) -> Series:
    await making.agree(series_id)
    one = await series(series_id)
    if one.ended_at is not None:
        raise Overtaken("coming.ended_already")
    return one


class _Row(msgspec.Struct):
    id: UUID
    series_id: UUID
    day: date
    need_id: UUID | None
    off: str | None


_ROW = "SELECT id, series_id, day, need_id, off FROM coming"


async def skip(series_id: UUID, *, day: date, by: Person) -> Done:
    """Not on this day. Whoever has it already is told; raises Overtaken once she is on the way."""
    one = await _held(series_id, by)
    row, said = await _skip(one, day, by.id)
    return Done("coming.skipped", said, about=str(one.id), undo=f"/coming/{row}/restore")


async def her_date(need_id: UUID, *, token: str, day: date, wanted: bool, by: Any) -> Done:
    """The resident leaves a date out, or wants it after all."""
    one = await _hers(need_id, token)
    if not wanted:
        _, said = await _skip(one, day, None)
        return Done("coming.track.skipped", {"day": said["day"]})
    row = await db.one(_Row, f"{_ROW} WHERE series_id = ? AND day = ?", one.id, making.text(day))
    if row is None:
        raise Overtaken("coming.not_skipped")
    return Done("coming.track.restored", {"day": (await _restore(one, row))["day"]})


async def _skip(one: Series, day: date, by: UUID | None) -> tuple[UUID, dict[str, str]]:
    span = window(one.kind, day, one.minute_from, one.minutes, await making.zone_of(one.community_id))
    found = await db.one(_Row, f"{_ROW} WHERE series_id = ? AND day = ?", one.id, making.text(day))
    if span.until_at <= clock.now() or (found is None and not one.pattern.falls_on(day)):
        raise misfit("day", "coming.not_a_date")
    if found and found.off == "skipped":
        raise Overtaken("coming.skipped_already")
    if found and found.need_id and not found.off:
        await _call_off(found.need_id)
    row = found.id if found else await making.put_row(one, day, span, off="skipped")
    sql = "UPDATE coming SET off = 'skipped', off_at = ?, off_by = ?, version = version + 1 WHERE id = ?"
    await db.run(sql, clock.now(), by, row)
    await _turned("series.skipped", one, day)
    return row, {"day": day_words(span.starts_at), "room": one.room}


async def _call_off(need_id: UUID) -> None:
    [need] = await needs.lines([need_id])
    if not need.open:
        raise Overtaken("coming.done_already")
    if not await ahead.put_off(need_id) and not await closing.call_off(need):
        raise Overtaken("coming.underway")
    if need.owner_id:
        words, path = "message.need_cancelled", f"/needs/{need.id}"
        await tell(need.owner_id, words, path=path, community=need.community_id, kind="desk", number=need.number)


async def restore(coming_id: UUID, *, by: Person) -> Done:
    """A date that was left out comes after all."""
    row = await db.one(_Row, f"{_ROW} WHERE id = ? AND community_id = ?", coming_id, by.community_id)
    if row is None:
        raise Gone("coming")
    one = await _held(row.series_id, by)
    return Done("coming.restored", await _restore(one, await db.one(_Row, f"{_ROW} WHERE id = ?", coming_id)), about=str(one.id))


async def _restore(one: Series, row: _Row | None) -> dict[str, str]:
    if row is None or row.off != "skipped":
        raise Overtaken("coming.not_skipped")
    span = window(one.kind, row.day, one.minute_from, one.minutes, await making.zone_of(one.community_id))
    if span.until_at <= clock.now():
        raise Overtaken("coming.not_skipped")
    await making.bring_back(one, row.id, row.need_id, row.day, span)
    await making.agree(one.id)
    await _turned("series.unskipped", one, row.day)
    return {"day": day_words(span.starts_at), "room": one.room}


async def _turned(kind: str, one: Series, day: date) -> None:
    await db.run("UPDATE series SET skips = skips + 1 WHERE id = ?", one.id)
    _told(kind, one, day=making.text(day))


def _told(kind: str, one: Series, **told: str) -> None:
    record(kind, one.id, community=one.community_id, household=one.household_id, **told)
