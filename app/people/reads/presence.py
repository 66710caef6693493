"""Who is on site, and who was for how long."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people.reads.entering import account_name
from app.places import labels


class PresentFacts(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    name: str
    organisation: str | None
    since: datetime
    building_id: UUID | None
    proof: str


async def present(community_id: UUID, buildings: Sequence[UUID] = ()) -> list[PresentFacts]:
    """Who is on site now, first come first; `buildings`: at these alone."""

    class Row(msgspec.Struct):
        id: UUID
        account_id: UUID
        key_id: UUID
        name_sealed: bytes
        organisation: str | None
        since: datetime
        building_id: UUID | None
        proof: str

    narrowed = f" AND p.building_id IN ({db.marks(buildings)})" if buildings else ""
    found = await db.rows(
        Row,
        f"""SELECT p.id, p.account_id, a.key_id, a.name_sealed, o.name AS organisation, p.since, p.building_id, p.proof
        FROM presence p JOIN account a ON a.id = p.account_id
        LEFT JOIN membership m ON m.account_id = p.account_id AND m.community_id = p.community_id
        LEFT JOIN organisation o ON o.id = m.organisation_id
        WHERE p.community_id = ? AND p.until_at IS NULL{narrowed} ORDER BY p.since""",
        community_id,
        *buildings,
    )
    return [
        PresentFacts(
            r.id, r.account_id, account_name(r.account_id, r.key_id, r.name_sealed), r.organisation, r.since, r.building_id, r.proof
        )
        for r in found
    ]


async def now_present(account_id: UUID) -> UUID | None:
    """The id of her open presence."""
    found = await db.rows(UUID, "SELECT id FROM presence WHERE account_id = ? AND until_at IS NULL", account_id)
    return found[0] if found else None


class Stayed(msgspec.Struct, frozen=True):
    """Somebody's last stay for a task: whether it is proven, and its id for who confirms it."""

    id: UUID
    account_id: UUID
    proof: str


async def stayed(task_id: UUID) -> dict[UUID, Stayed]:
    sql = "SELECT id, account_id, proof FROM presence WHERE task_id = ? AND coalesce(mark, '') <> 'no-check-in' ORDER BY since, id"
    return {each.account_id: each for each in await db.rows(Stayed, sql, task_id)}


async def proven(account_id: UUID, task_id: UUID) -> bool:
    sql = "SELECT 1 FROM presence WHERE account_id = ? AND task_id = ? AND proof = 'strong' LIMIT 1"
    return await db.value(sql, account_id, task_id) is not None


class ToldLate(msgspec.Struct, frozen=True):
    """A stay for a task that deserves a second look: told of afterwards, or without a place."""

    account_id: UUID
    mark: str
    since: datetime
    until_at: datetime | None
    received_at: datetime | None


async def told_late(task_id: UUID) -> list[ToldLate]:
    sql = "SELECT account_id, mark, since, until_at, received_at FROM presence WHERE task_id = ? AND mark IS NOT NULL ORDER BY since, id"
    return await db.rows(ToldLate, sql, task_id)


async def span(account_id: UUID, task_id: UUID) -> tuple[datetime, datetime | None] | None:
    """From her first coming for a task to her last leaving; None for the end while she is there, None at all where she never came."""

    class Row(msgspec.Struct):
        since: datetime
        until_at: datetime | None

    sql = "SELECT since, until_at FROM presence WHERE account_id = ? AND task_id = ? AND coalesce(mark, '') <> 'no-check-in' ORDER BY since, id"
    found = await db.rows(Row, sql, account_id, task_id)
    return (found[0].since, found[-1].until_at) if found else None


LONGEST = timedelta(hours=12)  # a check-out that was forgotten counts for one long day, not for a week


class Service(msgspec.Struct, frozen=True):
    """`times` are person-times: days on which she was on site. `minutes` of her stays, each at most LONGEST."""

    times: int
    minutes: int

    @property
    def hours(self) -> str:
        return f"{self.minutes / 60:.1f}"


class Spell(msgspec.Struct, frozen=True):
    """One stay on site."""

    account_id: UUID
    since: datetime
    until_at: datetime | None
    estate: str | None
    number: int | None

    @property
    def where(self) -> str:
        return labels.building(self.estate, self.number) if self.estate and self.number else ""


_SPELL = """SELECT p.account_id, p.since, p.until_at, e.name AS estate, b.number FROM presence p
LEFT JOIN building b ON b.id = p.building_id LEFT JOIN estate e ON e.id = b.estate_id WHERE p.community_id = ?"""


async def spells(account_id: UUID, community_id: UUID, limit: int = 30) -> list[Spell]:
    """Newest first."""
    return await db.rows(Spell, f"{_SPELL} AND p.account_id = ? ORDER BY p.since DESC LIMIT ?", community_id, account_id, limit)


async def service(account_id: UUID, community_id: UUID) -> Service:
    found = await db.rows(Spell, f"{_SPELL} AND p.account_id = ?", community_id, account_id)
    return _sum(found)


async def services(community_id: UUID, since: datetime, until: datetime) -> dict[UUID, Service]:
    """By account, the stays that began in [since, until)."""
    by_account: dict[UUID, list[Spell]] = {}
    for spell in await db.rows(Spell, f"{_SPELL} AND p.since >= ? AND p.since < ?", community_id, since, until):
        by_account.setdefault(spell.account_id, []).append(spell)
    return {account_id: _sum(found) for account_id, found in by_account.items()}


def _sum(found: list[Spell]) -> Service:
    now = clock.now()
    stays = [min((spell.until_at or now) - spell.since, LONGEST) for spell in found]
    days = {clock.local(spell.since).date() for spell in found}
    return Service(len(days), int(sum(stays, timedelta()).total_seconds() // 60))
