"""How long what is kept, as a table, and the duty that walks it: what is over goes by itself, its keys first of all.

Audit rows name nobody but by id and go last; counts stay for ever. Where an emergency was ended by a close-out little is left to do.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from app.journal import worker
from app.journal.record import record
from app.kernel import clock, db
from app.photos.rules.keeping import KEPT as PHOTOS
from app.privacy.rules import destroying
from app.privacy.rules.erasing import Entry, note, scrub

AT_ONCE = 100


class Class(msgspec.Struct, frozen=True):
    """`since`: taken, printed, left, came or settled (of the thing), or end (of the emergency). `own`: its own slice ends it."""

    name: str
    since: str
    days: int
    own: bool = False


TABLE = (
    Class("photos", "taken", PHOTOS.days, own=True),
    Class("prints", "printed", 3, own=True),
    Class("routes", "left", 7),
    Class("held", "came", 30),
    Class("quarantine", "settled", 30),
    Class("ledger", "end", 30),
    Class("words", "end", 30),
    Class("care", "end", 30),
    Class("texts", "end", 30),
    Class("audit", "end", 3 * 365),
)


class _Due(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    community_id: UUID
    emergency_id: UUID


async def end_due() -> int:
    """A duty: a hundred of each class at a time; answers how many."""
    ended = 0
    for each in TABLE:
        if not each.own:
            ended += await _WALKS[each.name](each, clock.now() - timedelta(days=each.days))
    return ended


Walk = Callable[[Class, datetime], Awaitable[int]]


async def _scrubbed(subject: str, each: Class, before: datetime) -> int:
    """Of one community at a time."""
    sql = f"""SELECT t.id, t.key_id, t.community_id, t.emergency_id FROM {subject} t JOIN emergency e ON e.id = t.emergency_id
    WHERE e.ended_at < ? AND t.key_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM erasure x WHERE x.key_id = t.key_id) ORDER BY t.community_id, t.id LIMIT {AT_ONCE}"""
    found = await db.rows(_Due, sql, before)
    due = [one for one in found if one.community_id == found[0].community_id]
    if not due:
        return 0

    async def end() -> None:
        now = clock.now()
        await scrub([Entry(one.key_id, subject, one.id, one.community_id, now) for one in due])
        _noted(each, due[0].emergency_id, due[0].community_id, len(due))

    await worker.do(end)
    return len(due)


async def _words(each: Class, before: datetime) -> int:
    return sum([await _scrubbed(subject, each, before) for subject in ("need", "series", "household_order", "donation")])


def _noted(each: Class, about: UUID, community_id: UUID | None, n: int) -> None:
    record("retention.ended", about, community=community_id, what=f"privacy.class.{each.name}", n=n)


class _Over(msgspec.Struct, frozen=True):
    community_id: UUID
    emergency_id: UUID
    ended_at: datetime


async def _over(before: datetime) -> list[_Over]:
    """Communities whose emergency has been over since then, and that no close-out has emptied."""
    sql = """SELECT c.id AS community_id, e.id AS emergency_id, e.ended_at FROM community c JOIN emergency e ON e.id = c.emergency_id
    WHERE e.ended_at < ? AND NOT EXISTS (SELECT 1 FROM closing x WHERE x.community_id = c.id AND x.emergency_id = e.id AND x.granted)"""
    return await db.rows(_Over, sql, before)


async def _stepped(steps: tuple[str, ...], each: Class, before: datetime) -> int:
    """What a close-out would end, where nobody closed it out."""
    ended = 0
    for place in await _over(before):
        left = await destroying.standing(place.community_id, place.ended_at)
        for what in filter(left.get, steps):
            worked: list[int] = []
            await worker.do(partial(_step, each, what, place, worked))
            ended += sum(worked)
    return ended


async def _step(each: Class, what: str, place: _Over, worked: list[int]) -> None:
    if n := await destroying.STEPS[what](place.community_id, place.ended_at):
        _noted(each, place.emergency_id, place.community_id, n)
        worked.append(n)


class _Place(msgspec.Struct, frozen=True):
    community_id: UUID
    n: int


async def _routes(each: Class, before: datetime) -> int:
    """That she was here stays, for her hours; at which door she stood does not, nor what was asked about it."""
    old = "until_at < ? AND building_id IS NOT NULL"
    ended = 0
    for place in await db.rows(
        _Place, f"SELECT community_id, count(*) AS n FROM presence WHERE {old} GROUP BY community_id LIMIT 20", before
    ):

        async def end(place: _Place = place) -> None:
            flags = "DELETE FROM presence_flag WHERE community_id = ? AND seen_at IS NOT NULL AND to_at < ?"
            await db.run(flags, place.community_id, before)
            await db.run(
                f"UPDATE presence SET building_id = NULL, showing_id = NULL WHERE community_id = ? AND {old}", place.community_id, before
            )
            _noted(each, place.community_id, place.community_id, place.n)

        await worker.do(end)
        ended += place.n
    return ended


class _Held(msgspec.Struct, frozen=True):
    act: str
    community_id: UUID


async def _held(each: Class, before: datetime) -> int:
    """Of a phone that may not speak for its owner any more, and that nobody let count in all that time: its owner is told so."""
    due = await db.rows(_Held, f"SELECT act, community_id FROM held_act WHERE received_at < ? ORDER BY received_at LIMIT {AT_ONCE}", before)
    if not due:
        return 0

    async def end() -> None:
        for one in due:
            await db.run("DELETE FROM held_act WHERE act = ?", one.act)
            refused = "state = 'refused', trouble = 'overtaken', reason = 'too-late', words = 'privacy.held_too_late', params = '{}'"
            await db.run(f"UPDATE receipt SET {refused} WHERE id = ? AND state = 'held'", one.act)
        _noted(each, due[0].community_id, due[0].community_id, len(due))

    await worker.do(end)
    return len(due)


class _Aside(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    community_id: UUID | None


async def _quarantine(each: Class, before: datetime) -> int:
    """Decided about, or nobody's: what belongs to no community nobody can decide about."""
    sql = f"""SELECT id, key_id, community_id FROM quarantine WHERE body_sealed IS NOT NULL
    AND (settled_at < ? OR community_id IS NULL AND at < ?) ORDER BY at LIMIT {AT_ONCE}"""
    due = await db.rows(_Aside, sql, before, before)
    if not due:
        return 0

    async def end() -> None:
        await db.run(
            f"UPDATE quarantine SET body_sealed = NULL, note_sealed = NULL WHERE id IN ({db.marks(due)})", *(one.id for one in due)
        )
        await note([Entry(one.key_id, "quarantine", one.id, one.community_id, clock.now()) for one in due])
        _noted(each, due[0].id, due[0].community_id, len(due))

    await worker.do(end)
    return len(due)


async def _audit(each: Class, before: datetime) -> int:
    """The whole chain of a community at once: one that lost its beginning only would be a broken one."""
    sql = """SELECT h.community_id, count(*) AS n FROM happening h JOIN community c ON c.id = h.community_id
    JOIN emergency e ON e.id = c.emergency_id WHERE e.ended_at < ? GROUP BY h.community_id LIMIT 1"""
    place = await db.one(_Place, sql, before)
    if place is None:
        return 0

    async def end() -> None:
        await db.run("DELETE FROM happening WHERE community_id = ?", place.community_id)
        record("audit.ended", place.community_id, n=place.n)

    await worker.do(end)
    return place.n


_WALKS: dict[str, Walk] = {
    "routes": _routes,
    "held": _held,
    "quarantine": _quarantine,
    "ledger": partial(_scrubbed, "resident"),
    "words": _words,
    "care": partial(_stepped, ("care", "links", "acts", "files", "prints", "photos")),
    "texts": partial(_stepped, ("texts",)),
    "audit": _audit,
}
