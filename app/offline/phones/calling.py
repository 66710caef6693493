"""What a phone says of itself each time it sends acts or calls without any."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db, ids
from app.kernel.pressing import device_id, device_time, sequence

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is misheard for something else over the telephone
LENGTH = 5


class Call(msgspec.Struct, frozen=True):
    """`last`: the highest seq it ever gave out; `lost`: a phone that this one was before its storage was emptied."""

    device: str
    last: int | None
    waiting: int | None
    dropped: int
    oldest: datetime | None
    offset_ms: int | None
    lost: tuple[str, int] | None

    @classmethod
    def read(cls, told: Any, device: str | None) -> "Call | None":
        if device is None:
            return None
        theirs = device_time(told.now if isinstance(told.now, str) else None)
        offset = clock.now() - theirs if theirs else None
        oldest = device_time(told.oldest if isinstance(told.oldest, str) else None)
        return cls(
            device, _number(told.last), _number(told.waiting), _number(told.dropped) or 0, _shifted(oldest, offset),
            _millis(offset), _lost(told.lost, device),
        )  # fmt: skip


def _number(value: Any) -> int | None:
    return sequence(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _millis(offset: timedelta | None) -> int | None:
    return None if offset is None else round(offset.total_seconds() * 1000)


def _shifted(moment: datetime | None, offset: timedelta | None) -> datetime | None:
    """By our clock, and never ahead of it."""
    try:
        return min(moment + (offset or timedelta(0)), clock.now()) if moment else None
    except OverflowError:
        return None


def _lost(told: Any, device: str) -> tuple[str, int] | None:
    if not isinstance(told, dict) or not isinstance(told.get("device"), str):
        return None
    old, last = device_id(told["device"]), _number(told.get("last"))
    return (old, last) if old and old != device and last is not None else None


class _Known(msgspec.Struct, frozen=True):
    code: str
    last_seq: int
    waiting: int
    oldest_heard_at: datetime | None
    offset_ms: int | None


async def note(call: Call, account_id: UUID, community_id: UUID, *, decided: int) -> str:
    """Keep what it said; answers its code. `decided` acts of those it called waiting have their receipts with this answer."""
    now = clock.now()
    known = await _known(call.device, account_id, community_id)
    waiting = max(0, (known.waiting if call.waiting is None else call.waiting) - decided)
    stands = call.oldest is not None and waiting and not decided
    await db.run(
        """UPDATE device SET account_id = ?, community_id = ?, contact_at = ?, last_seq = ?, waiting = ?, dropped = ?, oldest_at = ?,
        oldest_heard_at = ?, offset_ms = ?, wiped_at = NULL WHERE device = ?""",
        account_id, community_id, now, max(known.last_seq, call.last or 0), waiting, call.dropped, call.oldest if stands else None,
        (known.oldest_heard_at or now) if stands else None, known.offset_ms if call.offset_ms is None else call.offset_ms, call.device,
    )  # fmt: skip
    if call.lost is not None:
        await _wiped(*call.lost, account_id, community_id)
    return known.code


async def _wiped(device: str, last: int, account_id: UUID, community_id: UUID) -> None:
    """Its storage was emptied: what waited on it is gone. `contact_at` moves so that the worker counts it again."""
    known = await _known(device, account_id, community_id)
    now = clock.now()
    await db.run(
        """UPDATE device SET wiped_at = ?, contact_at = ?, last_seq = ?, waiting = 0, oldest_at = NULL, oldest_heard_at = NULL
        WHERE device = ? AND wiped_at IS NULL""",
        now, now, max(known.last_seq, last), device,
    )  # fmt: skip


_SELECT = "SELECT code, last_seq, waiting, oldest_heard_at, offset_ms FROM device WHERE device = ?"


async def _known(device: str, account_id: UUID, community_id: UUID) -> _Known:
    """Its row, made at its first call. Another phone may draw the same code in the same moment: then another is drawn."""
    for _ in range(8):
        if known := await db.one(_Known, _SELECT, device):
            return known
        now = clock.now()
        await db.run(
            """INSERT INTO device(id, device, code, account_id, community_id, first_at, contact_at) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING""",
            ids.new(), device, draw_code(), account_id, community_id, now, now,
        )  # fmt: skip
    raise RuntimeError("no free code for a phone")


def draw_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
