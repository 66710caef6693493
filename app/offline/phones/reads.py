"""Questions about phones: which want somebody to look, what came from one of them last."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import db
from app.offline import plain
from app.people import reads as people

MOST = 300


class Phone(msgspec.Struct, frozen=True):
    id: UUID
    device: str
    code: str
    account_id: UUID
    first_at: datetime
    contact_at: datetime
    waiting: int
    oldest_at: datetime | None
    missing: int
    wiped_at: datetime | None
    offset_ms: int | None
    matters: str
    name: str = ""

    @property
    def troubles(self) -> list[str]:
        return sorted(self.matters.split(",")) if self.matters else []

    @property
    def minutes_off(self) -> int:
        return round(abs(self.offset_ms or 0) / 60_000)

    @property
    def runs_ahead(self) -> bool:
        return (self.offset_ms or 0) < 0


def _select() -> str:
    joined = "string_agg(a.matter, ',')" if db.is_postgres() else "group_concat(a.matter, ',')"
    return f"""SELECT d.id, d.device, d.code, d.account_id, d.first_at, d.contact_at, d.waiting, d.oldest_at, d.missing, d.wiped_at, d.offset_ms,
    coalesce((SELECT {joined} FROM device_alarm a WHERE a.device_id = d.id AND a.ended_at IS NULL), '') AS matters FROM device d"""


async def phones(community_id: UUID) -> list[Phone]:
    """Those with trouble first, then by how long ago they called."""
    wrong = "(SELECT count(*) FROM device_alarm a WHERE a.device_id = d.id AND a.ended_at IS NULL)"
    found = await db.rows(
        Phone, f"{_select()} WHERE d.community_id = ? ORDER BY {wrong} DESC, d.contact_at DESC LIMIT ?", community_id, MOST
    )
    return await _named(found)


async def phone(phone_id: UUID, community_id: UUID) -> Phone | None:
    found = await _named(await db.rows(Phone, f"{_select()} WHERE d.id = ? AND d.community_id = ?", phone_id, community_id))
    return found[0] if found else None


async def by_code(code: str, community_id: UUID) -> UUID | None:
    """As a caller reads it out: in any case, with or without gaps."""
    typed = "".join(c for c in code.upper() if c.isalnum())
    found = await db.rows(UUID, "SELECT id FROM device WHERE code = ? AND community_id = ?", typed, community_id)
    return found[0] if found else None


async def _named(found: list[Phone]) -> list[Phone]:
    names = await people.names({one.account_id for one in found})
    return [msgspec.structs.replace(one, name=names.get(one.account_id, "")) for one in found]


class Line(msgspec.Struct, frozen=True):
    """A receipt as it may be read out: never what was filled in."""

    path: str
    state: str
    received_at: datetime
    at: datetime | None
    offset_ms: int | None

    @property
    def pressed_at(self) -> datetime | None:
        """By our clock."""
        return self.at and self.at + timedelta(milliseconds=self.offset_ms or 0)

    @property
    def step(self) -> str:
        return plain.step(self.path)


async def receipts(device: str, limit: int = 20) -> list[Line]:
    sql = "SELECT path, state, received_at, at, offset_ms FROM receipt WHERE device = ? ORDER BY received_at DESC, seq DESC LIMIT ?"
    return await db.rows(Line, sql, device, limit)


class Kept(msgspec.Struct, frozen=True):
    """An act that waits for a decision, or for long."""

    act: str
    account_id: UUID
    reason: str
    path: str
    at: datetime | None
    received_at: datetime
    name: str = ""

    @property
    def step(self) -> str:
        return plain.step(self.path)

    @property
    def thing(self) -> str:
        return plain.thing(self.path)


async def kept(community_id: UUID) -> list[Kept]:
    found = await db.rows(
        Kept,
        """SELECT h.act, h.account_id, h.reason, r.path, r.at, h.received_at FROM held_act h JOIN receipt r ON r.id = h.act
        WHERE h.community_id = ? AND h.let_at IS NULL AND (h.reason = 'revoked' OR h.flagged_at IS NOT NULL)
        ORDER BY h.received_at LIMIT ?""",
        community_id, MOST,
    )  # fmt: skip
    names = await people.names({one.account_id for one in found})
    return [msgspec.structs.replace(one, name=names.get(one.account_id, "")) for one in found]
