"""The moving square: showing it at a building, and checking in with one that somebody shows."""

import base64
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit, Overtaken
from app.people import moving
from app.people import reads as people
from app.people.person import Person
from app.people.rights import may, reach
from app.people.rules import showing
from app.places import reads as places


class HerePage(msgspec.Struct, frozen=True):
    """`secret` in base64, for the phone that shows; blank where nothing is shown."""

    showing: people.Showing | None
    building: places.BuildingFacts | None
    secret: str
    choices: tuple[tuple[str, str], ...]


class InPage(msgspec.Struct, frozen=True):
    """`token` and `place` of a square that was read; both blank where a code is typed. `age`: minutes since an old one was shown."""

    token: str = ""
    place: str = ""
    back: str = ""
    age: int = 0


@get("/here")
async def show(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "presence.show")
    return await page(request, "door/here/show.html", await _facts(person))


async def _facts(person: Person) -> HerePage:
    now = await people.shown_by(person.session_id)
    now = now if now and now.community_id == person.community_id else None
    hers = reach(person, "presence.show")
    choices = [each for each in await places.buildings(person.community_id) if hers is None or each.id in hers]
    return HerePage(
        showing=now,
        building=await places.building(now.building_id) if now else None,
        secret=base64.b64encode(moving.secret_of(now.id)).decode() if now else "",
        choices=tuple((str(each.id), each.label) for each in choices),
    )


@post("/here")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "presence.show")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "door/here/show.html", await _facts(person), misfit=misfit)
    return await answer(request, receipt, to="/here")


@post("/here/{showing_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], showing_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/here")


@get("/here/in")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    """Lies on the phone: without network a square that was read opens here, and its code goes with the act."""
    may(person, "presence.start")
    return await page(request, "door/here/in.html", InPage())


@post("/here/in")
async def check_in(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "presence.start")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "door/here/in.html", InPage(), misfit=misfit)
    return await answer(request, receipt, to="/now")


@get("/h/{token:str}")
async def opened(request: Request, person: NamedDependency[Person], token: FromPath[str]) -> Response:
    """What a square opens. Looks and changes nothing: chats fetch addresses too."""
    may(person, "presence.start")
    code = moving.read(token)
    if code is None or code.typed:
        return await page(request, "door/here/unknown.html", InPage(), status=404)
    try:
        found = await showing.weigh(code, person.community_id, clock.now())
    except Overtaken:
        return await page(request, "door/here/unknown.html", InPage(), status=404)
    at = await places.building(found.showing.building_id)
    age = 0 if found.fresh else max(1, abs(found.seconds) // 60)
    return await page(request, "door/here/in.html", InPage(token, at.label if at else "", f"/b/{at.code}" if at else "", age))


PAGES = [show, create, delete, new, check_in, opened]
