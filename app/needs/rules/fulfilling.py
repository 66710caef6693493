"""A need on its way to the door: planned on a run, underway, delivered. Called inside the acts of whoever carries.

Each verb moves all the needs or none: it raises Overtaken, named after the state that one of them is in, or Gone
for one that is not in the community of `by`. `by` is a Person, or the worker's system actor.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.journal.record import last_by, record
from app.kernel import clock, db
from app.kernel.act import current
from app.kernel.trouble import Gone, Overtaken
from app.people import reads as people


class Moved(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    household_id: UUID | None


async def hold(need_ids: Iterable[UUID]) -> None:
    """Nothing else happens to these needs until the act ends: what is read of them now stays true while they are moved."""
    if ids := list(dict.fromkeys(need_ids)):
        await db.run(f"UPDATE need SET version = version WHERE id IN ({db.marks(ids)})", *ids)


async def plan(need_ids: Iterable[UUID], *, run_id: UUID, by: Any) -> None:
    """Put needs on a run. One that waited without an owner gets `by` for its owner."""
    sql = "state = 'planned', run_id = ?, owner_id = COALESCE(owner_id, ?), worded_at = NULL"
    await _move(need_ids, sql, (run_id, by.id), "state IN ('waiting', 'triaged')", by, "need.planned", run=str(run_id))


async def unplan(need_ids: Iterable[UUID], *, by: Any) -> None:
    """Off the run, back to its owner."""
    await _move(need_ids, "state = 'triaged', run_id = NULL", (), "state IN ('planned', 'underway')", by, "need.unplanned")


async def set_out(need_ids: Iterable[UUID], *, by: Any) -> None:
    await _move(need_ids, "state = 'underway'", (), "state = 'planned'", by, "need.underway")


async def deliver(need_ids: Iterable[UUID], *, by: Any, how: str) -> None:
    """`how`: hand, door or point. One that the resident has confirmed meanwhile stays confirmed."""
    ids = await _without_confirmed(need_ids)
    sql = "state = 'delivered', how = ?, delivered_at = ?"
    await _move(ids, sql, (how, current().when), "state IN ('planned', 'underway')", by, "need.delivered", how=how)


async def deliver_late(need_ids: Iterable[UUID], *, run_id: UUID, owner: UUID, by: Any, how: str) -> None:
    """They left the run while it was brought all the same, and nobody took them up since. `owner`: for one that has none."""
    sql = "state = 'delivered', run_id = ?, owner_id = COALESCE(owner_id, ?), how = ?, delivered_at = ?, worded_at = NULL"
    given = (run_id, owner, how, current().when)
    await _move(need_ids, sql, given, "state IN ('waiting', 'triaged')", by, "need.delivered", how=how)


async def deliver_anyway(need_ids: Iterable[UUID], *, by: Any, how: str) -> None:
    """Brought although it was called off or answered: it stays so, and says both."""
    sql = "how = ?, delivered_at = ?"
    await _move(need_ids, sql, (how, current().when), "state IN ('answered', 'cancelled')", by, "need.delivered_anyway", how=how)


async def undeliver_anyway(need_ids: Iterable[UUID]) -> None:
    """It was not brought after all; called off it stays."""
    if ids := list(dict.fromkeys(need_ids)):
        sql = f"UPDATE need SET how = NULL, delivered_at = NULL, version = version + 1 WHERE state IN ('answered', 'cancelled') AND id IN ({db.marks(ids)})"
        await db.run(sql, *ids)


async def into_her_hand(need_ids: Sequence[UUID], proof: str | None) -> bool:
    """A medicine belongs into the hand of the one it is for: whether all that were brought came there, and somebody made sure of it."""
    if not need_ids:
        return True
    marks = db.marks(need_ids)
    await db.run(f"UPDATE need SET proof = ? WHERE kind = 'medicine' AND how = 'hand' AND id IN ({marks})", proof, *need_ids)
    sql = f"SELECT count(*) FROM need WHERE kind = 'medicine' AND how IS NOT NULL AND proof IS NULL AND id IN ({marks})"
    return not await db.value(sql, *need_ids)


async def fail(need_ids: Iterable[UUID], *, by: Any, reason: str) -> None:
    """Not delivered: back to its owner. `reason`: the deliveries slice's word for it, kept in the happening."""
    sql = "state = 'triaged', run_id = NULL, times_failed = times_failed + 1"
    await _move(need_ids, sql, (), "state IN ('planned', 'underway')", by, "need.failed", failed=reason)


async def undeliver(need_ids: Iterable[UUID], *, by: Any) -> None:
    """A handover taken back: underway again on the same run. Not once the resident has confirmed it."""
    sql = "state = 'underway', how = NULL, proof = NULL, delivered_at = NULL"
    await _move(need_ids, sql, (), "state = 'delivered' AND run_id IS NOT NULL", by, "need.underway")


async def _without_confirmed(need_ids: Iterable[UUID]) -> list[UUID]:
    ids = list(dict.fromkeys(need_ids))
    if not ids:
        return ids
    confirmed = set(await db.rows(UUID, f"SELECT id FROM need WHERE state = 'confirmed' AND id IN ({db.marks(ids)})", *ids))
    return [need_id for need_id in ids if need_id not in confirmed]


async def _move(need_ids: Iterable[UUID], sets: str, given: Sequence[Any], where: str, by: Any, kind: str, **told: Any) -> None:
    ids = list(dict.fromkeys(need_ids))
    if not ids:
        return
    sql = f"UPDATE need SET {sets}, touched_at = ?, version = version + 1 WHERE {where} AND id IN ({db.marks(ids)})"
    params = [*given, clock.now(), *ids]
    if (community := getattr(by, "community_id", None)) is not None:
        sql, params = f"{sql} AND community_id = ?", [*params, community]
    moved = await db.rows(Moved, f"{sql} RETURNING id, community_id, household_id", *params)
    if left := set(ids) - {row.id for row in moved}:
        raise await overtaken(left.pop(), community)
    for row in moved:
        record(kind, row.id, community=row.community_id, household=row.household_id, **told)


async def overtaken(need_id: UUID, community: UUID | None = None) -> Overtaken | Gone:
    """Why this need could not be moved, from the state that it is in."""
    own = " AND community_id = ?" if community else ""
    now = await db.one(_Now, f"SELECT state, owner_id FROM need WHERE id = ?{own}", need_id, *([community] if community else []))
    if now is None:
        return Gone("need")
    match now.state:
        case "triaged":
            who = now.owner_id
        case "underway":
            who = await people.holder_of(need_id)
        case "delivered" | "answered":
            who = await last_by(need_id, f"need.{now.state}")
        case _:
            return Overtaken(f"needs.{now.state}_already")
    return Overtaken(f"needs.{now.state}_already", who=str(who or ""))


class _Now(msgspec.Struct, frozen=True):
    state: str
    owner_id: UUID | None
