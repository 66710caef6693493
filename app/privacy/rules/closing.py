"""Ending an emergency: one asks, another confirms with its name, and a duty destroys what was held of people, step by step.

A step is an act of the system's own: what it ended and how much are committed together, so a server that falls over goes on
where it was. The report is written when nothing is left and every key that was noted is destroyed.
"""

import json
from functools import partial
from uuid import UUID

import msgspec

from app.journal import chain, worker
from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken, misfit
from app.people.person import Person
from app.people.reads import desk
from app.people.rights import may
from app.people.rules.messages import tell
from app.places import rules as places
from app.places.numerals import plain
from app.privacy.reads.closings import Closing, closing, gone, report_hash, running, still_open
from app.privacy.reads.emergency import emergency
from app.privacy.rules import destroying, erasing

RIGHT = "emergency.close"
STEPS_AT_ONCE = 20  # between two turns of the worker's other duties


async def seen(closing_id: UUID, *, by: Person) -> Closing:
    may(by, RIGHT)
    found = await closing(closing_id, by.community_id)
    if found is None:
        raise Gone("closing")
    return found


async def ask(*, by: Person) -> Done:
    """Raises Overtaken while somebody still waits for something, and where one was asked for already."""
    may(by, RIGHT)
    await _nobody_waits(by.community_id)
    made = ids.new()
    sql = "INSERT INTO closing(id, community_id, emergency_id, asked_by, asked_at) VALUES (?, ?, ?, ?, ?)"
    if await db.value("SELECT 1 FROM closing WHERE community_id = ? AND emergency_id = ? AND granted", by.community_id, by.emergency_id):
        raise Overtaken("privacy.closing.over")
    try:
        async with db.savepoint():
            await db.run(sql, made, by.community_id, by.emergency_id, by.id, clock.now())
    except db.IntegrityError as waiting:
        raise Overtaken("privacy.closing.waits_already") from waiting
    record("closing.asked", made, community=by.community_id)
    for account in {*await desk.dispatchers(by.community_id), *await desk.commanders(by.community_id)} - {by.id}:
        await tell(account, "message.closing_asked", path="/closings", community=by.community_id, kind="desk")
    return Done("privacy.closing.asked", about=str(made))


async def _nobody_waits(community_id: UUID) -> None:
    there = await still_open(community_id)
    if there.needs or there.runs:
        raise Overtaken("privacy.closing.still_open", needs=there.needs, runs=there.runs)


async def approve(closing_id: UUID, name: str, *, by: Person) -> Done:
    """Raises Barred for the one who asked, Misfit for another name than the emergency's, Overtaken while somebody waits."""
    one = await seen(closing_id, by=by)
    if one.asked_by == by.id:
        raise Barred("privacy.closing.takes_two")
    if plain(name) != plain((await emergency(one.emergency_id)).name):
        raise misfit("name", "privacy.closing.other_name")
    await _nobody_waits(one.community_id)
    plan = json.dumps(await destroying.standing(one.community_id, None))
    await _decide(one, True, by, plan)
    await places.close(one.community_id, one.emergency_id)
    record("closing.confirmed", one.id, community=one.community_id)
    await tell(one.asked_by, "message.closing_confirmed", path="/closings", community=one.community_id, kind="desk")
    return Done("privacy.closing.confirmed", about=str(one.id))


async def refuse(closing_id: UUID, *, by: Person) -> Done:
    """Whoever asked may take it back herself."""
    one = await seen(closing_id, by=by)
    await _decide(one, False, by, "{}")
    record("closing.refused", one.id, community=one.community_id)
    if one.asked_by != by.id:
        await tell(one.asked_by, "message.closing_refused", path="/closings", community=one.community_id, kind="desk")
    return Done("privacy.closing.refused", about=str(one.id))


async def _decide(one: Closing, granted: bool, by: Person, plan: str) -> None:
    sql = "UPDATE closing SET decided_by = ?, decided_at = ?, granted = ?, plan = ? WHERE id = ? AND decided_at IS NULL"
    if not await db.run(sql, by.id, clock.now(), granted, plan, one.id):
        raise Overtaken("privacy.closing.decided_already")


async def go_on() -> int:
    """A duty: some steps of each closing that is under way; answers how many."""
    done = 0
    for one in await running():
        for _ in range(STEPS_AT_ONCE):
            worked: list[int] = []
            await worker.do(partial(_step, one, worked))
            if not worked:
                await _finish(one)
                break
            done += 1
    return done


async def _step(one: Closing, worked: list[int]) -> None:
    """The next batch of the first class of which something is left."""
    for what, step in destroying.STEPS.items():
        if n := await step(one.community_id, one.decided_at):
            sql = """INSERT INTO closing_gone(closing_id, what, n) VALUES (?, ?, ?)
            ON CONFLICT (closing_id, what) DO UPDATE SET n = closing_gone.n + excluded.n"""
            await db.run(sql, one.id, what, n)
            worked.append(n)
            return


async def _finish(one: Closing) -> None:
    """Once every key is destroyed. What the log of the database still holds of the rows before goes too."""
    while await erasing.settle():
        pass
    if any((await destroying.standing(one.community_id, one.decided_at)).values()):
        return
    await worker.do(partial(_report, one), once=f"closing.finished|{one.id}")
    if not db.is_postgres():
        await db.value("PRAGMA wal_checkpoint(TRUNCATE)")


async def _report(one: Closing) -> None:
    [head] = await chain.heads_of([one.community_id])
    counts = await gone(one.id)
    done = msgspec.structs.replace(one, finished_at=clock.now(), link=head.link, link_hash=head.link_hash)
    sql = "UPDATE closing SET finished_at = ?, link = ?, link_hash = ?, report_hash = ? WHERE id = ? AND finished_at IS NULL"
    if not await db.run(sql, done.finished_at, done.link, done.link_hash, report_hash(done, counts), one.id):
        return
    record("closing.finished", one.id, community=one.community_id, n=sum(counts.values()))
    for account in (one.asked_by, one.decided_by):
        await tell(account, "message.closing_finished", path=f"/closings/{one.id}", community=one.community_id, kind="desk")
