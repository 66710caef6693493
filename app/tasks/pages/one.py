"""One task: its facts for everybody here, names of who takes part for those who call or take part themselves."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.differences import open_about
from app.kernel.late import arrived_late
from app.kernel.reply import Live, fragment, live, not_modified, page
from app.people.history import Item, timeline
from app.people.person import Person
from app.people.reads import names, stayed, told_late
from app.people.rights import can
from app.tasks import reads
from app.tasks.pages.lists import version
from app.tasks.rules.differing import label


class SpotRow(msgspec.Struct, frozen=True):
    """A place with who is in it; `name` blank when free. `late`: her check-in came well after she pressed. `stay`: hers, where it is not proven."""

    spot: reads.Spot
    name: str
    mine: bool
    late: bool
    stay: UUID | None = None


class Came(msgspec.Struct, frozen=True):
    """Somebody who came for the task and has no place of it."""

    name: str
    since: datetime
    until: datetime | None


class Waiter(msgspec.Struct, frozen=True):
    name: str
    at: datetime


class TaskPage(msgspec.Struct, frozen=True):
    offer: reads.Offer
    rows: tuple[SpotRow, ...]
    besides: tuple[Came, ...]
    line: tuple[Waiter, ...]
    history: tuple[Item, ...]
    caller: str
    may_call: bool
    may_confirm: bool
    inside: bool
    differing: list[str]
    live: Live


@get("/tasks/{task_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    now = await version(person)
    task = await reads.visible(task_id, person)
    return await page(request, "tasks/show.html", await facts(task, person, now))


@get("/tasks/{task_id:uuid}/live")
async def renewed(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    """The task again, when anything happened."""
    now = await version(person)
    task = await reads.visible(task_id, person)
    return not_modified(request, now) or fragment(request, "tasks/_one.html", await facts(task, person, now), version=now)


async def facts(task: reads.TaskFacts, person: Person, now: str) -> TaskPage:
    may_call = can(person, "task.call")
    inside = may_call or task.spot_of(person.id) is not None
    waiting = await reads.line_of(task.id) if inside else []
    told = await told_late(task.id) if inside else []
    stays = await stayed(task.id) if inside and task.strict else {}
    claims = {account: each.id for account, each in stays.items() if each.proof == "claimed"}
    seated = {spot.taken_by for spot in task.spots if spot.taken_by}
    besides = [each for each in told if each.account_id not in seated]
    slow = {each.account_id for each in told if arrived_late(each.since, each.received_at)}
    wanted = (
        {each.account_id for each in besides}
        | {spot.taken_by for spot in task.spots if spot.taken_by}
        | {each.account_id for each in waiting}
        | {task.created_by}
    )
    who = await names(wanted if inside else {task.created_by})
    return TaskPage(
        offer=await reads.offer(task, person),
        rows=tuple(
            SpotRow(spot, who.get(spot.taken_by, ""), spot.taken_by == person.id, spot.taken_by in slow, claims.get(spot.taken_by))
            for spot in task.spots
        )
        if inside
        else (),
        besides=tuple(Came(who.get(each.account_id, ""), each.since, each.until_at) for each in besides),
        line=tuple(Waiter(who.get(each.account_id, ""), each.at) for each in waiting),
        history=tuple(await timeline(task.id)) if inside else (),
        caller=who.get(task.created_by, ""),
        may_call=may_call,
        may_confirm=can(person, "presence.confirm", building=task.building_id or UUID(int=0)),
        inside=inside,
        differing=await differing(task.id) if may_call else [],
        live=live(f"/tasks/{task.id}/live", now),
    )


async def differing(task_id: UUID) -> list[str]:
    """Its fields that two people changed, undecided."""
    return [label(field) for field in (await open_about(task_id)).get(task_id, ())]


PAGES = [show, renewed]
