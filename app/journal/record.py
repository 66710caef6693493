"""What happened: one row per happening, written with the receipt of the act that caused it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.journal.kinds import KINDS
from app.kernel import act, db, ids

_LISTENED: set[str] = set()

_json = json.JSONEncoder(ensure_ascii=False, default=str).encode

_INSERT = """INSERT INTO happening(id, kind, about, by, act, at, received_at, community_id, household_id, payload, done_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


class Happening(msgspec.Struct, frozen=True):
    id: UUID
    kind: str
    about: UUID
    by: UUID | None
    act: str | None
    at: datetime | None
    received_at: datetime
    community_id: UUID | None
    household_id: UUID | None
    payload: str

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.payload)


def record(
    kind: str, about: UUID, *, community: UUID | None = None, household: UUID | None = None, **told: str | int | bool | None
) -> None:
    """Note `kind` about the row `about` in the present act.

    `told` is all that a listener needs and nothing that must be sealed: ids, numbers, words-keys. Raises
    ValueError for a kind that `kinds.py` does not list and LookupError outside an act.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is not a kind of happening")
    now = act.current()
    done = None if kind in _LISTENED else now.received_at
    payload = _json({name: value for name, value in told.items() if value is not None})
    by = getattr(now.by, "id", None)
    pressed = now.when if now.at else None  # by our clock: the receipt keeps what the device's said
    act.with_receipt(_INSERT, ids.new(), kind, about, by, now.id, pressed, now.received_at, community, household, payload, done)


def listened(kinds: set[str]) -> None:
    """Kinds that have a listener stay open until the worker has told it; the rest are born done."""
    _LISTENED.clear()
    _LISTENED.update(kinds)


_COLUMNS = "id, kind, about, by, act, at, received_at, community_id, household_id, payload"


async def history(*about: UUID, limit: int = 200) -> list[Happening]:
    """What happened to these things, newest first."""
    return await db.rows(
        Happening, f"SELECT {_COLUMNS} FROM happening WHERE about IN ({db.marks(about)}) ORDER BY id DESC LIMIT ?", *about, limit
    )


async def last_by(about: UUID, kind: str) -> UUID | None:
    """Whose act the last happening of this kind about the thing was."""
    found = await db.rows(UUID | None, "SELECT by FROM happening WHERE about = ? AND kind = ? ORDER BY id DESC LIMIT 1", about, kind)
    return found[0] if found else None


async def household_history(household: UUID, limit: int = 200) -> list[Happening]:
    return await db.rows(Happening, f"SELECT {_COLUMNS} FROM happening WHERE household_id = ? ORDER BY id DESC LIMIT ?", household, limit)


async def happened(kind: str, about: UUID, *, by: UUID, since: datetime) -> bool:
    """Whether `by` did it to this thing since then."""
    sql = "SELECT 1 FROM happening WHERE about = ? AND kind = ? AND by = ? AND received_at >= ? LIMIT 1"
    return await db.value(sql, about, kind, by, since) is not None


class Touched(msgspec.Struct, frozen=True):
    household_id: UUID
    kind: str


async def touched_since(community: UUID, mark: UUID) -> list[Touched]:
    """Kinds of what happened at each door of the community after the time-ordered id `mark`."""
    sql = "SELECT DISTINCT household_id, kind FROM happening WHERE community_id = ? AND id > ? AND household_id IS NOT NULL"
    return await db.rows(Touched, sql, community, mark)


async def waiting(limit: int, now: datetime) -> list[Happening]:
    sql = f"SELECT {_COLUMNS} FROM happening WHERE done_at IS NULL AND (held_until IS NULL OR held_until < ?) ORDER BY id LIMIT ?"
    return await db.rows(Happening, sql, now, limit)


async def version_of(*communities: UUID) -> str:
    """Changes whenever anything happened in these communities: what live pages poll before they render."""
    sql = f"SELECT id FROM happening WHERE community_id IN ({db.marks(communities)}) ORDER BY id DESC LIMIT 1"
    return str(await db.value(sql, *communities) or "-")
