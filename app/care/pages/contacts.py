"""What is noted at one door: somebody was heard of or tried in vain, nobody is to call for a while."""

from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care.pages import household as door
from app.care.reads import watches
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.people.person import Person


@post("/households/{household_id:uuid}/contacts")
async def create(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, household_id)


@post("/contacts/{contact_id:uuid}/undo")
async def undo(request: Request, person: NamedDependency[Person], contact_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/households/{receipt.about}" if receipt.about else "/unreached")


@post("/households/{household_id:uuid}/mute")
async def mute(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, household_id)


@post("/mutes/{mute_id:uuid}/end")
async def unmute(request: Request, person: NamedDependency[Person], mute_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/households/{receipt.about}" if receipt.about else "/unreached")


async def _pressed(request: Request, person: Person, household_id: UUID) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/household.html", await door.facts(household_id, person), misfit=misfit)
    return await answer(request, receipt, to=f"/households/{household_id}")


@post("/households/{household_id:uuid}/watches")
async def watch(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, household_id)


async def _of_watch(request: Request, person: Person, watch_id: UUID) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        found = await watches.watch(watch_id)
        if found is None or found.community_id != person.community_id:
            raise Gone("watch") from misfit
        return await page(request, "care/household.html", await door.facts(found.household_id, person), misfit=misfit)
    return await answer(request, receipt, to=f"/households/{receipt.about}" if receipt.about else "/unreached")


@post("/watches/{watch_id:uuid}/look")
async def look(request: Request, person: NamedDependency[Person], watch_id: FromPath[UUID]) -> Response:
    return await _of_watch(request, person, watch_id)


@post("/watches/{watch_id:uuid}/close")
async def close(request: Request, person: NamedDependency[Person], watch_id: FromPath[UUID]) -> Response:
    return await _of_watch(request, person, watch_id)


PAGES = [watch, look, close, create, undo, mute, unmute]
