"""What people answer to a text message: 1, I take it; 2, no. Which call is meant is the last one that was sent to this number.

Whoever can act on it says so once (`listen`); what comes of it is told to the person by the ways that she has.
"""

import unicodedata
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db, receipts, seal
from app.kernel.act import Done, Press, perform
from app.kernel.trouble import Later
from app.people.rules.sessions import account_of_phone

Hear = Callable[[UUID, UUID, bool], Awaitable[None]]
SINCE = timedelta(hours=12)
AGAIN = 30  # seconds until the gateway had better bring it again
_HEARS: dict[str, Hear] = {}


def listen(hears: dict[str, Hear]) -> None:
    """By the beginning of the path that a call leads to, such as `/tasks/`: told with account, the path's id, and yes or no."""
    _HEARS.clear()
    _HEARS.update(hears)


class Answerer(msgspec.Struct, frozen=True):
    """Somebody known by her number alone. What she says counts for her account and goes no further than an answer."""

    id: UUID

    @property
    def owner(self) -> str:
        return f"a:{self.id}"


class _Asked(msgspec.Struct, frozen=True):
    id: UUID
    path: str


def meant(text: str) -> bool | None:
    """Yes, no, or neither."""
    said = unicodedata.normalize("NFKC", text).strip().strip(".。!！'\"[]【】()")
    return {"1": True, "2": False}.get(said)


async def answered(phone: str, text: str) -> str:
    """`taken` where the answer was understood and passed on, else why not: `text`, `number` or `call`. Repeated, it counts once.

    Raises Later where it could not be kept: the gateway is to bring it again.
    """
    yes = meant(text)
    if yes is None:
        return "text"
    account = await account_of_phone(phone)
    if account is None:
        return "number"
    asked = await _asked(account)
    begins = next((begin for begin in _HEARS if asked and asked.path.startswith(begin)), None)
    if asked is None or begins is None:
        return "call"
    by, about = Answerer(account), UUID(asked.path.removeprefix(begins)[:36])

    async def work() -> Done:
        await _HEARS[begins](account, about, yes)
        return Done("push.answered", about=str(about))

    once = receipts.once_id(by.owner, f"sms/{asked.id}", int(yes), 0)
    [receipt] = await perform([Press(once, "/sms/answers", by, work, seal.keyed_hash("body", f"{asked.id}|{yes}"))])
    if receipt is None:
        raise Later("ways.slowly", seconds=AGAIN)
    return "taken"


async def _asked(account: UUID) -> _Asked | None:
    """The last call that was sent to her; where none is noted as sent, one on its way: she may be faster than our note of it."""
    call = "account_id = ? AND way = 'sms' AND kind = 'call' AND withdraw = ? AND path IS NOT NULL AND until_at > ?"
    sent = f"SELECT id, path FROM carrying WHERE {call} AND state = 'carried' AND ended_at > ? ORDER BY ended_at DESC, id DESC LIMIT 1"
    leaving = f"SELECT id, path FROM carrying WHERE {call} AND state = 'waiting' AND lease_until IS NOT NULL ORDER BY id DESC LIMIT 1"
    now = clock.now()
    return await db.one(_Asked, sent, account, False, now, now - SINCE) or await db.one(_Asked, leaving, account, False, now)
