"""Row ids are time-ordered and no secrets; every link and act id is 128 bits from `secrets`."""

import base64
import re
import secrets
import time
import uuid

ACT = re.compile(r"[A-Za-z0-9_-]{22}")


def new() -> uuid.UUID:
    """UUIDv7 of the machine's time, not of the set clock: order on disk is the order of writing.

    Its first random bits hold the 4096ths of the millisecond, in which a batch writes several rows.
    """
    millis, nanos = divmod(time.time_ns(), 1_000_000)
    part = nanos * 4096 // 1_000_000
    return uuid.UUID(int=millis << 80 | 7 << 76 | part << 64 | 2 << 62 | secrets.randbits(62))


def secret() -> str:
    """128 random bits as 22 characters of base64url."""
    return b64(secrets.token_bytes(16))


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
