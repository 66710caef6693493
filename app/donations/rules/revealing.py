"""Who gives, and her telephone, shown after a tap that is kept."""

from uuid import UUID

from app.donations import reads
from app.journal.record import record
from app.kernel.act import Done
from app.people.person import Person
from app.people.rights import may


async def revealable(donation_id: UUID, by: Person) -> reads.Donation:
    may(by, "donation.answer")
    return await reads.donation(donation_id, by.community_id)


async def reveal(donation_id: UUID, *, reason: str = "", by: Person) -> Done:
    found = await revealable(donation_id, by)
    record("donation.revealed", found.id, community=found.community_id, reason=reason or None)
    return Done("donations.revealed", about=str(found.id))
