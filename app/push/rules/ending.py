"""Lines that nobody carries any more: their time is over."""

from uuid import UUID

import msgspec

from app.kernel import clock, db, ids
from app.push.rules import followed

ATTEMPT = "INSERT INTO attempt(id, carrying_id, at, outcome, code, ms) VALUES (?, ?, ?, ?, ?, ?)"


class _Late(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID | None


async def end_late() -> int:
    """An urgent call for 14:00 is not carried at 15:00. Each leaves an outcome; answers how many there were."""
    now = clock.now()
    if not await db.value("SELECT 1 FROM carrying WHERE state = 'waiting' AND until_at <= ? LIMIT 1", now):
        return 0
    async with followed.transaction() as hers:
        late = await db.rows(
            _Late,
            """UPDATE carrying SET state = 'over', ended_at = ?, lease_until = NULL
            WHERE state = 'waiting' AND until_at <= ? AND (lease_until IS NULL OR lease_until <= ?) RETURNING id, account_id""",
            now, now, now,
        )  # fmt: skip
        await db.run_many(ATTEMPT, [(ids.new(), each.id, now, "nothing", "late", 0) for each in late])
        hers.update(each.account_id for each in late)
    return len(late)
