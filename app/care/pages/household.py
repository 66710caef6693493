"""One door: who lives there, masked until asked for, and what happened."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care import reads
from app.care.pages import shown
from app.care.reads.residents import Resident
from app.care.rules import residents as rules
from app.care.rules.differing import label
from app.journal import record
from app.journal.differences import open_about
from app.kernel.reply import page
from app.people import history
from app.people.person import Person
from app.people.rights import can
from app.places import reads as places


class ResidentCard(msgspec.Struct, frozen=True):
    """What her card shows. `open`: revealed for this answer; blank full fields otherwise."""

    id: UUID
    version: int
    household_id: UUID
    erased: bool
    masked_name: str
    masked_phone: str
    has_phone: bool
    kinds: list[str]
    about: list[str]
    has_note: bool
    can_reveal: bool
    can_edit: bool
    open: bool
    name: str
    phone: str
    written: str
    note: str
    differing: list[str] = []


class HouseholdPage(msgspec.Struct, frozen=True):
    id: UUID
    room: str
    building_path: str
    building: str
    residents: list[ResidentCard]
    can_edit: bool
    can_see_needs: bool
    history: list[history.Item]
    enter_path: str


@get("/households/{household_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    return await page(request, "care/household.html", await facts(household_id, person))


async def facts(household_id: UUID, person: Person, *, opened: UUID | None = None) -> HouseholdPage:
    home = await rules.household(household_id, "household.see", by=person)
    there = await reads.residents_of(home.id)
    differing = await open_about(*(r.id for r in there))
    residents = [card(r, person, opened=r.id == opened, differing=differing.get(r.id, ())) for r in there]
    return HouseholdPage(
        home.id, home.room, f"/buildings/{home.building_id}", shown.building(home), residents,
        can(person, "ledger.edit", building=home.building_id), can(person, "need.see", building=home.building_id),
        await history.items(await record.household_history(home.id)), await _enter(home, person),
    )  # fmt: skip


async def _enter(home: places.HouseholdFacts, person: Person) -> str:
    """Where a request for this door is written down, for those who may."""
    if not can(person, "need.raise", building=home.building_id):
        return ""
    building = await places.building(home.building_id)
    return f"/needs/new?building={building.code}&unit={home.unit}&room={home.floor}{home.door:02d}"


def card(resident: Resident, person: Person, *, opened: bool = False, differing: Sequence[str] = ()) -> ResidentCard:
    """`differing`: her fields that two people changed."""
    reveals = can(person, "ledger.reveal", building=resident.building_id) and not resident.erased
    opened = opened and reveals
    return ResidentCard(
        id=resident.id,
        version=resident.version,
        household_id=resident.household_id,
        erased=resident.erased,
        masked_name=resident.masked_name,
        masked_phone=resident.masked_phone,
        has_phone=bool(resident.phone or resident.written),
        kinds=[shown.kinds([kind]) for kind in resident.kinds] if reveals else [],
        about=shown.about(resident.sex, resident.age, resident.smartphone) if reveals else [],
        has_note=bool(resident.note),
        can_reveal=reveals,
        can_edit=can(person, "ledger.edit", building=resident.building_id),
        open=opened,
        name=resident.name if opened else "",
        phone=resident.phone if opened else "",
        written=resident.written if opened else "",
        note=resident.note if opened else "",
        differing=[label(field) for field in differing] if can(person, "ledger.edit", building=resident.building_id) else [],
    )


PAGES = [show]
