"""The in-app inbox. A message is words-key and parameters that name no resident; push later carries the same row."""

import json
from typing import Any
from uuid import UUID

from app.kernel import clock, db, ids
from app.kernel.act import Done, with_receipt
from app.kernel.trouble import Gone
from app.people.person import Person

_INSERT = "INSERT INTO message(id, account_id, community_id, words, params, path, at) VALUES (?, ?, ?, ?, ?, ?, ?)"


async def tell(account_id: UUID, words: str, *, path: str | None = None, community: UUID | None = None, **params: Any) -> None:
    """Leave a message in `account_id`'s inbox, with the present act."""
    with_receipt(_INSERT, ids.new(), account_id, community, words, json.dumps(params, ensure_ascii=False, default=str), path, clock.now())


async def read_all(*, by: Person) -> Done:
    await db.run("UPDATE message SET read_at = ? WHERE account_id = ? AND read_at IS NULL", clock.now(), by.id)
    return Done("people.inbox.read")


async def read_one(message_id: UUID, *, by: Person) -> Done:
    """Raises Gone for a message that is not hers."""
    if not await db.run(
        "UPDATE message SET read_at = coalesce(read_at, ?) WHERE id = ? AND account_id = ?", clock.now(), message_id, by.id
    ):
        raise Gone("message")
    return Done("people.inbox.read", about=str(message_id))
