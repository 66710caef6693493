"""Who was on site, for how long, by the organisation that sent them: persons, person-times, hours."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people.reads.presence import LONGEST


class Attendance(msgspec.Struct, frozen=True):
    """`organisation` is None for those whom nobody sent. `times` are person-times: each person once for each day on which she
    came, as `reads.service` counts. `hours` runs on while she is here, up to LONGEST a stay."""

    organisation: str | None
    persons: int
    times: int
    hours: float


class Stay(msgspec.Struct, frozen=True):
    community_id: UUID
    account_id: UUID
    organisation: str | None
    since: datetime
    until_at: datetime | None


_STAYS = """SELECT p.community_id, p.account_id, o.name AS organisation, p.since, p.until_at FROM presence p
LEFT JOIN membership m ON m.account_id = p.account_id AND m.community_id = p.community_id
LEFT JOIN organisation o ON o.id = m.organisation_id
WHERE p.since < ? AND p.since > ? AND (p.until_at IS NULL OR p.until_at > ?) AND p.community_id"""


async def stays(community_ids: Sequence[UUID], since: datetime, until: datetime) -> list[Stay]:
    """Who was on site at any time from `since` until before `until`; a check-out that was forgotten ends after LONGEST."""
    sql = f"{_STAYS} IN ({db.marks(community_ids)}) ORDER BY p.since"
    return await db.rows(Stay, sql, until, since - LONGEST, since, *community_ids)


async def attendance(community_id: UUID, since: datetime, until: datetime) -> list[Attendance]:
    """By organisation, most hours first. A stay counts as a time on the day of its start, its hours where they fall."""
    return by_organisation(await stays([community_id], since, until), since, until)


def by_organisation(found: Iterable[Stay], since: datetime, until: datetime) -> list[Attendance]:
    groups: dict[str | None, list[Stay]] = {}
    for stay in found:
        groups.setdefault(stay.organisation, []).append(stay)
    sums = [summed(name, theirs, since, until) for name, theirs in groups.items()]
    return sorted(sums, key=lambda each: (-each.hours, each.organisation or ""))


async def own(account_id: UUID, community_id: UUID, since: datetime, until: datetime) -> Attendance:
    """One person's own times and hours."""
    found = await db.rows(Stay, f"{_STAYS} = ? AND p.account_id = ?", until, since - LONGEST, since, community_id, account_id)
    return summed(found[0].organisation if found else None, found, since, until)


def summed(organisation: str | None, stays: Sequence[Stay], since: datetime, until: datetime) -> Attendance:
    spent = sum((_within(stay, since, until) for stay in stays), timedelta())
    return Attendance(
        organisation=organisation,
        persons=len({stay.account_id for stay in stays}),
        times=len({(stay.account_id, clock.local(stay.since).date()) for stay in stays if since <= stay.since < until}),
        hours=round(spent.total_seconds() / 3600, 1),
    )


def _within(stay: Stay, since: datetime, until: datetime) -> timedelta:
    ended = min(stay.until_at or clock.now(), stay.since + LONGEST, until)
    return max(ended - max(stay.since, since), timedelta())


class Here(msgspec.Struct, frozen=True):
    """An open presence."""

    id: UUID
    community_id: UUID
    building_id: UUID | None
    task_id: UUID | None
    since: datetime


async def here(account_id: UUID) -> Here | None:
    """Where she is checked in now."""
    return await db.one(
        Here, "SELECT id, community_id, building_id, task_id, since FROM presence WHERE account_id = ? AND until_at IS NULL", account_id
    )


async def stamp(account_id: UUID) -> str:
    """Changes whenever she checks in or out: the version of those acts."""
    return f"{await db.value('SELECT count(*) + count(until_at) FROM presence WHERE account_id = ?', account_id)}"
