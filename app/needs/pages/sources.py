"""/medicine/sources: the directory of pharmacies, online clinics and hospitals."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.reply import answer, page, press
from app.kernel.tables import table
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.needs.reads import sources
from app.people.person import Person
from app.people.rights import can, may


class SourcesPage(msgspec.Struct, frozen=True):
    """`which`: the source whose form a complaint is about, or `new`. `kinds`: with the one that is refused, and why."""

    which: str
    groups: list[tuple[str, list[sources.Source]]]
    ended: list[sources.Source]
    kinds: list[tuple[str, str]]
    can_keep: bool


async def _facts(person: Person, which: str = "") -> SourcesPage:
    may(person, "need.see")
    keeps = can(person, "medicine.keep")
    found = await sources.sources(person.community_id, ended=keeps)
    kinds = [(kind, gettext(f"medicine.kind.{kind}")) for kind in sources.KINDS]
    groups = [(label, [one for one in found if one.kind == kind and not one.ended]) for kind, label in kinds]
    return SourcesPage(which, [group for group in groups if group[1]], [one for one in found if one.ended], kinds, keeps)


@get("/medicine/sources")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "needs/medicine/sources.html", await _facts(person))


async def _pressed(request: Request, person: Person, which: str) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        may(person, "medicine.keep")
        return await page(request, "needs/medicine/sources.html", await _facts(person, which), misfit=misfit)
    return await answer(request, receipt, to="/medicine/sources")


@post("/medicine/sources")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    return await _pressed(request, person, "new")


@post("/medicine/sources/read")
async def read(request: Request, person: NamedDependency[Person]) -> Response:
    return await _pressed(request, person, "read")


@get("/medicine/sources/file")
async def file(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.see")
    fields = ("kind", "name", "phone", "hours", "address", "note")
    rows = [[gettext(f"medicine.{field}") for field in fields]]
    rows += [[one.kind_label, *(getattr(one, field) for field in fields[1:])] for one in await sources.sources(person.community_id)]
    return table(rows, "medicine-sources")


@post("/medicine/sources/{source_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], source_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, str(source_id))


@post("/medicine/sources/{source_id:uuid}/end")
async def end(request: Request, person: NamedDependency[Person], source_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, "")


@post("/medicine/sources/{source_id:uuid}/again")
async def again(request: Request, person: NamedDependency[Person], source_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, "")


PAGES = [index, create, read, file, update, end, again]
