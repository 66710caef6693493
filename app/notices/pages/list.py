"""通知: what is said to her and to her neighbours now, what she has still to confirm, what is over."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.journal.record import version_of
from app.kernel import clock, paging
from app.kernel.reply import Live, fragment, live, not_modified, page
from app.kernel.sight import ToConfirm
from app.notices import reads
from app.notices.reads.hers import TABS
from app.notices.rules import first_page
from app.people.person import Person
from app.places import reads as places


class ListPage(msgspec.Struct, frozen=True):
    """`stairwells`: the sheets that she may want to print, (address, building)."""

    tab: str
    notices: list[reads.NoticeFacts]
    page_of: paging.Page
    waiting: int
    writes: bool
    stairwells: tuple[tuple[str, str], ...]
    live: Live


class AskedPage(msgspec.Struct, frozen=True):
    asked: tuple[ToConfirm, ...]


@get("/notices")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "notices/index.html", await _facts(request, person, await _version(person)))


@get("/notices/live")
async def renewed(request: Request, person: NamedDependency[Person]) -> Response:
    """The list of /notices again, when anything happened."""
    now = await _version(person)
    return not_modified(request, now) or fragment(request, "notices/_index.html", await _facts(request, person, now), version=now)


@get("/notices/asked")
async def asked(request: Request, person: NamedDependency[Person]) -> Response:
    """What her first page asks her to confirm, again."""
    return fragment(request, "notices/_to_confirm.html", AskedPage(await first_page.to_confirm(person)), version="asked")


async def _version(person: Person) -> str:
    """What begins and ends changes with the clock too."""
    return f"{await version_of(person.community_id)} {clock.now():%Y-%m-%dT%H:%M}"


async def _facts(request: Request, person: Person, now: str) -> ListPage:
    wanted = request.query_params.get("tab", "")
    tab = wanted if wanted in TABS else "current"
    found = await reads.listed(person, tab, paging.number(request.query_params.get("page", "1")))
    stairs: tuple[tuple[str, str], ...] = ()
    if reads.writes(person):
        near = [each for each in await places.buildings(person.community_id) if not person.buildings or each.id in person.buildings]
        stairs = tuple((f"/b/{each.code}/notices", each.label) for each in near)
    return ListPage(
        tab,
        found.found,
        found.page,
        found.waiting,
        reads.writes(person),
        stairs,
        live(f"/notices/live?tab={tab}&page={found.page.number}", now),
    )


PAGES = [index, renewed, asked]
