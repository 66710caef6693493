"""The in-app inbox, and the outbox of push: a row written here finds its way to its reader's phone (`app.push`).

A message is words-key and parameters that name no resident, no room, no phone and no condition.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from app.kernel import act, clock, db, hub, ids
from app.kernel.act import Done, with_receipt
from app.kernel.trouble import Gone
from app.people.person import Person

KINDS = ("call", "own", "desk", "notice")

_INSERT = """INSERT INTO message(id, account_id, community_id, words, params, path, at, kind, urgent, until_at, tag)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def tell(
    account_id: UUID, words: str, *, path: str | None = None, community: UUID | None = None, kind: str = "own", urgent: bool = False,
    until: datetime | None = None, tag: str | None = None, **params: Any,
) -> None:  # fmt: skip
    """Leave a message in `account_id`'s inbox, with the present act, and let it be carried to her.

    `kind`: `call` urgent calls, `own` about what she does or asked for, `desk` things to decide, `notice`. `until`: after it the
    message is carried no more (24 hours where blank). `tag`: a later message with the same one takes the place of the notification
    still shown; nothing personal in it.
    """
    message, said = ids.new(), json.dumps(params, ensure_ascii=False, default=str)
    act.tell(hub.of_account(account_id), message)
    with_receipt(_INSERT, message, account_id, community, words, said, path, clock.now(), kind, urgent, until, tag)


async def retract(community: UUID, tag: str) -> None:
    """What was said under this tag stands in no inbox any more, in the present act."""
    sql = "UPDATE message SET until_at = ? WHERE community_id = ? AND tag = ? AND kind = 'notice' AND until_at > ? RETURNING account_id"
    now = clock.now()
    _stirred(await db.rows(UUID, sql, now, community, tag, now))


async def put_back(community: UUID, tag: str, until: datetime, since: datetime) -> set[UUID]:
    """The last of it that each reader had read, of what was said `since`, stands again until then; answers whose they are."""
    last = """SELECT max(m.id) FROM message m WHERE m.community_id = ? AND m.tag = ? AND m.kind = 'notice' AND m.at >= ?
    AND m.read_at IS NOT NULL GROUP BY m.account_id"""
    if db.is_postgres():  # it knows no max of a uuid
        last = last.replace("max(m.id)", "max(m.id::text)::uuid")
    found = await db.rows(UUID, f"UPDATE message SET until_at = ? WHERE id IN ({last}) RETURNING account_id", until, community, tag, since)
    _stirred(found)
    return set(found)


async def prolong(community: UUID, tag: str, until: datetime) -> None:
    """What stands in inboxes under this tag stands until then."""
    sql = "UPDATE message SET until_at = ? WHERE community_id = ? AND tag = ? AND kind = 'notice' AND until_at > ? RETURNING account_id"
    _stirred(await db.rows(UUID, sql, until, community, tag, clock.now()))


def _stirred(accounts: Iterable[UUID]) -> None:
    for account in sorted(set(accounts)):
        act.tell(hub.of_account(account), ids.new())


async def read_all(*, newest: UUID | None = None, by: Person) -> Done:
    """All up to the `newest` that her page showed; blank, what there was when she pressed. What came since is not hidden by a late tap."""
    seen = "id <= ?" if newest else "at <= ?"
    sql = f"UPDATE message SET read_at = ? WHERE account_id = ? AND read_at IS NULL AND {seen}"
    await db.run(sql, clock.now(), by.id, newest or act.current().when)
    act.tell(hub.of_account(by.id), ids.new())
    return Done("people.inbox.read")


async def read_one(message_id: UUID, *, by: Person) -> Done:
    """Raises Gone for a message that is not hers."""
    if not await db.run(
        "UPDATE message SET read_at = coalesce(read_at, ?) WHERE id = ? AND account_id = ?", clock.now(), message_id, by.id
    ):
        raise Gone("message")
    act.tell(hub.of_account(by.id), ids.new())
    return Done("people.inbox.read", about=str(message_id))
