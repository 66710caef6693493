"""Households that nobody answers for, and naming somebody who will."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import db, paging
from app.kernel.forms import clean
from app.kernel.reply import page
from app.kernel.trouble import Gone
from app.people import reads
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import can, may
from app.places import reads as places


class GridGap(msgspec.Struct, frozen=True):
    """A grid (None: buildings that belong to none) with its buildings that have households without anybody."""

    id: UUID | None
    name: str | None
    households: int
    buildings: list[reads.Gap]


class GapsPage(msgspec.Struct, frozen=True):
    """`rosters`: hours of a post within a day that nobody has."""

    grids: list[GridGap]
    households: int
    buildings: int
    rosters: int
    may_give: bool
    may_pair: bool


class NamePage(msgspec.Struct, frozen=True):
    place: str
    households: int
    role: str
    field_name: str
    place_id: UUID
    path: str
    name: str
    found: list[reads.Member]
    pager: paging.Page


@get("/gaps")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "gap.see")
    found, ahead = await db.at_once(reads.gap_list(person.community_id), rosters.gaps_ahead(person.community_id))
    grids: dict[UUID | None, list[reads.Gap]] = {}
    for gap in found:
        grids.setdefault(gap.grid_id, []).append(gap)
    rows = [GridGap(grid_id, gaps[0].grid, sum(gap.households for gap in gaps), gaps) for grid_id, gaps in grids.items()]
    rows.sort(key=lambda grid: (grid.id is None, len(grid.name or ""), grid.name or ""))
    facts = GapsPage(
        rows,
        sum(gap.households for gap in found),
        len(found),
        ahead.get(person.community_id, 0),
        can(person, "role.give"),
        can(person, "carer.pair"),
    )
    return await page(request, "people/gaps.html", facts)


@get("/gaps/buildings/{building_id:uuid}")
async def name_for_building(request: Request, person: NamedDependency[Person], building_id: FromPath[UUID]) -> Response:
    building = await places.building(building_id)
    if building is None or building.community_id != person.community_id:
        raise Gone("building")
    gaps = [gap for gap in await reads.gap_list(person.community_id) if gap.building_id == building_id]
    return await _name(request, person, building.label, gaps, role="steward", field="buildings", place_id=building_id)


@get("/gaps/grids/{grid_id:uuid}")
async def name_for_grid(request: Request, person: NamedDependency[Person], grid_id: FromPath[UUID]) -> Response:
    grid = next((one for one in await places.grids(person.community_id) if one.id == grid_id), None)
    if grid is None:
        raise Gone("grid")
    gaps = [gap for gap in await reads.gap_list(person.community_id) if gap.grid_id == grid_id]
    return await _name(request, person, grid.name, gaps, role="grid_lead", field="grid", place_id=grid_id)


async def _name(request: Request, person: Person, place: str, gaps: list[reads.Gap], *, role: str, field: str, place_id: UUID) -> Response:
    may(person, "role.give")
    name, number = clean(request.query_params.get("name", ""))[:40], paging.number(request.query_params.get("page", ""))
    path = request.url.path
    found = await reads.members(
        person.community_id,
        reads.Filters(name=name, state="vouched"),
        number=number,
        path=f"{path}?name={name}" if name else path,
    )
    households = sum(gap.households for gap in gaps)
    return await page(request, "people/name.html", NamePage(place, households, role, field, place_id, path, name, found.found, found.page))


PAGES = [index, name_for_building, name_for_grid]
