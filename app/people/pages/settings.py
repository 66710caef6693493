"""The community's settings. The page stands here because only this floor knows who asks; its words and form are places'."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.kernel.act import Receipt
from app.kernel.reply import answer, page, press, read_form
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.people.rights import may
from app.places import reads as places


class SettingsPage(msgspec.Struct, frozen=True):
    now: places.CommunityFacts
    stale: bool


async def _facts(person: Person, *, stale: bool = False) -> SettingsPage:
    may(person, "settings.change")
    return SettingsPage(await places.community(person.community_id), stale)


@get("/settings")
async def edit(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "places/settings.html", await _facts(person))


@post("/settings")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "places/settings.html", await _facts(person), misfit=misfit)
    if receipt.reason == "changed-meanwhile":
        return await _both(request, person, receipt)
    return await answer(request, receipt, to="/settings")


async def _both(request: Request, person: Person, receipt: Receipt) -> Response:
    """What she typed, beside what stands now; saving again is then her decision."""
    form, _ = await read_form(request)
    typed = Misfit({}, form.typed)
    typed.status = 409
    response = await page(request, "places/settings.html", await _facts(person, stale=True), misfit=typed)
    response.headers["X-Act-Receipt"] = receipt.header
    return response


PAGES = [edit, update]
