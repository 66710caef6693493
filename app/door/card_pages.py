"""/d/{token}, what a door card's square opens; /cards, where somebody's six digits are typed in."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.deliveries import reads as deliveries
from app.door import cards
from app.door.asking import frame
from app.door.building import stops_here
from app.kernel.act import Done
from app.kernel.forms import Form
from app.kernel.reply import answer, page, perform_here, press, read_form
from app.kernel.trouble import Misfit, misfit
from app.kernel.words import gettext
from app.needs import reads as needs
from app.needs.models import KINDS
from app.needs.reads.times import Choice, choices
from app.people.person import Person
from app.people.rights import can, may
from app.places import reads as places


class HouseholdWork(msgspec.Struct, frozen=True):
    """The work at one door: no names, no phones. `household_path` for whoever may open the ledger there."""

    building: places.BuildingFacts
    home: places.HouseholdFacts
    household_path: str
    enter_path: str
    sees_needs: bool
    needs: list[needs.NeedLine]
    stops: tuple[deliveries.StopCard, ...]


class VoidPage(msgspec.Struct, frozen=True):
    """A card that was replaced or taken back; nothing of the door that it hung on."""


class DigitsPage(msgspec.Struct, frozen=True):
    pass


class ByCardPage(msgspec.Struct, frozen=True):
    """A request for the household of a card: the door is said back, before it is written down."""

    door: str
    digits: str
    kinds: list[tuple[str, str]]
    times: Choice


@get("/d/{token:str}")
async def show(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response | Redirect:
    card = await cards.by_token(token)
    if card is None:
        alone = await places.communities()
        if len(alone) == 1:
            await frame(alone[0].id)
        return await page(request, "door/card/void.html", VoidPage(), status=404)
    building = await places.building(card.building_id)
    if visitor is None or visitor.community_id != card.community_id or not can(visitor, "presence.start"):
        return Redirect(f"/ask/{building.code}", status_code=303)
    work = await _work(card, building, visitor)
    if not (work.sees_needs or work.household_path or work.stops):
        return Redirect(f"/b/{building.code}", status_code=303)
    return await page(request, "door/card/show.html", work)


async def _work(card: cards.Card, building: places.BuildingFacts, person: Person) -> HouseholdWork:
    home = await places.household(card.household_id)
    at = (home.unit, home.floor, home.door)
    stops = tuple(stop for stop in await stops_here(person, building) if (stop.unit, stop.floor, stop.door) == at)
    sees = can(person, "need.see", building=building.id)
    found = [need for need in await needs.household_needs(home.id) if need.open] if sees else []
    return HouseholdWork(
        building=building,
        home=home,
        household_path=f"/households/{home.id}" if can(person, "household.see", building=building.id) else "",
        enter_path=_enter(building, home) if can(person, "need.raise", building=building.id) else "",
        sees_needs=sees,
        needs=found,
        stops=stops,
    )


def _enter(building: places.BuildingFacts, home: places.HouseholdFacts) -> str:
    return f"/needs/new?building={building.code}&unit={home.unit}&room={home.floor}{home.door:02d}"


@get("/cards")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.raise")
    return await page(request, "door/card/digits.html", DigitsPage())


@post("/cards")
async def find(request: Request, person: NamedDependency[Person]) -> Response:
    """The door is read back, so that the caller can say that it is hers."""
    may(person, "need.raise")
    form, _ = await read_form(request)
    try:
        _slow_down(request, person)
        facts = await _look(request, person, form)
    except Misfit as wrong:
        wrong.typed = form.typed
        return await page(request, "door/card/digits.html", DigitsPage(), misfit=wrong)
    return await page(request, "door/card/new.html", facts)


async def _look(request: Request, person: Person, form: Form) -> ByCardPage:
    """Whose door these digits are, and a note that she was told."""
    digits = cards.find(form)["digits"]
    found: list[cards.Card] = []

    async def look() -> Done:
        found.append(await cards.by_digits(digits, person))
        await cards.note_look(found[0])
        return Done("door.card.found")

    await perform_here(request, look)
    return await _form(found[0], digits)


def _slow_down(request: Request, person: Person) -> None:
    """Ten tries a quarter of an hour for one person, sixty for a community: a million digits would take a century."""
    for rule, who, burst in (("card-person", str(person.id), 10), ("card-community", str(person.community_id), 60)):
        if request.app.state.buckets.allow(rule, who, burst=burst, per_second=burst / 900):
            raise misfit("digits", "door.card.slow_down")


async def _form(card: cards.Card, digits: str) -> ByCardPage:
    home = await places.household(card.household_id)
    return ByCardPage(home.label, digits, [(kind, gettext(f"needs.kind.{kind}")) for kind in KINDS], choices())


@post("/cards/needs")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    """The request itself. Its digits count as another try, since they may have been changed."""
    form, _ = await read_form(request)
    try:
        _slow_down(request, person)
        receipt = await press(request)
    except Misfit as wrong:
        return await _again(request, person, form, wrong)
    if receipt.reason == "id-reused" and not request.headers.get("Idempotency-Key"):
        return await _again(request, person, form, Misfit({}, form.typed))
    return await answer(request, receipt, to=f"/needs/{receipt.about}?entered=1" if receipt.about else "/needs")


async def _again(request: Request, person: Person, form: Form, wrong: Misfit) -> Response:
    wrong.typed = form.typed
    try:
        if "digits" in wrong.errors:
            raise wrong
        facts = await _look(request, person, form)
    except Misfit as digits_wrong:
        digits_wrong.typed = form.typed
        return await page(request, "door/card/digits.html", DigitsPage(), misfit=digits_wrong)
    return await page(request, "door/card/new.html", facts, misfit=wrong)


PAGES = [show, index, find, create]
