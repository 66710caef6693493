"""Who is to be reached, by which phones, and what time it is where she is."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.push.reads.ways import LIVING


class Reader(msgspec.Struct, frozen=True):
    """`on_duty`: on site right now, so that urgent calls come through her quiet hours."""

    id: UUID
    lang: str
    has_phone: bool
    on_duty: bool
    suspended: bool


class Living(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    origin: str
    lang: str


async def readers(account_ids: list[UUID]) -> dict[UUID, Reader]:
    found: dict[UUID, Reader] = {}
    for start in range(0, len(account_ids), 400):
        part = account_ids[start : start + 400]
        sql = f"""SELECT a.id, a.lang, a.phone_sealed IS NOT NULL AS has_phone, a.suspended_at IS NOT NULL AS suspended,
        EXISTS (SELECT 1 FROM presence p WHERE p.account_id = a.id AND p.until_at IS NULL) AS on_duty
        FROM account a WHERE a.id IN ({db.marks(part)})"""
        found |= {row.id: row for row in await db.rows(Reader, sql, *part)}
    return found


async def phones(account_ids: list[UUID], now: datetime) -> dict[UUID, list[Living]]:
    found: dict[UUID, list[Living]] = {}
    for start in range(0, len(account_ids), 400):
        part = account_ids[start : start + 400]
        sql = f"SELECT s.id, s.account_id, s.origin, s.lang FROM subscription s WHERE s.account_id IN ({db.marks(part)}) AND {LIVING}"
        for row in await db.rows(Living, sql, *part, now):
            found.setdefault(row.account_id, []).append(row)
    return found


class _Zone(msgspec.Struct, frozen=True):
    id: UUID
    zone: str


async def zones() -> dict[UUID | None, str]:
    return {row.id: row.zone for row in await db.rows(_Zone, "SELECT id, zone FROM community")}
