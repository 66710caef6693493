"""Names of people who work together, opened; what is in whose hands."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.people.reads.entering import account_name


class _Named(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    name_sealed: bytes | None


async def names(account_ids: set[UUID]) -> dict[UUID, str]:
    """Names of accounts, opened. For people who work together; never for residents."""
    wanted = list(account_ids)
    found: dict[UUID, str] = {}
    for start in range(0, len(wanted), 400):
        part = wanted[start : start + 400]
        sql = f"SELECT id, key_id, name_sealed FROM account WHERE id IN ({db.marks(part)})"
        found |= {row.id: account_name(row.id, row.key_id, row.name_sealed) for row in await db.rows(_Named, sql, *part)}
    return found


async def granted(account_id: UUID, subject: str) -> list[UUID]:
    return await db.rows(
        UUID, "SELECT subject_id FROM granted WHERE account_id = ? AND subject = ? AND ended_at IS NULL", account_id, subject
    )
