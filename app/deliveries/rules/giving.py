"""Putting a run into somebody's hands, and taking it back."""

from collections.abc import Sequence
from uuid import UUID

from app.deliveries import reads
from app.deliveries.rules.holding import hold, needs_on, planned
from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people import reads as people
from app.people.person import Person
from app.people.rules import grants
from app.people.rules.messages import tell


async def give(run_id: UUID, *, accounts: Sequence[UUID], by: Person) -> Done:
    """To one or more carriers who are vouched for here; a draft becomes given. One who has it already is no mistake."""
    run = await planned(run_id, by)
    if run.stops == 0:
        raise Overtaken("deliveries.empty")
    await hold(run.id, "draft", "given", "out")
    for account_id in accounts:
        await _vouched(account_id, run.community_id)
    await db.run("UPDATE run SET state = 'given' WHERE id = ? AND state = 'draft'", run.id)
    on = await needs_on([stop.id for stop in await reads.stop_rows(run.id)])
    if not any([await _hand(run, account_id, on, by) for account_id in accounts]):
        record("run.changed", run.id, community=run.community_id, accounts=len(accounts))
    return Done("deliveries.given", {"number": run.number, "n": len(accounts)}, about=str(run.id))


async def _vouched(account_id: UUID, community_id: UUID) -> None:
    member, account = await people.member(account_id, community_id), await people.account(account_id)
    if member is None or account is None:
        raise Gone("account")
    if member.vouched_at is None or account.suspended_at is not None:
        raise misfit("accounts", "deliveries.not_vouched")


async def _hand(run: reads.RunLine, account_id: UUID, need_ids: list[UUID], by: Person) -> bool:
    sql = "INSERT INTO carrier(id, community_id, run_id, account_id, given_by, given_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, ids.new(), run.community_id, run.id, account_id, by.id, clock.now()):
        return False
    await grants.give(account_id, "run", run.id)
    for need_id in need_ids:
        await grants.give(account_id, "need", need_id)
    record("run.given", run.id, community=run.community_id, account=str(account_id))
    await tell(account_id, "deliveries.message.given", path=run.path, community=run.community_id, number=run.number, n=run.stops)
    return True


async def take_back(run_id: UUID, account_id: UUID, *, by: Person) -> Done:
    """A given run without hands is a draft again; one that is out needs other hands first."""
    run = await planned(run_id, by)
    state = await hold(run.id, "draft", "given", "out")
    held = await db.rows(UUID, "SELECT account_id FROM carrier WHERE run_id = ? AND ended_at IS NULL", run.id)
    if account_id not in held:
        raise Overtaken("deliveries.not_hers")
    if len(held) == 1 and state == "out":
        raise Overtaken("deliveries.last_carrier")
    await end(run, [account_id])
    if len(held) == 1:
        await db.run("UPDATE run SET state = 'draft' WHERE id = ? AND state = 'given'", run.id)
    await tell(account_id, "deliveries.message.taken_back", community=run.community_id, number=run.number)
    record("run.changed", run.id, community=run.community_id, account=str(account_id))
    return Done("deliveries.taken_back", {"number": run.number}, about=str(run.id))


async def end(run: reads.RunLine, accounts: Sequence[UUID]) -> None:
    """Out of these hands, with what they could see of its needs."""
    needs = await db.rows(UUID, "SELECT n.need_id FROM stop_need n JOIN stop s ON s.id = n.stop_id WHERE s.run_id = ?", run.id)
    for account_id in accounts:
        await db.run(
            "UPDATE carrier SET ended_at = ? WHERE run_id = ? AND account_id = ? AND ended_at IS NULL", clock.now(), run.id, account_id
        )
        await grants.end(run.id, account_id)
        for need_id in needs:
            await grants.end(need_id, account_id)
