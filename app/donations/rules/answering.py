"""The desk says yes or no, and may think better of it until something has come."""

from uuid import UUID

from app.donations import reads
from app.journal.record import record
from app.kernel import db, seal
from app.kernel.act import Done, current
from app.kernel.trouble import Overtaken
from app.people.person import Person
from app.people.rights import may

_SET = """UPDATE donation SET state = ?, decline = ?, answer_sealed = ?, answered_by = ?, answered_at = ?, version = version + 1
WHERE id = ? AND state = 'offered'"""


async def accept(donation_id: UUID, answer: str, *, by: Person) -> Done:
    """`answer`: where and when to bring it, or when somebody comes for it; whoever gave it reads it on her page."""
    return await _answer(donation_id, "accepted", None, answer, by)


async def decline(donation_id: UUID, reason: str, words: str, *, by: Person) -> Done:
    return await _answer(donation_id, "declined", reason, words, by)


async def _answer(donation_id: UUID, state: str, reason: str | None, answer: str, by: Person) -> Done:
    may(by, "donation.answer")
    found = await reads.donation(donation_id, by.community_id)
    sealed = seal.Seal("donation", found.id, found.key_id, found.emergency_id).close("answer", answer) if found.key_id and answer else None
    if not await db.run(_SET, state, reason, sealed, by.id, current().when, found.id):
        now = await reads.donation(donation_id, by.community_id)
        raise Overtaken(f"donations.already.{now.state}", reason="answered")
    record(f"donation.{state}", found.id, community=found.community_id, number=found.number)
    return Done(f"donations.{state}", {"number": found.number}, about=str(found.id), undo=f"/donations/{found.id}/reopen")


async def reopen(donation_id: UUID, *, by: Person) -> Done:
    """The answer is taken back. Raises Overtaken once something has come, or whoever gave it took it back."""
    may(by, "donation.answer")
    found = await reads.donation(donation_id, by.community_id)
    sql = """UPDATE donation SET state = 'offered', decline = NULL, answer_sealed = NULL, answered_by = NULL, answered_at = NULL, version = version + 1
    WHERE id = ? AND state IN ('accepted', 'declined')"""
    if not await db.run(sql, found.id):
        raise Overtaken(f"donations.already.{found.state}" if found.state != "offered" else "donations.open_already")
    record("donation.reopened", found.id, community=found.community_id, number=found.number)
    return Done("donations.reopened", {"number": found.number}, about=str(found.id))
