"""One resident: revealed, entered, changed, ended."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care import reads
from app.care.forms import ROLLS
from app.care.kinds import HELPS, KINDS
from app.care.pages import household, shown
from app.care.pages.household import ResidentCard
from app.care.reads import confirmed, contacts, grounds
from app.care.rules import residents as rules
from app.care.rules.differing import label
from app.journal.differences import open_about
from app.kernel import clock, edits
from app.kernel.receipts import Receipt
from app.kernel.reply import answer, is_partial, page, perform_here, press, read_form
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.rights import can
from app.places.reads import HouseholdFacts


class OneResident(msgspec.Struct, frozen=True):
    resident: ResidentCard


class NewPage(msgspec.Struct, frozen=True):
    household_id: UUID
    label: str
    kinds: list[tuple[str, str]]
    rolls: list[tuple[str, str]]
    told: dict[str, str]
    helps: list[tuple[str, str]]
    ground: str = ""
    agreed: bool = False
    held: list[confirmed.KindLine] = []


class EditPage(msgspec.Struct, frozen=True):
    id: UUID
    household_id: UUID
    version: int
    name: str
    phone: str
    written: str
    chosen: tuple[str, ...]
    note: str
    kinds: list[tuple[str, str]]
    was: dict[str, str]
    rolls: list[tuple[str, str]]
    told: dict[str, str]
    differing: list[str]
    can_serve: bool
    ground: str
    agreed: bool
    helps: list[tuple[str, str]]
    held: list[confirmed.KindLine]


def _rolls() -> list[tuple[str, str]]:
    return [("", gettext("care.resident.roll.none")), *((roll, gettext(f"care.resident.roll.{roll}")) for roll in ROLLS)]


def _kinds() -> list[tuple[str, str]]:
    return [(kind, shown.kinds([kind])) for kind in KINDS]


@get("/households/{household_id:uuid}/residents/new")
async def new(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    home = await rules.household(household_id, "ledger.edit", by=person)
    return await page(request, "care/resident_new.html", _blank(home))


def _blank(home: HouseholdFacts) -> NewPage:
    return NewPage(home.id, home.label, _kinds(), _rolls(), dict.fromkeys(rules.TOLD, ""), confirmed.helps(HELPS))


@post("/households/{household_id:uuid}/residents")
async def create(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        home = await rules.household(household_id, "ledger.edit", by=person)
        return await page(request, "care/resident_new.html", _blank(home), misfit=misfit)
    return await answer(request, receipt, to=f"/households/{household_id}")


@get("/residents/{resident_id:uuid}/edit")
async def edit(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    """The form shows what is sealed, so opening it is put on record like any other reveal."""
    return await page(request, "care/resident_edit.html", await _form(request, person, resident_id))


async def _form(request: Request, person: Person, resident_id: UUID) -> EditPage:
    await rules.visible(resident_id, "ledger.edit", by=person)
    await perform_here(request, lambda: rules.reveal(resident_id, reason="edit", by=person))
    her = await reads.resident(resident_id)
    if her is None or her.ended:
        raise Gone("resident")
    was = edits.base(her.id, rules.fields_of(her))
    differing = [label(field) for field in (await open_about(her.id)).get(her.id, ())]
    serves = can(person, "subject.serve", building=her.building_id)
    known = (her.id, her.household_id, her.version, her.name, her.phone, her.written, her.kinds, her.note)
    ground = await grounds.ground_of(her.id)
    agreed = bool(ground and ground.agreed)
    said, lines = await grounds.said(ground), confirmed.kind_lines(her, await confirmed.confirmers([her]))
    return EditPage(*known, _kinds(), was, _rolls(), rules.fields_of(her), differing, serves, said, agreed, confirmed.helps(HELPS), lines)


@post("/residents/{resident_id:uuid}")
async def update(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/resident_edit.html", await _form(request, person, resident_id), misfit=misfit)
    if receipt.reason == "id-reused" and not request.headers.get("Idempotency-Key"):
        return await _anew(request, person, receipt, resident_id)
    return await answer(request, receipt, to=await _home(receipt, resident_id))


async def _anew(request: Request, person: Person, receipt: Receipt, resident_id: UUID) -> Response:
    """Without scripts a page that was gone back to has its act's id still: the form again, with a fresh one and what was typed."""
    form, _ = await read_form(request)
    drawn = await page(request, "care/resident_edit.html", await _form(request, person, resident_id), misfit=Misfit({}, form.typed))
    drawn.status_code = 409
    drawn.headers["X-Act-Receipt"] = receipt.header
    return drawn


@post("/residents/{resident_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=await _home(receipt, resident_id))


@post("/residents/{resident_id:uuid}/alike")
async def liken(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=await _home(receipt, resident_id))


@post("/residents/{resident_id:uuid}/restore")
async def restore(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=await _home(receipt, resident_id))


@post("/residents/{resident_id:uuid}/reveal")
async def reveal(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    """With htmx her card, opened. Without, the whole page with her card opened: a redirect would close it again."""
    receipt = await press(request)
    if is_partial(request) or receipt.state != "applied":
        return await answer(request, receipt, to=await _home(receipt, resident_id), draw=lambda: _card(resident_id, person))
    her = await reads.resident(resident_id)
    if not can(person, "household.see", building=her.building_id):  # a carer has no page of the door
        drawn = await page(request, "care/carers/one.html", (await _card(resident_id, person))[1])
        drawn.headers["X-Act-Receipt"] = receipt.header
        return drawn
    drawn = await page(request, "care/household.html", await household.facts(her.household_id, person, opened=resident_id))
    drawn.headers["X-Act-Receipt"] = receipt.header
    return drawn


async def _card(resident_id: UUID, person: Person) -> tuple[str, OneResident]:
    row = await rules.opening(resident_id, by=person)
    differing = (await open_about(resident_id)).get(resident_id, ())
    rest = (await contacts.rests(row.community_id, [row.household_id], after=clock.now())).get(resident_id)
    her = row.opened()
    card = household.card(her, person, opened=True, differing=differing, trusted=True, rest=rest, who=await confirmed.confirmers([her]))
    return "care/_resident_swap.html", OneResident(card)


async def _home(receipt: Receipt, resident_id: UUID) -> str:
    """Her door; for whoever may not know of her, no door at all."""
    if receipt.trouble in ("gone", "barred"):
        return "/households"
    her = await reads.resident(resident_id)
    return f"/households/{her.household_id}" if her else "/households"


PAGES = [new, create, edit, update, delete, liken, restore, reveal]
