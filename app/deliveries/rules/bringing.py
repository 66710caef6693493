"""What a handover does to the needs and the door that it was for, wherever they went meanwhile."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from app.deliveries import reads
from app.deliveries.models import DELIVERED
from app.deliveries.rules import disputing
from app.deliveries.rules.holding import CARRIED, take_needs
from app.deliveries.rules.saying import HOW, move
from app.kernel import clock, db
from app.kernel.act import current
from app.needs import reads as needs
from app.needs.rules import fulfilling
from app.people.person import Person

CALLED_OFF = ("answered", "cancelled")


class Brought(msgspec.Struct, frozen=True):
    """`torn`: how many needs and doors a person must decide about. `called_off`: some of it was not wanted any more."""

    torn: int
    called_off: bool


async def bring(run: reads.RunLine, stop: reads.StopRow, handover_id: UUID, outcome: str, by: Person, listed: Sequence[UUID]) -> Brought:
    """What of it the world had moved on from."""
    brought, left_here = await _brought(stop, listed)
    lines = await needs.lines(brought)
    mine = [line.id for line in lines if line.state in CARRIED and line.run_id == run.id]
    await move(mine, outcome, by)
    if outcome in HOW:
        await fulfilling.deliver_late(
            [line.id for line in lines if line.state in ("waiting", "triaged")],
            run_id=run.id,
            owner=run.created_by,
            by=by,
            how=HOW[outcome],
        )
        await fulfilling.deliver_anyway([line.id for line in lines if line.state in CALLED_OFF], by=by, how=HOW[outcome])
    away = [line.id for line in lines if line.state in CARRIED and line.run_id != run.id]
    done = [line for line in lines if line.state in ("delivered", "confirmed")]
    disputed = await _contradicted(stop, done, outcome) + (away if outcome in HOW else [])
    await _go_back(left_here, by)
    await take_needs([line.id for line in lines if line.id not in away])
    if brought:
        sql = f"UPDATE stop_need SET left_at = coalesce(left_at, ?), handover_id = ? WHERE stop_id = ? AND need_id IN ({db.marks(brought)})"
        await db.run(sql, clock.now(), handover_id, stop.id, *brought)
    for need_id in disputed:
        await disputing.open_one(run, stop, "need", need=need_id)
    torn = len(disputed) + await _door(run, stop, outcome)
    return Brought(torn, any(line.state in CALLED_OFF for line in lines))


async def _brought(stop: reads.StopRow, listed: Sequence[UUID]) -> tuple[list[UUID], list[UUID]]:
    """What this handover was about, and what had come to the stop since its page was drawn.

    Without a list it is what the stop had when it was pressed; all of it where it was dropped, for she cannot have known.
    """
    sql = "SELECT need_id FROM stop_need WHERE stop_id = ? AND handover_id IS NULL"
    there = await db.rows(UUID, sql, stop.id)
    await fulfilling.hold(there)
    still = await db.rows(UUID, f"{sql} AND left_at IS NULL", stop.id)
    if listed:
        return [each for each in there if each in set(listed)], [each for each in still if each not in set(listed)]
    if stop.dropped_at is not None:
        return there, []
    return await db.rows(UUID, f"{sql} AND (left_at IS NULL OR left_at > ?)", stop.id, current().when), []


async def _go_back(need_ids: list[UUID], by: Person) -> None:
    if need_ids:
        carried = [line.id for line in await needs.lines(need_ids) if line.state in CARRIED]
        await fulfilling.unplan(carried, by=by)
        await take_needs(need_ids)
        await db.run(
            f"UPDATE stop_need SET left_at = ? WHERE left_at IS NULL AND need_id IN ({db.marks(need_ids)})", clock.now(), *need_ids
        )


async def _contradicted(stop: reads.StopRow, done: list[needs.NeedLine], outcome: str) -> list[UUID]:
    """Brought by somebody else too; or the resident says that it came, and this says that it did not."""
    if not done:
        return []
    ids = [line.id for line in done]
    sql = f"""SELECT DISTINCT n.need_id FROM stop_need n JOIN handover h ON h.id = n.handover_id AND h.undone_at IS NULL
    WHERE n.stop_id <> ? AND h.outcome IN ({db.marks(DELIVERED)}) AND n.need_id IN ({db.marks(ids)})"""
    elsewhere = set(await db.rows(UUID, sql, stop.id, *DELIVERED, *ids))
    return [need_id for need_id in ids if (need_id in elsewhere) == (outcome in HOW)]


async def _door(run: reads.RunLine, stop: reads.StopRow, outcome: str) -> int:
    """A distribution's door that was let go is this stop's again; one that another run has is for a person to decide."""
    if run.distribution_id is None:
        return 0
    where = "distribution_id = ? AND household_id = ?"
    sql = f"UPDATE distribution_door SET stop_id = ? WHERE {where} AND stop_id IS NULL"
    if await db.run(sql, stop.id, run.distribution_id, stop.household_id) or outcome not in HOW:
        return 0
    other = await db.value(
        f"SELECT 1 FROM distribution_door WHERE {where} AND stop_id <> ?", run.distribution_id, stop.household_id, stop.id
    )
    if other:
        await disputing.open_one(run, stop, "door")
    return 1 if other else 0
