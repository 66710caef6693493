"""One shift: taking over, reading what was handed over, handing over, asking to be stood in for."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import may


class ShiftPage(msgspec.Struct, frozen=True):
    """`notes`: what she has still to read, before she begins or meanwhile; `last` the last of them."""

    shift: rosters.ShiftFacts
    own: bool
    notes: list[rosters.NoteFacts]
    last: str
    swap: rosters.SwapFacts | None
    may_accept: bool
    makes: bool


async def _facts(shift_id: UUID, person: Person) -> ShiftPage:
    shift = await rosters.shift(shift_id, person.community_id)
    if shift is None:
        raise Gone("shift")
    may(person, "roster.see")
    own, makes = shift.account_id == person.id, rosters.makes(person, shift.building_id)
    notes = await rosters.unread_of(shift.post_id, person.id) if own and shift.stands and (shift.may_begin or shift.came_at) else []
    swap = await rosters.asked_at(shift_id)
    mate = swap is not None and swap.open and shift.stands and not own and person.id in await rosters.mates(shift.post_id)
    return ShiftPage(shift, own, notes, str(notes[-1].id) if notes else "", swap, mate, makes)


@get("/shifts/{shift_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], shift_id: FromPath[UUID]) -> Response:
    return await page(request, "rosters/shift.html", await _facts(shift_id, person))


async def _pressed(request: Request, person: Person, shift_id: UUID) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "rosters/shift.html", await _facts(shift_id, person), misfit=misfit)
    return await answer(request, receipt, to=f"/shifts/{shift_id}")


@post("/shifts/{shift_id:uuid}/begin")
async def begin(request: Request, person: NamedDependency[Person], shift_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, shift_id)


@post("/shifts/{shift_id:uuid}/read")
async def read(request: Request, person: NamedDependency[Person], shift_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, shift_id)


@post("/shifts/{shift_id:uuid}/end")
async def end(request: Request, person: NamedDependency[Person], shift_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, shift_id)


@post("/shifts/{shift_id:uuid}/remove")
async def delete(request: Request, person: NamedDependency[Person], shift_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/shifts/{shift_id}")


@post("/shifts/{shift_id:uuid}/restore")
async def restore(request: Request, person: NamedDependency[Person], shift_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/shifts/{shift_id}")


@post("/shifts/{shift_id:uuid}/swaps")
async def ask(request: Request, person: NamedDependency[Person], shift_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/shifts/{shift_id}")


@post("/swaps/{swap_id:uuid}/accept")
async def accept(request: Request, person: NamedDependency[Person], swap_id: FromPath[UUID]) -> Response:
    return await _to_shift(request)


@post("/swaps/{swap_id:uuid}/withdraw")
async def withdraw(request: Request, person: NamedDependency[Person], swap_id: FromPath[UUID]) -> Response:
    return await _to_shift(request)


@post("/swaps/{swap_id:uuid}/forbid")
async def forbid(request: Request, person: NamedDependency[Person], swap_id: FromPath[UUID]) -> Response:
    return await _to_shift(request)


async def _to_shift(request: Request) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/shifts/{receipt.about}" if receipt.about else "/roster")


PAGES = [show, begin, read, end, delete, restore, ask, accept, withdraw, forbid]
