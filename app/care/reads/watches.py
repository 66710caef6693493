"""Watches: signs of hardship that somebody looks at again, and those whose day has come."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db, seal
from app.places import labels

SIGNS = ("food", "money", "medicine", "alone", "afraid", "ill", "other")


class Watch(msgspec.Struct, frozen=True):
    """`note`: what was said last, when it was opened or looked at; blank where its key is gone."""

    id: UUID
    community_id: UUID
    household_id: UUID
    building_id: UUID
    estate: str
    number: int
    unit: int
    floor: int
    door: int
    emergency_id: UUID
    key_id: UUID
    sign: str
    note_sealed: bytes | None
    due_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    version: int
    looks: int

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def building(self) -> str:
        return labels.building(self.estate, self.number)

    @property
    def seal(self) -> seal.Seal:
        return seal.Seal("watch", self.id, self.key_id, self.emergency_id)

    @property
    def note(self) -> str:
        with suppress(seal.Closed):
            return self.seal.open("note", self.note_sealed)
        return ""

    @property
    def due(self) -> bool:
        return self.due_at <= clock.now()


_WATCH = """SELECT w.id, w.community_id, w.household_id, h.building_id, e.name AS estate, b.number, h.unit, h.floor, h.door, w.emergency_id,
w.key_id, w.sign, w.note_sealed, w.due_at, w.opened_at, w.closed_at, w.version,
(SELECT count(*) FROM watch_look l WHERE l.watch_id = w.id) AS looks
FROM watch w JOIN household h ON h.id = w.household_id JOIN building b ON b.id = h.building_id JOIN estate e ON e.id = b.estate_id"""


async def watch(watch_id: UUID) -> Watch | None:
    return await db.one(Watch, f"{_WATCH} WHERE w.id = ?", watch_id)


async def watches_of(household_id: UUID) -> list[Watch]:
    return await db.rows(Watch, f"{_WATCH} WHERE w.household_id = ? AND w.closed_at IS NULL ORDER BY w.due_at", household_id)


async def due_count(community_id: UUID, buildings: Collection[UUID] | None) -> int:
    """How many are to be looked at by now."""
    if buildings is not None and not buildings:
        return 0
    narrowed = "" if buildings is None else f" AND h.building_id IN ({db.marks(buildings)})"
    sql = f"""SELECT count(*) FROM watch w JOIN household h ON h.id = w.household_id
    WHERE w.community_id = ? AND w.closed_at IS NULL AND w.due_at <= ?{narrowed}"""
    return await db.value(sql, community_id, clock.now(), *(buildings or ()))


async def due(community_id: UUID, buildings: Collection[UUID] | None, limit: int = 20) -> list[Watch]:
    """Those to be looked at by now, the longest due first."""
    if buildings is not None and not buildings:
        return []
    narrowed = "" if buildings is None else f" AND h.building_id IN ({db.marks(buildings)})"
    sql = f"{_WATCH} WHERE w.community_id = ? AND w.closed_at IS NULL AND w.due_at <= ?{narrowed} ORDER BY w.due_at, w.id LIMIT ?"
    return await db.rows(Watch, sql, community_id, clock.now(), *(buildings or ()), limit)
