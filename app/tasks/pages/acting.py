"""What is pressed on a task: taking, letting go, waiting, checking in and out, calling it off."""

from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, press
from app.people.person import Person
from app.tasks import reads


class TaskCard(msgspec.Struct, frozen=True):
    offer: reads.Offer
    main: bool = False


async def pressed(request: Request, person: Person, task_id: UUID) -> Response:
    """The card as it is now, for htmx; else back to the task."""

    async def draw() -> tuple[str, msgspec.Struct]:
        return "tasks/card.html", TaskCard(await reads.offer(await reads.visible(task_id, person), person))

    return await answer(request, await press(request), to=f"/tasks/{task_id}", draw=draw)


@post("/tasks/{task_id:uuid}/take")
async def take(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/release")
async def let_go(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/wait")
async def wait(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/unwait")
async def unwait(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/check-in")
async def check_in(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/check-out")
async def check_out(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/cancel")
async def cancel(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/done")
async def finish(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/places/{place_id:uuid}/release")
async def release(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID], place_id: FromPath[UUID]) -> Response:
    return await pressed(request, person, task_id)


@post("/tasks/{task_id:uuid}/comes/{account_id:uuid}")
async def comes(request: Request, person: NamedDependency[Person], task_id: FromPath[UUID], account_id: FromPath[UUID]) -> Response:
    """Pressed on the list of people to call, which is gone on with."""
    return await answer(request, await press(request), to="/calls")


PAGES = [take, let_go, wait, unwait, check_in, check_out, cancel, finish, release, comes]
