"""What a dispatcher should look at: many at one door at once, one person at two places too soon, a moving square that was old.

A flag accuses nobody and refuses nothing; it says what was seen, and who looked at it.
"""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person
from app.people.rights import may

MANY = 5
AT_ONCE = timedelta(seconds=60)
ESTATES = timedelta(seconds=60)  # nobody walks from one estate to another in that time
COMMUNITIES = timedelta(minutes=5)


class _Stay(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    community_id: UUID
    building_id: UUID | None
    estate_id: UUID | None
    since: datetime
    until_at: datetime | None
    until_assumed: bool | None
    mark: str | None

    def seen_until(self, next_since: datetime) -> datetime:
        """When she was there for the last time that is known: a stay that the next one ended tells only of its start."""
        told = self.until_at is not None and not self.until_assumed and self.until_at < next_since
        return self.until_at if told else self.since


_STAY = """SELECT p.id, p.account_id, p.community_id, p.building_id, b.estate_id, p.since, p.until_at, p.until_assumed, p.mark
FROM presence p LEFT JOIN building b ON b.id = p.building_id"""


async def look_at(presence_id: UUID) -> None:
    """Whether this stay, just told of, should be looked at. Order of arrival does not matter: late ones look both ways."""
    stay = await db.one(_Stay, f"{_STAY} WHERE p.id = ?", presence_id)
    if stay is None:
        return
    if stay.building_id is not None:
        await _burst(stay)
    await _travel(stay)


async def _burst(stay: _Stay) -> None:
    near = await db.rows(
        _Stay, f"{_STAY} WHERE p.building_id = ? AND p.since >= ? AND p.since <= ? AND coalesce(p.mark, '') <> 'no-check-in' ORDER BY p.since, p.id",
        stay.building_id, stay.since - AT_ONCE, stay.since + AT_ONCE,
    )  # fmt: skip
    windows = [[other for other in near if first.since <= other.since <= first.since + AT_ONCE] for first in near]
    most = max((window for window in windows if stay.id in {each.id for each in window}), key=_people, default=[])
    if _people(most) < MANY:
        return
    first, last = most[0].since, most[-1].since
    known = await db.one(
        _Known, """SELECT id, people, from_at, to_at FROM presence_flag WHERE kind = 'burst' AND building_id = ? AND from_at <= ? AND to_at >= ?
        ORDER BY from_at DESC LIMIT 1""",
        stay.building_id, last + AT_ONCE, first - AT_ONCE,
    )  # fmt: skip
    if known is None:
        await _flag("burst", stay, people=_people(most), since=first, until=last)
        return
    first, last = min(first, known.from_at), max(last, known.to_at)
    people = "SELECT count(DISTINCT account_id) FROM presence WHERE building_id = ? AND since >= ? AND since <= ?"
    grown = await db.value(people, stay.building_id, first, last)
    await db.run(
        "UPDATE presence_flag SET people = ?, from_at = ?, to_at = ?, seen_at = ?, seen_by = ? WHERE id = ? AND people < ?",
        grown, first, last, None, None, known.id, grown,
    )  # fmt: skip


class _Known(msgspec.Struct, frozen=True):
    id: UUID
    people: int
    from_at: datetime
    to_at: datetime


def _people(window: list[_Stay]) -> int:
    return len({each.account_id for each in window})


async def _travel(stay: _Stay) -> None:
    """Between this stay and the ones before and after it."""
    before = await db.one(_Stay, f"{_STAY} WHERE p.account_id = ? AND (p.since, p.id) < (?, ?) ORDER BY p.since DESC, p.id DESC LIMIT 1",
        stay.account_id, stay.since, stay.id)  # fmt: skip
    after = await db.one(_Stay, f"{_STAY} WHERE p.account_id = ? AND (p.since, p.id) > (?, ?) ORDER BY p.since, p.id LIMIT 1",
        stay.account_id, stay.since, stay.id)  # fmt: skip
    for one, other in pairwise(each for each in (before, stay, after) if each):
        gap = other.since - one.seen_until(other.since)
        if gap < _walk(one, other):
            await _flag("travel", other, other=one, seconds=int(gap.total_seconds()), since=one.seen_until(other.since), until=other.since)


def _walk(one: _Stay, other: _Stay) -> timedelta:
    """How long the way takes at least; no time at all where we cannot tell. Places have no coordinates here."""
    if one.community_id != other.community_id:
        return COMMUNITIES
    if one.estate_id is None or other.estate_id is None or one.estate_id == other.estate_id:
        return timedelta(0)
    return ESTATES


async def old_code(presence_id: UUID, seconds: int) -> None:
    stay = await db.one(_Stay, f"{_STAY} WHERE p.id = ?", presence_id)
    if stay is not None:
        await _flag("old_code", stay, seconds=seconds, since=stay.since, until=stay.since)


async def _flag(
    kind: str, stay: _Stay, *, since: datetime, until: datetime, people: int = 1, seconds: int | None = None, other: _Stay | None = None
) -> None:
    flag_id = ids.new()
    made = await db.run(
        """INSERT INTO presence_flag(id, community_id, kind, presence_id, other_id, building_id, people, seconds, from_at, to_at, made_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, presence_id) DO NOTHING""",
        flag_id, stay.community_id, kind, stay.id, other and other.id, stay.building_id, people, seconds, since, until, clock.now(),
    )  # fmt: skip
    if made:
        record("presence.flagged", flag_id, community=stay.community_id, what=kind)


async def seen(flag_id: UUID, *, by: Person) -> Done:
    """She looked at it and knows what it was."""
    await _hers(flag_id, by)
    if not await db.run("UPDATE presence_flag SET seen_at = ?, seen_by = ? WHERE id = ? AND seen_at IS NULL", clock.now(), by.id, flag_id):
        raise Overtaken("presence.flags.seen_already")
    record("presence.flag_seen", flag_id, community=by.community_id)
    return Done("presence.flags.is_seen", about=str(flag_id), undo=f"/presence/flags/{flag_id}/unseen")


async def unseen(flag_id: UUID, *, by: Person) -> Done:
    await _hers(flag_id, by)
    if not await db.run("UPDATE presence_flag SET seen_at = ?, seen_by = ? WHERE id = ? AND seen_at IS NOT NULL", None, None, flag_id):
        raise Overtaken("presence.flags.open_already")
    record("presence.flag_unseen", flag_id, community=by.community_id)
    return Done("presence.flags.is_open", about=str(flag_id))


async def _hers(flag_id: UUID, by: Person) -> None:
    community = await db.rows(UUID, "SELECT community_id FROM presence_flag WHERE id = ?", flag_id)
    if not community or not isinstance(by, Person) or community[0] != by.community_id:
        raise Gone("presence_flag")
    may(by, "presence.watch")
