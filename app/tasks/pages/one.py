"""One task: its facts for everybody here, names of who takes part for those who call or take part themselves."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import page
from app.people.history import Item, timeline
from app.people.person import Person
from app.people.reads import names
from app.people.rights import can
from app.tasks import reads


class SpotRow(msgspec.Struct, frozen=True):
    """A place with who is in it; `name` blank when free."""

    spot: reads.Spot
    name: str
    mine: bool


class Waiter(msgspec.Struct, frozen=True):
    name: str
    at: datetime


class TaskPage(msgspec.Struct, frozen=True):
    offer: reads.Offer
    rows: tuple[SpotRow, ...]
    line: tuple[Waiter, ...]
    history: tuple[Item, ...]
    caller: str
    may_call: bool
    inside: bool


@get("/tasks/{task_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    task = await reads.visible(task_id, person)
    return await page(request, "tasks/show.html", await facts(task, person))


async def facts(task: reads.TaskFacts, person: Person) -> TaskPage:
    may_call = can(person, "task.call")
    inside = may_call or task.spot_of(person.id) is not None
    waiting = await reads.line_of(task.id) if inside else []
    wanted = {spot.taken_by for spot in task.spots if spot.taken_by} | {each.account_id for each in waiting} | {task.created_by}
    who = await names(wanted if inside else {task.created_by})
    return TaskPage(
        offer=await reads.offer(task, person),
        rows=tuple(SpotRow(spot, who.get(spot.taken_by, ""), spot.taken_by == person.id) for spot in task.spots) if inside else (),
        line=tuple(Waiter(who.get(each.account_id, ""), each.at) for each in waiting),
        history=tuple(await timeline(task.id)) if inside else (),
        caller=who.get(task.created_by, ""),
        may_call=may_call,
        inside=inside,
    )


PAGES = [show]
