"""Showing the moving square at a building, and telling what one of its codes is worth."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people import moving
from app.people.person import Person
from app.people.reads.showing import Showing, showing, showing_of, showings
from app.people.rights import can, may
from app.places import codes
from app.places import reads as places

LONGEST = timedelta(hours=12)
LOOKED_AT = 1_000  # phones whose present codes are compared with a typed one, newest first
LOOKED_BACK = 30  # phones whose older codes are, so that she is told how old hers is


async def start(building: UUID, *, by: Person) -> Done:
    """This phone shows the square of the building, for 12 hours at most; what it showed before is over."""
    may(by, "presence.show")
    at = await places.building(building)
    if at is None or at.community_id != by.community_id:
        raise misfit("building", "form.unknown_choice")
    may(by, "presence.show", building=building)
    now = clock.now()
    await db.run("UPDATE showing SET ended_at = ? WHERE session_id = ? AND ended_at IS NULL", now, by.session_id)
    showing_id = ids.new()
    sql = "INSERT INTO showing(id, community_id, building_id, account_id, session_id, short, started_at, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    await db.run(sql, showing_id, by.community_id, building, by.id, by.session_id, codes.fresh(), now, now + LONGEST)
    record("presence.shown", showing_id, community=by.community_id, building=str(building))
    return Done("presence.here.started", about=str(showing_id))


async def end(showing_id: UUID, *, by: Person) -> Done:
    """Hers on any of her phones; a dispatcher's word ends anybody's."""
    found = await showing(showing_id)
    if found is None or not isinstance(by, Person) or found.community_id != by.community_id:
        raise Gone("showing")
    if found.account_id != by.id and not can(by, "presence.watch"):
        raise Gone("showing")
    ended = max(current().when, found.started_at)
    if not await db.run("UPDATE showing SET ended_at = ? WHERE id = ? AND ended_at IS NULL", ended, showing_id):
        raise Overtaken("presence.here.over_already")
    record("presence.show_ended", showing_id, community=by.community_id)
    return Done("presence.here.ended", about=str(showing_id))


async def end_all(account_id: UUID, community_id: UUID) -> None:
    """She answers for less of the community than when she began: what her phones show there proves nothing from now on."""
    sql = "UPDATE showing SET ended_at = ? WHERE account_id = ? AND community_id = ? AND ended_at IS NULL"
    await db.run(sql, clock.now(), account_id, community_id)


class Shown(msgspec.Struct, frozen=True):
    """A code that a phone of ours made. `seconds`: how long before the press it was shown; `fresh`: near enough to believe that she stood there."""

    showing: Showing
    seconds: int
    fresh: bool


async def weigh(shown: moving.Code, community_id: UUID, at: datetime) -> Shown:
    """What a code says of somebody who pressed at `at`. Raises Gone for a showing of nobody here, Overtaken for a code no phone made."""
    found = await (_typed(shown.typed, community_id, at) if shown.typed else _scanned(shown, community_id))
    if found is None:
        raise Overtaken("presence.in.wrong_typed" if shown.typed else "presence.in.wrong")
    by, step = found
    near = abs(moving.step_of(at) - step) <= moving.WITHIN
    alive = moving.step_of(by.started_at) <= step <= moving.step_of(by.over_at)
    return Shown(by, int(at.timestamp()) - step * moving.SECONDS, near and alive)


async def _scanned(shown: moving.Code, community_id: UUID) -> tuple[Showing, int] | None:
    by = await showing_of(shown.short, community_id)
    if by is None:
        raise Gone("showing")
    return (by, shown.step) if moving.same(shown.mac, moving.mac_at(moving.secret_of(by.id), shown.step)) else None


async def _typed(typed: str, community_id: UUID, at: datetime) -> tuple[Showing, int] | None:
    """Every phone's codes around the press, then all that the latest phones showed."""
    now, found = moving.step_of(at), await showings(community_id, at - LONGEST)
    secrets = [(by, moving.secret_of(by.id)) for by in found[:LOOKED_AT]]
    for step in range(now + moving.WITHIN, now - moving.WITHIN - 1, -1):
        for by, secret in secrets:
            if moving.same(typed, moving.typed_at(secret, step)):
                return by, step
    for by, secret in secrets[:LOOKED_BACK]:
        first, last = moving.step_of(by.started_at) - moving.WITHIN, moving.step_of(by.ends_at) + moving.WITHIN
        if (step := moving.step_typed(typed, secret, first, last)) is not None:
            return by, step
    return None
