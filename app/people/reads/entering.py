"""From a session to the person behind it: her name, her roles, the community she acts in."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Closed, Seal
from app.people.person import Held, Person

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


# Which of several roles the first page follows until she chooses one.
FIRST_ROLES = ("dispatcher", "operator", "steward", "grid_lead", "grid_deputy", "command", "hub_keeper", "guard", "volunteer")


async def person(session: SessionFacts) -> Person | None:
    """The person behind a session, acting in its community and role (or the first she holds); None without any role."""
    held = await db.rows(
        Held,
        "SELECT role, community_id, place, place_id FROM role WHERE account_id = ? AND ended_at IS NULL ORDER BY given_at, id",
        session.account_id,
    )
    if not held:
        return None
    community_id = await _stands(held, session.community_id)
    if community_id is None:
        return None
    place = await db.one(
        _Place,
        """SELECT c.id, c.name, c.district_id, c.emergency_id, c.zone, c.hotline, m.vouched_at IS NOT NULL AS vouched,
        (SELECT count(*) FROM message WHERE account_id = ? AND read_at IS NULL) AS unread
        FROM community c LEFT JOIN membership m ON m.community_id = c.id AND m.account_id = ? WHERE c.id = ?""",
        session.account_id,
        session.account_id,
        community_id,
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
        buildings=await _reach(held, community_id),
        vouched=place.vouched,
        skills=frozenset(await db.rows(str, "SELECT skill FROM account_skill WHERE account_id = ?", session.account_id)),
        unread=place.unread,
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


async def _reach(held: list[Held], community_id: UUID) -> frozenset[UUID]:
    local = [h for h in held if h.community_id == community_id and h.place in ("grid", "building", "unit", "household")]
    buildings = {h.place_id for h in local if h.place == "building"}
    if grids := [h.place_id for h in local if h.place == "grid"]:
        buildings.update(await db.rows(UUID, f"SELECT id FROM building WHERE grid_id IN ({db.marks(grids)})", *grids))
    if units := [h.place_id for h in local if h.place == "unit"]:
        buildings.update(await db.rows(UUID, f"SELECT building_id FROM unit WHERE id IN ({db.marks(units)})", *units))
    if doors := [h.place_id for h in local if h.place == "household"]:
        buildings.update(await db.rows(UUID, f"SELECT building_id FROM household WHERE id IN ({db.marks(doors)})", *doors))
    return frozenset(buildings)
