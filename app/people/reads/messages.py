"""What was said to a person: the rows of her inbox."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.words import knows, say


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
        "SELECT id, words, params, path, at, read_at FROM message WHERE account_id = ? ORDER BY id DESC LIMIT ?",
        account_id,
        limit,
    )
