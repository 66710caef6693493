"""What happened as a chain of keyed hashes, one chain in each community and one for what belongs to none.

A row's hash is over the row, its number in the chain and the hash before, under a key derived from the master key: whoever
can write the database but has no master key can neither change, remove, add nor swap a row without `verify` naming it.
A chain cut off at its end shows against the heads that the worker notes beside the database every minute, and never takes back; what
is cut off within the minute does not. Subjects stand in it by their ids alone, so that erasing one leaves it whole.
"""

import asyncio
import hmac
import json
import os
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import db, seal

PAGE = 2_000
EVERY = 60  # seconds between two notes of the heads
_FIRST = b""
_COMMUNITY, _COLUMNS = 7, "id, kind, about, by, act, at, received_at, community_id, household_id, payload"


class Link(msgspec.Struct, frozen=True):
    """A row with its place in the chain; what the worker writes into a row later (`done_at`, `tries`) is no part of it."""

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
    link: int
    link_hash: bytes


class Wrong(msgspec.Struct, frozen=True):
    """The first row of a chain that is not as it was written. `why`: missing, changed, added or cut."""

    community_id: UUID | None
    link: int
    row: UUID | None
    why: str


class Head(msgspec.Struct, frozen=True):
    community_id: UUID | None
    link: int
    hash: str


