"""The stored receipts: one row for each act that was decided, written in the act's own transaction."""

import json
from datetime import datetime
from typing import Any

import msgspec

from app.kernel import clock, db, ids, seal


class Receipt(msgspec.Struct, frozen=True):
    id: str
    owner: str
    path: str
    state: str
    received_at: datetime
    trouble: str | None = None
    reason: str | None = None
    words: str = "act.done"
    params: str = "{}"
    about: str | None = None
    undo: str | None = None
    again: bool = False

    @property
    def header(self) -> str:
        return f"{self.id}; {self.state}; again={int(self.again)}"

    @property
    def filled(self) -> dict[str, str | int]:
        return json.loads(self.params)


_COLUMNS = "id, owner, path, state, received_at, trouble, reason, words, params, about, undo"
_CLAIM = """INSERT INTO receipt(id, owner, path, body_hash, state, device, seq, at, offset_ms, received_at)
VALUES (?, ?, ?, ?, 'applied', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1 AS done"""


async def claim(*fresh: Any) -> bool:
    """True for the first to come with this id. On PostgreSQL a second one waits here for the first one's commit.

    `fresh`: id, owner, path, body_hash, device, seq, at, offset in milliseconds, received_at.
    """
    return await db.value(_CLAIM, *fresh) is not None


class Stored(Receipt, frozen=True):
    body_hash: bytes = b""


async def stored(act_id: str) -> Stored | None:
    return await db.one(Stored, f"SELECT {_COLUMNS}, body_hash FROM receipt WHERE id = ?", act_id)


_SETTLE = "UPDATE receipt SET state = ?, trouble = ?, reason = ?, words = ?, params = ?, about = ?, undo = ? WHERE id = ?"


def settling(told: Receipt) -> tuple[str, tuple]:
    return _SETTLE, (told.state, told.trouble, told.reason, told.words, told.params, told.about, told.undo, told.id)


async def note_unread(act_id: str, device: str | None, seq: int | None) -> None:
    """An act came that cannot be understood: it leaves no receipt, but it is not missing, and nothing waits for it."""
    sql = "INSERT INTO unread_act(id, device, seq, at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
    if ids.ACT.fullmatch(act_id):
        await db.run(sql, act_id, device, seq, clock.now())


async def of(act_id: str, owner: str) -> Receipt | None:
    """The stored receipt, to its owner only."""
    return await db.one(Receipt, f"SELECT {_COLUMNS} FROM receipt WHERE id = ? AND owner = ?", act_id, owner)


async def refusals(owner: str) -> dict[str, int]:
    """How many refused receipts `owner` holds per path: part of the id of acts that happen once per state."""

    class Count(msgspec.Struct):
        path: str
        n: int

    found = await db.rows(Count, "SELECT path, count(*) AS n FROM receipt WHERE owner = ? AND state = 'refused' GROUP BY path", owner)
    return {row.path: row.n for row in found}


def once_id(owner: str, path: str, version: int | str, refused: int) -> str:
    """The id of an act that can happen once while its subject is in `version`, the same in every tab of `owner`."""
    return ids.b64(seal.keyed_hash("act", f"{owner}|{path}|{version}|{refused}")[:16])
