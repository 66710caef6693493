"""The moving square: a code that a phone makes anew every half minute, without network, from a secret that only it and the server know.

`SHORT.STEP.MAC` stands in the square: which showing, the number of the half minute, and the first 10 bytes of HMAC-SHA256(secret, STEP) in
base32. For who types instead: seven characters from the next bytes and a check character, as on posters. `static/modules/showing.js` is its
other half; `tests/browser/test_presence.py` holds the two together.
"""

import base64
import hmac
import re
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec

from app.kernel import seal
from app.places.codes import ALPHABET, check

SECONDS = 30
WITHIN = 2  # half minutes before and after the press: walking up to the phone, and two clocks
TYPED = 8
_SQUARE = re.compile(r"([2-9A-Z]{6})\.([0-9]{1,11})\.([A-Z2-7]{16})")


class Code(msgspec.Struct, frozen=True):
    """As it was shown: from a square (`short`, `step`, `mac`), or typed."""

    short: str = ""
    step: int = 0
    mac: str = ""
    typed: str = ""


def secret_of(showing_id: UUID) -> bytes:
    """Made from the master key each time it is asked for: no copy of the database holds it."""
    return seal.keyed_hash("showing", str(showing_id))


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS


def _mac(secret: bytes, step: int) -> bytes:
    return hmac.digest(secret, str(step).encode(), "sha256")


def mac_at(secret: bytes, step: int) -> str:
    return base64.b32encode(_mac(secret, step)[:10]).decode()


def typed_at(secret: bytes, step: int) -> str:
    body = "".join(ALPHABET[byte % len(ALPHABET)] for byte in _mac(secret, step)[10 : 9 + TYPED])
    return body + check(body)


@lru_cache(maxsize=1_000)
def _typed_between(secret: bytes, first: int, last: int) -> bytes:
    """All that a phone shows in that time, without check characters: 10 kB for twelve hours."""
    return "".join(typed_at(secret, step)[:-1] for step in range(first, last + 1)).encode()


def step_typed(typed: str, secret: bytes, first: int, last: int) -> int | None:
    """When between these two half minutes the phone showed this; asked again it costs next to nothing."""
    body, shown = typed[:-1].encode(), _typed_between(secret, first, last)
    at = shown.find(body)
    while at % len(body) and at >= 0:
        at = shown.find(body, at + 1)
    return first + at // len(body) if at >= 0 else None


def token_at(short: str, secret: bytes, step: int) -> str:
    return f"{short}.{step}.{mac_at(secret, step)}"


def same(one: str, other: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def read(shown: str) -> Code | None:
    """What a square held (its address, or the end of it), or what somebody typed; None when it cannot be one."""
    shown = shown.strip()
    if found := _SQUARE.fullmatch(shown.rpartition("/")[2]):
        return Code(found[1], int(found[2]), found[3])
    typed = re.sub(r"[\s\-—–·.]", "", shown).upper()
    if len(typed) != TYPED or any(c not in ALPHABET for c in typed) or check(typed[:-1]) != typed[-1]:
        return None
    return Code(typed=typed)
