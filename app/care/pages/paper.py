"""A round on paper: printed, walked, typed back."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care import reads as care
from app.care.pages import rounds as all_rounds
from app.care.pages import stops
from app.care.pages.stops import StopCard
from app.care.reads import rounds
from app.care.reads.rounds import RoundLine
from app.care.silence import HOW
from app.kernel import clock
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.people import reads as people
from app.people.person import Person


class PaperPage(msgspec.Struct, frozen=True):
    """`numbers`: with names and telephone numbers, which was asked for and stands on record; care kinds stand on no paper."""

    round: RoundLine
    stops: list[StopCard]
    outcomes: list[tuple[str, str]]
    holder: str
    numbers: bool
    can_number: bool
    printed: datetime
    shred: datetime


@get("/rounds/{round_id:uuid}/print")
async def sheet(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    line = await rounds.visible(round_id, person)
    cards, taken, _ = await stops.cards(line, person)
    holder, now = (await people.names({line.given_to})).get(line.given_to, "—"), clock.now()
    outcomes = [(one, gettext(f"care.round.outcome.{one}")) for one in HOW["call" if line.kind == "call" else "visit"]]
    mine = line.given_to == person.id and line.open
    with_numbers = taken and "numbers" in request.query_params
    shred = care.taken_until() if with_numbers else now + timedelta(days=3)
    return await page(request, "care/rounds/print.html", PaperPage(line, cards, outcomes, holder, with_numbers, mine, now, shred))


class TypingPage(msgspec.Struct, frozen=True):
    round: RoundLine
    stops: list[StopCard]
    outcomes: list[tuple[str, str]]
    latest: str


async def _typing(round_id: UUID, person: Person) -> TypingPage:
    line = await rounds.visible(round_id, person)
    cards, _, _ = await stops.cards(line, person)
    outcomes = [(one, gettext(f"care.round.outcome.{one}")) for one in HOW["call" if line.kind == "call" else "visit"]]
    return TypingPage(line, cards, outcomes, clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"))


@get("/rounds/{round_id:uuid}/paper")
async def paper(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    return await page(request, "care/rounds/paper.html", await _typing(round_id, person))


@post("/rounds/{round_id:uuid}/paper")
async def type_back(request: Request, person: NamedDependency[Person], round_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/rounds/paper.html", await _typing(round_id, person), misfit=misfit)
    return await answer(request, receipt, to=await all_rounds.after(receipt, person) if receipt.about else f"/rounds/{round_id}/paper")


PAGES = [sheet, paper, type_back]
