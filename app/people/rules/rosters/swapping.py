"""One asks to be stood in for, one of the post's people accepts, and whoever keeps the roster may forbid it. Until somebody has
accepted, the shift stays with whoever asked."""

from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Barred, Gone, Overtaken
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import may
from app.people.rules.messages import tell
from app.people.rules.rosters.posting import kept
from app.people.rules.rosters.watching import keepers

_OPEN = "accepted_at IS NULL AND withdrawn_at IS NULL AND forbidden_at IS NULL"


async def ask(shift_id: UUID, *, by: Person) -> Done:
    """Raises Barred for another one's, Overtaken for one that has begun or is over, and when she asks already."""
    shift = await rosters.shift(shift_id, by.community_id)
    if shift is None:
        raise Gone("shift")
    if shift.account_id != by.id:
        raise Barred("trouble.barred.shift_not_hers", reason="barred")
    if not shift.stands or shift.came_at or shift.until_at <= clock.now():
        raise Overtaken("roster.swap.over")
    row = ids.new()
    sql = "INSERT INTO shift_swap(id, community_id, shift_id, asked_by, asked_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, row, by.community_id, shift_id, by.id, clock.now()):
        raise Overtaken("roster.swap.asked_already")
    record("swap.asked", row, community=by.community_id, shift=str(shift_id))
    for who in sorted(await rosters.mates(shift.post_id) - {by.id}):
        await tell(who, "message.swap_asked", path=shift.path, community=by.community_id)
    return Done("roster.swap.asked", about=str(row), undo=f"/swaps/{row}/withdraw")


async def accept(swap_id: UUID, *, by: Person) -> Done:
    """The first has it. Raises Barred for who is not of the post, Overtaken for the second."""
    swap = await _seen(swap_id, by)
    may(by, "roster.see")
    if swap.asked_by == by.id or by.id not in await rosters.mates(swap.post_id):
        raise Barred("trouble.barred.swap_not_mate", reason="barred")
    if not await db.run(f"UPDATE shift_swap SET accepted_by = ?, accepted_at = ? WHERE id = ? AND {_OPEN}", by.id, clock.now(), swap_id):
        raise Overtaken("roster.swap.taken")
    sql = """UPDATE shift SET account_id = ?, version = version + 1
    WHERE id = ? AND account_id = ? AND removed_at IS NULL AND came_at IS NULL AND ended_at IS NULL AND until_at > ?"""
    if not await db.run(sql, by.id, swap.shift_id, swap.asked_by, clock.now()):
        raise Overtaken("roster.swap.over")
    record("swap.accepted", swap_id, community=by.community_id, shift=str(swap.shift_id))
    path = f"/shifts/{swap.shift_id}"
    await tell(swap.asked_by, "message.swap_accepted", path=path, community=by.community_id)
    for who in sorted(await keepers(by.community_id, swap.building_id) - {by.id, swap.asked_by}):
        await tell(who, "message.swap_to_know", path=path, community=by.community_id, kind="desk")
    return Done("roster.swap.accepted", about=str(swap.shift_id))


async def withdraw(swap_id: UUID, *, by: Person) -> Done:
    swap = await _seen(swap_id, by)
    if swap.asked_by != by.id:
        raise Barred("trouble.barred.shift_not_hers", reason="barred")
    if not await db.run(f"UPDATE shift_swap SET withdrawn_at = ? WHERE id = ? AND {_OPEN}", clock.now(), swap_id):
        raise Overtaken("roster.swap.taken")
    record("swap.withdrawn", swap_id, community=by.community_id)
    return Done("roster.swap.withdrawn", about=str(swap.shift_id))


async def forbid(swap_id: UUID, *, by: Person) -> Done:
    """The shift goes back to whoever asked. Raises Overtaken once the other one has come, or when nothing is left to forbid."""
    swap = await _seen(swap_id, by)
    await kept(swap.post_id, by)
    sql = "UPDATE shift_swap SET forbidden_at = ?, forbidden_by = ? WHERE id = ? AND withdrawn_at IS NULL AND forbidden_at IS NULL"
    if not await db.run(sql, clock.now(), by.id, swap_id):
        raise Overtaken("roster.swap.gone")
    now = await rosters.swap(swap_id, by.community_id)  # as it stands, now that nobody else changes it
    if now.accepted_by:
        back = "UPDATE shift SET account_id = ?, version = version + 1 WHERE id = ? AND account_id = ? AND came_at IS NULL AND ended_at IS NULL"
        if not await db.run(back, swap.asked_by, swap.shift_id, now.accepted_by):
            raise Overtaken("roster.swap.begun")
    record("swap.forbidden", swap_id, community=by.community_id, shift=str(swap.shift_id))
    for who in {swap.asked_by, now.accepted_by} - {None, by.id}:
        await tell(who, "message.swap_forbidden", path=f"/shifts/{swap.shift_id}", community=by.community_id)
    return Done("roster.swap.forbidden", about=str(swap.shift_id))


async def _seen(swap_id: UUID, by: Person) -> rosters.SwapFacts:
    if (found := await rosters.swap(swap_id, by.community_id)) is None:
        raise Gone("swap")
    return found
