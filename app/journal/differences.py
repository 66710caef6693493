"""Two people changed this: the lines that wait for somebody who may decide, and those that are decided.

A line holds both values, sealed under the subject's key. `weighing` opens one; what a kind of subject looks like and how
a value is made to count is a `Kind` of its slice, made known by `web`.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db, edits
from app.kernel.seal import Closed, Seal


class Thing(msgspec.Struct, frozen=True):
    """How a subject is called, where it is, and where its own page is; in the reader's language."""

    title: str
    place: str = ""
    path: str = ""


class Kind(msgspec.Struct, frozen=True):
    """A kind of subject. `take` makes a value count, through the slice's own rule, and answers the one that stood before.

    `secret` fields are shown through `mask` until a tap that `reveal` keeps.
    """

    name: str
    things: Callable[[Sequence[UUID], UUID], Awaitable[dict[UUID, Thing]]]
    label: Callable[[str], str]
    show: Callable[[str, str], Awaitable[str]]
    take: Callable[..., Awaitable[str | None]]
    keep: Callable[..., Awaitable[None]] | None = None
    secret: frozenset[str] = frozenset()
    mask: Callable[[str, str], str] | None = None
    reveal: Callable[..., Awaitable[Any]] | None = None


KINDS: dict[str, Kind] = {}


def known(kinds: Sequence[Kind]) -> None:
    KINDS.clear()
    KINDS.update({kind.name: kind for kind in kinds})


class Subject(msgspec.Struct, frozen=True):
    """What is edited: its kind, where it belongs, and the key that its values are sealed under."""

    kind: str
    id: UUID
    community: UUID
    key: UUID
    emergency: UUID
    building: UUID | None = None
    household: UUID | None = None


class Side(msgspec.Struct, frozen=True):
    """One of two values: who gave it, when she pressed, by which act; all blank where nobody's edit is known."""

    value: str
    by: UUID | None = None
    at: datetime | None = None
    act: str | None = None


class Difference(msgspec.Struct, frozen=True):
    """A line: what stands and what came beside it, sealed under the subject's key."""

    id: UUID
    community_id: UUID
    building_id: UUID | None
    household_id: UUID | None
    emergency_id: UUID
    key_id: UUID
    subject: str
    subject_id: UUID
    field: str
    standing_sealed: bytes | None
    standing_mark: str
    standing_by: UUID | None
    standing_at: datetime | None
    standing_act: str | None
    other_sealed: bytes | None
    other_mark: str
    other_by: UUID | None
    other_at: datetime
    other_act: str | None
    opened_at: datetime
    decided_at: datetime | None
    decided_by: UUID | None
    choice: str | None
    version: int

    @property
    def seal(self) -> Seal:
        return Seal("difference", self.id, self.key_id, self.emergency_id)

    def opened(self, column: str) -> str | None:
        """The value of `standing` or `other`; None where its key is gone."""
        try:
            return self.seal.open(column, getattr(self, f"{column}_sealed"))
        except Closed:
            return None

    @property
    def thing(self) -> Subject:
        return Subject(
            self.subject, self.subject_id, self.community_id, self.key_id, self.emergency_id, self.building_id, self.household_id
        )


_COLUMNS = ", ".join(f"d.{name}" for name in Difference.__struct_fields__)


async def select(where: str, *params: Any, order: str = "d.opened_at, d.id", tail: str = "") -> list[Difference]:
    return await db.rows(Difference, f"SELECT {_COLUMNS} FROM difference d WHERE {where} ORDER BY {order} {tail}", *params)


def _within(community: UUID, buildings: frozenset[UUID] | None) -> tuple[str, list[Any]]:
    """`buildings` None: all of the community, things of no building too."""
    if buildings is None:
        return "d.community_id = ?", [community]
    if not buildings:
        return "1 = 0", []
    return f"d.community_id = ? AND d.building_id IN ({db.marks(tuple(buildings))})", [community, *buildings]


async def count_open(community: UUID, buildings: frozenset[UUID] | None) -> int:
    where, params = _within(community, buildings)
    return await db.value(f"SELECT count(*) FROM difference d WHERE {where} AND d.decided_at IS NULL", *params)


async def count_decided(community: UUID, buildings: frozenset[UUID] | None) -> int:
    where, params = _within(community, buildings)
    return await db.value(f"SELECT count(*) FROM difference d WHERE {where} AND d.decided_at IS NOT NULL", *params)


async def open_lines(community: UUID, buildings: frozenset[UUID] | None, *, offset: int, limit: int) -> list[Difference]:
    where, params = _within(community, buildings)
    return await select(f"{where} AND d.decided_at IS NULL", *params, limit, offset, tail="LIMIT ? OFFSET ?")


async def decided_lines(community: UUID, buildings: frozenset[UUID] | None, *, offset: int, limit: int) -> list[Difference]:
    where, params = _within(community, buildings)
    order = "d.decided_at DESC, d.id DESC"
    return await select(f"{where} AND d.decided_at IS NOT NULL", *params, limit, offset, order=order, tail="LIMIT ? OFFSET ?")


async def line(line_id: UUID, community: UUID) -> Difference | None:
    found = await select("d.id = ? AND d.community_id = ?", line_id, community)
    return found[0] if found else None


async def open_about(*subject_ids: UUID) -> dict[UUID, list[str]]:
    """The fields of these subjects about which a line is open."""

    class Row(msgspec.Struct):
        subject_id: UUID
        field: str

    if not subject_ids:
        return {}
    sql = f"SELECT DISTINCT subject_id, field FROM difference WHERE decided_at IS NULL AND subject_id IN ({db.marks(subject_ids)}) ORDER BY field"
    found: dict[UUID, list[str]] = {}
    for row in await db.rows(Row, sql, *subject_ids):
        found.setdefault(row.subject_id, []).append(row.field)
    return found


async def close(line: Difference, choice: str, *, by: UUID) -> bool:
    """Mark a line decided; False when somebody was first."""
    sql = "UPDATE difference SET decided_at = ?, decided_by = ?, choice = ?, version = version + 1 WHERE id = ? AND decided_at IS NULL"
    return bool(await db.run(sql, clock.now(), by, choice, line.id))


async def replaced(line: Difference, stood: str) -> None:
    """What the decision replaced, where it was no longer what the line showed: undoing puts this back."""
    sql = "UPDATE difference SET standing_sealed = ?, standing_mark = ?, standing_by = NULL, standing_at = NULL, standing_act = NULL WHERE id = ?"
    await db.run(sql, line.seal.close("standing", stood), edits.mark(line.subject_id, line.field, stood), line.id)


async def reopen(line: Difference) -> bool:
    sql = """UPDATE difference SET decided_at = NULL, decided_by = NULL, choice = NULL, version = version + 1
    WHERE id = ? AND version = ? AND decided_at IS NOT NULL AND standing_mark <> other_mark"""
    return bool(await db.run(sql, line.id, line.version))


async def still(line: Difference) -> bool:
    """Whether the field holds what the decision gave it: nobody has edited it since."""
    mark = await db.value("SELECT value_mark FROM edited WHERE subject_id = ? AND field = ?", line.subject_id, line.field)
    return mark == (line.other_mark if line.choice == "take" else line.standing_mark)
