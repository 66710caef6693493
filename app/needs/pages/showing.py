"""One need: everything about it, and what can be done."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.journal.differences import open_about
from app.kernel import edits
from app.kernel.receipts import Receipt
from app.kernel.reply import answer, fragment, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.needs import reads
from app.needs.models import KINDS, URGENCIES
from app.needs.reads.detail import NeedFacts, facts
from app.needs.reads.owners import owners
from app.needs.reads.spoken import WordFacts, words
from app.needs.reads.times import Choice, choices
from app.needs.rules import differing
from app.needs.rules.changing import fields_of
from app.needs.rules.revealing import revealable
from app.people import reads as people
from app.people.history import Item, timeline
from app.people.person import Person
from app.people.rights import can
from app.photos.reads import Photo, photos_of


class NeedCard(msgspec.Struct, frozen=True):
    """One need as `_need.html` draws it. `entered`: it was written down just now, its number is to be read back.

    `was`: what an edit starts from. `differing`: fields that two people changed, undecided.
    """

    need: reads.NeedLine
    facts: NeedFacts
    words: list[WordFacts]
    owners: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    urgencies: list[tuple[str, str]]
    times: Choice
    mine: bool
    can_sort: bool
    can_plan: bool
    can_raise: bool
    can_reveal: bool
    was: dict[str, str]
    differing: list[str]
    photos: tuple[Photo, ...] = ()
    entered: bool = False


class NeedPage(NeedCard, frozen=True):
    history: list[Item] = []


class Revealed(msgspec.Struct, frozen=True):
    facts: NeedFacts
    masked: str


async def card(person: Person, need_id: UUID) -> tuple[str, NeedCard]:
    return "needs/_card.html", NeedCard(**await _known(person, need_id))


async def _known(person: Person, need_id: UUID) -> dict:
    need = await reads.visible(need_id, person)
    sorts = can(person, "need.triage", building=need.building_id)
    granted = need_id in await people.granted(person.id, "need")
    return {
        "need": need,
        "facts": await facts(need),
        "words": await words(need),
        "owners": [(str(one.id), one.name) for one in await owners(need.community_id, need.building_id)] if sorts and need.open else [],
        "kinds": [(kind, gettext(f"needs.kind.{kind}")) for kind in KINDS],
        "urgencies": [(urgency, gettext(f"needs.urgency.{urgency}")) for urgency in URGENCIES],
        "times": choices(need.until_at),
        "photos": (await photos_of("need", [need.id])).get(need.id, ()),
        "mine": need.owner_id == person.id,
        "can_sort": sorts,
        "can_plan": can(person, "run.plan"),
        "can_raise": can(person, "need.raise", building=need.building_id),
        "was": edits.base(need.id, fields_of(need)) if sorts else {},
        "differing": [differing.label(field) for field in (await open_about(need.id)).get(need.id, ())] if sorts else [],
        "can_reveal": granted or can(person, "ledger.reveal", building=need.building_id),
    }


@get("/needs/{need_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await drawn(request, person, need_id)


async def drawn(request: Request, person: Person, need_id: UUID, misfit: Misfit | None = None) -> Response:
    known = await _known(person, need_id)
    entered = request.query_params.get("entered") == "1"
    told = await timeline(need_id)
    return await page(request, "needs/show.html", NeedPage(**known, history=told, entered=entered), misfit=misfit)


@get("/needs/{need_id:uuid}/card")
async def edit(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return fragment(request, *await card(person, need_id))


@post("/needs/{need_id:uuid}/reveal")
async def reveal(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    """The answer itself holds the phone: a redirect would have to show it again later without a tap."""
    receipt = await press(request)
    if receipt.state != "applied":
        return await answer(request, receipt, to=f"/needs/{need_id}")
    return await _shown(request, person, need_id, receipt)


async def _shown(request: Request, person: Person, need_id: UUID, receipt: Receipt) -> Response:
    need = await revealable(need_id, person)  # a receipt outlives the right that it was given for
    known = Revealed(await facts(need, revealed=True), (await facts(need)).phone)
    if request.headers.get("HX-Request-Type") == "partial":
        response = fragment(request, "needs/_revealed.html", known)
    else:
        response = await page(request, "needs/revealed.html", known)
    response.headers["X-Act-Receipt"] = receipt.header
    return response


PAGES = [show, edit, reveal]
