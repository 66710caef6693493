"""/teams/{id}/board: who belongs to the team, who is on site, its tasks, its hours of the last seven days; and the way into it."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Barred, Gone
from app.people import reads as people
from app.people.pages.showing import qr
from app.people.person import Person
from app.people.reads.teaming import members_of, team_link_of
from app.people.rights import can
from app.tasks import reads as tasks


class Hand(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    since: datetime | None
    hours: str
    own: bool


class TeamBoard(msgspec.Struct, frozen=True):
    """`address`: the way in, for whoever may show it; `picture` its square."""

    team: people.TeamFacts
    hands: tuple[Hand, ...]
    on_site: int
    hours: str
    tasks: tuple
    leads: bool
    link: people.JoinFacts | None
    address: str
    picture: str


@get("/teams/{team_id:uuid}/board")
async def show(request: Request, person: NamedDependency[Person], team_id: FromPath[UUID]) -> Response:
    team = await people.team(team_id, person.community_id)
    if team is None:
        raise Gone("team")
    members = await members_of(team_id)
    leads = team.lead_id == person.id or can(person, "team.make")
    if not leads and person.id not in members:
        raise Barred("trouble.barred.team_board", reason="barred")
    names, now = await people.names(set(members)), clock.now()
    since = {each.account_id: each.since for each in await people.present(person.community_id)}
    served = await people.services(person.community_id, now - timedelta(days=7), now)
    hands = tuple(
        Hand(each, names.get(each, "—"), since.get(each), served[each].hours if each in served else "0.0", each == person.id)
        for each in members
    )
    link, settings = await team_link_of(team_id) if leads else None, request.app.state.settings
    facts = TeamBoard(
        team,
        hands,
        sum(hand.since is not None for hand in hands),
        f"{sum(served[each].minutes for each in members if each in served) / 60:.1f}",
        tuple(task for task in await tasks.open_tasks(person.community_id) if task.team_id == team_id),
        leads,
        link,
        settings.public_url + link.path if link else "",
        qr(settings, link.path) if link else "",
    )
    return await page(request, "door/team.html", facts)


@post("/teams/{team_id:uuid}/invite")
async def invite(request: Request, person: NamedDependency[Person], team_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/teams/{team_id}/board")


@post("/teams/{team_id:uuid}/members/{account_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], team_id: FromPath[UUID], account_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/me" if account_id == person.id else f"/teams/{team_id}/board")


PAGES = [show, invite, delete]
