"""Forgetting: files nobody decided about in time, and the keys of what is gone from the database."""

from datetime import timedelta
from uuid import UUID

import msgspec

from app.care.rules import importing
from app.journal import worker
from app.kernel import clock, db, seal

KEPT = timedelta(hours=24)


async def expire_files() -> None:
    class Row(msgspec.Struct):
        id: UUID
        community_id: UUID

    sql = "SELECT id, community_id FROM ledger_import WHERE state = 'uploaded' AND made_at < ?"
    for row in await db.rows(Row, sql, clock.now() - KEPT):
        await worker.do(lambda row=row: importing.expire(row.id, row.community_id), once=f"import.expire|{row.id}")


async def destroy_keys() -> None:
    """Only committed rows are read, so a key goes after the act that gave it up can no longer fail."""
    if files := await db.rows(UUID, "SELECT key_id FROM ledger_file WHERE body_sealed IS NULL LIMIT 400"):
        seal.destroy_keys(files)
        await db.run(f"DELETE FROM ledger_file WHERE key_id IN ({db.marks(files)})", *files)
    sql = "SELECT l.key_id FROM ledger_row l JOIN ledger_import i ON i.id = l.import_id WHERE i.state = 'undone' AND l.key_id IS NOT NULL"
    if residents := await db.rows(UUID, f"{sql} LIMIT 400"):
        seal.destroy_keys(residents)
        await db.run(f"UPDATE ledger_row SET key_id = NULL WHERE key_id IN ({db.marks(residents)})", *residents)


DUTIES = [expire_files, destroy_keys]
