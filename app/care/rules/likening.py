"""Two entries of the ledger with one telephone: the same person at two doors, or two people. What was said is remembered."""

from uuid import UUID

from app.care.reads import alike
from app.care.rules.residents import visible
from app.journal.record import record
from app.kernel import db
from app.kernel.act import Done, current
from app.kernel.ids import new
from app.kernel.trouble import Gone
from app.people.person import Person


async def liken(resident_id: UUID, *, other: UUID, same: bool, by: Person) -> Done:
    """For who may edit one of the two; a later word takes the place of an earlier one. Raises Gone where they are not alike (any more)."""
    row = await visible(resident_id, "ledger.edit", by=by)
    if await alike.pair(row.id, other) is None:
        raise Gone("resident")
    first, second = sorted((row.id, other))
    await db.run(
        """INSERT INTO alike(id, community_id, one_id, other_id, same, by_id, at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (one_id, other_id) DO UPDATE SET same = excluded.same, by_id = excluded.by_id, at = excluded.at""",
        new(), row.community_id, first, second, same, by.id, current().received_at,
    )  # fmt: skip
    record(
        "resident.likened", row.id, community=row.community_id, household=row.household_id, what=f"care.alike.{'same' if same else 'other'}"
    )
    return Done(f"care.alike.done_{'same' if same else 'other'}", about=str(row.id))
