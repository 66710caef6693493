"""One round: its doors one after the other, and what becomes of it."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care import reads as care
from app.care.forms import ROLLS
from app.care.kinds import HELPS, KINDS
from app.care.pages import rounds as all_rounds
from app.care.pages import stops
from app.care.pages.stops import StopCard
from app.care.reads import confirmed, rounds
from app.care.reads.rounds import RoundLine
from app.kernel.reply import answer, is_partial, page, press
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can


class RoundPage(msgspec.Struct, frozen=True):
    round: RoundLine
    stops: list[StopCard]
    holder: str
    mine: bool
    people: list[tuple[str, str]]
    opening: list[str]
    taken: bool
    numbers: int
    kinds: list[tuple[str, str]]
    rolls: list[tuple[str, str]]
    helps: list[tuple[str, str]]
    sees_silent: bool
    wrong: str = ""


class OneStop(msgspec.Struct, frozen=True):
    """`wrong`: the door whose form was not understood."""

    round: RoundLine
    stop: StopCard
    kinds: list[tuple[str, str]]
    rolls: list[tuple[str, str]]
    helps: list[tuple[str, str]]
    wrong: str = ""


async def facts(round_id: UUID, person: Person, *, opened: UUID | None = None) -> RoundPage:
    line = await rounds.visible(round_id, person)
    cards, taken, numbers = await stops.cards(line, person, opened=opened)
    return RoundPage(
        round=line,
        stops=cards,
        holder=(await people.names({line.given_to})).get(line.given_to, "—"),
        mine=line.given_to == person.id,
        people=await all_rounds.able(line.community_id, without={line.given_to}) if line.open else [],
        opening=[gettext(f"care.script.{line.kind}.{n}") for n in (1, 2, 3)],
        taken=taken,
        numbers=numbers,
        kinds=_kinds(),
        rolls=_rolls(),
        helps=confirmed.helps(HELPS),
        sees_silent=can(person, "unreached.see"),
    )


def _kinds() -> list[tuple[str, str]]:
    return [(kind, gettext(f"care.kind.{kind}")) for kind in KINDS]


def _rolls() -> list[tuple[str, str]]:
    return [(roll, gettext(f"care.resident.roll.{roll}")) for roll in ROLLS]


@get("/rounds/{round_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    drawn = await page(request, "care/rounds/show.html", found := await facts(round_id, person))
    if found.taken:
        drawn.headers["X-Keep-Until"] = str(int(care.taken_until().timestamp() * 1000))
    return drawn


async def _stop(round_id: UUID, stop_id: UUID, person: Person, *, opened: bool = False) -> tuple[str, OneStop]:
    stop = await rounds.stop_of(stop_id)
    if stop is None:
        raise Gone("round")
    line = await rounds.visible(stop.round_id, person)
    cards, _, _ = await stops.cards(line, person, opened=stop_id if opened else None)
    return "care/rounds/_swap.html", OneStop(
        line, next(card for card in cards if card.id == stop_id), _kinds(), _rolls(), confirmed.helps(HELPS)
    )


@post("/rounds/{round_id:uuid}/stops/{stop_id:uuid}/contact")
async def heard(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        if is_partial(request):
            raise
        return await page(request, "care/rounds/show.html", await facts(round_id, person), misfit=misfit)
    hers = await all_rounds.after(receipt, person) if receipt.about else f"/rounds/{round_id}"
    return await answer(
        request, receipt, to=f"{hers}#stop-{stop_id}" if hers != "/rounds" else hers, draw=lambda: _stop(round_id, stop_id, person)
    )


@post("/rounds/{round_id:uuid}/stops/{stop_id:uuid}/census")
async def told(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    """What was typed and not understood comes back in the same door's form."""
    try:
        receipt = await press(request)
    except Misfit as misfit:
        found = await facts(round_id, person)
        return await page(request, "care/rounds/show.html", msgspec.structs.replace(found, wrong=str(stop_id)), misfit=misfit)
    hers = await all_rounds.after(receipt, person) if receipt.about else f"/rounds/{round_id}"
    return await answer(request, receipt, to=f"{hers}#stop-{stop_id}" if hers != "/rounds" else hers)


@post("/rounds/{round_id:uuid}/stops/{stop_id:uuid}/reveal")
async def reveal(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID], stop_id: FromPath[UUID]) -> Response:
    """With htmx the door, opened. Without, the whole page with it opened: a redirect would close it again."""
    receipt = await press(request)
    if is_partial(request) or receipt.state != "applied":
        return await answer(request, receipt, to=f"/rounds/{round_id}", draw=lambda: _stop(round_id, stop_id, person, opened=True))
    drawn = await page(request, "care/rounds/show.html", await facts(round_id, person, opened=stop_id))
    drawn.headers["X-Act-Receipt"] = receipt.header
    return drawn


async def _pressed(request: Request, person: Person, round_id: UUID) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/rounds/show.html", await facts(round_id, person), misfit=misfit)
    return await answer(request, receipt, to=await all_rounds.after(receipt, person) if receipt.about else f"/rounds/{round_id}")


@post("/rounds/{round_id:uuid}/numbers")
async def take(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, round_id)


@post("/rounds/{round_id:uuid}/give")
async def give(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, round_id)


@post("/rounds/{round_id:uuid}/half")
async def halve(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, round_id)


@post("/rounds/{round_id:uuid}/finish")
async def finish(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, round_id)


@post("/rounds/{round_id:uuid}/reopen")
async def reopen(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    return await _pressed(request, person, round_id)


PAGES = [show, heard, told, reveal, take, give, halve, finish, reopen]
