"""The way in for volunteers: its code and link on screen, as a poster, and made anew."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.people import reads
from app.people.pages.showing import qr
from app.people.person import Person
from app.people.rights import may


class InvitePage(msgspec.Struct, frozen=True):
    community: str
    community_id: UUID
    link: reads.JoinFacts | None
    address: str
    picture: str
    printed: str


async def _facts(request: Request, person: Person) -> InvitePage:
    may(person, "people.invite")
    link, settings = await reads.join_link_of(person.community_id), request.app.state.settings
    address, picture = (settings.public_url + link.path, qr(settings, link.path)) if link else ("", "")
    return InvitePage(person.community, person.community_id, link, address, picture, clock.local(clock.now()).strftime("%Y-%m-%d"))


@get("/people/invite")
async def show(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "people/invite.html", await _facts(request, person))


@get("/people/invite/print")
async def poster(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "people/invite_print.html", await _facts(request, person))


@post("/people/invite")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/people/invite")


PAGES = [show, poster, update]
