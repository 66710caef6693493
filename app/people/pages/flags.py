"""Check-ins that a dispatcher should look at, and the word of who saw somebody standing there."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.kernel.reply import answer, page, press
from app.people import reads
from app.people.person import Person
from app.people.rights import may


class FlagsPage(msgspec.Struct, frozen=True):
    flags: tuple[reads.Flag, ...]
    seen: bool


@get("/presence/flags")
async def index(request: Request, person: NamedDependency[Person], show: FromQuery[str] = "") -> Response:
    may(person, "presence.watch")
    found = await reads.flags(person.community_id, seen=show == "seen")
    return await page(request, "people/flags.html", FlagsPage(tuple(found), show == "seen"))


@post("/presence/flags/{flag_id:uuid}/seen")
async def see(request: Request, person: NamedDependency[Person], flag_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/presence/flags")


@post("/presence/flags/{flag_id:uuid}/unseen")
async def unsee(request: Request, person: NamedDependency[Person], flag_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/presence/flags")


@post("/presence/{presence_id:uuid}/confirm")
async def confirm(request: Request, person: NamedDependency[Person], presence_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/today#on-site")


@post("/presence/{presence_id:uuid}/unconfirm")
async def unconfirm(request: Request, person: NamedDependency[Person], presence_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/today#on-site")


PAGES = [index, see, unsee, confirm, unconfirm]
