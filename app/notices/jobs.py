"""What the clock asks of notices: one that was written ahead is told when it begins, one that is over is called back from phones."""

from functools import partial
from uuid import UUID

from app.journal import worker
from app.kernel import clock, db
from app.notices import reads
from app.notices.rules import telling


async def tell_begun() -> None:
    now = clock.now()
    sql = "SELECT id FROM notice WHERE told_at IS NULL AND withdrawn_at IS NULL AND valid_from <= ? AND valid_until > ? LIMIT 50"
    for notice_id in await db.rows(UUID, sql, now, now):
        await worker.do(partial(_tell, notice_id))


async def _tell(notice_id: UUID) -> None:
    await telling.spread(notice_id)


async def call_back_ended() -> None:
    now = clock.now()
    sql = "SELECT id FROM notice WHERE told_at IS NOT NULL AND called_back_at IS NULL AND valid_until <= ? LIMIT 50"
    for notice_id in await db.rows(UUID, sql, now):
        await worker.do(partial(_call_back, notice_id))


async def _call_back(notice_id: UUID) -> None:
    one = await reads.notice(notice_id)
    if not one.current:
        await telling.call_back(one, withdrawn=False)


DUTIES = [tell_begun, call_back_ended]
