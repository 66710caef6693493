"""A phone's own word that a notification stood on it: carried is not yet seen."""

from uuid import UUID

from app.kernel import clock, db
from app.push.rules import followed


async def note(carrying_id: UUID) -> None:
    """Nothing where there is no such line, or it was said before."""
    if not await db.value("SELECT 1 FROM carrying WHERE id = ? AND way = 'push' AND shown_at IS NULL", carrying_id):
        return
    async with followed.transaction() as hers:
        sql = "UPDATE carrying SET shown_at = ? WHERE id = ? AND way = 'push' AND shown_at IS NULL RETURNING account_id"
        hers.update(await db.rows(UUID | None, sql, clock.now(), carrying_id))
