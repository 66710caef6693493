"""Check-in and check-out on site, at the time when they were pressed, whenever they come.

A person is in one place: her stays never overlap, so that no hour counts twice. At most one is open.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.late import LATE, SHOWN, late
from app.kernel.trouble import Overtaken
from app.people.person import Person
from app.people.rights import may


class Stay(msgspec.Struct, frozen=True):
    id: UUID
    building_id: UUID | None
    task_id: UUID | None
    since: datetime
    until_at: datetime | None
    mark: str | None
    until_assumed: bool | None


_STAY = "SELECT id, building_id, task_id, since, until_at, mark, until_assumed FROM presence WHERE account_id = ?"


async def _hold(account_id: UUID) -> None:
    """Two phones of hers come one after the other."""
    await db.run("UPDATE account SET id = id WHERE id = ?", account_id)


async def before(account_id: UUID, at: datetime) -> Stay | None:
    """Her last stay that began by then."""
    return await db.one(Stay, f"{_STAY} AND since <= ? ORDER BY since DESC, id DESC LIMIT 1", account_id, at)


async def after(account_id: UUID, at: datetime) -> Stay | None:
    return await db.one(Stay, f"{_STAY} AND since > ? ORDER BY since, id LIMIT 1", account_id, at)


async def around(account_id: UUID, building: UUID, at: datetime) -> list[Stay]:
    """Her stay at the building at that moment (or begun within a minute after it), and the one there that goes on from it."""
    there, following = await before(account_id, at), await after(account_id, at)
    held = there if there and there.building_id == building and (there.until_at is None or there.until_at >= at) else None
    joins = (
        following and following.building_id == building and (following.since - at <= LATE or (held and held.until_at == following.since))
    )
    return [each for each in (held, following if joins else None) if each]


async def start(
    *, by: Person, building: UUID | None = None, task: UUID | None = None, closed: datetime | None = None, mark: str | None = None
) -> UUID:
    """She is here since the press. A stay elsewhere ends then; one that is known to have begun later ends this one, and so does
    `closed`, the moment at which what she came for was over. Answers the presence's id."""
    may(by, "presence.start")
    await _hold(by.id)
    at, came = current().when, clock.now()
    there, following = await before(by.id, at), await after(by.id, at)
    until, assumed = None, None
    if there and (there.until_at is None or there.until_at > at):
        if (there.building_id, there.task_id) == (building, task):
            _started(by, building, there.id)
            return there.id
        await db.run("UPDATE presence SET until_at = ?, until_assumed = ? WHERE id = ?", at, None, there.id)
        until, assumed = there.until_at, there.until_assumed
    mark = mark or ("late" if late() else None)
    if until is None and following and following.mark == "no-check-in":
        sql = "UPDATE presence SET since = ?, mark = ?, building_id = coalesce(?, building_id), task_id = coalesce(?, task_id) WHERE id = ?"
        await db.run(sql, at, mark or "late", building, task, following.id)
        _started(by, building, following.id)
        return following.id
    ends = [each for each in (until, following and following.since, closed and max(closed, at)) if each]
    if ends and min(ends) != until:
        until, assumed = min(ends), True
    presence_id = ids.new()
    await db.run(
        """INSERT INTO presence(id, account_id, community_id, building_id, task_id, proof, since, until_at, mark, received_at, until_assumed)
        VALUES (?, ?, ?, ?, ?, 'claimed', ?, ?, ?, ?, ?)""",
        presence_id, by.id, by.community_id, building, task, at, until, mark, came, assumed,
    )  # fmt: skip
    _started(by, building, presence_id)
    return presence_id


def _started(by: Person, building: UUID | None, stay: UUID) -> None:
    record("presence.started", by.id, community=by.community_id, building=str(building) if building else None, stay=str(stay))


async def end(*, by: Person, building: UUID | None = None, task: UUID | None = None) -> Done:
    """She left when she pressed. Raises Overtaken when she was not here then; told late, it is kept for a check-in that may come yet."""
    await _hold(by.id)
    at = current().when
    there, following = await before(by.id, at), await after(by.id, at)
    left_then = there and there.mark != "no-check-in" and (there.until_at is None or there.until_at > at)
    stayed_on = there and there.until_assumed and there.until_at is not None and there.until_at <= at
    if left_then or stayed_on:
        until = min(at, following.since) if following else at
        await db.run("UPDATE presence SET until_at = ?, until_assumed = ? WHERE id = ?", until, None, there.id)
        record("presence.ended", by.id, community=by.community_id)
        return Done("people.presence.ended", mark="late" if there.until_at is not None else None)
    if following and following.until_at is None and following.since - at < SHOWN:  # one of the two clocks is slow
        await db.run("UPDATE presence SET until_at = ? WHERE id = ?", max(clock.now(), following.since), following.id)
        record("presence.ended", by.id, community=by.community_id)
        return Done("people.presence.ended")
    if not late():
        raise Overtaken("people.presence.not_here")
    if there and there.until_at is not None and there.mark != "no-check-in":
        record("presence.left_unseen", by.id, community=by.community_id)
        return Done("late.left_already", mark="beside")
    await db.run(
        """INSERT INTO presence(id, account_id, community_id, building_id, task_id, proof, since, until_at, mark, received_at)
        VALUES (?, ?, ?, ?, ?, 'claimed', ?, ?, 'no-check-in', ?)""",
        ids.new(), by.id, by.community_id, building, task, at, at, clock.now(),
    )  # fmt: skip
    record("presence.left_unseen", by.id, community=by.community_id)
    return Done("late.no_check_in", mark="late")
