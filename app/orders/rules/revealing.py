"""Who ordered and her phone, shown after a tap that is kept."""

from uuid import UUID

from app.journal.record import record
from app.kernel.act import Done
from app.orders.reads import placed
from app.people.person import Person
from app.people.rights import may


async def revealable(order_id: UUID, by: Person) -> placed.Order:
    found = await placed.order(order_id, by.community_id)
    may(by, "ledger.reveal", building=found.building_id)
    return found


async def reveal(order_id: UUID, *, reason: str = "", by: Person) -> Done:
    """For whoever answers for this building."""
    found = await revealable(order_id, by)
    record("order.revealed", found.id, community=found.community_id, household=found.household_id, reason=reason or None)
    return Done("orders.revealed", about=str(found.id))
