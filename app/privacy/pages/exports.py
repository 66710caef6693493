"""Exports of the ledger: asking, agreeing, fetching."""

from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from app.care import reads as care
from app.kernel import clock, paging, receipts, words
from app.kernel.reply import answer, page, press
from app.kernel.sheets.writing import XLSX
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.people.rights import can
from app.places import reads as places
from app.privacy import sheet
from app.privacy.reads import exports as reads
from app.privacy.rules import exporting

SOON = timedelta(minutes=2)


class Line(msgspec.Struct, frozen=True):
    one: reads.Export
    state: str
    tone: str
    decides: bool
    fetches: bool


class ExportsPage(msgspec.Struct, frozen=True):
    lines: list[Line]
    page_of: paging.Page
    asks: bool
    purposes: list[tuple[str, str]]


TONES = {"asked": "watch", "open": "calm", "refused": "plain", "fetched": "plain", "over": "plain"}


async def _drawn(request: Request, person: Person, misfit: Misfit | None = None) -> Response:
    exporting.sees(person)
    here = paging.page(paging.number(request.query_params.get("page", "1")), await reads.count(person.community_id), "/exports")
    found = await reads.listed(person.community_id, offset=here.offset, limit=paging.SIZE)
    decides = can(person, "export.approve")
    lines = [
        Line(one, words.gettext(f"privacy.export.state.{one.state}"), TONES[one.state], decides and one.state == "asked" and one.asked_by != person.id,
             one.state == "open" and one.asked_by == person.id)
        for one in found
    ]  # fmt: skip
    purposes = [(purpose, words.gettext(f"privacy.purpose.{purpose}")) for purpose in reads.PURPOSES]
    return await page(request, "privacy/exports.html", ExportsPage(lines, here, can(person, "ledger.export"), purposes), misfit=misfit)


@get("/exports")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await _drawn(request, person)


@post("/exports")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, person, misfit)
    return await answer(request, receipt, to="/exports")


@post("/exports/{export_id:uuid}/approve")
async def approve(request: Request, person: NamedDependency[Person], export_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/exports")


@post("/exports/{export_id:uuid}/refuse")
async def refuse(request: Request, person: NamedDependency[Person], export_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/exports")


@post("/exports/{export_id:uuid}/fetch")
async def fetch(request: Request, person: NamedDependency[Person], export_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/exports/{export_id}.xlsx")


@get("/exports/{file:str}")
async def download(request: Request, person: NamedDependency[Person], file: FromPath[str], did: FromQuery[str] = "") -> Response:
    """Once, for the receipt of the act that fetched it: a second download is another export."""
    try:
        export_id = UUID(file.removesuffix(".xlsx"))
    except ValueError:
        return Redirect("/exports", status_code=303)
    one = await exporting.seen(export_id, by=person)
    receipt = await receipts.of(did, person.owner)
    wanted = (f"/exports/{export_id}/fetch", "applied")
    fits = receipt is not None and (receipt.path, receipt.state) == wanted and clock.now() - receipt.received_at < SOON
    if not fits or one.asked_by != person.id or not can(person, "ledger.export") or not await exporting.hand(one.id):
        return Redirect("/exports", status_code=303)
    there = await care.residents_everywhere(person.community_id)
    homes: dict[UUID, places.HouseholdFacts] = {}
    wanted_homes = [each.household_id for each in there]
    for start in range(0, len(wanted_homes), 400):
        homes |= await places.households_by_id(wanted_homes[start : start + 400])
    when = clock.local(clock.now()).strftime("%Y-%m-%d %H:%M")
    purpose = words.gettext(f"privacy.purpose.{one.purpose}")
    mark = words.say("privacy.export.mark", who=one.asker, second=one.decider, when=when, purpose=purpose)
    made = sheet.of_ledger(there, homes, mark)
    name = quote(words.gettext("privacy.export.title"))
    disposition = f"attachment; filename=\"ledger.xlsx\"; filename*=UTF-8''{name}.xlsx"
    return Response(made, media_type=XLSX, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


PAGES = [index, create, approve, refuse, fetch, download]
