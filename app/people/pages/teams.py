"""突击队: their names and who leads them."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.differences import open_about
from app.kernel import edits
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.people import reads
from app.people.person import Person
from app.people.rights import can, may
from app.people.rules.differing import label
from app.people.rules.teams import fields_of


class TeamsPage(msgspec.Struct, frozen=True):
    teams: list[reads.TeamFacts]
    leads: list[tuple[UUID, str]]
    may_make: bool


class TeamPage(msgspec.Struct, frozen=True):
    team: reads.TeamFacts
    leads: list[tuple[UUID, str]]
    was: dict[str, str]
    differing: list[str]


async def _leads(person: Person) -> list[tuple[UUID, str]]:
    found = await reads.members(person.community_id, reads.Filters(state="vouched"), size=2000)
    return [(one.id, one.name) for one in found.found]


async def _teams(person: Person) -> TeamsPage:
    may(person, "people.see")
    return TeamsPage(await reads.teams(person.community_id), await _leads(person), can(person, "team.make"))


async def _team(team_id: UUID, person: Person) -> TeamPage:
    if (team := await reads.team(team_id, person.community_id)) is None:
        raise Gone("team")
    may(person, "team.make")
    differing = [label(field) for field in (await open_about(team_id)).get(team_id, ())]
    return TeamPage(team, await _leads(person), edits.base(team_id, fields_of(team)), differing)


@get("/teams")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "people/teams.html", await _teams(person))


@post("/teams")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "people/teams.html", await _teams(person), misfit=misfit)
    return await answer(request, receipt, to="/teams")


@get("/teams/{team_id:uuid}")
async def edit(request: Request, person: NamedDependency[Person], team_id: FromPath[UUID]) -> Response:
    return await page(request, "people/team.html", await _team(team_id, person))


@post("/teams/{team_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], team_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "people/team.html", await _team(team_id, person), misfit=misfit)
    return await answer(request, receipt, to="/teams")


PAGES = [index, create, edit, update]
