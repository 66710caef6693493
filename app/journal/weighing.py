"""An edit weighed against what stands: what of it to write, and a line for each field that two people gave different values."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from app.journal.differences import Side, Subject, select
from app.journal.record import record
from app.kernel import act, clock, db, edits, ids
from app.kernel.act import Done
from app.kernel.seal import Seal


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
    for line in await select("d.subject_id = ? AND d.field = ? AND d.decided_at IS NULL", subject.id, field):
        answered = line.other_mark == mark
        await db.run(
            """UPDATE difference SET standing_sealed = ?, standing_mark = ?, standing_by = ?, standing_at = ?, standing_act = ?,
            decided_at = ?, decided_by = ?, choice = ?, version = version + 1 WHERE id = ?""",
            line.seal.close("standing", value), mark, side.by, side.at, side.act,
            clock.now() if answered else None, side.by if answered else None, "edited" if answered else None, line.id,
        )  # fmt: skip


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
