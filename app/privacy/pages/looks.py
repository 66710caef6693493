"""Who looked at names and phones: everybody's looks for dispatcher and command, one's own for everybody."""

from datetime import timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from app.kernel import clock, paging
from app.kernel.reply import page
from app.kernel.trouble import Gone
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may
from app.privacy.reads.looks import Look, Looker, count_by, looked_at, lookers, looks_by
from app.privacy.rules.watching import MOST

DAYS = (1, 7, 30)


class LooksPage(msgspec.Struct, frozen=True):
    days: int
    choices: tuple[int, ...]
    lookers: list[Looker]
    page_of: paging.Page
    most: int


class OnePage(msgspec.Struct, frozen=True):
    """`linked`: the reader may open the things behind."""

    name: str
    days: int
    seen: list[Look]
    page_of: paging.Page
    linked: bool


class MinePage(msgspec.Struct, frozen=True):
    seen: list[Look]


@get("/reveals")
async def index(request: Request, person: NamedDependency[Person], by: FromQuery[str] = "", days: FromQuery[str] = "") -> Response:
    may(person, "reveals.see")
    span = int(days) if days in map(str, DAYS) else DAYS[0]
    since = clock.now() - timedelta(days=span)
    number = paging.number(request.query_params.get("page", "1"))
    if by:
        return await _one(request, person, by, span, number)
    found = await lookers(person.community_id, since)
    here = paging.page(number, len(found), f"/reveals?days={span}")
    facts = LooksPage(span, DAYS, found[here.offset : here.offset + paging.SIZE], here, MOST)
    return await page(request, "privacy/reveals.html", facts)


async def _one(request: Request, person: Person, by: str, span: int, number: int) -> Response:
    """Raises Gone for whoever never looked at anything here: an id says nothing of who it is."""
    since = clock.now() - timedelta(days=span)
    try:
        account = UUID(by)
    except ValueError:
        raise Gone("account") from None
    total = await count_by(person.community_id, account, since)
    if not total and not await count_by(person.community_id, account, clock.now() - timedelta(days=1000)):
        raise Gone("account")
    here = paging.page(number, total, f"/reveals?by={account}&days={span}")
    looks = await looks_by(person.community_id, account, since, offset=here.offset, limit=paging.SIZE)
    name = (await people.names({account})).get(account, "—")
    return await page(request, "privacy/reveals_by.html", OnePage(name, span, looks, here, can(person, "household.see")))


@get("/me/looks")
async def show(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "privacy/mine.html", MinePage(await looked_at(person.id)))


PAGES = [index, show]
