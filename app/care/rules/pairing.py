"""Pairing: a person looks after the people behind a door, because she was named or because she was asked and said yes."""

from collections.abc import Sequence
from uuid import UUID

from app.care.reads import carers
from app.care.reads.carers import Pairing
from app.care.rules import given
from app.care.rules.residents import household
from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.ids import new
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may
from app.people.rules.messages import tell

_INSERT = (
    """INSERT INTO carer(id, community_id, household_id, account_id, rank, asked_by, asked_at, from_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
)


async def pair(*, picked: Sequence[UUID], account: UUID, rank: str, ask: bool, by: Person) -> Done:
    """One person and one household or many. `ask`: she is asked first, and sees nothing before she said yes."""
    may(by, "carer.pair")
    homes = [await household(each, "carer.pair", by=by) for each in picked]
    await _able(account, by)
    now = clock.now()
    for home in homes:
        try:
            async with db.savepoint():
                await db.run(_INSERT, new(), by.community_id, home.id, account, rank, by.id, now, None if ask else now)
        except db.IntegrityError as taken:
            raise Overtaken("care.carer.taken_here", room=home.room) from taken
        kind = "carer.asked" if ask else "carer.paired"
        record(kind, home.id, community=by.community_id, household=home.id, rank=f"care.carer.rank.{rank}", account=str(account))
    await given.follow(account, [home.id for home in homes])
    if account != by.id:
        words = "message.carer_asked" if ask else "message.carer"
        await tell(account, words, path="/mine/people", community=by.community_id, n=len(homes))
    return Done("care.carer.asked" if ask else "care.carer.paired", {"n": len(homes)}, about=str(homes[0].id))


async def _able(account_id: UUID, by: Person) -> None:
    member, account = await people.member(account_id, by.community_id), await people.account(account_id)
    if member is None or account is None:
        raise Gone("account")
    if member.vouched_at is None or account.suspended_at is not None:
        raise misfit("account", "care.round.not_vouched")


async def _found(carer_id: UUID, by: Person) -> Pairing:
    """Hers, or of a household whose carers she names."""
    found = await carers.pairing(carer_id)
    hers = found is not None and found.account_id == by.id
    if found is None or found.community_id != by.community_id or not (hers or can(by, "carer.pair", building=found.building_id)):
        raise Gone("carer")
    return found


async def take(carer_id: UUID, *, by: Person) -> Done:
    """She was asked and says yes."""
    found = await _found(carer_id, by)
    if found.account_id != by.id:
        raise Gone("carer")
    await _able(by.id, by)
    if not await db.run("UPDATE carer SET from_at = ? WHERE id = ? AND from_at IS NULL AND ended_at IS NULL", clock.now(), found.id):
        raise Overtaken("care.carer.hers_already")
    await given.follow(by.id, [found.household_id])
    record("carer.taken", found.household_id, community=found.community_id, household=found.household_id)
    await tell(found.asked_by, "message.carer_said_yes", path=f"/households/{found.household_id}", community=found.community_id)
    return Done("care.carer.taken", about=str(found.household_id), undo=f"/carers/{found.id}/end")


async def end(carer_id: UUID, *, by: Person) -> Done:
    """Given up, taken away, or the answer is no. From then on she sees nothing of them."""
    found = await _found(carer_id, by)
    if not await db.run("UPDATE carer SET ended_at = ?, ended_by = ? WHERE id = ? AND ended_at IS NULL", clock.now(), by.id, found.id):
        raise Overtaken("care.carer.ended_already")
    await given.follow(found.account_id, [found.household_id])
    record("carer.ended", found.household_id, community=found.community_id, household=found.household_id, account=str(found.account_id))
    other = found.asked_by if found.account_id == by.id else found.account_id
    if other != by.id:
        path = f"/households/{found.household_id}" if other == found.asked_by else "/mine/people"
        await tell(other, "message.carer_ended", path=path, community=found.community_id)
    return Done("care.carer.ended", about=str(found.household_id))


async def set_most(*, most: int, by: Person) -> Done:
    may(by, "settings.change")
    await db.run(
        "INSERT INTO carer_setting(community_id, most) VALUES (?, ?) ON CONFLICT (community_id) DO UPDATE SET most = excluded.most",
        by.community_id, most,
    )  # fmt: skip
    record("carer_most.changed", by.community_id, community=by.community_id, n=most)
    return Done("care.carer.most_set", {"n": most})
