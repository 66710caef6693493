"""What a run is called by: its buildings and its carriers."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.words import gettext, say
from app.places import labels


async def places(run_ids: list[UUID]) -> dict[UUID, str]:
    class Row(msgspec.Struct):
        run_id: UUID
        estate: str
        number: int

    sql = f"""SELECT DISTINCT s.run_id, e.name AS estate, b.number FROM stop s JOIN building b ON b.id = s.building_id
    JOIN estate e ON e.id = b.estate_id WHERE s.run_id IN ({db.marks(run_ids)}) ORDER BY e.name, b.number"""
    found: dict[UUID, list[Row]] = {}
    for row in await db.rows(Row, sql, *run_ids):
        found.setdefault(row.run_id, []).append(row)
    return {run_id: _said([(row.estate, row.number) for row in buildings]) for run_id, buildings in found.items()}


def _said(buildings: list[tuple[str, int]]) -> str:
    """一村 1栋、2栋、云庭 1栋，另有2栋: an estate is named once, three buildings at most."""
    said, before = [], ""
    for estate, number in buildings[:3]:
        label = labels.building(estate, number)
        said.append(label.removeprefix(estate).lstrip(" ,") if estate == before else label)
        before = estate
    more = say("deliveries.and_more", n=len(buildings) - 3) if len(buildings) > 3 else ""
    return gettext("deliveries.comma").join(said) + more


async def carriers(run_ids: list[UUID]) -> dict[UUID, list[UUID]]:
    class Row(msgspec.Struct):
        run_id: UUID
        account_id: UUID

    sql = f"SELECT run_id, account_id FROM carrier WHERE ended_at IS NULL AND run_id IN ({db.marks(run_ids)}) ORDER BY given_at, id"
    found: dict[UUID, list[UUID]] = {}
    for row in await db.rows(Row, sql, *run_ids):
        found.setdefault(row.run_id, []).append(row.account_id)
    return found
