"""Where a resident is spoken of besides her own rows: visits and calls at her door, what waits from phones, prints that still stand.

What is sealed is opened and looked through, the community's own and never more than a few hundred: old ones go by their timers.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from app.care.reads.residents import Resident, Stored
from app.kernel import db
from app.kernel.seal import Closed, Seal

MOST = 2_000


class Said(msgspec.Struct, frozen=True):
    """A visit or call of which she was the one asked after. `how`, `outcome`: as `care` spells them."""

    at: datetime
    how: str
    outcome: str
    note: str


class Door(msgspec.Struct, frozen=True):
    """What is held of her door and not of one person; it goes with her where nobody else of the ledger lives there."""

    alone: bool
    contacts: int
    watches: int
    carers: int
    rounds: int
    mutes: int


class Mentions(msgspec.Struct, frozen=True):
    """`waiting`: acts from phones that name her and that somebody must decide about first. The rest by id and key."""

    waiting: int
    settled: list[tuple[UUID, UUID]]
    prints: list[tuple[UUID, UUID]]


class _Contact(msgspec.Struct, frozen=True):
    id: UUID
    key_id: UUID | None
    emergency_id: UUID
    how: str
    outcome: str
    at: datetime
    note_sealed: bytes | None


async def said_of(row: Stored) -> list[Said]:
    """Newest first."""
    sql = """SELECT id, key_id, emergency_id, how, outcome, at, note_sealed FROM contact WHERE resident_id = ? AND undone_at IS NULL
    ORDER BY at DESC LIMIT 500"""
    found = await db.rows(_Contact, sql, row.id)
    return [Said(one.at, one.how, one.outcome, _note(one)) for one in found]


def _note(one: _Contact) -> str:
    if one.note_sealed is None or one.key_id is None:
        return ""
    return _opened(Seal("contact", one.id, one.key_id, one.emergency_id), "note", one.note_sealed)


def _opened(sealed: Seal, column: str, data: bytes | None) -> str:
    try:
        return sealed.open(column, data)
    except Closed:
        return ""


async def door_of(row: Stored) -> Door:
    sql = """SELECT NOT EXISTS (SELECT 1 FROM resident o WHERE o.household_id = ? AND o.id <> ? AND o.ended_at IS NULL) AS alone,
    (SELECT count(*) FROM contact WHERE household_id = ? AND resident_id IS NULL) AS contacts,
    (SELECT count(*) FROM watch WHERE household_id = ?) AS watches, (SELECT count(*) FROM carer WHERE household_id = ?) AS carers,
    (SELECT count(*) FROM round_stop WHERE household_id = ?) AS rounds, (SELECT count(*) FROM mute WHERE household_id = ?) AS mutes"""
    door = row.household_id
    return await db.one(Door, sql, door, row.id, door, door, door, door, door)


class _Sealed(msgspec.Struct, frozen=True):
    id: str
    key_id: UUID
    bound: str
    data: bytes
    open: bool


_HELD = """SELECT h.act AS id, c.key_id, CAST(c.emergency_id AS TEXT) AS bound, h.body_sealed AS data, TRUE AS open FROM held_act h
JOIN community c ON c.id = h.community_id WHERE h.community_id = ? AND h.body_sealed IS NOT NULL LIMIT ?"""
_ASIDE = """SELECT CAST(id AS TEXT) AS id, key_id, 'quarantine' AS bound, body_sealed AS data, settled_at IS NULL AS open FROM quarantine
WHERE community_id = ? AND body_sealed IS NOT NULL LIMIT ?"""
_PRINT = """SELECT CAST(id AS TEXT) AS id, key_id, CAST(community_id AS TEXT) AS bound, content_sealed AS data, FALSE AS open FROM print_job
WHERE community_id = ? AND content_sealed IS NOT NULL LIMIT ?"""


async def mentions_of(row: Stored, her: Resident) -> Mentions:
    """By her phone or her name as it is written in the ledger."""
    words = [word for word in (her.phone, her.name) if len(word) > 1]
    held = await _naming("held_act", "body", _HELD, row.community_id, words)
    aside = await _naming("quarantine", "body", _ASIDE, row.community_id, words)
    prints = await _naming("print_job", "content", _PRINT, row.community_id, words)
    waiting = len(held) + sum(one.open for one in aside)
    return Mentions(waiting, [(UUID(one.id), one.key_id) for one in aside if not one.open], [(UUID(one.id), one.key_id) for one in prints])


async def _naming(table: str, column: str, sql: str, community_id: UUID, words: Iterable[str]) -> list[_Sealed]:
    found = await db.rows(_Sealed, sql, community_id, MOST)
    texts = ((one, _opened(Seal(table, one.id, one.key_id, one.bound), column, one.data)) for one in found)
    return [one for one, text in texts if any(word in text for word in words)]
