"""代人登记: a helper writes down what somebody said, and is told of likely doubles while typing."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel.forms import Form
from app.kernel.qr import square
from app.kernel.reply import answer, fragment, page, press, read_form
from app.kernel.trouble import Misfit, Trouble
from app.kernel.words import gettext
from app.needs import reads
from app.needs.models import KINDS, URGENCIES
from app.needs.reads import rooms
from app.needs.reads.detail import facts
from app.needs.reads.doubles import doubles
from app.needs.reads.times import Choice, choices
from app.needs.rules import linking
from app.people.person import Person
from app.people.rights import can, everywhere, may
from app.places import codes
from app.places import reads as places


class EnterPage(msgspec.Struct, frozen=True):
    """`like`: the need that this one is entered after, at the same door; its masked phone holds for this one too."""

    buildings: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    urgencies: list[tuple[str, str]]
    times: Choice
    building: str
    unit: str
    room: str
    like: str
    like_phone: str
    channel: str
    doubles: list[reads.NeedLine]
    reused: bool = False


class DoublesFragment(msgspec.Struct, frozen=True):
    doubles: list[reads.NeedLine]


class NeedLinkPage(msgspec.Struct, frozen=True):
    need: reads.NeedLine
    address: str
    qr: str


@get("/needs/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.raise")
    return await page(request, "needs/new.html", await _blank(request, person))


async def _blank(request: Request, person: Person, misfit: Misfit | None = None, reused: bool = False) -> EnterPage:
    there = [b for b in await places.buildings(person.community_id) if can(person, "need.raise", building=b.id)]
    asked = request.query_params
    chosen, unit, room, like, phone = asked.get("building", ""), asked.get("unit", "")[:10], asked.get("room", "")[:40], "", ""
    if before := await _before(asked.get("like", ""), person):
        building = await places.building(before.building_id)
        chosen, like, phone = building.code, str(before.id), (await facts(before)).phone
        unit, room = (str(before.unit), f"{before.floor}{before.door:02d}") if before.floor else ("", before.typed_room)
    return EnterPage(
        buildings=[(b.code, b.label) for b in there],
        kinds=[(kind, gettext(f"needs.kind.{kind}")) for kind in KINDS],
        urgencies=[("", gettext("needs.new.judge")), *((one, gettext(f"needs.urgency.{one}")) for one in URGENCIES)],
        times=choices(),
        building=codes.read(chosen) or (there[0].code if len(there) == 1 else ""),
        unit=unit,
        room=room,
        like=like,
        like_phone=phone,
        channel="phone" if everywhere(person, "need.raise") else "steward",
        doubles=await _likely(person, {name: values[0] for name, values in misfit.typed.items()})
        if misfit and "double" in misfit.errors
        else [],
        reused=reused,
    )


async def _before(text: str, person: Person) -> reads.NeedLine | None:
    try:
        return await reads.visible(UUID(text), person)
    except (ValueError, Trouble):
        return None


async def _likely(person: Person, typed: dict[str, str]) -> list[reads.NeedLine]:
    """Only of a building whose needs she may see."""
    building = await places.building_by_code(typed.get("building", ""))
    if building is None or building.community_id != person.community_id or not can(person, "need.see", building=building.id):
        return []
    room = await rooms.find(building, typed.get("unit", ""), typed.get("room", ""))
    return await doubles(person.community_id, typed.get("kind", ""), household_id=room.household_id, phone_hash=None)


@get("/needs/doubles")
async def double(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.raise")
    return fragment(request, "needs/_doubles.html", DoublesFragment(await _likely(person, dict(request.query_params.items()))))


@post("/needs")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "needs/new.html", await _blank(request, person, misfit), misfit=misfit)
    if receipt.reason == "id-reused" and not request.headers.get("Idempotency-Key"):
        form, _ = await read_form(request)
        again = Misfit({}, Form(form.typed).typed)
        return await page(request, "needs/new.html", await _blank(request, person, again, reused=True), misfit=again)
    return await answer(request, receipt, to=f"/needs/{receipt.about}?entered=1" if receipt.about else "/needs")


@post("/needs/{need_id:uuid}/link")
async def update(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to=f"/needs/{need_id}/link")


@get("/needs/{need_id:uuid}/link")
async def show(request: Request, person: NamedDependency[Person], need_id: FromPath[UUID]) -> Response:
    """The resident's link, to be shown to her at the door or read out."""
    need = await reads.visible(need_id, person)
    may(person, "need.raise", building=need.building_id)
    token = await linking.token_of(need_id)
    address = f"{request.app.state.settings.public_url}/track/{token}" if token else ""
    return await page(request, "needs/link.html", NeedLinkPage(need, address, square(address) if address else ""))


PAGES = [new, double, create, update, show]
