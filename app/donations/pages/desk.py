"""/donations: what is offered, said yes or no to, received, handed out."""

from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries.reads import given
from app.donations import reads
from app.donations.pages import saying
from app.donations.rules.offering import token_of
from app.donations.rules.revealing import revealable
from app.goods.pages import saying as goods
from app.goods.reads import listing
from app.kernel import paging, words
from app.kernel.qr import square
from app.kernel.reply import answer, page, press
from app.kernel.seal import mask_name, mask_phone
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.reads import names
from app.people.rights import can, may
from app.photos.pages import jpeg
from app.places import reads as places


class Tab(msgspec.Struct, frozen=True):
    path: str
    label: str
    count: int
    current: bool


class DonationsPage(msgspec.Struct, frozen=True):
    """`address`: where anybody offers something, with its square."""

    tabs: list[Tab]
    found: list[saying.DonationLine]
    where: paging.Page
    shown: str
    enters: bool
    address: str
    qr: str


class NewDonationPage(msgspec.Struct, frozen=True):
    path: str


class CameLine(msgspec.Struct, frozen=True):
    move_id: UUID
    item: str
    much: str
    keeps: str
    place: str
    who: str
    when: str
    undone: bool


class LeftLine(msgspec.Struct, frozen=True):
    item: str
    much: str
    path: str


class DonationPage(msgspec.Struct, frozen=True):
    """`differs`: what came against what was offered, in words, where both count the same. `who`: masked. `link`: whoever gave it may read on."""

    line: saying.DonationLine
    state: str
    version: int
    note: str
    answer: str
    declined: str
    answered: str
    who: str
    pictured: bool
    alike: list[saying.DonationLine]
    came: list[CameLine]
    differs: str
    left: list[LeftLine]
    went: list[given.Went]
    spread: list[given.Spread]
    answers: bool
    receives: bool
    spreads: bool
    declines: list[tuple[str, str]]
    items: list[tuple[str, str]]
    places: list[tuple[str, str]]
    which: str
    address: str


class RevealedDonor(msgspec.Struct, frozen=True):
    number: int
    path: str
    name: str
    phone: str
    masked: str


@get("/donations")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "donation.see")
    shown = request.query_params.get("show", "")
    shown = shown if shown in reads.SHOWN else ""
    counts = await reads.counts(person.community_id)
    where = paging.page(
        paging.number(request.query_params.get("page", "")), counts[shown], f"/donations?show={shown}" if shown else "/donations"
    )
    found = await reads.listed(person.community_id, reads.SHOWN[shown], limit=paging.SIZE, skip=where.offset)
    tabs = [
        Tab(f"/donations?show={each}" if each else "/donations", gettext(f"donations.show.{each or 'waiting'}"), n, each == shown)
        for each, n in counts.items()
    ]
    facts = await places.community(person.community_id)
    address = f"{request.app.state.settings.public_url}/give/{facts.code}"
    known = DonationsPage(tabs, [saying.line(one) for one in found], where, shown, can(person, "donation.enter"), address, square(address))
    return await page(request, "donations/index.html", known)


@get("/donations/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "donation.enter")
    return await page(request, "donations/new.html", NewDonationPage("/donations"))


@post("/donations")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "donations/new.html", NewDonationPage("/donations"), misfit=misfit)
    return await answer(request, receipt, to=f"/donations/{receipt.about}" if receipt.about else "/donations")


