"""Robots of group chats and hosts that may be written to: settings of whoever is in charge."""

from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.people import reads as people
from app.people.person import Person
from app.people.rights import may
from app.push.endpoints import PUSH, ROBOTS
from app.push.reads.hosts import HostFacts, hosts
from app.push.reads.refused import Refused, refused
from app.push.reads.robots import RobotFacts, robots


class RobotRow(msgspec.Struct, frozen=True):
    robot: RobotFacts
    by: str

    @property
    def host(self) -> str:
        return urlsplit(self.robot.origin).netloc


class RobotsPage(msgspec.Struct, frozen=True):
    rows: list[RobotRow]
    chats: tuple[str, ...]
    refused: list[Refused]


class HostRow(msgspec.Struct, frozen=True):
    host: HostFacts
    by: str


class HostsPage(msgspec.Struct, frozen=True):
    rows: list[HostRow]
    known: tuple[str, ...]


@get("/robots")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "push/robots.html", await _robots(person))


async def _robots(person: Person) -> RobotsPage:
    may(person, "settings.change")
    found = await robots(person.community_id)
    names = await people.names({each.made_by for each in found})
    return RobotsPage([RobotRow(each, names.get(each.made_by, "")) for each in found], tuple(ROBOTS), await refused())


@post("/robots")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "push/robots.html", await _robots(person), misfit=misfit)
    return await answer(request, receipt, to="/robots")


@post("/robots/{robot_id:uuid}/test")
async def test(request: Request, person: NamedDependency[Person], robot_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/robots")


@post("/robots/{robot_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], robot_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/robots")


@get("/push-hosts")
async def index_hosts(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "push/hosts.html", await _hosts(person))


async def _hosts(person: Person) -> HostsPage:
    """Hosts are the installation's: who added one in another community is not named here."""
    may(person, "settings.change")
    found = await hosts()
    names = await people.names_within(person.community_id, {str(each.made_by) for each in found})
    rows = [HostRow(each, names.get(str(each.made_by), "")) for each in found]
    return HostsPage(rows, tuple(sorted({*PUSH, *(host for kind in ROBOTS.values() for host in kind)}, key=lambda host: host.lstrip("."))))


@post("/push-hosts")
async def create_host(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "push/hosts.html", await _hosts(person), misfit=misfit)
    return await answer(request, receipt, to="/push-hosts")


@post("/push-hosts/{host_id:uuid}/end")
async def delete_host(request: Request, person: NamedDependency[Person], host_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/push-hosts")


PAGES = [index, create, test, delete, index_hosts, create_host, delete_host]
