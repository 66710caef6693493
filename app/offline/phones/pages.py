"""手机: the phones of the community, those with trouble first; one of them; acts that wait for a decision."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.kernel.reply import answer, page, press
from app.kernel.trouble import Gone, Misfit
from app.kernel.words import gettext
from app.offline.phones import reads
from app.offline.reviewing import WHY
from app.people.person import Person
from app.people.rights import may


class PhonesPage(msgspec.Struct, frozen=True):
    phones: list[reads.Phone]
    kept: list[reads.Kept]
    why: list[tuple[str, str]]
    code: str


class PhonePage(msgspec.Struct, frozen=True):
    phone: reads.Phone
    lines: list[reads.Line]


async def _phones(person: Person, code: str = "") -> PhonesPage:
    may(person, "phone.see")
    why = [(each, gettext(f"phones.why.{each}")) for each in WHY]
    return PhonesPage(await reads.phones(person.community_id), await reads.kept(person.community_id), why, code)


@get("/phones")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "phone.see")
    code = request.query_params.get("code", "")[:20]
    if code and (found := await reads.by_code(code, person.community_id)):
        return Redirect(f"/phones/{found}", status_code=303)
    return await page(request, "offline/phones.html", await _phones(person, code))


@get("/phones/{phone_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], phone_id: FromPath[UUID]) -> Response:
    may(person, "phone.see")
    if (phone := await reads.phone(phone_id, person.community_id)) is None:
        raise Gone("phone")
    return await page(request, "offline/phone.html", PhonePage(phone, await reads.receipts(phone.device)))


@post("/held/{held:str}/count")
async def let_count(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/phones")


@post("/held/{held:str}/aside")
async def put_aside(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "offline/phones.html", await _phones(person), misfit=misfit)
    return await answer(request, receipt, to="/phones")


PAGES = [index, show, let_count, put_aside]
