"""Who is told at the door: the households of a building that no phone tells."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.care import reads as care
from app.kernel import db, paging
from app.notices.reads.facts import NoticeFacts
from app.places import reads as places


class Door(msgspec.Struct, frozen=True):
    """`told_before`: of a text that was corrected since."""

    id: UUID
    room: str
    told_at: datetime | None = None
    told_by: UUID | None = None
    told_before: bool = False


class Doors(msgspec.Struct, frozen=True):
    """`phoneless`: these are the households without a number in the ledger; else all."""

    phoneless: bool
    total: int
    told: int
    found: list[Door]
    page: paging.Page


class _Row(msgspec.Struct, frozen=True):
    household_id: UUID
    text: int
    told_by: UUID
    told_at: datetime


async def buildings_of(one: NoticeFacts) -> list[places.BuildingFacts]:
    """Where it hangs; nowhere what is for a role or a team."""
    if not one.public:
        return []
    all_of = await places.buildings(one.community_id)
    return all_of if one.audience == "community" else [each for each in all_of if one.audience_id in (each.id, each.grid_id)]


async def doors(one: NoticeFacts, building_id: UUID, *, phoneless: bool, top_first: bool, number: int, path: str) -> Doors:
    """In walking order, those who are still to be told first. A household of which nobody's number is known is without a phone."""
    homes = await places.households(building_id, top_first=top_first)
    if phoneless:
        reached = {each.household_id for each in await care.residents_in(building_id) if each.phone or each.written}
        homes = [home for home in homes if home.id not in reached]
    sql = """SELECT d.household_id, d.text, d.told_by, d.told_at FROM notice_door d JOIN household h ON h.id = d.household_id
    WHERE d.notice_id = ? AND h.building_id = ?"""
    rows = {row.household_id: row for row in await db.rows(_Row, sql, one.id, building_id)}
    done = {home for home, row in rows.items() if row.text >= one.text}
    ranked = sorted(homes, key=lambda home: home.id in done)
    page = paging.page(number, len(ranked), path)
    found = []
    for home in ranked[page.offset : page.offset + paging.SIZE]:
        row = rows.get(home.id)
        told = (row.told_at, row.told_by) if row and home.id in done else (None, None)
        found.append(Door(home.id, home.room, *told, told_before=row is not None and home.id not in done))
    return Doors(phoneless, len(ranked), sum(home.id in done for home in homes), found, page)
