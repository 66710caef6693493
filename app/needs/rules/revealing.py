"""The resident's phone and name, shown after a tap that is kept."""

from uuid import UUID

from app.journal.record import record
from app.kernel.act import Done
from app.needs import reads
from app.people import reads as people
from app.people.person import Person
from app.people.rights import may


async def revealable(need_id: UUID, by: Person) -> reads.NeedLine:
    need = await reads.visible(need_id, by)
    if need_id not in await people.granted(by.id, "need"):
        may(by, "ledger.reveal", building=need.building_id)
    return need


async def reveal(need_id: UUID, *, reason: str = "", by: Person) -> Done:
    """For whoever sorts this building's needs, and for the one who carries this need."""
    need = await revealable(need_id, by)
    record("need.revealed", need_id, community=need.community_id, household=need.household_id, reason=reason or None)
    return Done("needs.revealed", about=str(need_id))
