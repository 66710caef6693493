"""Giving and ending roles."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.people import reads
from app.people.person import Person
from app.people.rights import may
from app.people.rules.accounts import member_of
from app.people.rules.roles import GIVEN
from app.places import reads as places


class GiveRolePage(msgspec.Struct, frozen=True):
    account: reads.AccountFacts
    vouched: bool
    role: str
    roles: tuple[str, ...]
    estates: dict[str, list[places.BuildingFacts]]
    grids: list[places.GridFacts]


async def _facts(account_id: UUID, person: Person, role: str) -> GiveRolePage:
    member = await member_of(account_id, person.community_id)
    may(person, "role.give")
    estates: dict[str, list[places.BuildingFacts]] = {}
    for building in await places.buildings(person.community_id) if role == "steward" else []:
        estates.setdefault(building.estate, []).append(building)
    grids = await places.grids(person.community_id) if role in ("grid_lead", "grid_deputy") else []
    return GiveRolePage(await reads.account(account_id), member.vouched_at is not None, role, GIVEN, estates, grids)


@get("/people/{account_id:uuid}/roles/new")
async def new(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    role = request.query_params.get("role", "")
    return await page(request, "people/give_role.html", await _facts(account_id, person, role if role in GIVEN else ""))


@post("/people/{account_id:uuid}/roles")
async def create(request: Request, person: NamedDependency[Person], account_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        role = next(iter(misfit.typed.get("role", ())), "")
        return await page(request, "people/give_role.html", await _facts(account_id, person, role if role in GIVEN else ""), misfit=misfit)
    return await answer(request, receipt, to=f"/people/{account_id}")


@post("/roles/{role_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], role_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/people/{receipt.about}" if receipt.about else "/people")


@post("/roles/{role_id:uuid}/again")
async def update(request: Request, person: NamedDependency[Person], role_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/people/{receipt.about}" if receipt.about else "/people")


PAGES = [new, create, delete, update]
