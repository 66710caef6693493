"""The people of the community: who reported in, who waits for a word, who is here."""

from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.kernel import paging
from app.kernel.forms import clean
from app.kernel.reply import answer, page, press
from app.people import reads
from app.people.person import Person
from app.people.rights import RIGHTS, can, may
from app.people.skills import SKILLS

STATES = ("unvouched", "vouched", "here", "suspended")


class StateTile(msgspec.Struct, frozen=True):
    state: str
    path: str
    n: int


class PeoplePage(msgspec.Struct, frozen=True):
    found: list[reads.Member]
    pager: paging.Page
    filters: reads.Filters
    filtered: bool
    tiles: list[StateTile]
    tallies: list[reads.Tally]
    skills: tuple[str, ...]
    roles: tuple[str, ...]
    waiting: bool
    may_vouch: bool


@get("/people")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "people.see")
    filters = _filters(request.query_params)
    asked = {name: str(value) for name, value in msgspec.structs.asdict(filters).items() if value}
    number = paging.number(request.query_params.get("page", ""))
    path = "/people" + ("?" + urlencode(asked) if asked else "")
    found = await reads.members(person.community_id, filters, number=number, path=path)
    counts, tallies = await reads.tallies(person.community_id)
    tiles = [StateTile("everybody", "/people", counts["everybody"])]
    tiles += [StateTile(state, f"/people?state={state}", counts[state]) for state in STATES]
    waiting = can(person, "people.vouch") and any(not one.vouched for one in found.found)
    facts = PeoplePage(
        found.found, found.page, filters, bool(asked), tiles, tallies, SKILLS, tuple(RIGHTS), waiting, can(person, "people.vouch")
    )
    return await page(request, "people/index.html", facts)


def _filters(asked) -> reads.Filters:
    """What the address asks for; anything unknown asks for nothing."""
    try:
        organisation = UUID(asked.get("organisation", ""))
    except ValueError:
        organisation = None
    skill, role, state = asked.get("skill", ""), asked.get("role", ""), asked.get("state", "")
    return reads.Filters(
        name=clean(asked.get("name", ""))[:40],
        organisation=organisation,
        skill=skill if skill in SKILLS else "",
        role=role if role in RIGHTS else "",
        state=state if state in STATES else "",
    )


@post("/people/vouch")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/people?state=unvouched")


PAGES = [index, update]
