"""The tasks of a community: gaps first for who calls, what is open for everybody."""

from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from app.journal.record import version_of
from app.kernel import clock, paging
from app.kernel.paging import Page
from app.kernel.reply import Live, fragment, live, not_modified, page
from app.people.person import Person
from app.people.rights import can
from app.tasks import reads


class Group(msgspec.Struct, frozen=True):
    key: str
    tasks: tuple[reads.TaskFacts, ...]


class TasksPage(msgspec.Struct, frozen=True):
    groups: tuple[Group, ...]
    show: str
    may_call: bool
    live: Live


class PastPage(msgspec.Struct, frozen=True):
    tasks: tuple[reads.TaskFacts, ...]
    where: Page


async def groups(person: Person) -> tuple[Group, ...]:
    """Each task in the first group that it belongs to; gaps and what nobody closed only for those who call."""
    tasks = await reads.open_tasks(person.community_id)
    calls = can(person, "task.call")
    sorted_in = {
        "gaps": [task for task in tasks if calls and task.gap],
        "now": [task for task in tasks if task.state == "now" and not (calls and task.gap)],
        "soon": [task for task in tasks if task.state == "soon" and not (calls and task.gap)],
        "over": await reads.unclosed(person.community_id) if calls else [],
    }
    return tuple(Group(key, tuple(found)) for key, found in sorted_in.items() if found)


@get("/tasks")
async def index(request: Request, person: NamedDependency[Person], show: FromQuery[str] = "") -> Response:
    if show == "past":
        return await past(request, person)
    return await page(request, "tasks/index.html", await facts(person, show, await version(person)))


@get("/tasks/live")
async def renewed(request: Request, person: NamedDependency[Person], show: FromQuery[str] = "") -> Response:
    """The lists of /tasks again, when anything happened."""
    now = await version(person)
    return not_modified(request, now) or fragment(request, "tasks/_groups.html", await facts(person, show, now), version=now)


async def version(person: Person) -> str:
    """What is on, begins soon and was left open changes with the clock too."""
    return f"{await version_of(person.community_id)} {clock.now():%Y-%m-%dT%H:%M}"


async def facts(person: Person, show: str, now: str) -> TasksPage:
    found = tuple(group for group in await groups(person) if show in ("", group.key))
    path = f"/tasks/live?{urlencode({'show': show})}" if show else "/tasks/live"
    return TasksPage(found, show, can(person, "task.call"), live(path, now))


async def past(request: Request, person: Person) -> Response:
    number = request.query_params.get("page", "1")
    total = await reads.closed_count(person.community_id)
    where = paging.page(int(number) if number.isdecimal() and len(number) < 7 else 1, total, "/tasks?show=past")
    tasks = await reads.closed(person.community_id, where.offset, paging.SIZE)
    return await page(request, "tasks/past.html", PastPage(tuple(tasks), where))


PAGES = [index, renewed]
