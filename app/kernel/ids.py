"""Row ids are time-ordered and no secrets; every link and act id is 128 bits from `secrets`."""

import base64
import re
import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta

ACT = re.compile(r"[A-Za-z0-9_-]{22}")


def new() -> uuid.UUID:
    """UUIDv7 of the machine's time, not of the set clock: order on disk is the order of writing.

    Its first random bits hold the 4096ths of the millisecond, in which a batch writes several rows.
    """
    millis, nanos = divmod(time.time_ns(), 1_000_000)
    part = nanos * 4096 // 1_000_000
    return uuid.UUID(int=millis << 80 | 7 << 76 | part << 64 | 2 << 62 | secrets.randbits(62))


def at(moment: datetime) -> uuid.UUID:
    """Before every id that is made from then on."""
    return uuid.UUID(int=max(0, int(moment.timestamp() * 1000)) << 80)


def before(row: uuid.UUID, by: timedelta) -> uuid.UUID:
    """Before every id that was made at most `by` before this one."""
    return uuid.UUID(int=max(0, (row.int >> 80) - int(by.total_seconds() * 1000)) << 80)


def moment_of(row: uuid.UUID) -> datetime:
    """When it was made. An id that somebody invented may say any year that there is."""
    return datetime.fromtimestamp(min((row.int >> 80) / 1000, 253_402_300_000), UTC)


def secret() -> str:
    """128 random bits as 22 characters of base64url."""
    return b64(secrets.token_bytes(16))


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
