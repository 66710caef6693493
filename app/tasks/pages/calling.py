"""The form of a call for people, new and changed."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock, edits
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import day_time, gettext
from app.people.person import Person
from app.people.reads import teams
from app.people.rights import may
from app.people.skills import SKILLS
from app.places import reads as places
from app.tasks import reads
from app.tasks.forms import STARTS
from app.tasks.pages.one import differing
from app.tasks.proof import PROOFS, USUAL
from app.tasks.rules.changing import fields_of, hours_of


class SkillRow(msgspec.Struct, frozen=True):
    name: str
    label: str
    number: int


class Values(msgspec.Struct, frozen=True):
    """What the form shows before anything is typed."""

    title: str = ""
    notes: str = ""
    meeting: str = ""
    building: str = ""
    team: str = ""
    places: int = 6
    hours: int = 2
    starts: str = "now"
    starts_other: str = ""
    urgent: bool = False
    vouching: bool = False
    release: str = ""
    proof: str = USUAL
    version: int = 0


class CallPage(msgspec.Struct, frozen=True):
    path: str
    back: str
    number: int
    values: Values
    skills: tuple[SkillRow, ...]
    starts: tuple[tuple[str, str], ...]
    buildings: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    release_minutes: int
    proofs: tuple[tuple[str, str], ...]
    was: dict[str, str]
    differing: list[str]


async def _page(person: Person, values: Values, task: reads.TaskFacts | None = None) -> CallPage:
    wanted = {part.skill: part.places for part in task.parts} if task else {}
    starts = tuple((value, gettext(f"tasks.form.starts.{value}")) for value in STARTS if value != "other")
    if task:
        starts = (("keep", day_time(task.starts_at)), *starts)
    community = await places.community(person.community_id)
    return CallPage(
        path=f"/tasks/{task.id}" if task else "/tasks",
        back=f"/tasks/{task.id}" if task else "/tasks",
        number=task.number if task else 0,
        values=values,
        skills=tuple(SkillRow(skill, gettext(f"people.skill.{skill}"), wanted.get(skill, 0)) for skill in SKILLS),
        starts=starts,
        buildings=tuple((str(each.id), each.label) for each in await places.buildings(person.community_id)),
        teams=tuple((str(each.id), each.name) for each in await teams(person.community_id)),
        release_minutes=community.release_minutes,
        proofs=tuple((value, gettext(f"tasks.form.proof.{value}")) for value in (PROOFS if task else (USUAL, *PROOFS))),
        was=edits.base(task.id, fields_of(task)) if task else {},
        differing=await differing(task.id) if task else [],
    )


@get("/tasks/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "task.call")
    at = await places.building_by_code(request.query_params.get("building", ""))
    return await page(request, "tasks/form.html", await _page(person, Values(building=str(at.id) if at else "")))


@post("/tasks")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "task.call")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "tasks/form.html", await _page(person, Values()), misfit=misfit)
    return await answer(request, receipt, to=f"/tasks/{receipt.about}" if receipt.about else "/tasks")


@get("/tasks/{task_id:uuid}/edit")
async def edit(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    task = await reads.visible(task_id, person)
    may(person, "task.call")
    return await page(request, "tasks/form.html", await _page(person, _values(task), task))


@post("/tasks/{task_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    task = await reads.visible(task_id, person)
    may(person, "task.call")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "tasks/form.html", await _page(person, _values(task), task), misfit=misfit)
    return await answer(request, receipt, to=f"/tasks/{task_id}")


def _values(task: reads.TaskFacts) -> Values:
    return Values(
        title=task.title,
        notes=task.notes,
        meeting=task.meeting,
        building=str(task.building_id or ""),
        team=str(task.team_id or ""),
        places=task.places,
        hours=hours_of(task),
        starts="keep",
        starts_other=clock.local(task.starts_at).strftime("%Y-%m-%dT%H:%M"),
        urgent=task.urgent,
        vouching=task.needs_vouching,
        release=str(task.release_minutes or ""),
        proof=task.proof,
        version=task.version,
    )


PAGES = [new, create, edit, update]
