"""What is done with needs, one address for each act."""

from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, is_partial, press
from app.kernel.trouble import Misfit
from app.needs.pages.showing import card, drawn
from app.people.person import Person


async def _acted(request: Request, person: Person, need_id: UUID) -> Response:
    """The need again, changed; with complaints about what was typed beside it."""
    try:
        receipt = await press(request)
    except Misfit as misfit:
        if is_partial(request):
            raise
        return await drawn(request, person, need_id, misfit)
    return await answer(request, receipt, to=f"/needs/{need_id}", draw=lambda: card(person, need_id))


@post("/needs/take")
async def take_many(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/needs")


@post("/needs/answer")
async def answer_many(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/needs")


@post("/needs/{need_id:uuid}/take")
async def take(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/release")
async def release(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/assign")
async def assign(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/change")
async def change(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/answer")
async def settle(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/cancel")
async def cancel(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/confirm")
async def confirm(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/reopen")
async def reopen(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


@post("/needs/{need_id:uuid}/words")
async def say(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, need_id)


PAGES = [take_many, answer_many, take, release, assign, change, settle, cancel, confirm, reopen, say]
