"""台账导入: uploading a ledger, seeing what it would do, deciding, committing, taking back."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import ClientException
from litestar.params import FromPath

from app.care import forms
from app.care.pages import preview, shown
from app.care.reads import files, imports
from app.care.reads.imports import ImportFacts
from app.kernel import paging
from app.kernel.paging import Page
from app.kernel.reply import answer, page, press, read_form
from app.kernel.sheets.shape import MAX_BYTES
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import day_time
from app.people.person import Person
from app.people.reads import names
from app.people.rights import may


class Line(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    state: str
    when: str
    by: str
    added: int
    changed: int
    unchanged: int
    refused: int


class LedgerPage(msgspec.Struct, frozen=True):
    imports: list[Line]
    limit_mb: int


@get("/ledger")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "ledger.import")
    return await page(request, "care/ledger.html", await _index(person))


async def _index(person: Person) -> LedgerPage:
    found = await imports.imports(person)
    who = await names({one.made_by for one in found if one.made_by})
    lines = [
        Line(
            one.id, one.name, one.state, day_time(one.made_at), who.get(one.made_by, ""), one.added, one.changed, one.unchanged, one.refused
        )
        for one in found
    ]
    return LedgerPage(lines, MAX_BYTES // 2**20)


@post("/ledger", request_max_body_size=forms.BODY)
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    """The file is opened before the act begins: a hostile one may take seconds."""
    may(person, "ledger.import")
    try:
        file = forms.upload(await _sent(request))["file"]
        await files.read_upload(file.data, file.name, person.community_id)
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/ledger.html", await _index(person), misfit=misfit)
    return await answer(request, receipt, to=f"/ledger/{receipt.about}" if receipt.about else "/ledger")


async def _sent(request: Request):
    try:
        return (await read_form(request))[0]
    except ClientException as refused:
        if refused.status_code != 413:
            raise
        await _drain(request)
        raise Misfit({"file": ("sheets.too_large", {"limit": MAX_BYTES // 2**20})}) from refused


async def _drain(request: Request) -> None:
    """Take in the rest: a browser that is still sending when we hang up shows no answer at all. Up to 64 MB."""
    taken = 0
    while taken < 64 * 2**20:
        event = await request.receive()
        taken += len(event.get("body", b""))
        if event["type"] != "http.request" or not event.get("more_body"):
            return


@get("/ledger/{import_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], import_id: FromPath[UUID]) -> Response:
    one = await imports.visible(import_id, person)
    if one.state == "discarded":
        raise Gone("import")
    number = paging.number(request.query_params.get("page", ""))
    return await page(request, *await _draw(one, request.query_params.get("show", ""), number))


async def _draw(one: ImportFacts, show: str, number: int) -> tuple[str, msgspec.Struct]:
    if one.state == "uploaded":
        return "care/preview.html", await preview.facts(one, show, number)
    return "care/imported.html", await _imported(one, show, number)


class ImportedPage(msgspec.Struct, frozen=True):
    """A committed or undone import. `held`: what keeps it from being undone, with the count of all."""

    id: UUID
    name: str
    state: str
    version: int
    when: str
    by: str
    added: int
    changed: int
    unchanged: int
    tabs: list[preview.Tab]
    columns: list[str]
    rows: list[list[str]]
    page_of: Page
    held: list[preview.Held]


async def _imported(one: ImportFacts, show: str, number: int) -> ImportedPage:
    told = msgspec.json.decode(one.report, type=preview.Told) if one.report else preview.Told()
    shows = {"refused": shown.wrong(told.refused), "doubled": shown.doubled(told.doubled), "warnings": shown.wrong(told.warnings)}
    tabs, now = preview.tabs(one.id, shows, show)
    page_of = paging.page(number, shows[now].count, f"/ledger/{one.id}?show={now}")
    who = await names({one.committed_by} if one.committed_by else set())
    return ImportedPage(
        one.id, one.name, one.state, one.version, day_time(one.undone_at or one.committed_at), who.get(one.committed_by, ""),
        one.added, one.changed, one.unchanged, tabs, shows[now].columns, shows[now].rows(page_of.offset, page_of.offset + paging.SIZE),
        page_of, await preview.held(one),
    )  # fmt: skip


@post("/ledger/{import_id:uuid}/mapping")
async def update(request: Request, person: NamedDependency[Person], import_id: FromPath[UUID]) -> Response:
    one = await imports.visible(import_id, person)
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, *await _draw(one, "", 1), misfit=misfit)
    return await answer(request, receipt, to=f"/ledger/{import_id}")


@post("/ledger/{import_id:uuid}/commit")
async def commit(request: Request, person: NamedDependency[Person], import_id: FromPath[UUID]) -> Response:
    one = await imports.visible(import_id, person)
    if one.state == "uploaded":
        await imports.reading_of(one)
    return await answer(request, await press(request), to=f"/ledger/{import_id}")


@post("/ledger/{import_id:uuid}/discard")
async def discard(request: Request, person: NamedDependency[Person], import_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/ledger")


@post("/ledger/{import_id:uuid}/undo")
async def undo(request: Request, person: NamedDependency[Person], import_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/ledger/{import_id}")


PAGES = [index, create, show, update, commit, discard, undo]
