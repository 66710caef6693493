"""On paper: a run's sheet to tick in a stairwell, a list of doors that still miss a pack."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads
from app.deliveries.pages.showing import Group, bring, grouped
from app.deliveries.reads import doors as distribution_doors
from app.deliveries.reads import spread
from app.kernel import clock
from app.kernel.reply import page
from app.people.person import Person


class SheetPage(msgspec.Struct, frozen=True):
    """No names and no phones: doors, what to bring, boxes to tick."""

    run: reads.RunLine
    groups: tuple[Group, ...]
    bring: tuple[tuple[str, int], ...]
    printed: datetime
    shred: datetime


class MissingPage(msgspec.Struct, frozen=True):
    line: spread.DistributionLine
    buildings: tuple[distribution_doors.BuildingOfDoors, ...]
    printed: datetime
    shred: datetime


@get("/runs/{run_id:uuid}/sheet")
async def show_run(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    run = await reads.visible(run_id, person)
    cards = [card for card in await reads.cards(run, person) if card.state != "dropped"]
    now = clock.now()
    return await page(request, "deliveries/sheet.html", SheetPage(run, tuple(grouped(cards)), bring(cards), now, now + timedelta(days=3)))


@get("/distributions/{distribution_id:uuid}/missing")
async def show_missing(request: Request, person: NamedDependency[Person], distribution_id: FromPath[UUID]) -> Response:
    line = await spread.visible(distribution_id, person)
    doors = [door for door in await distribution_doors.doors(line.id, spread.reach(person)) if door.state != "delivered"]
    now = clock.now()
    return await page(
        request, "deliveries/missing.html", MissingPage(line, distribution_doors.grouped(doors), now, now + timedelta(days=3))
    )


PAGES = [show_run, show_missing]
