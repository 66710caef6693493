"""The phone list of a building: closed until it is taken along, then open and on the phone until midnight."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.care import reads
from app.care.rules import residents as rules
from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.people.person import Person
from app.places import reads as places


class PhonesPage(msgspec.Struct, frozen=True):
    """`lines` is empty until the list was taken; `count` and `doors` tell before what is on it, `newer` who was entered since.
    No care kind stands here."""

    path: str
    building: str
    building_path: str
    count: int
    doors: int
    taken: bool
    newer: int
    day: str
    lines: list[reads.PhoneLine]


class PhonesSheet(msgspec.Struct, frozen=True):
    path: str
    building: str
    lines: list[reads.PhoneLine]
    printed: datetime
    until: datetime


@get("/buildings/{building_id:uuid}/phones")
async def show(request: Request, person: NamedDependency[Person], building_id: FromPath[UUID]) -> Response:
    one = await rules.building(building_id, "phones.take", by=person)
    taken, until = await reads.phones_taken(building_id, person), reads.taken_until()
    lines = await _lines(building_id, person)
    mine = await _mine(lines, person) if taken else []
    doors = len({line.household_id for line in lines})
    day = clock.local(clock.now()).date().isoformat()
    path = f"/buildings/{building_id}"
    facts = PhonesPage(f"{path}/phones", one.label, path, len(lines), doors, taken, len(lines) - len(mine), day, mine)
    drawn = await page(request, "care/phones.html", facts)
    if taken:  # other pages of the day are kept by their address; this one only once she took it
        drawn.headers.update({"X-Offline": "keep", "X-Keep-Until": str(int(until.timestamp() * 1000))})
    return drawn


@post("/buildings/{building_id:uuid}/phones")
async def create(request: Request, person: NamedDependency[Person], building_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/buildings/{building_id}/phones")


@get("/buildings/{building_id:uuid}/phones/print")
async def sheet(request: Request, person: NamedDependency[Person], building_id: FromPath[UUID]) -> Response | Redirect:
    one = await rules.building(building_id, "phones.take", by=person)
    path = f"/buildings/{building_id}/phones"
    if not await reads.phones_taken(building_id, person):
        return Redirect(path, status_code=303)
    facts = PhonesSheet(path, one.label, await _mine(await _lines(building_id, person), person), clock.now(), reads.taken_until())
    return await page(request, "care/phones_print.html", facts)


async def _mine(lines: list[reads.PhoneLine], person: Person) -> list[reads.PhoneLine]:
    """Those whom she took along: each look at one is on record."""
    opened = await reads.on_record([line.resident_id for line in lines], person)
    return [line for line in lines if line.resident_id in opened]


async def _lines(building_id: UUID, person: Person) -> list[reads.PhoneLine]:
    community = await places.community(person.community_id)
    return await reads.phone_lines(building_id, top_first=community.top_first)


PAGES = [show, create, sheet]