async def _facts(request: Request, person: Person, donation_id: UUID, which: str = "") -> DonationPage:
    may(person, "donation.see")
    one = await reads.donation(donation_id, person.community_id)
    came, who = await reads.came(one.id), await names({one.answered_by} - {None})
    keepers = await names({each.by_id for each in came})
    answered = (
        gettext("donations.answered_by") % {"who": who.get(one.answered_by, ""), "time": words.day_time(one.answered_at)}
        if one.answered_by
        else ""
    )
    receives = can(person, "stock.move") and one.state in ("offered", "accepted", "received")
    return DonationPage(
        line=saying.line(one), state=one.state, version=one.version, note=one.opened("note"), answer=one.opened("answer"), declined=saying.declined(one), answered=answered,
        who=" ".join(filter(None, (mask_name(one.opened("name")), mask_phone(one.opened("phone"))))), pictured=await reads.pictured(one.id),
        alike=[saying.line(each) for each in await reads.alike(one)],
        came=[CameLine(each.move_id, each.item, f"{each.quantity} {each.unit}", goods.day(each.expiry), each.place, keepers.get(each.by_id, ""), words.day_time(each.at), each.undone) for each in came],
        differs=_differs(one, came), left=_left(one, await reads.left(one.id)), went=await given.went(one.id), spread=await given.distributions_of(one.id),
        answers=can(person, "donation.answer"), receives=receives, spreads=can(person, "distribution.make"), declines=saying.declines(),
        items=[(str(item.id), f"{item.name} ({item.unit})") for item in await listing.items(person.community_id)] if receives else [],
        places=await goods.places(person.community_id) if receives else [], which=which,
        address=f"{request.app.state.settings.public_url}/given/{token_of(one.id)}" if can(person, "donation.answer") else "",
    )  # fmt: skip


def _differs(one: reads.Donation, came: list[reads.Came]) -> str:
    """Blank where nothing came yet, and where it came in another unit than it was offered in."""
    there = [each for each in came if not each.undone]
    if not there or any(each.unit != one.unit for each in there):
        return ""
    n = sum(each.quantity for each in there)
    if n == one.amount:
        return gettext("donations.as_offered")
    return gettext("donations.fewer" if n < one.amount else "donations.more") % {"n": abs(n - one.amount), "unit": one.unit}


def _left(one: reads.Donation, left: list[reads.Left]) -> list[LeftLine]:
    return [
        LeftLine(
            each.item, f"{each.left} {each.unit}",
            "/distributions/new?" + urlencode({"donation": one.id, "hub": each.hub_id, "item": each.item_id}),
        )
        for each in left
    ]  # fmt: skip


@get("/donations/{donation_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], donation_id: FromPath[UUID]) -> Response:
    return await page(request, "donations/show.html", await _facts(request, person, donation_id))


@get("/donations/{donation_id:uuid}/picture")
async def picture(request: Request, person: NamedDependency[Person], donation_id: FromPath[UUID]) -> Response:
    may(person, "donation.see")
    data = await reads.image(await reads.donation(donation_id, person.community_id))
    if data is None:
        raise Gone("donation")
    return jpeg(data)


async def _pressed(request: Request, person: Person, donation_id: UUID, which: str = "") -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "donations/show.html", await _facts(request, person, donation_id, which), misfit=misfit)
    return await answer(request, receipt, to=f"/donations/{donation_id}")


@post("/donations/{donation_id:uuid}/accept")
async def accept(request: Request, person: NamedDependency[Person], donation_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, donation_id, "accept")


@post("/donations/{donation_id:uuid}/decline")
async def decline(request: Request, person: NamedDependency[Person], donation_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, donation_id, "decline")


@post("/donations/{donation_id:uuid}/reopen")
async def reopen(request: Request, person: NamedDependency[Person], donation_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, donation_id)


@post("/donations/{donation_id:uuid}/receive")
async def receive(request: Request, person: NamedDependency[Person], donation_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, donation_id, "receive")


@post("/donations/{donation_id:uuid}/reveal")
async def reveal(request: Request, person: NamedDependency[Person], donation_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    if receipt.state != "applied":
        return await answer(request, receipt, to=f"/donations/{donation_id}")
    found = await revealable(donation_id, person)  # a receipt outlives the right that it was given for
    known = RevealedDonor(
        found.number, f"/donations/{found.id}", found.opened("name"), found.opened("phone"), mask_phone(found.opened("phone"))
    )
    response = await page(request, "donations/revealed.html", known)
    response.headers["X-Act-Receipt"] = receipt.header
    return response


PAGES = [index, new, create, show, picture, accept, decline, reopen, receive, reveal]
