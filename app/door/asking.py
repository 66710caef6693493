"""/ask/{code}: a resident asks for help, without an account and without script."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import act
from app.kernel.forms import Form
from app.kernel.reply import answer, page, perform_here, press, read_form, sight
from app.kernel.shared import remembered
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.needs import forms
from app.needs.models import KINDS
from app.needs.reads.times import Choice, choices
from app.needs.rules import linking
from app.notices import reads as notices
from app.orders import reads as orders
from app.people.person import Person
from app.people.reads import rosters
from app.places import reads as places


class AskPage(msgspec.Struct, frozen=True):
    """`kind` is blank on the first screen, where it is chosen."""

    path: str
    building: places.BuildingFacts
    kind: str
    kinds: list[tuple[str, str, str]]
    units: list[tuple[str, str]]
    times: Choice
    reused: bool = False
    hanging: notices.Hanging = notices.Hanging()
    duty: rosters.AtDoor = rosters.AtDoor()
    offers: bool = False


class UnknownCode(msgspec.Struct, frozen=True):
    code_typed: str


class LostPage(msgspec.Struct, frozen=True):
    unmatched: bool = False


async def building_of(code: str) -> places.BuildingFacts | None:
    """The building of a code, with its community's telephone at the foot of the page."""
    building = await places.building_by_code(code)
    if building is not None:
        await frame(building.community_id)
    return building


async def frame(community_id) -> None:
    """A stranger's page stands in the community of the door: its telephone, its clock."""
    community = await places.community(community_id)
    sight().hotline = sight().hotline or community.hotline


async def unknown(request: Request, typed: str) -> Response:
    """Without a building nobody knows the community; where there is only one, its telephone helps."""
    alone = await places.communities()
    if len(alone) == 1:
        await frame(alone[0].id)
    return await page(request, "door/ask/unknown.html", UnknownCode(typed[:40]), status=404 if typed else 200)


@get("/ask")
async def index(request: Request) -> Response:
    """Somebody without the QR types the code that is printed under it."""
    typed = request.query_params.get("code", "")[:40]
    if building := await building_of(typed):
        return await _first(request, building)
    return await unknown(request, typed)


@get("/ask/{code:str}")
async def new(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response:
    building = await building_of(code)
    if building is None:
        return await unknown(request, code)
    kind = request.query_params.get("kind", "")
    if kind not in KINDS:
        return remembered(request, await _first(request, building))
    return remembered(request, await page(request, "door/ask/new.html", _facts(building, kind)))


async def _first(request: Request, building: places.BuildingFacts) -> Response:
    """What she may ask for, under what her building is to know, over whom else she may call."""
    hangs = await notices.hanging(building.community_id, building)
    duty = await rosters.duty_at(building.community_id, building.id)
    open_now = bool(await orders.offered_at(building))
    facts = msgspec.structs.replace(_facts(building, ""), hanging=hangs, duty=duty, offers=open_now)
    return await page(request, "door/ask/kind.html", facts)


def _facts(building: places.BuildingFacts, kind: str, reused: bool = False) -> AskPage:
    kinds = [(one, gettext(f"needs.kind.{one}"), gettext(f"door.ask.kind_help.{one}")) for one in KINDS]
    units = [(str(unit), gettext("door.ask.unit_n") % {"unit": unit}) for unit in range(1, building.units + 1)]
    return AskPage(f"/ask/{building.code}", building, kind, kinds, units, choices(), reused)


@post("/ask/{code:str}")
async def create(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response:
    building = await building_of(code)
    try:
        receipt = await press(request)
    except Misfit as misfit:
        if building is None:
            raise Gone("building") from misfit
        return await _again(request, building, misfit)
    if receipt.reason == "id-reused" and building and not request.headers.get("Idempotency-Key"):
        form, _ = await read_form(request)
        return await _again(request, building, Misfit({}, Form(form.typed).typed), reused=True)
    return await answer(request, receipt, to=await _after(receipt))


async def _again(request: Request, building: places.BuildingFacts, misfit: Misfit, reused: bool = False) -> Response:
    kind = next(iter(misfit.typed.get("kind", [])), "")
    facts = _facts(building, kind if kind in KINDS else "", reused)
    return await page(request, "door/ask/new.html", facts, misfit=misfit)


async def _after(receipt: act.Receipt) -> str:
    """Her own need's page. A word added to somebody else's need shows no link: that one is not hers."""
    if receipt.about and (token := await linking.token_of(receipt.about)):
        return f"/track/{token}?new=1"
    return "/found"


@get("/found")
async def lost(request: Request, visitor: NamedDependency[Person | None]) -> Response:
    return await page(request, "door/ask/found.html", LostPage())


@post("/found")
async def find(request: Request, visitor: NamedDependency[Person | None]) -> Response:
    """Number and phone give the link back; one answer for every pair that does not match, at the same slow pace."""
    form, _ = await read_form(request)
    try:
        fields = forms.found(form)
        _slow_down(request, fields)
        receipt, tokens = await _look(request, fields)
    except Misfit as misfit:
        return await page(request, "door/ask/found.html", LostPage(), misfit=misfit)
    if not tokens:
        return await page(request, "door/ask/found.html", LostPage(unmatched=True), misfit=Misfit({}, form.typed))
    return await answer(request, receipt, to=f"/track/{tokens[0]}")


async def _look(request: Request, fields: dict) -> tuple[act.Receipt, list[str]]:
    tokens: list[str] = []

    async def work() -> act.Done:
        if token := await linking.find_again(None, fields["number"], fields["phone"]):
            tokens.append(token)
        return act.Done("needs.found_again")

    return await perform_here(request, work), tokens


def _slow_down(request: Request, fields: dict) -> None:
    """Six tries a quarter of an hour for one phone, and for one number: both are what a guesser would turn through."""
    for rule, who in (("found-phone", fields["phone"]), ("found-number", str(fields["number"]))):
        if request.app.state.buckets.allow(rule, who, burst=6, per_second=6 / 900):
            raise Misfit({"number": ("door.found.slow_down", {})})


PAGES = [index, new, create, lost, find]
