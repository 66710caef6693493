"""Whom nobody vouches for any more has no doors in her hands: her pairings end, her rounds go back to whoever made them.

Of one who is suspended the rounds do: nobody walks them.
"""

from uuid import UUID

from app.care.reads import rounds
from app.care.rules import given
from app.journal.record import record
from app.kernel import clock, db
from app.people import reads as people
from app.people.rules.messages import tell


async def part(account_id: UUID, community_id: UUID, by: UUID | None) -> None:
    member = await people.member(account_id, community_id)
    if member is not None and member.vouched_at is not None:
        return  # somebody vouches for her again meanwhile
    await _end_pairings(account_id, community_id, by)
    await _give_rounds_back(account_id, community_id, by)
    await _follow_all(account_id)


async def suspended(account_id: UUID, by: UUID | None) -> None:
    """Her rounds go back, in every community; her pairings wait for her, and are passed over meanwhile."""
    account = await people.account(account_id)
    if account is None or account.suspended_at is None:
        return  # restored meanwhile
    sql = "SELECT DISTINCT community_id FROM care_round WHERE given_to = ? AND finished_at IS NULL ORDER BY community_id"
    for community_id in await db.rows(UUID, sql, account_id):
        await _give_rounds_back(account_id, community_id, by)
    await _follow_all(account_id)


async def _follow_all(account_id: UUID) -> None:
    held = "SELECT subject_id FROM granted WHERE account_id = ? AND subject = 'household' ORDER BY subject_id"
    await given.follow(account_id, await db.rows(UUID, held, account_id))


async def _end_pairings(account_id: UUID, community_id: UUID, by: UUID | None) -> None:
    hers = "account_id = ? AND community_id = ? AND ended_at IS NULL"
    homes = await db.rows(UUID, f"SELECT household_id FROM carer WHERE {hers} ORDER BY id", account_id, community_id)
    askers = await db.rows(
        UUID, f"SELECT DISTINCT asked_by FROM carer WHERE {hers} AND asked_by <> account_id ORDER BY asked_by", account_id, community_id
    )
    await db.run(f"UPDATE carer SET ended_at = ?, ended_by = ? WHERE {hers}", clock.now(), by, account_id, community_id)
    for home in homes:
        record("carer.ended", home, community=community_id, household=home, account=str(account_id))
    for account in askers:
        await tell(account, "message.carer_ended", path="/gaps/carers", community=community_id)


async def _give_rounds_back(account_id: UUID, community_id: UUID, by: UUID | None) -> None:
    """To whoever made it, if she is here still; else it is over, and what is left stands among the unreached."""
    sql = "SELECT id FROM care_round WHERE given_to = ? AND community_id = ? AND finished_at IS NULL ORDER BY id"
    for round_id in await db.rows(UUID, sql, account_id, community_id):
        line, now = await rounds.round_of(round_id), clock.now()
        homes = [stop.household_id for stop in await rounds.stops(round_id)]
        if await _here(line.made_by, community_id):
            await db.run(
                "UPDATE care_round SET given_to = ?, given_at = ?, version = version + 1 WHERE id = ?", line.made_by, now, round_id
            )
            await given.follow(line.made_by, homes)
            record("round.given", round_id, community=community_id, number=line.number, account=str(line.made_by))
            told = {"number": line.number, "n": line.left}
            await tell(line.made_by, "message.round", path=f"/rounds/{round_id}", community=community_id, **told)
        else:
            await db.run("UPDATE care_round SET finished_at = ?, finished_by = ?, version = version + 1 WHERE id = ?", now, by, round_id)
            record("round.finished", round_id, community=community_id, number=line.number, reached=line.reached, n=line.stops)


async def _here(account_id: UUID, community_id: UUID) -> bool:
    member, account = await people.member(account_id, community_id), await people.account(account_id)
    return member is not None and member.vouched_at is not None and account is not None and account.suspended_at is None
