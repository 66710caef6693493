"""On what ground a person is held: her own word, spoken and noted with time and name, or the emergency's until she can be asked."""

from collections.abc import Sequence
from uuid import UUID

from app.kernel import clock, db
from app.kernel.act import current
from app.people.person import Person

_PUT = """INSERT INTO ground(resident_id, community_id, rests_on, noted_by, noted_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (resident_id) DO UPDATE SET rests_on = excluded.rests_on, noted_by = excluded.noted_by, noted_at = excluded.noted_at
WHERE ground.rests_on = 'emergency' AND excluded.rests_on = 'consent'"""


async def put(resident_id: UUID, *, agreed: bool, by: Person) -> None:
    """Her word takes the place of the emergency's ground and is not taken back by a form that says nothing of it."""
    ground = "consent" if agreed else "emergency"
    await db.run(_PUT, resident_id, by.community_id, ground, by.id, current().when)


async def put_unasked(residents: Sequence[UUID], community_id: UUID, by: UUID | None) -> None:
    """Those whom a list names and nobody has asked."""
    now = clock.now()
    await db.run_many(_PUT, [(each, community_id, "emergency", by, now) for each in residents])
