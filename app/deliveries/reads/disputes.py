"""What else was said about doors, and what of it a person must decide."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.deliveries.reads.runs import RunLine, opened
from app.kernel import db
from app.kernel.late import arrived_late
from app.kernel.seal import Seal
from app.kernel.words import gettext, say
from app.people import reads as people
from app.places import labels
from app.places import reads as places


class Account(msgspec.Struct, frozen=True):
    """Another account of a stop, kept beside the one that holds."""

    id: UUID
    outcome: str
    who: str
    at: datetime
    late: bool
    note: str

    @property
    def words(self) -> str:
        return gettext(f"deliveries.outcome.{self.outcome}")


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """Open until `decision`. `other`: the outcome that was told beside, `number` the need that went another way."""

    id: UUID
    community_id: UUID
    stop_id: UUID
    run_id: UUID
    run_number: int
    estate: str
    building: int
    unit: int
    floor: int
    door: int
    why: str
    outcome: str | None
    other: str | None
    evidence_id: UUID | None
    need_id: UUID | None
    number: int | None
    need_state: str | None
    elsewhere: UUID | None
    opened_at: datetime
    settled_at: datetime | None

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def place(self) -> str:
        return f"{labels.building(self.estate, self.building)} {self.room}"

    @property
    def path(self) -> str:
        """Where it is decided."""
        return f"/runs/{self.run_id}#stop-{self.stop_id}"

    @property
    def settle_path(self) -> str:
        return f"/runs/{self.run_id}/disputes/{self.id}"

    @property
    def at(self) -> datetime:
        return self.opened_at

    @property
    def contradicted(self) -> bool:
        """The resident said that it came, the carrier that it did not."""
        return self.why == "need" and self.outcome not in DELIVERED

    @property
    def words(self) -> str:
        if self.why == "outcome":
            return say("late.two.outcome", one=_said(self.outcome), other=_said(self.other))
        if self.why == "door":
            return gettext("late.two.door")
        if self.contradicted:
            return say("late.two.came", number=self.number)
        return say("late.two.need_done" if self.need_state in ("delivered", "confirmed") else "late.two.need", number=self.number)

    @property
    def keep_words(self) -> str:
        return say("late.keep.outcome", outcome=_said(self.outcome)) if self.why == "outcome" else gettext(f"late.keep.{self.why}")

    @property
    def change_words(self) -> str:
        """Blank where nothing can be changed any more: both brought it, or the resident has spoken."""
        if self.why == "outcome":
            return say("late.change.outcome", outcome=_said(self.other))
        if self.why == "need" and self.need_state not in ("planned", "underway"):
            return ""
        return gettext(f"late.change.{self.why}")


def _said(outcome: str | None) -> str:
    return gettext(f"deliveries.outcome.{outcome}") if outcome else gettext("deliveries.stop.open")


_SELECT = """SELECT d.id, d.community_id, d.stop_id, s.run_id, r.number AS run_number, e.name AS estate, b.number AS building, s.unit, s.floor,
s.door, d.why, h.outcome, v.outcome AS other, d.evidence_id, d.need_id, n.number, n.state AS need_state, n.run_id AS elsewhere, d.opened_at,
d.settled_at FROM dispute d JOIN stop s ON s.id = d.stop_id JOIN run r ON r.id = s.run_id JOIN building b ON b.id = s.building_id
JOIN estate e ON e.id = b.estate_id LEFT JOIN handover h ON h.stop_id = s.id AND h.undone_at IS NULL
LEFT JOIN evidence v ON v.id = d.evidence_id LEFT JOIN need n ON n.id = d.need_id"""


async def disputes(community_id: UUID, limit: int = 100) -> list[Dispute]:
    """What waits for a decision, oldest first."""
    return await db.rows(
        Dispute, f"{_SELECT} WHERE d.community_id = ? AND d.settled_at IS NULL ORDER BY d.opened_at, d.id LIMIT ?", community_id, limit
    )


async def disputes_on(run_id: UUID) -> list[Dispute]:
    """Open ones of a run."""
    return await db.rows(Dispute, f"{_SELECT} WHERE s.run_id = ? AND d.settled_at IS NULL ORDER BY d.opened_at, d.id", run_id)


async def dispute(run_id: UUID, dispute_id: UUID) -> Dispute | None:
    return await db.one(Dispute, f"{_SELECT} WHERE d.id = ? AND s.run_id = ?", dispute_id, run_id)


class _Evidence(msgspec.Struct, frozen=True):
    id: UUID
    stop_id: UUID
    outcome: str
    by_id: UUID
    at: datetime
    received_at: datetime
    note_sealed: bytes | None


async def accounts_beside(run: RunLine, stop_ids: Sequence[UUID], *, notes: bool) -> dict[UUID, list[Account]]:
    """By stop, in the order in which they came."""
    sql = """SELECT v.id, v.stop_id, v.outcome, v.by_id, v.at, v.received_at, v.note_sealed FROM evidence v JOIN stop s ON s.id = v.stop_id
    WHERE s.run_id = ? ORDER BY v.received_at, v.id"""
    rows = [row for row in await db.rows(_Evidence, sql, run.id) if row.stop_id in set(stop_ids)]
    if not rows:
        return {}
    names, facts = await people.names({row.by_id for row in rows}), await places.community(run.community_id)
    found: dict[UUID, list[Account]] = {}
    for row in rows:
        note = opened(Seal("evidence", row.id, facts.key_id, facts.emergency_id), "note", row.note_sealed) if notes else ""
        found.setdefault(row.stop_id, []).append(
            Account(row.id, row.outcome, names.get(row.by_id, "—"), row.at, arrived_late(row.at, row.received_at), note)
        )
    return found
