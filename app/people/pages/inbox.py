"""消息: what was said to me."""

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from app.kernel.reply import answer, page, press
from app.people import reads
from app.people.person import Person


class InboxPage(msgspec.Struct, frozen=True):
    messages: list[reads.MessageFacts]


@get("/inbox")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "people/inbox.html", InboxPage(await reads.messages(person.id)))


@post("/inbox/read")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/inbox")


PAGES = [index, update]
