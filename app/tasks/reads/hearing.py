"""Who hears of an urgent call, and in which wave."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people import reads as people
from app.people.reads.teaming import members_of
from app.people.standing import Standing, helpers
from app.places import reads as places
from app.tasks.reads.chances import TAKES
from app.tasks.reads.facts import OPEN, TaskFacts

SITE, DUTY, FREE = 1, 2, 3
APART = timedelta(minutes=5)  # between two waves


class Wave(msgspec.Struct, frozen=True):
    number: int
    told: int
    opened_at: datetime


async def open_waves(task_id: UUID) -> list[Wave]:
    """Those of the present round, the latest last."""
    return await db.rows(Wave, "SELECT number, told, opened_at FROM wave WHERE task_id = ? AND closed_at IS NULL ORDER BY number", task_id)


async def told_of(task_id: UUID) -> set[UUID]:
    """Who heard of it in the present round."""
    sql = "SELECT t.account_id FROM wave_told t JOIN wave w ON w.id = t.wave_id WHERE w.task_id = ? AND w.closed_at IS NULL"
    return set(await db.rows(UUID, sql, task_id))


async def listeners(task: TaskFacts) -> dict[UUID, int]:
    """Everybody who could take a place of it at this moment, with the wave that tells her: not whoever called, nor who is in it
    already, nor who holds as many tasks as one may."""
    busy = await _at_their_cap(task.community_id)
    inside = {spot.taken_by for spot in task.spots} | {task.created_by} | busy
    fit = [who for who in await helpers(task.community_id) if who.account_id not in inside and _fits(task, who)]
    there = {each.account_id: each.building_id for each in await people.present(task.community_id)} if fit else {}
    near = await _beside(task.building_id)
    team = set(await members_of(task.team_id)) if task.team_id else set()
    waves = {who.account_id: _wave(who.account_id, there, near) for who in fit}
    if not team & set(waves):
        return waves
    # a team's call is its own first: the others hear of it with the next waves
    return {account: SITE if account in team else max(DUTY, wave) for account, wave in waves.items()}


def _fits(task: TaskFacts, who: Standing) -> bool:
    return task.fitting(who.usable) > 0 and (who.vouched or not task.needs_vouching)


def _wave(account_id: UUID, there: dict[UUID, UUID | None], near: set[UUID]) -> int:
    """On site in the estate or grid of the call's place or, where it names none, anywhere; on site elsewhere in the community, or
    where nobody said; free."""
    if account_id not in there:
        return FREE
    return SITE if not near or there[account_id] in near else DUTY


async def _beside(building_id: UUID | None) -> set[UUID]:
    """The building and those of its estate or its grid; none for a call without a place."""
    if building_id is None or (building := await places.building(building_id)) is None:
        return set()
    return {
        each.id
        for each in await places.buildings(building.community_id)
        if each.estate_id == building.estate_id or (building.grid_id is not None and each.grid_id == building.grid_id)
    }


async def _at_their_cap(community_id: UUID) -> set[UUID]:
    takes = TAKES.replace("p.taken_by = ?", "p.taken_by = x.taken_by")
    sql = f"""SELECT DISTINCT x.taken_by FROM place x JOIN community c ON c.id = x.community_id
    WHERE x.community_id = ? AND x.taken_by IS NOT NULL AND x.checked_out_at IS NULL AND {takes} >= c.take_cap"""
    return set(await db.rows(UUID, sql, community_id, community_id, clock.now()))


_FREE = "EXISTS (SELECT 1 FROM place p WHERE p.task_id = t.id AND p.taken_by IS NULL)"


async def calling() -> list[UUID]:
    """Urgent calls with a place free whose next wave is due."""
    sql = f"""SELECT t.id FROM task t WHERE t.urgent = ? AND {OPEN} AND t.ends_at > ? AND {_FREE} AND NOT EXISTS (
        SELECT 1 FROM wave w WHERE w.task_id = t.id AND w.closed_at IS NULL AND (w.number = ? OR (w.told > 0 AND w.opened_at > ?)))
    ORDER BY t.starts_at, t.id LIMIT 100"""
    return await db.rows(UUID, sql, True, clock.now(), FREE, clock.now() - APART)


async def over() -> list[UUID]:
    """Tasks whose call is still out though nobody is needed any more."""
    sql = f"""SELECT DISTINCT w.task_id FROM wave w JOIN task t ON t.id = w.task_id
    WHERE w.closed_at IS NULL AND NOT (t.urgent = ? AND {OPEN} AND t.ends_at > ? AND {_FREE})"""
    return await db.rows(UUID, sql, True, clock.now())
