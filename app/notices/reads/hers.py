"""Which notices are for a person, and which persons a notice is for: the two ask the same of places, roles and teams."""

from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db, paging
from app.kernel.trouble import Gone
from app.notices.reads.facts import ORDER, STANDING, NoticeFacts, notice, select
from app.people import attendance
from app.people import reads as people
from app.people.person import Person
from app.people.reads import many
from app.people.rights import can, everywhere
from app.places import reads as places
from app.tasks.reads import teamed

_PUBLIC = "n.audience IN ('community', 'grid', 'building')"
TABS = ("current", "confirm", "past")


async def addressed(one: NoticeFacts) -> list[UUID]:
    """The accounts that it is for at this moment, but not whoever wrote it."""
    found: set[UUID] = set()
    match one.audience:
        case "community":
            found.update(await many.everyone(one.community_id))
        case "role":
            found.update(await many.holding(one.community_id, one.audience_role))
        case "team":
            team = await people.team(one.audience_id, one.community_id)
            found.update(await teamed.hands_of(one.audience_id), [team.lead_id] if team and team.lead_id else [])
        case _:
            found.update(await _at(one))
    return sorted(found - {one.written_by})


async def _at(one: NoticeFacts) -> set[UUID]:
    """Who answers for the building or the buildings of the grid, and who is checked in there."""
    all_of = await places.buildings(one.community_id)
    there = frozenset(each.id for each in all_of if one.audience_id in (each.id, each.grid_id))
    answer = await people.responsible(one.community_id)
    found = {each.account_id for building in there for each in answer.get(building, ())}
    return found | set(await many.standing_at(one.community_id, there))


async def _for(person: Person) -> tuple[str, list[Any]]:
    """A condition on `n`: that it is for her. What she was told once stays hers, wherever she is now."""
    now, stand, teams, led = await db.at_once(
        attendance_of(person),
        places.buildings(person.community_id),
        teamed.teams_of(person.id, person.community_id),
        people.teams(person.community_id),
    )
    buildings = {*person.buildings} if now is None else {*person.buildings, now}
    grids = {each.grid_id for each in stand if each.id in buildings and each.grid_id}
    roles = {held.role for held in person.roles if held.community_id == person.community_id}
    ids = [*buildings, *grids, *teams, *{team.id for team in led if team.lead_id == person.id} - teams]
    parts, params = ["n.audience = 'community'"], []
    if ids:
        parts.append(f"n.audience_id IN ({db.marks(ids)})")
        params += ids
    if roles:
        parts.append(f"n.audience_role IN ({db.marks(sorted(roles))})")
        params += sorted(roles)
    parts.append("EXISTS (SELECT 1 FROM notice_reading r WHERE r.notice_id = n.id AND r.account_id = ?)")
    return f"n.community_id = ? AND ({' OR '.join(parts)})", [person.community_id, *params, person.id]


async def attendance_of(person: Person) -> UUID | None:
    now = await attendance.here(person.id)
    return now.building_id if now is not None and now.community_id == person.community_id else None


def writes(person: Person) -> bool:
    return can(person, "notice.write")


def may_withdraw(one: NoticeFacts, person: Person) -> bool:
    return everywhere(person, "notice.write") or one.written_by == person.id


_TO_CONFIRM = """n.must_confirm AND n.written_by <> ?
AND NOT EXISTS (SELECT 1 FROM notice_reading c WHERE c.notice_id = n.id AND c.account_id = ? AND c.confirmed_text = n.text)"""


async def to_confirm(person: Person, limit: int = 3) -> list[NoticeFacts]:
    """What she has not yet said that she has read, though it matters; urgent ones first, the oldest before the newer."""
    now = clock.now()
    if not await db.value(
        f"SELECT 1 FROM notice n WHERE n.community_id = ? AND {STANDING} AND n.must_confirm LIMIT 1", person.community_id, now, now
    ):
        return []
    mine, params = await _for(person)
    where = f"{mine} AND {STANDING} AND {_TO_CONFIRM} ORDER BY n.urgent DESC, n.id LIMIT ?"
    return await select(where, *params, now, now, person.id, person.id, limit)


class Found(msgspec.Struct, frozen=True):
    found: list[NoticeFacts]
    page: paging.Page
    waiting: int


async def listed(person: Person, tab: str, number: int = 1) -> Found:
    """What is for her or hangs in a stairwell here; for who writes for the whole community, all of it. `waiting`: how many to confirm."""
    now = clock.now()
    mine, params = await _for(person)
    confirm = f"{mine} AND {STANDING} AND {_TO_CONFIRM}"
    confirming = [*params, now, now, person.id, person.id]
    waiting = await db.value(f"SELECT count(*) FROM notice n WHERE {confirm}", *confirming)
    sees = (
        "n.community_id = ?"
        if everywhere(person, "notice.write")
        else f"n.community_id = ? AND ({_PUBLIC} OR n.written_by = ? OR ({mine}))"
    )
    seeing = [person.community_id] if everywhere(person, "notice.write") else [person.community_id, person.id, *params]
    match tab:
        case "confirm":
            where, asked = confirm, confirming
        case "past":
            where, asked = f"{sees} AND (n.withdrawn_at IS NOT NULL OR n.valid_until <= ?)", [*seeing, now]
        case _:
            where, asked = f"{sees} AND n.withdrawn_at IS NULL AND n.valid_until > ?", [*seeing, now]
    total = await db.value(f"SELECT count(*) FROM notice n WHERE {where}", *asked)
    page = paging.page(number, total, "/notices" if tab == "current" else f"/notices?tab={tab}")
    order = "ORDER BY n.id DESC" if tab == "past" else ORDER
    found = await select(f"{where} {order} LIMIT ? OFFSET ?", *asked, paging.SIZE, page.offset)
    return Found(found, page, waiting)


async def visible(notice_id: UUID, person: Person | None) -> NoticeFacts:
    """Raises Gone for a stranger, for another community's, and for one to a role or team that is not hers."""
    one = await notice(notice_id)
    if one is None or person is None or one.community_id != person.community_id:
        raise Gone("notice")
    if one.public or one.written_by == person.id or everywhere(person, "notice.write") or await is_hers(one, person):
        return one
    raise Gone("notice")


async def is_hers(one: NoticeFacts, person: Person) -> bool:
    mine, params = await _for(person)
    return await db.value(f"SELECT 1 FROM notice n WHERE n.id = ? AND {mine}", one.id, *params) is not None


async def confirmed(one: NoticeFacts, account_id: UUID) -> bool:
    """Whether she has said that she read what it says now."""
    sql = "SELECT 1 FROM notice_reading WHERE notice_id = ? AND account_id = ? AND confirmed_text >= ?"
    return await db.value(sql, one.id, account_id, one.text) is not None
