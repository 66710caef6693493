"""Putting people on the roster: one shift, or a rotation of many at once; taking them off again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.reads import rosters
from app.people.rules.messages import tell
from app.people.rules.rosters.posting import kept

LONGEST = timedelta(hours=48)
MOST = 200  # shifts of one rotation

_INSERT = """INSERT INTO shift(id, community_id, post_id, account_id, from_at, until_at, rotation_id, made_by, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Turn(msgspec.Struct, frozen=True):
    """One shift of a rotation as it would be made. `double`: it falls into another one of hers."""

    account_id: UUID
    from_at: datetime
    until_at: datetime
    double: bool


async def _helps(account: UUID, by: Person) -> bool:
    sql = "SELECT 1 FROM membership m JOIN account a ON a.id = m.account_id WHERE m.account_id = ? AND m.community_id = ? AND m.vouched_at IS NOT NULL AND a.suspended_at IS NULL"
    return bool(await db.value(sql, account, by.community_id))


async def put(post_id: UUID, *, who: UUID, starts: datetime, until: datetime, by: Person) -> Done:
    """One shift. Raises Misfit for no length, for more than two days, for what is over. Where it falls into another of hers it is
    made all the same, and said."""
    await kept(post_id, by)
    if not await _helps(who, by):
        raise misfit("who", "form.unknown_choice")
    _fits(starts, until)
    double = await rosters.doubled(by.community_id, [(who, starts, until)])
    row = ids.new()
    await db.run(_INSERT, row, by.community_id, post_id, who, starts, until, None, by.id, clock.now())
    record("shift.given", row, community=by.community_id, account=str(who), post=str(post_id))
    if who != by.id:
        await tell(who, "message.shift_given", path=f"/shifts/{row}", community=by.community_id)
    words = "roster.shift.put_double" if double else "roster.shift.put"
    return Done(words, about=str(row), undo=f"/shifts/{row}/remove")


def _fits(starts: datetime, until: datetime) -> None:
    if until <= starts:
        raise misfit("until", "roster.shift.no_length")
    if until - starts > LONGEST:
        raise misfit("until", "roster.shift.too_long")
    if until <= clock.now():
        raise misfit("until", "roster.shift.past")


async def foresee(post_id: UUID, *, people: tuple[UUID, ...], hours: int, starts: datetime, until: datetime, by: Person) -> list[Turn]:
    """The shifts that a rotation would make; nothing is written. Raises Misfit."""
    post = await kept(post_id, by)
    if until <= starts:
        raise misfit("until", "roster.shift.no_length")
    if until <= clock.now():
        raise misfit("until", "roster.shift.past")
    for each in people:
        if not await _helps(each, by):
            raise misfit("people", "form.unknown_choice")
    if until - starts > timedelta(hours=hours) * (MOST + 1) * (1440 / post.covers_minutes):
        raise misfit("until", "roster.rotation.too_many", most=MOST)
    made = rosters.turns(post.covers_from, post.covers_minutes, hours, starts, until, people, clock.ZONE.get())
    if not made:
        raise misfit("until", "roster.rotation.none")
    if len(made) > MOST:
        raise misfit("until", "roster.rotation.too_many", most=MOST)
    double = await rosters.doubled(by.community_id, [(who, begins, ends) for begins, ends, who in made])
    return [Turn(who, begins, ends, (who, begins) in double) for begins, ends, who in made]


async def rotate(post_id: UUID, *, people: tuple[UUID, ...], hours: int, starts: datetime, until: datetime, by: Person) -> Done:
    """In turn, one after the other, ahead until then: one act, taken back with one."""
    made = await foresee(post_id, people=people, hours=hours, starts=starts, until=until, by=by)
    row, now = ids.new(), clock.now()
    sql = "INSERT INTO rotation(id, community_id, post_id, hours, from_at, until_at, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    await db.run(sql, row, by.community_id, post_id, hours, starts, until, by.id, now)
    rows: list[tuple[Any, ...]] = [
        (ids.new(), by.community_id, post_id, turn.account_id, turn.from_at, turn.until_at, row, by.id, now) for turn in made
    ]
    await db.run_many(_INSERT, rows)
    record("rotation.made", row, community=by.community_id, post=str(post_id), shifts=len(made))
    for who in dict.fromkeys(people):
        n = sum(turn.account_id == who for turn in made)
        if n and who != by.id:
            await tell(who, "message.shifts_given", path="/mine", community=by.community_id, n=n)
    said = {"n": len(made), "double": sum(turn.double for turn in made)}
    words = "roster.rotation.made_double" if said["double"] else "roster.rotation.made"
    return Done(words, said, about=str(row), undo=f"/rotations/{row}/undo")


async def undo_rotation(rotation_id: UUID, *, by: Person) -> Done:
    """Those of its shifts go that nobody has begun and nobody has taken from another. Raises Overtaken when it was undone."""
    post = await db.rows(UUID, "SELECT post_id FROM rotation WHERE id = ? AND community_id = ?", rotation_id, by.community_id)
    if not post:
        raise Gone("rotation")
    await kept(post[0], by)
    now = clock.now()
    if not await db.run("UPDATE rotation SET undone_at = ?, undone_by = ? WHERE id = ? AND undone_at IS NULL", now, by.id, rotation_id):
        raise Overtaken("roster.rotation.undone_already")
    going = """rotation_id = ? AND removed_at IS NULL AND came_at IS NULL AND ended_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM shift_swap w WHERE w.shift_id = shift.id AND w.accepted_by IS NOT NULL AND w.forbidden_at IS NULL)"""
    whose = await db.rows(UUID, f"SELECT DISTINCT account_id FROM shift WHERE {going}", rotation_id)
    n = await db.run(f"UPDATE shift SET removed_at = ?, removed_by = ?, version = version + 1 WHERE {going}", now, by.id, rotation_id)
    record("rotation.undone", rotation_id, community=by.community_id, shifts=n)
    for who in whose:
        if who != by.id:
            await tell(who, "message.shifts_taken_off", path="/mine", community=by.community_id)
    return Done("roster.rotation.undone", {"n": n}, about=str(rotation_id))


async def remove(shift_id: UUID, *, by: Person) -> Done:
    """Off the roster. Raises Overtaken for one that has begun or is off already."""
    shift = await _kept_shift(shift_id, by)
    sql = "UPDATE shift SET removed_at = ?, removed_by = ?, version = version + 1 WHERE id = ? AND removed_at IS NULL AND came_at IS NULL AND ended_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, shift_id):
        raise Overtaken("roster.shift.not_removable")
    record("shift.removed", shift_id, community=by.community_id, account=str(shift.account_id))
    if shift.account_id != by.id:
        await tell(shift.account_id, "message.shift_taken_off", path="/mine", community=by.community_id)
    return Done("roster.shift.removed", about=str(shift_id), undo=f"/shifts/{shift_id}/restore")


async def restore(shift_id: UUID, *, by: Person) -> Done:
    shift = await _kept_shift(shift_id, by)
    sql = "UPDATE shift SET removed_at = NULL, removed_by = NULL, version = version + 1 WHERE id = ? AND removed_at IS NOT NULL"
    if not await db.run(sql, shift_id):
        raise Overtaken("roster.shift.there_already")
    record("shift.restored", shift_id, community=by.community_id, account=str(shift.account_id))
    if shift.account_id != by.id:
        await tell(shift.account_id, "message.shift_given", path=shift.path, community=by.community_id)
    return Done("roster.shift.restored", about=str(shift_id), undo=f"/shifts/{shift_id}/remove")


async def _kept_shift(shift_id: UUID, by: Person) -> rosters.ShiftFacts:
    found = await rosters.shift(shift_id, by.community_id)
    if found is None:
        raise Gone("shift")
    await kept(found.post_id, by)
    return found
