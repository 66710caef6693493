"""Doors in somebody's hands: those of a round of hers that is open, and of the people whom she is paired with.

The grants of `people` say so with their times; they follow from rounds and pairings, and are mended whenever one of these changes.
"""

from collections.abc import Sequence
from uuid import UUID

from app.care.rules.residents import household
from app.kernel import db
from app.kernel.act import current
from app.kernel.trouble import Gone
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may
from app.people.rules import grants
from app.places import reads as places
from app.places.reads import HouseholdFacts

_STANDING = """SELECT DISTINCT s.household_id FROM round_stop s JOIN care_round r ON r.id = s.round_id
WHERE r.given_to = ? AND r.finished_at IS NULL
UNION SELECT household_id FROM carer WHERE account_id = ? AND from_at IS NOT NULL AND ended_at IS NULL"""

_HELD = """SELECT 1 FROM granted WHERE account_id = ? AND subject = 'household' AND subject_id = ? AND given_at <= ?
AND (ended_at IS NULL OR ended_at > ?)"""


async def follow(account_id: UUID, households: Sequence[UUID]) -> None:
    """Give or end what she may see of these doors, as it follows from what is hers now."""
    standing = set(await db.rows(UUID, _STANDING, account_id, account_id))
    held = set(await people.granted(account_id, "household"))
    for door in dict.fromkeys(households):
        if door in standing and door not in held:
            await grants.give(account_id, "household", door)
        elif door not in standing and door in held:
            await grants.end(door, account_id)


async def door(household_id: UUID, *, by: Person) -> HouseholdFacts:
    """A door that she may note something at: by her role, or because it was in her hands when she pressed, however late that comes."""
    found = await places.household(household_id)
    if found is None or found.community_id != by.community_id:
        raise Gone("household")
    if not can(by, "contact.note", building=found.building_id):
        when = current().when
        if not await db.value(_HELD, by.id, found.id, when, when):
            may(by, "contact.note", building=found.building_id)
    return found


async def opening(household_id: UUID, *, by: Person) -> HouseholdFacts:
    """A door whose people she may be shown: by her role, or because it is in her hands now."""
    if household_id in await people.granted(by.id, "household"):
        found = await places.household(household_id)
        if found is not None and found.community_id == by.community_id:
            return found
    return await household(household_id, "ledger.reveal", by=by)
