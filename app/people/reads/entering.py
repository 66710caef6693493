"""From a session to the person behind it: her name, her roles, the community she acts in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.seal import Closed, Seal
from app.people.person import Held, Person
from app.people.reads.messages import STANDS

INSTALLATION = "installation"  # the emergency that accounts are sealed under: they outlive each


class SessionFacts(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    community_id: UUID | None
    role: str | None
    seen_at: datetime
    name_sealed: bytes
    key_id: UUID
    lang: str


def account_name(account_id: UUID, key_id: UUID, sealed: bytes | None) -> str:
    try:
        return Seal("account", account_id, key_id, INSTALLATION).open("name", sealed)
    except Closed:
        return "—"


class _Place(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    district_id: UUID
    emergency_id: UUID
    zone: str
    hotline: str
    vouched: bool
    unread: int
    closed: bool


# Which of several roles the first page follows until she chooses one.
FIRST_ROLES = ("dispatcher", "operator", "steward", "grid_lead", "grid_deputy", "command", "hub_keeper", "guard", "volunteer")


async def person(session: SessionFacts) -> Person | None:
    """The person behind a session, acting in its community and role (or the first she holds); None without any role."""
    held, skills = await db.at_once(
        db.rows(
            Held,
            "SELECT role, community_id, place, place_id FROM role WHERE account_id = ? AND ended_at IS NULL ORDER BY given_at, id",
            session.account_id,
        ),
        db.rows(str, "SELECT skill FROM account_skill WHERE account_id = ?", session.account_id),
    )
    if not held:
        return None
    community_id = await _stands(held, session.community_id)
    if community_id is None:
        return None
    place, buildings = await db.at_once(
        db.one(
            _Place,
            f"""SELECT c.id, c.name, c.district_id, c.emergency_id, c.zone, c.hotline, m.vouched_at IS NOT NULL AS vouched,
            c.closed_at IS NOT NULL AS closed,
            (SELECT count(*) FROM message WHERE account_id = ? AND read_at IS NULL AND {STANDS}) AS unread
            FROM community c LEFT JOIN membership m ON m.community_id = c.id AND m.account_id = ? WHERE c.id = ?""",
            session.account_id,
            clock.now(),
            session.account_id,
            community_id,
        ),
        _reach(held, community_id),
    )
    held = [h for h in held if h.place != "district" or h.place_id == place.district_id]
    here = [h.role for h in held if h.community_id in (None, community_id)]
    role = session.role if session.role in here else min(here, key=FIRST_ROLES.index, default="volunteer")
    return Person(
        id=session.account_id,
        name=account_name(session.account_id, session.key_id, session.name_sealed),
        lang=session.lang,
        session_id=session.id,
        community_id=community_id,
        community=place.name,
        emergency_id=place.emergency_id,
        zone=place.zone,
        hotline=place.hotline,
        role=role,
        roles=tuple(held),
        buildings=buildings,
        vouched=place.vouched,
        skills=frozenset(skills),
        unread=place.unread,
        closed=place.closed,
    )


async def _stands(held: list[Held], wanted: UUID | None) -> UUID | None:
    """The community she acts in: `wanted` where she holds a role there or in its district, else the first she has."""
    communities = [h.community_id for h in held if h.community_id is not None]
    if wanted in communities:
        return wanted
    districts = [h.place_id for h in held if h.place == "district"]
    if wanted and districts:
        sql = f"SELECT 1 FROM community WHERE id = ? AND district_id IN ({db.marks(districts)})"
        if await db.value(sql, wanted, *districts):
            return wanted
    return communities[0] if communities else await _first_of_district(districts[0])


async def _first_of_district(district_id: UUID) -> UUID | None:
    found = await db.rows(UUID, "SELECT id FROM community WHERE district_id = ? ORDER BY id LIMIT 1", district_id)
    return found[0] if found else None


_REACHED = {
    "grid": "SELECT id FROM building WHERE grid_id IN ({})",
    "unit": "SELECT building_id FROM unit WHERE id IN ({})",
    "household": "SELECT building_id FROM household WHERE id IN ({})",
}


async def _reach(held: list[Held], community_id: UUID) -> frozenset[UUID]:
    local = [h for h in held if h.community_id == community_id and h.place in ("grid", "building", "unit", "household")]
    asked = []
    for place, sql in _REACHED.items():
        if ids := [h.place_id for h in local if h.place == place]:
            asked.append(db.rows(UUID, sql.format(db.marks(ids)), *ids))
    found = await db.at_once(*asked)
    return frozenset({h.place_id for h in local if h.place == "building"}.union(*found))


async def standing(sessions: Sequence[UUID]) -> set[UUID]:
    """Which of these sessions still let somebody in."""
    found: set[UUID] = set()
    for some in (sessions[start : start + 500] for start in range(0, len(sessions), 500)):
        sql = f"""SELECT s.id FROM session s JOIN account a ON a.id = s.account_id
        WHERE s.id IN ({db.marks(some)}) AND s.ended_at IS NULL AND s.expires_at > ? AND a.suspended_at IS NULL"""
        found.update(await db.rows(UUID, sql, *some, clock.now()))
    return found
