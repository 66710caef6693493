"""Lines to be carried, written in the present transaction."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import db, ids

LIFE = timedelta(hours=24)
SMS, PAPER = "sms", "paper"  # the lanes of these ways

_INSERT = """INSERT INTO carrying(id, message_id, account_id, community_id, way, subscription_id, robot_id, lane, kind, words, params, path, lang,
urgent, withdraw, tag, made_at, due_at, until_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line before it is written."""

    way: str
    lane: str
    words: str
    lang: str
    made_at: datetime
    until_at: datetime
    due_at: datetime | None = None
    params: str = "{}"
    path: str | None = None
    message_id: UUID | None = None
    account_id: UUID | None = None
    community_id: UUID | None = None
    subscription_id: UUID | None = None
    robot_id: UUID | None = None
    kind: str = "own"
    urgent: bool = False
    withdraw: bool = False
    tag: str | None = None


def said(params: dict[str, Any]) -> str:
    return json.dumps(params, ensure_ascii=False, default=str)


async def write(lines: list[Line]) -> None:
    """One that is there already (a message's, to the same device) stays as it is."""
    await db.run_many(
        _INSERT,
        [
            (
                ids.new(), one.message_id, one.account_id, one.community_id, one.way, one.subscription_id, one.robot_id, one.lane, one.kind,
                one.words, one.params, one.path, one.lang, one.urgent, one.withdraw, one.tag, one.made_at, one.due_at or one.made_at, one.until_at,
            )
            for one in lines
        ],
    )  # fmt: skip


async def drop(where: str, now: datetime, *params: Any) -> int:
    """What is being carried at this moment is not touched: it ends by itself."""
    sql = f"UPDATE carrying SET state = 'dropped', ended_at = ? WHERE state = 'waiting' AND lease_until IS NULL AND {where}"
    return await db.run(sql, now, *params)
