"""What was said to a person: the rows of her inbox."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db, ids
from app.kernel.words import knows, say

# A notice that is over or withdrawn stands in no inbox.
STANDS = "(kind <> 'notice' OR until_at IS NULL OR until_at > ?)"


class MessageFacts(msgspec.Struct, frozen=True):
    id: UUID
    words: str
    params: str
    path: str | None
    at: datetime
    read_at: datetime | None

    @property
    def text(self) -> str:
        """A parameter that is itself a words-key is said in the reader's language."""
        params: dict[str, Any] = json.loads(self.params)
        return say(self.words, **{name: say(value) if isinstance(value, str) and knows(value) else value for name, value in params.items()})

    @property
    def fresh(self) -> bool:
        return self.read_at is None


async def messages(account_id: UUID, limit: int = 100) -> list[MessageFacts]:
    return await db.rows(
        MessageFacts,
        f"SELECT id, words, params, path, at, read_at FROM message WHERE account_id = ? AND {STANDS} ORDER BY id DESC LIMIT ?",
        account_id,
        clock.now(),
        limit,
    )


async def last_message(account_id: UUID) -> UUID | None:
    found = await db.rows(UUID, "SELECT id FROM message WHERE account_id = ? ORDER BY id DESC LIMIT 1", account_id)
    return found[0] if found else None


async def read_after(account_id: UUID, moment: datetime) -> bool:
    """Whether she read anything since then, on whatever phone."""
    return await db.value("SELECT 1 FROM message WHERE account_id = ? AND read_at >= ? LIMIT 1", account_id, moment) is not None


async def inbox_version(account_id: UUID) -> str:
    """Changes with every message, every reading of one, and every notice that is over."""
    sql = f"SELECT count(*) AS standing, count(read_at) AS had_read FROM message WHERE account_id = ? AND {STANDS}"
    now = await db.one(_Counted, sql, account_id, clock.now())
    return f"{await last_message(account_id) or '-'}.{now.standing}.{now.had_read}"


class _Counted(msgspec.Struct, frozen=True):
    standing: int
    had_read: int


class Told(msgspec.Struct, frozen=True):
    account_id: UUID
    id: UUID


async def told_since(moment: datetime) -> dict[UUID, UUID]:
    """The accounts that were told something since then, with the last of it."""
    return {
        row.account_id: row.id for row in await db.rows(Told, "SELECT account_id, id FROM message WHERE id > ? ORDER BY id", ids.at(moment))
    }


async def had_read_since(moment: datetime) -> set[UUID]:
    return set(await db.rows(UUID, "SELECT DISTINCT account_id FROM message WHERE read_at >= ?", moment))
