"""What every verb on a run begins with: may she, and is the run in a state for it."""

from uuid import UUID

from app.deliveries import reads
from app.kernel import db
from app.kernel.trouble import Barred, Gone, Overtaken
from app.needs import reads as needs
from app.needs.rules import fulfilling
from app.people.person import Person
from app.people.rights import may
from app.people.rules import grants

CARRIED = ("planned", "underway")


async def planned(run_id: UUID, by: Person) -> reads.RunLine:
    """The run, for who plans. Raises Gone, and Barred for who may only look."""
    run = await reads.visible(run_id, by)
    may(by, "run.plan")
    return run


async def carried(run_id: UUID, by: Person) -> reads.RunLine:
    """The run, for its carriers and who plans. Who had it once is told that it is no longer hers."""
    try:
        run = await reads.visible(run_id, by)
    except Gone:
        if isinstance(by, Person) and await reads.ever_carried(run_id, by):
            raise Overtaken("late.run_taken_back", reason="taken-back") from None
        raise
    if not reads.carries(run, by):
        raise Barred("trouble.barred.run_carry", reason="barred")
    return run


async def witnessed(run_id: UUID, by: Person) -> tuple[reads.RunLine, bool]:
    """The run, for who may say what happened at its doors: also for who had it once. True when it is no longer in her hands."""
    try:
        return await carried(run_id, by), False
    except (Barred, Overtaken):
        if not await reads.ever_carried(run_id, by):
            raise
    return await reads.known(run_id, by), True


async def hold(run_id: UUID, *states: str) -> str:
    """Nothing else happens on this run until the act ends. Answers its state; raises Overtaken if that is none of `states`."""
    state = await touch(run_id)
    if state not in states:
        raise Overtaken(f"deliveries.already.{state}", reason=f"run-{state}")
    return state


async def touch(run_id: UUID) -> str:
    return await db.value("UPDATE run SET version = version + 1 WHERE id = ? RETURNING state", run_id)


async def needs_on(stop_ids: list[UUID]) -> list[UUID]:
    """Needs that are still to be brought to these stops."""
    if not stop_ids:
        return []
    return await db.rows(UUID, f"SELECT need_id FROM stop_need WHERE left_at IS NULL AND stop_id IN ({db.marks(stop_ids)})", *stop_ids)


async def in_state(need_ids: list[UUID], *states: str) -> list[UUID]:
    """Without those that a resident took back, or confirmed, meanwhile; the rest can do neither until this act ends."""
    await fulfilling.hold(need_ids)
    return [line.id for line in await needs.lines(need_ids) if line.state in states]


async def give_needs(run_id: UUID, need_ids: list[UUID]) -> None:
    """Let the run's carriers see these needs: whom to ring, what was said."""
    for account_id in await db.rows(UUID, "SELECT account_id FROM carrier WHERE run_id = ? AND ended_at IS NULL", run_id):
        for need_id in need_ids:
            await grants.give(account_id, "need", need_id)


async def take_needs(need_ids: list[UUID]) -> None:
    for need_id in need_ids:
        await grants.end(need_id)
