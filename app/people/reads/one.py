"""One person: her account, and her membership of a community."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Closed, Seal, mask_phone
from app.people.reads.entering import INSTALLATION, account_name


class AccountFacts(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    phone: str
    has_password: bool
    lang: str
    version: int
    suspended_at: datetime | None


class _Account(msgspec.Struct):
    key_id: UUID
    name_sealed: bytes
    phone_sealed: bytes | None
    has_password: bool
    lang: str
    version: int
    suspended_at: datetime | None


async def account(account_id: UUID) -> AccountFacts | None:
    """With the phone masked."""
    row = await db.one(
        _Account,
        """SELECT key_id, name_sealed, phone_sealed, password_hash IS NOT NULL AS has_password, lang, version, suspended_at
        FROM account WHERE id = ?""",
        account_id,
    )
    if row is None:
        return None
    name, phone = account_name(account_id, row.key_id, row.name_sealed), opened_phone(account_id, row.key_id, row.phone_sealed)
    return AccountFacts(account_id, name, mask_phone(phone), row.has_password, row.lang, row.version, row.suspended_at)


class MemberFacts(msgspec.Struct, frozen=True):
    joined_at: datetime
    organisation: str | None
    vouched_at: datetime | None
    vouched_by: UUID | None


async def member(account_id: UUID, community_id: UUID) -> MemberFacts | None:
    return await db.one(
        MemberFacts,
        """SELECT m.joined_at, o.name AS organisation, m.vouched_at, m.vouched_by FROM membership m
        LEFT JOIN organisation o ON o.id = m.organisation_id WHERE m.account_id = ? AND m.community_id = ?""",
        account_id,
        community_id,
    )


class _Phone(msgspec.Struct):
    key_id: UUID
    phone_sealed: bytes | None


async def phone(account_id: UUID) -> str:
    """The number in the clear, for the answer to an act that recorded the look; blank where there is none."""
    row = await db.one(_Phone, "SELECT key_id, phone_sealed FROM account WHERE id = ?", account_id)
    return opened_phone(account_id, row.key_id, row.phone_sealed) if row else ""


def opened_phone(account_id: UUID, key_id: UUID, sealed: bytes | None) -> str:
    try:
        return Seal("account", account_id, key_id, INSTALLATION).open("phone", sealed)
    except Closed:
        return ""


async def key_of(account_id: UUID) -> UUID:
    """The key that what belongs to this account is sealed under."""
    [found] = await db.rows(UUID, "SELECT key_id FROM account WHERE id = ?", account_id)
    return found
