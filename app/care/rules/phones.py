"""Taking a building's phone list along, for a day without network: one look at each person on it, on the record."""

from uuid import UUID

from app.care.reads.phones import reachable
from app.care.rules.residents import building
from app.journal.record import record
from app.kernel.act import Done
from app.people.person import Person


async def take(building_id: UUID, *, by: Person) -> Done:
    """Good until midnight, for `by` alone. Raises Gone for a building of elsewhere, Barred for one that is not hers."""
    one = await building(building_id, "phones.take", by=by)
    for resident in await reachable(building_id):
        record("resident.revealed", resident.id, community=one.community_id, household=resident.household_id, reason="list")
    record("phones.taken", building_id, community=one.community_id)
    return Done("care.phones.taken", about=str(building_id))
