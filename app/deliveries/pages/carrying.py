"""Setting out, coming to the end, calling it off."""

from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, press
from app.people.person import Person


@post("/runs/{run_id:uuid}/start")
async def start(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/finish")
async def finish(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/runs/{run_id}")


@post("/runs/{run_id:uuid}/cancel")
async def cancel(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/runs")


PAGES = [start, finish, cancel]
