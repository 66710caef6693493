"""Whom no phone tells is told at the door: a building's households, each noted with a tap."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import paging
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone
from app.notices import reads
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may
from app.places import reads as places


class DoorsPage(msgspec.Struct, frozen=True):
    """`building` is None where she has still to choose one of `buildings`."""

    notice: reads.NoticeFacts
    buildings: list[places.BuildingFacts]
    building: places.BuildingFacts | None = None
    doors: reads.Doors | None = None
    names: dict[str, str] = {}


@get("/notices/{notice_id:uuid}/doors")
async def index(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID]) -> Response:
    one = await reads.visible(notice_id, person)
    may(person, "notice.write")
    near = [each for each in await reads.buildings_of(one) if can(person, "notice.write", building=each.id)]
    if not near:
        raise Gone("building")
    wanted = request.query_params.get("building", "")
    at = near[0] if len(near) == 1 else next((each for each in near if each.code == wanted), None)
    if at is None:
        return await page(request, "notices/doors.html", DoorsPage(one, near))
    everybody = request.query_params.get("all") == "1"
    found = await reads.doors(
        one, at.id, phoneless=not everybody, top_first=(await places.community(one.community_id)).top_first,
        number=paging.number(request.query_params.get("page", "1")), path=_path(one.id, at.code) + ("&all=1" if everybody else ""),
    )  # fmt: skip
    names = await people.names_within(one.community_id, {str(door.told_by) for door in found.found if door.told_by})
    return await page(request, "notices/doors.html", DoorsPage(one, near, at, found, names))


def _path(notice_id: UUID, code: str) -> str:
    return f"/notices/{notice_id}/doors?building={code}"


async def _back(notice_id: UUID, household_id: UUID, person: Person) -> str:
    """A door of another community tells nothing of its building."""
    door = await places.household(household_id)
    at = await places.building(door.building_id) if door and door.community_id == person.community_id else None
    return _path(notice_id, at.code) if at else f"/notices/{notice_id}/doors"


@post("/notices/{notice_id:uuid}/doors/{household_id:uuid}/told")
async def create(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID], household_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=await _back(notice_id, household_id, person))


@post("/notices/{notice_id:uuid}/doors/{household_id:uuid}/untold")
async def delete(request: Request, person: NamedDependency[Person], notice_id: FromPath[UUID], household_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=await _back(notice_id, household_id, person))


PAGES = [index, create, delete]
