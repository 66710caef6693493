"""The tasks of a community: gaps first for who calls, what is open for everybody."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from app.kernel import paging
from app.kernel.paging import Page
from app.kernel.reply import page
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
    found = tuple(group for group in await groups(person) if show in ("", group.key))
    return await page(request, "tasks/index.html", TasksPage(found, show, can(person, "task.call")))


async def past(request: Request, person: Person) -> Response:
    number = request.query_params.get("page", "1")
    total = await reads.closed_count(person.community_id)
    where = paging.page(int(number) if number.isdecimal() and len(number) < 7 else 1, total, "/tasks?show=past")
    tasks = await reads.closed(person.community_id, where.offset, paging.SIZE)
    return await page(request, "tasks/past.html", PastPage(tuple(tasks), where))


PAGES = [index]
