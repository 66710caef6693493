"""What happened: one row per happening, written with the receipt of the act that caused it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.journal import chain
from app.journal.kinds import KINDS
from app.kernel import act, bus, db, hub, ids

_LISTENED: set[str] = set()

_json = json.JSONEncoder(ensure_ascii=False, default=str).encode

_INSERT = """INSERT INTO happening(id, kind, about, by, act, at, received_at, community_id, household_id, payload, done_at, link, link_hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
act.complete(_INSERT, chain.linked)


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
    pressed = now.at_latest if now.at else None  # by our clock: the receipt keeps what the device's said
    happening = ids.new()
    if community is not None:
        act.tell(hub.of_community(community), happening)
    act.with_receipt(_INSERT, happening, kind, about, by, now.id, pressed, now.received_at, community, household, payload, done)


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


async def happened_to(kind: str, about: Sequence[UUID], *, by: UUID, since: datetime) -> set[UUID]:
    """Those of these things (at most a few hundred) that `by` did it to since then."""
    sql = f"SELECT DISTINCT about FROM happening WHERE about IN ({db.marks(about)}) AND kind = ? AND by = ? AND received_at >= ?"
    return set(await db.rows(UUID, sql, *about, kind, by, since)) if about else set()


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
    """Changes whenever anything happened in these communities: what live pages ask before they render.

    The id of the last happening; on PostgreSQL with how many came shortly before it, since of two transactions the one that
    made its ids first may be committed last.
    """
    last = await last_in(communities)
    if last is None or not db.is_postgres():
        return str(last or "-")
    sql = f"SELECT count(*) FROM happening WHERE community_id IN ({db.marks(communities)}) AND id > ?"
    return f"{last}.{await db.value(sql, *communities, ids.before(last, bus.MARGIN))}"


async def last_in(communities: Sequence[UUID]) -> UUID | None:
    sql = f"SELECT id FROM happening WHERE community_id IN ({db.marks(communities)}) ORDER BY id DESC LIMIT 1"
    found = await db.rows(UUID, sql, *communities)
    return found[0] if found else None


class Moved(msgspec.Struct, frozen=True):
    community_id: UUID
    id: UUID


async def moved_since(moment: datetime) -> dict[UUID, UUID]:
    """The communities in which something happened since then, with the last of it."""
    sql = "SELECT community_id, id FROM happening WHERE id > ? AND community_id IS NOT NULL ORDER BY id"
    return {row.community_id: row.id for row in await db.rows(Moved, sql, ids.at(moment))}
