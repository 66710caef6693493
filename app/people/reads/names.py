"""Names of people who work together, opened; what is in whose hands."""

from contextlib import suppress
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


async def names_within(community_id: UUID, account_ids: set[str]) -> dict[str, str]:
    """Names of those of these who reported in to the community; what is no account's id has none."""
    asked = []
    for text in sorted(account_ids)[:200]:
        with suppress(ValueError):
            asked.append(UUID(text))
    if not asked:
        return {}
    sql = f"""SELECT a.id, a.key_id, a.name_sealed FROM account a JOIN membership m ON m.account_id = a.id
    WHERE m.community_id = ? AND a.id IN ({db.marks(asked)})"""
    return {str(row.id): account_name(row.id, row.key_id, row.name_sealed) for row in await db.rows(_Named, sql, community_id, *asked)}


async def holder_of(subject_id: UUID) -> UUID | None:
    """In whose hands a thing is for now."""
    found = await db.rows(
        UUID, "SELECT account_id FROM granted WHERE subject_id = ? AND ended_at IS NULL ORDER BY given_at LIMIT 1", subject_id
    )
    return found[0] if found else None


async def granted(account_id: UUID, subject: str) -> list[UUID]:
    return await db.rows(
        UUID, "SELECT subject_id FROM granted WHERE account_id = ? AND subject = ? AND ended_at IS NULL", account_id, subject
    )
