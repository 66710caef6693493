"""One building: its doors in walking order, with how many of the ledger live behind each."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care import reads
from app.care.rules import residents as rules
from app.kernel.reply import page
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can
from app.places import reads as places
from app.places.reads import HouseholdFacts


class DoorLine(msgspec.Struct, frozen=True):
    id: UUID
    room: str
    people: int


class Floor(msgspec.Struct, frozen=True):
    floor: int
    doors: list[DoorLine]


class UnitGroup(msgspec.Struct, frozen=True):
    unit: int
    floors: list[Floor]
    households: int


class BuildingPage(msgspec.Struct, frozen=True):
    label: str
    code: str
    spoken: str
    grid: str
    households: int
    people: int
    unanswered: bool
    answering: list[str]
    units: list[UnitGroup]
    phones_path: str


@get("/buildings/{building_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], building_id: FromPath[UUID]) -> Response:
    one = await rules.building(building_id, "household.see", by=person)
    community = await places.community(person.community_id)
    doors = await places.households(building_id, top_first=community.top_first)
    counts = await reads.people_per_household(building_id)
    who = (await people.responsible(person.community_id, building_id)).get(building_id, ())
    facts = BuildingPage(
        one.label, one.code, one.spoken, one.grid or "", len(doors), sum(counts.values()), not who,
        list(dict.fromkeys(r.name for r in who)), _walk(doors, counts),
        f"/buildings/{building_id}/phones" if can(person, "phones.take", building=building_id) else "",
    )  # fmt: skip
    return await page(request, "care/building.html", facts)


def _walk(doors: list[HouseholdFacts], counts: dict[UUID, int]) -> list[UnitGroup]:
    units: dict[int, dict[int, list[DoorLine]]] = {}
    for door in doors:
        line = DoorLine(door.id, f"{door.floor}{door.door:02d}", counts.get(door.id, 0))
        units.setdefault(door.unit, {}).setdefault(door.floor, []).append(line)
    return [
        UnitGroup(unit, [Floor(floor, lines) for floor, lines in floors.items()], sum(len(lines) for lines in floors.values()))
        for unit, floors in units.items()
    ]


PAGES = [show]
