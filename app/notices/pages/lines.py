"""可拨打的电话: whom to call, for everybody to see and for a dispatcher to keep."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.differences import open_about
from app.kernel import edits
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.notices import reads
from app.notices.rules.differing import line_label
from app.notices.rules.lines import fields_of
from app.people.person import Person
from app.people.rights import can, may


class LinesPage(msgspec.Struct, frozen=True):
    lines: list[reads.LineFacts]
    keeps: bool


class LinePage(msgspec.Struct, frozen=True):
    """`line` is None for a new one."""

    line: reads.LineFacts | None
    kinds: tuple[tuple[str, str], ...]
    was: dict[str, str]
    differing: list[str]


async def _form(line: reads.LineFacts | None) -> LinePage:
    kinds = tuple((kind, gettext(f"notices.line.kind.{kind}")) for kind in reads.KINDS)
    if line is None:
        return LinePage(None, kinds, {}, [])
    differing = [line_label(field) for field in (await open_about(line.id)).get(line.id, ())]
    return LinePage(line, kinds, edits.base(line.id, fields_of(line)), differing)


@get("/lines")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "notices/lines.html", LinesPage(await reads.lines(person.community_id), can(person, "settings.change")))


@get("/lines/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "settings.change")
    return await page(request, "notices/line.html", await _form(None))


@post("/lines")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "settings.change")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "notices/line.html", await _form(None), misfit=misfit)
    return await answer(request, receipt, to="/lines")


@get("/lines/{line_id:uuid}")
async def edit(request: Request, person: NamedDependency[Person], line_id: FromPath[UUID]) -> Response:
    return await page(request, "notices/line.html", await _form(await _hers(line_id, person)))


@post("/lines/{line_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], line_id: FromPath[UUID]) -> Response:
    line = await _hers(line_id, person)
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "notices/line.html", await _form(line), misfit=misfit)
    return await answer(request, receipt, to="/lines")


@post("/lines/{line_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], line_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/lines")


async def _hers(line_id: UUID, person: Person) -> reads.LineFacts:
    if (line := await reads.line(line_id, person.community_id)) is None:
        raise Gone("line")
    may(person, "settings.change")
    return line


PAGES = [index, new, create, edit, update, delete]
