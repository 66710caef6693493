"""How to reach people by phone: names and numbers of many at once."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import mask_phone
from app.people.reads.entering import account_name
from app.people.reads.one import opened_phone


class Contact(msgspec.Struct, frozen=True):
    """`phone` is in the clear: it is shown only after a look at it was put on record."""

    name: str
    phone: str

    @property
    def masked(self) -> str:
        return mask_phone(self.phone)


class _Row(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID
    name_sealed: bytes | None
    phone_sealed: bytes | None


async def contacts(account_ids: Sequence[UUID]) -> dict[UUID, Contact]:
    """At most a few hundred."""
    sql = f"SELECT id, key_id, name_sealed, phone_sealed FROM account WHERE id IN ({db.marks(account_ids)})"
    found = await db.rows(_Row, sql, *account_ids) if account_ids else []
    return {
        row.id: Contact(account_name(row.id, row.key_id, row.name_sealed), opened_phone(row.id, row.key_id, row.phone_sealed))
        for row in found
    }
