"""Rounds: which there are, and a new one."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.care.forms import ROUNDS, WHICH
from app.care.reads import rounds
from app.care.reads.rounds import RoundLine
from app.kernel import words
from app.kernel.receipts import Receipt
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, may, reach
from app.places import reads as places


class RoundsPage(msgspec.Struct, frozen=True):
    mine: list[RoundLine]
    others: list[RoundLine]
    finished: list[RoundLine]
    names: dict[UUID, str]
    makes: bool


@get("/rounds")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    found = await rounds.rounds_for(person)
    facts = RoundsPage(
        mine=[each for each in found if each.open and each.given_to == person.id],
        others=[each for each in found if each.open and each.given_to != person.id],
        finished=[each for each in found if not each.open],
        names=await people.names({each.given_to for each in found}),
        makes=can(person, "round.make"),
    )
    return await page(request, "care/rounds/index.html", facts)


class NewRound(msgspec.Struct, frozen=True):
    """`due`: doors that are due today in what is asked for; `which` and `building` as the address or the form has them."""

    kinds: list[tuple[str, str, str]]
    ways: list[tuple[str, str, str]]
    buildings: list[tuple[str, str]]
    people: list[tuple[str, str]]
    which: str
    building: str


async def _blank(request: Request, person: Person) -> NewRound:
    may(person, "round.make")
    mine = reach(person, "round.make")
    there = [b for b in await places.buildings(person.community_id) if mine is None or b.id in mine]
    asked, chosen = request.query_params, request.query_params.get("building", "")
    due = await rounds.due_today(person.community_id, [b.id for b in there]) if there else []
    return NewRound(
        kinds=[(kind, gettext(f"care.round.kind.{kind}"), gettext(f"care.round.kind_help.{kind}")) for kind in ROUNDS],
        ways=[
            (way, gettext(f"care.round.which.{way}"), words.say("care.round.due_n", n=len(due)) if way == "due" else "") for way in WHICH
        ],
        buildings=[(str(b.id), b.label) for b in there],
        people=await able(person.community_id, without={person.id}),
        which=asked.get("which", "due"),
        building=chosen or (str(there[0].id) if len(there) == 1 else ""),
    )


@get("/rounds/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "care/rounds/new.html", await _blank(request, person))


@post("/rounds")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/rounds/new.html", await _blank(request, person), misfit=misfit)
    return await answer(request, receipt, to=await after(receipt, person))


async def after(receipt: Receipt, person: Person) -> str:
    """The round, where she sees it."""
    try:
        return (await rounds.visible(UUID(receipt.about), person)).path if receipt.about else "/rounds"
    except Gone:
        return "/rounds"


async def able(community_id: UUID, without: set[UUID]) -> list[tuple[str, str]]:
    """Who may have a round: vouched for, not suspended; who is here first."""
    found = (await people.members(community_id, people.Filters(state="vouched"), size=300)).found
    able = sorted((m for m in found if m.vouched and not m.suspended and m.id not in without), key=lambda m: (not m.here, m.name))
    return [(str(m.id), f"{m.name} · {gettext('care.round.here')}" if m.here else m.name) for m in able]


PAGES = [index, new, create]
