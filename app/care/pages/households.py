"""住户: buildings with their counts, and finding a door by room or name."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.care import forms, reads
from app.care.forms import ROLLS
from app.care.pages import shown
from app.kernel import paging
from app.kernel.reply import page, read_form
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, everywhere, may
from app.places import reads as places
from app.places.addresses import read_address
from app.places.reads import BuildingFacts, HouseholdFacts


class BuildingLine(msgspec.Struct, frozen=True):
    id: UUID
    label: str
    households: int
    people: int
    unanswered: int


class EstateGroup(msgspec.Struct, frozen=True):
    name: str
    buildings: list[BuildingLine]


class FoundDoor(msgspec.Struct, frozen=True):
    id: UUID
    label: str
    names: int


class HouseholdsPage(msgspec.Struct, frozen=True):
    """`asked`: a search was made; its words are in `typed` and nowhere else."""

    estates: list[EstateGroup]
    can_import: bool
    by_name: bool
    asked: bool
    found: list[FoundDoor]
    rolls: list[tuple[str, str]]
    roll: str = ""
    where: paging.Page | None = None


@get("/households")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "household.see")
    roll = request.query_params.get("roll", "")
    if roll not in ROLLS or not _may_name(person):
        return await page(request, "care/households.html", await _index(person))
    doors = await _on_roll(roll, person)
    at = paging.page(paging.number(request.query_params.get("page", "")), len(doors), f"/households?roll={roll}")
    homes = await places.households_by_id([door for door, _ in doors[at.offset : at.offset + paging.SIZE]])
    found = [FoundDoor(door, homes[door].label, n) for door, n in doors[at.offset : at.offset + paging.SIZE] if door in homes]
    return await page(request, "care/households.html", msgspec.structs.replace(await _index(person, found), roll=roll, where=at))


@post("/households/search")
async def search(request: Request, person: NamedDependency[Person]) -> Response:
    """A post although it changes nothing: a name has no place in an address."""
    may(person, "household.see")
    form, _ = await read_form(request)
    try:
        typed = forms.search(form)
    except Misfit as misfit:
        return await page(request, "care/households.html", await _index(person), misfit=misfit)
    found = await _search(typed, person)
    answer = await page(request, "care/households.html", await _index(person, found), misfit=Misfit({}, form.typed))
    answer.status_code = 200
    return answer


async def _mine(person: Person) -> list[BuildingFacts]:
    found = await places.buildings(person.community_id)
    return found if everywhere(person, "household.see") else [b for b in found if b.id in person.buildings]


async def _index(person: Person, found: list[FoundDoor] | None = None) -> HouseholdsPage:
    buildings = await _mine(person)
    counts = await reads.people_per_building(person.community_id)
    gaps = {gap.building_id: gap.households for gap in await people.gap_list(person.community_id)}
    estates: dict[str, list[BuildingLine]] = {}
    for b in buildings:
        line = BuildingLine(b.id, shown.number(b.number), b.units * b.floors * b.doors, counts.get(b.id, 0), gaps.get(b.id, 0))
        estates.setdefault(b.estate, []).append(line)
    groups = [EstateGroup(name, lines) for name, lines in estates.items()]
    return HouseholdsPage(groups, can(person, "ledger.import"), _may_name(person), found is not None, found or [], _rolls(person))


def _rolls(person: Person) -> list[tuple[str, str]]:
    return [(roll, gettext(f"care.resident.roll.{roll}")) for roll in ROLLS] if _may_name(person) else []


def _may_name(person: Person) -> bool:
    return can(person, "ledger.reveal")


async def _pool(person: Person) -> list[reads.Resident]:
    """All whom she may be shown."""
    if everywhere(person, "ledger.reveal"):
        return await reads.residents_everywhere(person.community_id)
    return [r for b in await _mine(person) for r in await reads.residents_in(b.id)]


async def _on_roll(roll: str, person: Person) -> list[tuple[UUID, int]]:
    """Households with somebody on this list and how many: lists are sealed, so they are looked for in memory."""
    found: dict[UUID, int] = {}
    for each in await _pool(person):
        if each.roll == roll:
            found[each.household_id] = found.get(each.household_id, 0) + 1
    return list(found.items())


async def _search(typed: str, person: Person) -> list[FoundDoor]:
    """By door where it reads as one, else by name among those whom she may reveal."""
    buildings = await _mine(person)
    doors = [door for b in buildings if (door := await _door(typed, b))] if any(c.isdigit() for c in typed) else []
    if doors or not _may_name(person):
        return [FoundDoor(door.id, door.label, 0) for door in doors]
    pool = await _pool(person)
    named: dict[UUID, int] = {}
    for resident in reads.named_like(pool, typed):
        named[resident.household_id] = named.get(resident.household_id, 0) + 1
    labels = await places.households_by_id(list(named)[:100])
    return [FoundDoor(door, labels[door].label, n) for door, n in named.items() if door in labels]


async def _door(typed: str, building: BuildingFacts) -> HouseholdFacts | None:
    home = read_address(typed, estate=building.estate)
    if home is None or home.building != building.number or (not home.unit and building.units > 1):
        return None
    return await places.household_at(building.id, home.unit or 1, home.floor, home.door)


PAGES = [index, search]
