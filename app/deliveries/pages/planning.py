"""A new run from what waits, and what is put on one or taken off before it sets out."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads
from app.deliveries.pages.showing import drawn
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.needs import reads as needs
from app.needs.reads import NeedLine
from app.people.person import Person
from app.people.rights import may


class Waiting(msgspec.Struct, frozen=True):
    """The needs of a building that could go on a run."""

    label: str
    lines: tuple[NeedLine, ...]
    doors: int


class NewRunPage(msgspec.Struct, frozen=True):
    """`run`: the run that is added to; None for a new one. `picked`: ids ticked from the start."""

    run: reads.RunLine | None
    path: str
    waiting: tuple[Waiting, ...]
    homeless: list[NeedLine]
    picked: frozenset[str]


@get("/runs/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "run.plan")
    return await page(request, "deliveries/new.html", await _facts(request, person))


@get("/runs/{run_id:uuid}/add")
async def edit(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    run = await reads.visible(run_id, person)
    may(person, "run.plan")
    return await page(request, "deliveries/new.html", await _facts(request, person, run))


async def _facts(request: Request, person: Person, run: reads.RunLine | None = None) -> NewRunPage:
    lines = await needs.plannable(person.community_id)
    by_building: dict[UUID, list[NeedLine]] = {}
    for line in lines:
        if line.floor is not None:
            by_building.setdefault(line.building_id, []).append(line)
    waiting = tuple(Waiting(found[0].building_label, tuple(found), reads.count_doors(found)) for found in by_building.values())
    homeless = [line for line in lines if line.floor is None]
    return NewRunPage(run, f"{run.path}/needs" if run else "/runs", waiting, homeless, _picked(request, lines))


def _picked(request: Request, lines: list[NeedLine]) -> frozenset[str]:
    asked = request.query_params
    wanted = {value for name, value in asked.multi_items() if name == "need"}
    return frozenset(
        str(line.id)
        for line in lines
        if str(line.id) in wanted
        or str(line.building_id) == asked.get("building")
        or (line.grid_id and str(line.grid_id) == asked.get("grid"))
    )


@post("/runs")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "deliveries/new.html", await _facts(request, person), misfit=misfit)
    return await answer(request, receipt, to=f"/runs/{receipt.about}" if receipt.about else "/runs")


@post("/runs/{run_id:uuid}/needs")
async def update(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        run = await reads.visible(run_id, person)
        return await page(request, "deliveries/new.html", await _facts(request, person, run), misfit=misfit)
    return await answer(request, receipt, to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/stops/{stop_id:uuid}/remove")
async def remove(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/order")
async def turn(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/carriers")
async def give(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await drawn(request, person, run_id, misfit)
    return await answer(request, receipt, to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/carriers/{account_id:uuid}/end")
async def take_back(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID], account_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/runs/{run_id}")


PAGES = [new, edit, create, update, remove, turn, give, take_back]
