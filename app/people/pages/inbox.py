"""消息: what was said to me, by day."""

from itertools import groupby
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import words
from app.kernel.reply import answer, go_to, own_path, page, press
from app.people import reads
from app.people.person import Person


class Day(msgspec.Struct, frozen=True):
    label: str
    messages: list[reads.MessageFacts]


class InboxPage(msgspec.Struct, frozen=True):
    days: list[Day]
    newest: UUID | None


@get("/inbox")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    found = await reads.messages(person.id)
    days = [Day(label, list(messages)) for label, messages in groupby(found, lambda message: words.day(message.at))]
    return await page(request, "people/inbox.html", InboxPage(days, found[0].id if found else None))


@post("/inbox/read")
async def update(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/inbox")


@post("/inbox/{message_id:uuid}/read")
async def open_one(request: Request, person: NamedDependency[Person], message_id: FromPath[UUID]) -> Response:
    """Read, and on to what it is about; that page needs no toast about it."""
    receipt = await press(request)
    if receipt.state != "applied":
        return await answer(request, receipt, to="/inbox")
    message = next((one for one in await reads.messages(person.id) if one.id == message_id), None)
    return await go_to(request, receipt, own_path(message.path or "") or "/inbox" if message else "/inbox")


PAGES = [index, update, open_one]
