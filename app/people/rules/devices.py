"""What a phone holds so that its acts count for whoever pressed them, though she is signed out by the time they come.

A grant is good for acts only. It outlives sign-out and the session, and ends when its owner ends that phone's session
from another one, when she is suspended, and after 90 days.
"""

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db, ids, seal
from app.people import reads
from app.people.person import Person
from app.people.reads.entering import SessionFacts

LIFE = timedelta(days=90)

_MAKE = """INSERT INTO device_grant(id, token_hash, account_id, community_id, session_id, device, made_at, expires_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (session_id, community_id, device) WHERE revoked_at IS NULL
DO UPDATE SET expires_at = excluded.expires_at RETURNING id"""


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _token(grant_id: UUID) -> str:
    return seal.token("grant", grant_id)


async def give(device: str, *, by: Person) -> str:
    """This phone's token for her acts in the community she works in now; the same phone and session get the same one."""
    grant_id, now = ids.new(), clock.now()
    made = await db.rows(
        UUID, _MAKE, grant_id, _hash(_token(grant_id)), by.id, by.community_id, by.session_id, device, now, now + LIFE
    )  # fmt: skip
    return _token(made[0])


class Former(msgspec.Struct, frozen=True):
    """Somebody who holds no role here any more, or whose phone was signed out from afar."""

    id: UUID

    @property
    def owner(self) -> str:
        return f"a:{self.id}"


class Holder(msgspec.Struct, frozen=True):
    """Whose a grant is. `person` is None once she holds no role in the grant's community; `ended_at`: since when it no longer counts."""

    account_id: UUID
    community_id: UUID
    person: Person | None
    ended_at: datetime | None

    @property
    def owner(self) -> Person | Former:
        return self.person or Former(self.account_id)


class _Row(msgspec.Struct, frozen=True):
    account_id: UUID
    community_id: UUID
    session_id: UUID
    expires_at: datetime
    revoked_at: datetime | None
    suspended_at: datetime | None
    name_sealed: bytes
    key_id: UUID
    lang: str


async def holder(token: str) -> Holder | None:
    """None for a token that we never gave."""
    row = await db.one(
        _Row,
        """SELECT g.account_id, g.community_id, g.session_id, g.expires_at, g.revoked_at, a.suspended_at, a.name_sealed, a.key_id, a.lang
        FROM device_grant g JOIN account a ON a.id = g.account_id WHERE g.token_hash = ?""",
        _hash(token),
    )
    if row is None:
        return None
    ends = [at for at in (row.revoked_at, row.suspended_at, row.expires_at) if at is not None and at <= clock.now()]
    person = await person_of(row.account_id, row.community_id, row)
    return Holder(row.account_id, row.community_id, person, min(ends, default=None))


class _Account(msgspec.Struct, frozen=True):
    name_sealed: bytes
    key_id: UUID
    lang: str


async def person_of(account_id: UUID, community_id: UUID, row: _Row | _Account | None = None) -> Person | None:
    """The account's person in just this community, with the roles that she holds now; None where she holds none."""
    row = row or await db.one(_Account, "SELECT name_sealed, key_id, lang FROM account WHERE id = ?", account_id)
    if row is None:
        return None
    session = getattr(row, "session_id", account_id)
    facts = SessionFacts(session, account_id, community_id, None, clock.now(), row.name_sealed, row.key_id, row.lang)
    found = await reads.person(facts)
    return found if found is not None and found.community_id == community_id else None


async def revoke_all(account_id: UUID) -> None:
    await db.run("UPDATE device_grant SET revoked_at = ? WHERE account_id = ? AND revoked_at IS NULL", clock.now(), account_id)


async def revoke_phone(account_id: UUID, session_id: UUID) -> None:
    """What the phone of this session holds of hers, from earlier sessions too."""
    await db.run(
        """UPDATE device_grant SET revoked_at = ? WHERE account_id = ? AND revoked_at IS NULL
        AND device IN (SELECT device FROM device_grant WHERE session_id = ?)""",
        clock.now(), account_id, session_id,
    )  # fmt: skip


async def revoke_others(account_id: UUID, session_id: UUID) -> None:
    """All of hers but what the phone of this session holds."""
    await db.run(
        """UPDATE device_grant SET revoked_at = ? WHERE account_id = ? AND revoked_at IS NULL AND session_id <> ?
        AND device NOT IN (SELECT device FROM device_grant WHERE session_id = ?)""",
        clock.now(), account_id, session_id, session_id,
    )  # fmt: skip
