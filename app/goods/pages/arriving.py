"""/k/{truck}: the square that a driver shows at the dock opens his booking; and the page that has it to send and to print."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.goods.reads import inbound
from app.kernel import words
from app.kernel.qr import square
from app.kernel.reply import page
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import may
from app.places import codes


class CodePage(msgspec.Struct, frozen=True):
    """`spoken`: as the driver reads it out where no camera is."""

    back: str
    supplier: str
    plate: str
    hub: str
    window: str
    address: str
    qr: str
    spoken: str


@get("/k/{truck:str}")
async def show(person: NamedDependency[Person], truck: FromPath[str]) -> Redirect:
    may(person, "stock.see")
    found = await inbound.by_code(codes.read(truck, codes.LONG) or "", person.community_id)
    if found is None:
        raise Gone("goods")
    return Redirect(f"/trucks/{found}", status_code=303)


@get("/trucks/{booking_id:uuid}/code")
async def code(request: Request, person: NamedDependency[Person], booking_id: FromPath[UUID]) -> Response:
    found = await inbound.visible(booking_id, person)
    if found.code is None:
        raise Gone("goods")
    address = f"{request.app.state.settings.public_url}/k/{found.code}"
    facts = CodePage(
        back=f"/trucks/{found.id}", supplier=found.supplier, plate=found.plate, hub=found.hub,
        window=f"{words.day_time(found.starts)}–{words.clock_time(found.ends)}", address=address, qr=square(address), spoken=codes.spoken(found.code),
    )  # fmt: skip
    return await page(request, "goods/code.html", facts)


PAGES = [show, code]
