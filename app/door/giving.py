"""/give/{community} and /given/{token}: somebody gives, and follows what became of it; without an account and without script."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries.reads import given
from app.donations import reads
from app.donations.pages import saying
from app.donations.rules import offering
from app.door.asking import frame, unknown
from app.kernel import clock
from app.kernel.forms import Form
from app.kernel.qr import square
from app.kernel.reply import answer, page, press, read_form
from app.kernel.seal import keyed_hash
from app.kernel.trouble import Gone, Misfit
from app.people.person import Person
from app.photos.forms import MOST_FILE
from app.places import codes
from app.places import reads as places


class GivePage(msgspec.Struct, frozen=True):
    path: str
    community: str
    reused: bool


class GivenPage(msgspec.Struct, frozen=True):
    """`came`: item and how much of it. `thanks`: where the certificate is, blank until something came."""

    line: saying.DonationLine
    community: str
    state: str
    version: int
    answer: str
    declined: str
    came: list[tuple[str, str]]
    went: list[given.Went]
    path: str
    token: str
    address: str
    qr: str
    fresh: bool
    thanks: str


class ThanksPage(msgspec.Struct, frozen=True):
    """`name`: of whoever gave, blank where none was said."""

    back: str
    community: str
    name: str
    what: list[tuple[str, str]]
    doors: int
    day: str
    number: str
    address: str
    qr: str


class GenuinePage(msgspec.Struct, frozen=True):
    """`number` as it was typed; `what` is empty where there is no such certificate."""

    number: str
    community: str
    what: list[tuple[str, str]]
    day: str


@get("/give/{code:str}")
async def new(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response:
    facts = await places.community_by_code(code)
    if facts is None:
        return await unknown(request, code)
    return await _form(request, facts)


async def _form(request: Request, facts: places.CommunityFacts, misfit: Misfit | None = None, reused: bool = False) -> Response:
    await frame(facts.id)
    return await page(request, "door/give/new.html", GivePage(f"/give/{facts.code}", facts.name, reused), misfit=misfit)


@post("/give/{code:str}", request_max_body_size=MOST_FILE + 64 * 1024)
async def create(request: Request, visitor: NamedDependency[Person | None], code: FromPath[str]) -> Response:
    facts = await places.community_by_code(code)
    try:
        receipt = await press(request)
    except Misfit as misfit:
        if facts is None:
            raise Gone("donation") from misfit
        return await _form(request, facts, misfit)
    if receipt.reason == "id-reused" and facts and not request.headers.get("Idempotency-Key"):
        form, _ = await read_form(request)
        return await _form(request, facts, Misfit({}, Form(form.typed).typed), reused=True)
    return await answer(request, receipt, to=f"/given/{offering.token_of(UUID(receipt.about))}?new=1" if receipt.about else f"/give/{code}")


@get("/given/{token:str}")
async def show(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response:
    return await _drawn(request, token)


async def _drawn(request: Request, token: str, misfit: Misfit | None = None) -> Response:
    one = await reads.by_token(token)
    await frame(one.community_id)
    facts, came = await places.community(one.community_id), await _came(one)
    address = f"{request.app.state.settings.public_url}/given/{token}"
    known = GivenPage(
        line=saying.line(one), community=facts.name, state=one.state, version=one.version, answer=one.opened("answer"), declined=saying.declined(one),
        came=came, went=await given.went(one.id), path=f"/given/{one.id}", token=token, address=address, qr=square(address),
        fresh=request.query_params.get("new") == "1", thanks=f"/given/{token}/thanks" if came else "",
    )  # fmt: skip
    return await page(request, "door/give/given.html", known, misfit=misfit)


async def _came(one: reads.Donation) -> list[tuple[str, str]]:
    """What was received and not taken back, by item."""
    sums: dict[tuple[str, str], int] = {}
    for each in await reads.came(one.id):
        if not each.undone:
            sums[each.item, each.unit] = sums.get((each.item, each.unit), 0) + each.quantity
    return [(item, f"{n} {unit}") for (item, unit), n in sums.items()]


@post("/given/{donation_id:uuid}/withdraw")
async def withdraw(request: Request, visitor: NamedDependency[Person | None], donation_id: FromPath[UUID]) -> Response:
    form, _ = await read_form(request)
    token = next(iter(form.typed.get("token", [])), "")
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, token, misfit)
    return await answer(request, receipt, to=f"/given/{token}" if receipt.trouble != "gone" else "/ask")


def _check(one: reads.Donation) -> str:
    """What makes a certificate's number hard to invent."""
    return "".join(codes.ALPHABET[byte % len(codes.ALPHABET)] for byte in keyed_hash("thanks", str(one.id))[:6])


@get("/given/{token:str}/thanks")
async def thank(request: Request, visitor: NamedDependency[Person | None], token: FromPath[str]) -> Response:
    """The certificate, to print."""
    one = await reads.by_token(token)
    came = await _came(one)
    if not came:
        raise Gone("donation")
    await frame(one.community_id)
    facts = await places.community(one.community_id)
    number = f"{facts.code}-{one.number}-{_check(one)}"
    address = f"{request.app.state.settings.public_url}/thanks/{number}"
    doors = sum(each.delivered for each in await given.went(one.id))
    known = ThanksPage(
        f"/given/{token}", facts.name, one.opened("name"), came, doors, saying.day(clock.local(one.made_at).date()), number, address, square(address)
    )  # fmt: skip
    return await page(request, "door/give/thanks.html", known)


@get("/thanks/{number:str}")
async def check(request: Request, visitor: NamedDependency[Person | None], number: FromPath[str]) -> Response:
    """Whether a certificate is genuine: what it says of goods and the day, nobody's name."""
    code, _, rest = number[:40].upper().partition("-")
    said, _, mark = rest.partition("-")
    facts = await places.community_by_code(code)
    one = await reads.by_number(facts.id, int(said)) if facts and said.isdecimal() and len(said) < 10 else None
    genuine = one is not None and _check(one) == mark
    if facts:
        await frame(facts.id)
    day = saying.day(clock.local(one.made_at).date()) if genuine else ""
    known = GenuinePage(number[:40], facts.name if genuine else "", await _came(one) if genuine else [], day)
    return await page(request, "door/give/genuine.html", known, status=200 if genuine else 404)


PAGES = [new, create, show, withdraw, thank, check]
