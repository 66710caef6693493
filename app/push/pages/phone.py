"""What a phone's script says of its push service: it answers to a script, hence in words of a header where something is wrong."""

from urllib.parse import quote
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, not_understood, press
from app.kernel.trouble import Later, Misfit
from app.kernel.words import say
from app.people.person import Person
from app.push.rules import showing


async def said_by_script(request: Request, to: str) -> Response:
    """The act's answer; a complaint about what the browser gave stands in `X-Act-Says`, there is no form to draw again."""
    try:
        return await answer(request, await press(request), to=to)
    except Misfit as misfit:
        key, params = next(iter(misfit.errors.values()))
        headers = {"Cache-Control": "no-store", "X-Act-Says": quote(say(key, **params))} | not_understood(request, misfit)
        return Response(None, status_code=422, headers=headers)


async def _mine(request: Request, person: Person) -> Response:
    if wait := request.app.state.buckets.allow("push", str(person.id), burst=30, per_second=0.2):
        raise Later("ways.slowly", seconds=int(wait) + 1)
    return await said_by_script(request, "/me/ways")


@post("/push")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    return await _mine(request, person)


@post("/push/end")
async def delete(request: Request, person: NamedDependency[Person]) -> Response:
    return await _mine(request, person)


@post("/push/seen")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    return await _mine(request, person)


@post("/push/{subscription_id:uuid}/end")
async def delete_other(request: Request, person: NamedDependency[Person], subscription_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/me/ways")


@post("/push/{carrying_id:uuid}/shown")
async def shown(request: Request, visitor: NamedDependency[Person | None], carrying_id: FromPath[UUID]) -> Response:
    """A phone says that it showed this line; whoever knows the line's id was given it. Said once, and no act: nothing waits for it."""
    if wait := request.app.state.buckets.allow("shown", request.client.host if request.client else "", burst=300, per_second=20):
        raise Later("ways.slowly", seconds=int(wait) + 1)
    await showing.note(carrying_id)
    return Response(None, status_code=204)


PAGES = [create, delete, update, delete_other, shown]
