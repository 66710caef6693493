"""The ways to one person: which there are, in her order, and which of them last reached her."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db

# A person's device counts only while its session does; asked again right before anything is sent.
LIVING = """s.ended_at IS NULL AND (s.account_id IS NULL OR EXISTS (SELECT 1 FROM session x JOIN account a ON a.id = x.account_id
WHERE x.id = s.session_id AND x.ended_at IS NULL AND x.expires_at > ? AND a.suspended_at IS NULL))"""


class Choice(msgspec.Struct, frozen=True):
    """What a person chose; the defaults are of somebody who chose nothing."""

    account_id: UUID
    ways: str = "push,sms"
    sms: bool = False
    quiet_from: int | None = None
    quiet_until: int | None = None
    off: str = ""
    last_way: str | None = None
    last_reached_at: datetime | None = None

    @property
    def order(self) -> list[str]:
        return self.ways.split(",")

    @property
    def without(self) -> frozenset[str]:
        return frozenset(filter(None, self.off.split(",")))


class Device(msgspec.Struct, frozen=True):
    """A phone of hers that is told. `here`: the one in her hand, by its session."""

    id: UUID
    device: str
    made_at: datetime
    seen_at: datetime
    session_id: UUID
    reached_at: datetime | None
    shown_at: datetime | None


class LastTry(msgspec.Struct, frozen=True):
    """The last line that went out on a way: what came of it, and whether her phone said that it was shown."""

    way: str
    at: datetime
    state: str
    shown_at: datetime | None


async def choice(account_id: UUID) -> Choice:
    return (await choices([account_id]))[account_id]


async def choices(account_ids: list[UUID]) -> dict[UUID, Choice]:
    found: dict[UUID, Choice] = {each: Choice(each) for each in account_ids}
    for start in range(0, len(account_ids), 400):
        part = account_ids[start : start + 400]
        sql = f"""SELECT account_id, ways, sms, quiet_from, quiet_until, off, last_way, last_reached_at FROM telling
        WHERE account_id IN ({db.marks(part)})"""
        found |= {row.account_id: row for row in await db.rows(Choice, sql, *part)}
    return found


async def devices(account_id: UUID) -> list[Device]:
    """Her phones that are told, the one heard of last first."""
    return await db.rows(
        Device,
        f"""SELECT s.id, s.device, s.made_at, s.seen_at, s.session_id,
        (SELECT max(c.ended_at) FROM carrying c WHERE c.account_id = s.account_id AND c.subscription_id = s.id AND c.state = 'carried') AS reached_at,
        (SELECT max(c.shown_at) FROM carrying c WHERE c.account_id = s.account_id AND c.subscription_id = s.id) AS shown_at
        FROM subscription s WHERE s.account_id = ? AND {LIVING} ORDER BY s.seen_at DESC""",
        account_id, clock.now(),
    )  # fmt: skip


async def last_tries(account_id: UUID) -> dict[str, LastTry]:
    """By way: the newest line that ended."""
    found: dict[str, LastTry] = {}
    for way in ("push", "sms", "paper"):
        row = await db.one(
            LastTry,
            "SELECT way, ended_at AS at, state, shown_at FROM carrying WHERE account_id = ? AND way = ? AND ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 1",
            account_id, way,
        )  # fmt: skip
        if row:
            found[way] = row
    return found


async def follows(need_id: UUID, hashed: bytes) -> bool:
    """Whether the phone with this endpoint follows the request."""
    sql = "SELECT 1 FROM subscription WHERE need_id = ? AND endpoint_hash = ? AND ended_at IS NULL"
    return await db.value(sql, need_id, hashed) is not None