def _text(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ", "microseconds")
    return None if value is None else str(value)


_json = json.JSONEncoder(ensure_ascii=False).encode


def _hash(before: bytes, number: int, row: Sequence[Any]) -> bytes:
    told = _json([number, *map(_text, row)]).encode()
    return hmac.digest(seal.derived("chain"), before + told, "sha256")[:16]


async def linked(rows: Sequence[tuple]) -> list[tuple]:
    """These rows (in the order of `_COLUMNS`, and more behind) with number and hash appended. The last thing in a transaction:

    on PostgreSQL the chains are held from here until the commit, in one order everywhere.
    """
    chains = sorted({row[_COMMUNITY] for row in rows}, key=str)
    heads = {community: await _held(community) for community in chains}
    done = []
    for row in rows:
        number, before = heads[row[_COMMUNITY]]
        heads[row[_COMMUNITY]] = number + 1, _hash(before, number + 1, row[: _COMMUNITY + 3])
        done.append((*row, *heads[row[_COMMUNITY]]))
    return done


async def _held(community: UUID | None) -> tuple[int, bytes]:
    if db.is_postgres():
        await db.value("SELECT pg_advisory_xact_lock(?)", (community.int if community else 1) & (2**63 - 1))
    found = await heads_of([community])
    return (found[0].link, found[0].link_hash) if found else (0, _FIRST)


class _End(msgspec.Struct, frozen=True):
    link: int
    link_hash: bytes


async def heads_of(communities: Sequence[UUID | None]) -> list[_End]:
    found = []
    for community in communities:
        where, params = _of(community)
        sql = f"SELECT link, link_hash FROM happening WHERE {where} AND link IS NOT NULL ORDER BY link DESC LIMIT 1"
        found += await db.rows(_End, sql, *params)
    return found


def _of(community: UUID | None) -> tuple[str, list[UUID]]:
    return ("community_id IS NULL", []) if community is None else ("community_id = ?", [community])


async def stands(community: UUID, link: int, link_hash: bytes) -> bool:
    """Whether the chain still has this hash at this place: what a report noted of it."""
    sql = "SELECT 1 FROM happening WHERE community_id = ? AND link = ? AND link_hash = ?"
    return await db.value(sql, community, link, link_hash) is not None


async def chains() -> list[UUID | None]:
    return [None, *await db.rows(UUID, "SELECT DISTINCT community_id FROM happening WHERE community_id IS NOT NULL ORDER BY community_id")]


async def begin() -> int:
    """Link what a release before the chain wrote; answers how many. Once there is a chain, a row outside of it is wrong for good."""
    sql = f"SELECT {_COLUMNS} FROM happening WHERE link IS NULL ORDER BY id"
    async with db.transaction():
        if await db.value("SELECT 1 FROM happening WHERE link IS NOT NULL LIMIT 1") is not None:
            return 0
        await _held(None)  # of two processes that start at once, the second waits here and finds nothing
        rows = [tuple(getattr(row, name) for name in _COLUMNS.split(", ")) for row in await db.rows(_Loose, sql)]
        await db.run_many(
            "UPDATE happening SET link = ?, link_hash = ? WHERE id = ? AND link IS NULL",
            [(*row[-2:], row[0]) for row in await linked(rows)],
        )
    return len(rows)


class _Loose(msgspec.Struct, frozen=True):
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


async def verify() -> tuple[int, list[Wrong]]:
    """How many rows stand in their chains, and of each chain that is not whole the first wrong row."""
    counted, wrong = 0, []
    over = await _ended()
    remembered = {head.community_id: head for head in _remembered() if head.community_id not in over}
    for community in dict.fromkeys([*await chains(), *remembered]):
        number, found = await _walked(community, remembered.get(community))
        counted += number
        wrong += [found] if found else []
    outside = f"SELECT {_COLUMNS} FROM happening WHERE link IS NULL ORDER BY id LIMIT 20"
    wrong += [Wrong(row.community_id, 0, row.id, "added") for row in await db.rows(_Loose, outside)]
    return counted, wrong


async def _walked(community: UUID | None, head: Head | None) -> tuple[int, Wrong | None]:
    number, before = 0, _FIRST
    async for row in _links(community):
        if row.link != number + 1:
            return number, Wrong(community, number + 1, None, "missing")
        told = [getattr(row, name) for name in _COLUMNS.split(", ")]
        if not hmac.compare_digest(_hash(before, row.link, told), row.link_hash):
            return number, Wrong(community, row.link, row.id, "changed")
        number, before = row.link, row.link_hash
        if head is not None and head.link == number and head.hash != before.hex():
            return number, Wrong(community, row.link, row.id, "changed")
    if head is not None and head.link > number:
        return number, Wrong(community, number + 1, None, "cut")
    return number, None


async def _links(community: UUID | None) -> AsyncIterator[Link]:
    where, params = _of(community)
    last = 0
    sql = f"SELECT {_COLUMNS}, link, link_hash FROM happening WHERE {where} AND link > ? ORDER BY link LIMIT {PAGE}"
    while rows := await db.rows(Link, sql, *params, last):
        for row in rows:
            yield row
        last = rows[-1].link
        await asyncio.sleep(0)


def _notes() -> Path:
    return seal.folder() / "chain.heads"


def _remembered() -> list[Head]:
    """A file that is damaged remembers nothing less than an error: it is evidence."""
    path = _notes()
    return msgspec.json.decode(path.read_bytes(), type=list[Head]) if path.exists() else []


async def _ended() -> set[UUID]:
    """Communities whose chain went as a whole when its time was over; the chain of none says so."""
    return set(await db.rows(UUID, "SELECT about FROM happening WHERE kind = 'audit.ended' AND community_id IS NULL"))


_noted_at = -EVERY * 1.0


async def note_heads(*, now: bool = False) -> None:
    """Beside the database, not in it and not in its backups: how long each chain is and what it ends with."""
    global _noted_at
    if not now and time.monotonic() - _noted_at < EVERY:
        return
    _noted_at = time.monotonic()
    before = _remembered()
    heads = [Head(community, end.link, end.link_hash.hex()) for community in await chains() for end in await heads_of([community])]
    there, over = {head.community_id: head.link for head in heads}, await _ended()
    longer = {head.community_id: head for head in before if head.link > there.get(head.community_id, 0) and head.community_id not in over}
    heads = [longer.get(head.community_id, head) for head in heads] + [head for name, head in longer.items() if name not in there]
    if heads == before:
        return
    fresh = _notes().with_suffix(".new")
    with open(fresh, "wb") as file:
        file.write(msgspec.json.encode(heads))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(_notes())


DUTIES = [note_heads]
