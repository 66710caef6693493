"""Two people changed this: both values kept, until somebody who may decides.

A slice edits through `weigh`, which says what of an edit to write and opens a line for each field that two people gave
different values; facts that contradict each other open one with `open_difference`. What a kind of subject looks like
and how a value is made to count is a `Kind` of its slice, made known by `web`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.journal.record import record
from app.kernel import act, clock, db, edits, ids
from app.kernel.act import Done
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


class Weighed(msgspec.Struct, frozen=True):
    """`apply`: {field: text} to write. How many fields `others` changed and stay, how many are `contested`."""

    apply: dict[str, str]
    others: int = 0
    contested: int = 0

    def done(self, words: str, params: dict[str, str | int] | None = None, *, about: UUID) -> Done:
        if self.contested:
            what = "differences.kept_both" if self.apply else "differences.kept_both_only"
            return Done(what, {"n": self.contested}, about=str(about), state="conflict", mark="beside")
        if self.others:
            return Done("differences.merged", {"n": self.others}, about=str(about), mark="merged")
        return Done(words, params or {}, about=str(about))


class _Edited(msgspec.Struct):
    value_mark: str
    by: UUID | None
    act: str | None
    at: datetime


async def weigh(subject: Subject, typed: Mapping[str, str], was: Mapping[str, str], now: Mapping[str, str], *, moved: bool) -> Weighed:
    """Judge an edit against what stands `now`; the caller holds the subject's row and writes `apply`.

    Who edits twice from one form differs with nobody: what she pressed last counts.
    """
    merged = edits.merge(subject.id, typed, was, now, moved=moved)
    pressed, by = act.current().when, getattr(act.current().by, "id", None)
    apply, others, contested = list(merged.apply), len(merged.others), 0
    for field in merged.contested:
        stands = await _standing(subject, field, now[field])
        if stands.by is not None and stands.by == by and stands.at is not None:
            if stands.at <= pressed:
                apply.append(field)
            else:
                others += 1
            continue
        mine = Side(typed[field], by, pressed, act.current().id)
        await _open(subject, field, stands, mine)
        contested += 1
    for field in apply:
        await note(subject, field, typed[field], Side(typed[field], by, pressed, act.current().id))
    return Weighed({field: typed[field] for field in apply}, others, contested)


async def _standing(subject: Subject, field: str, value: str) -> Side:
    """Whose value stands; nobody's where it came otherwise than by an edit."""
    sql = "SELECT value_mark, by, act, at FROM edited WHERE subject_id = ? AND field = ?"
    last = await db.one(_Edited, sql, subject.id, field)
    if last is None or last.value_mark != edits.mark(subject.id, field, value):
        return Side(value)
    return Side(value, last.by, last.at, last.act)


_NOTE = """INSERT INTO edited(subject_id, field, community_id, value_mark, by, act, at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (subject_id, field) DO UPDATE SET value_mark = excluded.value_mark, by = excluded.by, act = excluded.act, at = excluded.at"""


async def note_own(subject_id: UUID, community: UUID, field: str, value: str) -> None:
    """Whoever acts has given the field this value. For what only one person edits; `weigh` does it for the rest."""
    now = act.current()
    await db.run(_NOTE, subject_id, field, community, edits.mark(subject_id, field, value), getattr(now.by, "id", None), now.id, now.when)


async def later_than(subject_id: UUID, field: str) -> bool:
    """Whether the field was given its value by something pressed after the present act."""
    sql = "SELECT 1 FROM edited WHERE subject_id = ? AND field = ? AND at > ?"
    return bool(await db.value(sql, subject_id, field, act.current().when))


async def note(subject: Subject, field: str, value: str, side: Side) -> None:
    """`value` now stands: kept with who gave it. A line that is open about the field shows it; one that asked for it is answered."""
    mark = edits.mark(subject.id, field, value)
    await db.run(_NOTE, subject.id, field, subject.community, mark, side.by, side.act, side.at or clock.now())
    for line in await _select("d.subject_id = ? AND d.field = ? AND d.decided_at IS NULL", subject.id, field):
        answered = line.other_mark == mark
        await db.run(
            """UPDATE difference SET standing_sealed = ?, standing_mark = ?, standing_by = ?, standing_at = ?, standing_act = ?,
            decided_at = ?, decided_by = ?, choice = ?, version = version + 1 WHERE id = ?""",
            line.seal.close("standing", value), mark, side.by, side.at, side.act,
            clock.now() if answered else None, side.by if answered else None, "edited" if answered else None, line.id,
        )  # fmt: skip


async def open_difference(
    *, subject: str, subject_id: UUID, field: str, standing: Side, other: Side, community: UUID, key: UUID, emergency: UUID,
    building: UUID | None = None, household: UUID | None = None,
) -> UUID:  # fmt: skip
    """Keep both sides for somebody to decide. The same act opens one line about a field, however often it is told."""
    return await _open(Subject(subject, subject_id, community, key, emergency, building, household), field, standing, other)


_INSERT = """INSERT INTO difference(id, community_id, building_id, household_id, emergency_id, key_id, subject, subject_id, field,
standing_sealed, standing_mark, standing_by, standing_at, standing_act, other_sealed, other_mark, other_by, other_at, other_act, opened_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""


async def _open(subject: Subject, field: str, standing: Side, other: Side) -> UUID:
    line = ids.new()
    sealed = Seal("difference", line, subject.key, subject.emergency)
    mark = lambda side: edits.mark(subject.id, field, side.value)  # noqa: E731
    opened = await db.run(
        _INSERT, line, subject.community, subject.building, subject.household, subject.emergency, subject.key, subject.kind, subject.id, field,
        sealed.close("standing", standing.value), mark(standing), standing.by, standing.at, standing.act,
        sealed.close("other", other.value), mark(other), other.by, other.at or act.current().when, other.act, clock.now(),
    )  # fmt: skip
    if not opened:
        sql = "SELECT id FROM difference WHERE other_act = ? AND subject_id = ? AND field = ?"
        [line] = await db.rows(UUID, sql, other.act, subject.id, field)
        return line
    record("difference.opened", subject.id, community=subject.community, household=subject.household, line=str(line), subject=subject.kind)
    return line


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


async def _select(where: str, *params: Any, order: str = "d.opened_at, d.id", tail: str = "") -> list[Difference]:
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
    return await _select(f"{where} AND d.decided_at IS NULL", *params, limit, offset, tail="LIMIT ? OFFSET ?")


async def decided_lines(community: UUID, buildings: frozenset[UUID] | None, *, offset: int, limit: int) -> list[Difference]:
    where, params = _within(community, buildings)
    order = "d.decided_at DESC, d.id DESC"
    return await _select(f"{where} AND d.decided_at IS NOT NULL", *params, limit, offset, order=order, tail="LIMIT ? OFFSET ?")


async def line(line_id: UUID, community: UUID) -> Difference | None:
    found = await _select("d.id = ? AND d.community_id = ?", line_id, community)
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
