"""Row ids are time-ordered and no secrets; every link and act id is 128 bits from `secrets`."""

import base64
import secrets
import time
import uuid


def new() -> uuid.UUID:
    """UUIDv7 of the machine's time, not of the set clock: order on disk is the order of writing."""
    millis = time.time_ns() // 1_000_000
    tail = secrets.randbits(74)
    return uuid.UUID(int=millis << 80 | 7 << 76 | (tail >> 62) << 64 | 2 << 62 | tail & (1 << 62) - 1)


def secret() -> str:
    """128 random bits as 22 characters of base64url."""
    return b64(secrets.token_bytes(16))


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
