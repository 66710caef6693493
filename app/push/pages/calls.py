"""/calls: people whom no phone tells, to be called; on screen with masked numbers, on paper once the list was taken along."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.journal.record import happened_to
from app.kernel import clock, paging
from app.kernel.reply import answer, page, press
from app.kernel.words import LANG
from app.people.person import Person
from app.people.rights import may
from app.push.reads.listed import Call, calls
from app.push.reads.refused import Refused, refused

SHEET = 200  # people on one printed list


class CallsPage(msgspec.Struct, frozen=True):
    calls: list[Call]
    where: paging.Page
    version: str
    refused: list[Refused]


class SheetRow(msgspec.Struct, frozen=True):
    call: Call
    number: str


class CallsSheet(msgspec.Struct, frozen=True):
    rows: list[SheetRow]
    printed: datetime
    until: datetime


@get("/calls")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "account.reveal")
    number = paging.number(request.query_params.get("page", "1"))
    found = await calls(person.community_id, LANG.get(), number=number)
    version = "|".join(each.version for each in found.found)
    return await page(request, "push/calls.html", CallsPage(found.found, found.page, version, await refused()))


@post("/calls/take")
async def take(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/calls/print")


@get("/calls/print")
async def sheet(request: Request, person: NamedDependency[Person]) -> Response | Redirect:
    """Numbers stand on it for those alone at whose numbers she looked today: who came onto the list since is masked."""
    may(person, "account.reveal")
    found = (await calls(person.community_id, LANG.get(), size=SHEET)).found
    now = clock.now()
    looked = await happened_to("account.revealed", [each.account_id for each in found], by=person.id, since=clock.day_start(now))
    if not looked:
        return Redirect("/calls", status_code=303)
    rows = [SheetRow(each, each.phone if each.account_id in looked else each.masked) for each in found]
    return await page(request, "push/calls_print.html", CallsSheet(rows, now, clock.day_start(clock.day_start(now) + timedelta(hours=26))))


@post("/calls/{account_id:uuid}/told")
async def told(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/calls")


@post("/calls/{account_id:uuid}/untold")
async def untold(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/calls")


@post("/calls/{account_id:uuid}/missed")
async def missed(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/calls")


PAGES = [index, take, sheet, told, untold, missed]
