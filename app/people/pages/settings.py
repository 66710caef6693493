"""The community's settings. The page stands here because only this floor knows who asks; its words and form are places'."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.journal.differences import open_about
from app.kernel import edits
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.people.rights import may
from app.people.rules.differing import setting
from app.places import reads as places
from app.places.rules import settings_of


class SettingsPage(msgspec.Struct, frozen=True):
    now: places.CommunityFacts
    was: dict[str, str]
    differing: list[str]


async def _facts(person: Person) -> SettingsPage:
    may(person, "settings.change")
    now = await places.community(person.community_id)
    differing = [setting(name) for name in (await open_about(now.id)).get(now.id, ())]
    return SettingsPage(now, edits.base(now.id, settings_of(now)), differing)


@get("/settings")
async def edit(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "places/settings.html", await _facts(person))


@post("/settings")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "places/settings.html", await _facts(person), misfit=misfit)
    return await answer(request, receipt, to="/settings")


PAGES = [edit, update]
