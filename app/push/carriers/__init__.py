"""Carriers: one contract for every way. `carry(line)` tries once and answers what came of it; it never raises for what the other
side did. They import what they send with, so they are loaded when something is sent for the first time.
"""

import asyncio
import importlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec

from app.kernel import clock
from app.push.letters import Told


class Carried(msgspec.Struct, frozen=True):
    """The other side took it. That is not yet that anybody saw it."""

    code: str = ""


class Nothing(msgspec.Struct, frozen=True):
    """There is nothing to carry any more: read meanwhile, nobody there to tell."""

    code: str = ""


class Later(msgspec.Struct, frozen=True):
    """Not now. `seconds`: no sooner than that, where the other side said so; `lane`: and nothing else to it until then."""

    code: str = ""
    seconds: float | None = None
    lane: bool = False


class Never(msgspec.Struct, frozen=True):
    """Not this line. `dead`: and no other to this device."""

    reason: str = ""
    dead: bool = False


Outcome = Carried | Nothing | Later | Never


class Line(Told, frozen=True, kw_only=True):
    """What a carrier gets. `to`: endpoint, robot's address or phone."""

    way: str
    lane: str
    to: str
    p256dh: str = ""
    auth: str = ""
    chat: str = "plain"
    tries: int = 1

    @property
    def left(self) -> int:
        """Seconds until it is too late."""
        return max(0, int((self.until_at - clock.now()).total_seconds()))


Carry = Callable[[Line], Awaitable[Outcome]]


async def load() -> Mapping[str, Carry]:
    """By way. The first call imports for a third of a second, beside the loop."""
    found = {}
    for way, module in (("push", "webpush"), ("robot", "robot"), ("sms", "gateway"), ("paper", "paper")):
        found[way] = (await asyncio.to_thread(importlib.import_module, f"app.push.carriers.{module}")).carry
    return found


def wanted_wait(header: str | None) -> float | None:
    """Seconds of a Retry-After, as a number or a date; between a second and an hour. None for nonsense."""
    if not header:
        return None
    try:
        seconds = float(header) if header.strip().isdecimal() else _until(header)
    except (ValueError, TypeError, OverflowError):
        return None
    return min(3600.0, max(1.0, seconds))


def _until(header: str) -> float:
    moment = parsedate_to_datetime(header)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - clock.now().astimezone(UTC)).total_seconds()


def judged(status: int, retry_after: str | None) -> Outcome:
    """What an HTTP status means to a line; who knows more of its other side (a dead phone, a robot's answer) says so first."""
    if status in (200, 201, 202, 204):
        return Carried(str(status))
    if status == 429:
        return Later("429", wanted_wait(retry_after) or 30, lane=True)
    if status == 408 or status >= 500:
        return Later(str(status), wanted_wait(retry_after))
    return Never(str(status))


__all__ = ["Carried", "Carry", "Later", "Line", "Never", "Nothing", "Outcome", "judged", "load", "wanted_wait"]
