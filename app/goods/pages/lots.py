"""One lot in one place: sent on, thrown away, counted by two; and what came of a transfer."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.goods import reads
from app.goods.forms import DIFFERS, WASTED
from app.goods.pages import saying
from app.goods.reads import listing
from app.kernel import words
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.people.person import Person
from app.people.reads import names
from app.people.rights import can, may


class LotPage(msgspec.Struct, frozen=True):
    """`which`: the form that a complaint is about: send, waste or count. `half`: the count that waits for its second person."""

    line: saying.LotLine
    lot_id: UUID
    place_id: UUID
    which: str
    places: list[tuple[str, str]]
    wasted: list[tuple[str, str]]
    differs: list[tuple[str, str]]
    half: UUID | None
    half_who: str
    half_when: str
    half_mine: bool
    can_move: bool
    can_count: bool


class TransferPage(msgspec.Struct, frozen=True):
    sent: listing.Under
    who: str
    when: str
    differs: list[tuple[str, str]]
    can_move: bool


async def _facts(lot_id: UUID, place_id: UUID, person: Person, which: str = "") -> LotPage:
    may(person, "stock.see")
    lot = await listing.of_lot(lot_id, place_id, person.community_id)
    if lot is None:
        raise Gone("goods")
    half = await listing.half_of(lot_id, place_id, person.community_id)
    who = (await names({half.first_by})).get(half.first_by, "") if half else ""
    others = [(id, label) for id, label in await saying.places(person.community_id) if id != str(place_id)]
    return LotPage(
        line=saying.lot(lot), lot_id=lot_id, place_id=place_id, which=which, places=others, wasted=saying.reasons(WASTED), differs=saying.reasons(DIFFERS),
        half=half.id if half else None, half_who=who, half_when=words.day_time(half.first_at) if half else "", half_mine=bool(half and half.first_by == person.id),
        can_move=can(person, "stock.move") and lot.quantity > 0, can_count=can(person, "stock.count"),
    )  # fmt: skip


@get("/stock/lots/{lot_id:uuid}/at/{place_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], lot_id: FromPath[UUID], place_id: FromPath[UUID]) -> Response:
    return await page(request, "goods/lot.html", await _facts(lot_id, place_id, person))


async def _pressed(request: Request, person: Person, lot_id: UUID, which: str) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        place = _place(misfit)
        if place is None:
            raise
        return await page(request, "goods/lot.html", await _facts(lot_id, place, person, which), misfit=misfit)
    form = await request.form()
    place = form.get("place", "")
    return await answer(request, receipt, to=f"/stock/lots/{lot_id}/at/{place}")


def _place(misfit: Misfit) -> UUID | None:
    try:
        return UUID(next(iter(misfit.typed.get("place", [])), ""))
    except ValueError:
        return None


@post("/stock/lots/{lot_id:uuid}/send")
async def send(request: Request, person: NamedDependency[Person], lot_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, lot_id, "send")


@post("/stock/lots/{lot_id:uuid}/waste")
async def waste(request: Request, person: NamedDependency[Person], lot_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, lot_id, "waste")


@post("/stock/lots/{lot_id:uuid}/count")
async def count(request: Request, person: NamedDependency[Person], lot_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, lot_id, "count")


@post("/stock/counts/{count_id:uuid}/finish")
async def finish(request: Request, person: NamedDependency[Person], count_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        found = await _counted(count_id, person)
        return await page(request, "goods/lot.html", await _facts(found.lot_id, found.place_id, person, "count"), misfit=misfit)
    return await answer(request, receipt, to="/stock/open")


@post("/stock/counts/{count_id:uuid}/take-back")
async def take_back(request: Request, person: NamedDependency[Person], count_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/stock/open")


async def _counted(count_id: UUID, person: Person) -> reads.Count:
    may(person, "stock.see")
    found = await reads.count(count_id, person.community_id)
    if found is None:
        raise Gone("goods")
    return found


async def _transfer(transfer_id: UUID, person: Person) -> TransferPage:
    may(person, "stock.see")
    sent = await listing.one_under_way(transfer_id, person.community_id)
    if sent is None:
        raise Gone("goods")
    who = await names({sent.sent_by})
    return TransferPage(sent, who.get(sent.sent_by, ""), words.day_time(sent.sent_at), saying.reasons(DIFFERS), can(person, "stock.move"))


@get("/stock/transfers/{transfer_id:uuid}")
async def transfer(request: Request, person: NamedDependency[Person], transfer_id: FromPath[UUID]) -> Response:
    return await page(request, "goods/transfer.html", await _transfer(transfer_id, person))


@post("/stock/transfers/{transfer_id:uuid}/arrive")
async def arrive(request: Request, person: NamedDependency[Person], transfer_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "goods/transfer.html", await _transfer(transfer_id, person), misfit=misfit)
    return await answer(request, receipt, to="/stock/open")


@post("/stock/moves/{move_id:uuid}/undo")
async def undo(request: Request, person: NamedDependency[Person], move_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/stock/moves")


PAGES = [show, send, waste, count, finish, take_back, transfer, arrive, undo]
