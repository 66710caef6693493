"""The people of a community as a list: searched, filtered, counted."""

from typing import Any
from uuid import UUID

import msgspec

from app.kernel import db, paging
from app.people.reads.entering import account_name

STATES = {
    "unvouched": "m.vouched_at IS NULL AND a.suspended_at IS NULL",
    "vouched": "m.vouched_at IS NOT NULL AND a.suspended_at IS NULL",
    "here": "EXISTS (SELECT 1 FROM presence p WHERE p.account_id = a.id AND p.community_id = m.community_id AND p.until_at IS NULL)",
    "suspended": "a.suspended_at IS NOT NULL",
}


class Filters(msgspec.Struct, frozen=True):
    name: str = ""
    organisation: UUID | None = None
    skill: str = ""
    role: str = ""
    state: str = ""
    account: UUID | None = None


class Member(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    version: int
    organisation: str | None
    vouched: bool
    suspended: bool
    here: bool
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


class Members(msgspec.Struct, frozen=True):
    found: list[Member]
    page: paging.Page


class _Row(msgspec.Struct):
    id: UUID
    key_id: UUID
    name_sealed: bytes
    version: int
    organisation: str | None
    vouched: bool
    suspended: bool
    here: bool


async def members(community_id: UUID, filters: Filters, *, number: int = 1, path: str = "/people", size: int = paging.SIZE) -> Members:
    """One page, those who wait for a word first. A name is looked for in memory: names are sealed, no index can hold them."""
    where, params = _where(community_id, filters)
    base = "FROM membership m JOIN account a ON a.id = m.account_id LEFT JOIN organisation o ON o.id = m.organisation_id WHERE " + where
    sql = f"""SELECT a.id, a.key_id, a.name_sealed, a.version, o.name AS organisation, m.vouched_at IS NOT NULL AS vouched,
    a.suspended_at IS NOT NULL AS suspended, {STATES["here"]} AS here {base}
    ORDER BY (m.vouched_at IS NOT NULL), m.joined_at DESC, a.id"""
    if filters.name:
        wanted = filters.name.casefold()
        found = [_opened(row) for row in await db.rows(_Row, sql, *params)]
        found = [one for one in found if wanted in one.name.casefold()]
        page = paging.page(number, len(found), path, size)
        found = found[(page.number - 1) * size :][:size]
    else:
        page = paging.page(number, await db.value(f"SELECT count(*) {base}", *params), path, size)
        found = [_opened(row) for row in await db.rows(_Row, f"{sql} LIMIT ? OFFSET ?", *params, size, (page.number - 1) * size)]
    return Members(await _filled(community_id, found), page)


def _where(community_id: UUID, filters: Filters) -> tuple[str, list[Any]]:
    parts, params = ["m.community_id = ?"], [community_id]
    if filters.account:
        parts.append("a.id = ?")
        params.append(filters.account)
    if filters.organisation:
        parts.append("m.organisation_id = ?")
        params.append(filters.organisation)
    if filters.skill:
        parts.append("EXISTS (SELECT 1 FROM account_skill s WHERE s.account_id = a.id AND s.skill = ?)")
        params.append(filters.skill)
    if filters.role:
        parts.append(
            "EXISTS (SELECT 1 FROM role r WHERE r.account_id = a.id AND r.community_id = m.community_id AND r.ended_at IS NULL AND r.role = ?)"
        )
        params.append(filters.role)
    if filters.state in STATES:
        parts.append(STATES[filters.state])
    return " AND ".join(f"({part})" for part in parts), params


def _opened(row: _Row) -> Member:
    name = account_name(row.id, row.key_id, row.name_sealed)
    return Member(row.id, name, row.version, row.organisation, row.vouched, row.suspended, row.here)


class _Word(msgspec.Struct):
    id: UUID
    word: str


async def _filled(community_id: UUID, found: list[Member]) -> list[Member]:
    if not found:
        return []
    ids, roles, skills = [one.id for one in found], {}, {}
    role_sql = f"""SELECT account_id AS id, role AS word FROM role
    WHERE community_id = ? AND ended_at IS NULL AND role <> 'volunteer' AND account_id IN ({db.marks(ids)}) ORDER BY given_at"""
    for row in await db.rows(_Word, role_sql, community_id, *ids):
        roles.setdefault(row.id, {})[row.word] = None
    skill_sql = f"SELECT account_id AS id, skill AS word FROM account_skill WHERE account_id IN ({db.marks(ids)}) ORDER BY skill"
    for row in await db.rows(_Word, skill_sql, *ids):
        skills.setdefault(row.id, []).append(row.word)
    return [msgspec.structs.replace(one, roles=tuple(roles.get(one.id, ())), skills=tuple(skills.get(one.id, ()))) for one in found]


class Tally(msgspec.Struct, frozen=True):
    """A sending organisation (None: those who came alone) with how many reported in and how many are here now."""

    id: UUID | None
    name: str | None
    people: int
    here: int


async def tallies(community_id: UUID) -> tuple[dict[str, int], list[Tally]]:
    """(how many people in each state and in all, the same by organisation, largest first)."""

    class Counts(msgspec.Struct):
        everybody: int
        unvouched: int
        vouched: int
        here: int
        suspended: int

    sums = ", ".join(f"coalesce(sum(CASE WHEN {sql} THEN 1 ELSE 0 END), 0) AS {state}" for state, sql in STATES.items())
    base = "FROM membership m JOIN account a ON a.id = m.account_id"
    counts = await db.one(Counts, f"SELECT count(*) AS everybody, {sums} {base} WHERE m.community_id = ?", community_id)
    by_organisation = await db.rows(
        Tally,
        f"""SELECT o.id, o.name, count(*) AS people, sum(CASE WHEN {STATES["here"]} THEN 1 ELSE 0 END) AS here {base}
        LEFT JOIN organisation o ON o.id = m.organisation_id WHERE m.community_id = ? AND a.suspended_at IS NULL
        GROUP BY o.id, o.name ORDER BY o.id IS NULL, count(*) DESC, o.name""",
        community_id,
    )
    return msgspec.structs.asdict(counts), by_organisation


async def organisations(community_id: UUID) -> list[str]:
    """Names of those that sent somebody here, most people first."""
    return await db.rows(
        str,
        """SELECT o.name FROM organisation o LEFT JOIN membership m ON m.organisation_id = o.id
        WHERE o.community_id = ? GROUP BY o.id, o.name ORDER BY count(m.id) DESC, o.name LIMIT 60""",
        community_id,
    )
