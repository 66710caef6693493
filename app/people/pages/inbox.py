"""消息: what was said to me, by day."""

from itertools import groupby
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import clock, words
from app.kernel.reply import Live, answer, fragment, go_to, live, not_modified, own_path, page, press
from app.people import reads
from app.people.person import Person


class Day(msgspec.Struct, frozen=True):
    label: str
    messages: list[reads.MessageFacts]


class InboxPage(msgspec.Struct, frozen=True):
    days: list[Day]
    newest: UUID | None
    live: Live


class Unread(msgspec.Struct, frozen=True):
    unread: int


@get("/inbox")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "people/inbox.html", await facts(person, await version(person)))


@get("/inbox/live")
async def renewed(request: Request, person: NamedDependency[Person]) -> Response:
    """Her messages again, when there is a new one or one was read elsewhere."""
    now = await version(person)
    return not_modified(request, now) or fragment(request, "people/_messages.html", await facts(person, now), version=now)


@get("/inbox/unread")
async def count(request: Request, person: NamedDependency[Person]) -> Response:
    """The number on the link to her messages, on whatever page she is."""
    now = await reads.inbox_version(person.id)
    return not_modified(request, now) or fragment(request, "people/_unread.html", Unread(person.unread), version=now)


async def version(person: Person) -> str:
    """What was today is yesterday after midnight."""
    return f"{await reads.inbox_version(person.id)} {clock.day_start(clock.now()):%Y-%m-%d}"


async def facts(person: Person, now: str) -> InboxPage:
    found = await reads.messages(person.id)
    days = [Day(label, list(messages)) for label, messages in groupby(found, lambda message: words.day(message.at))]
    return InboxPage(days, found[0].id if found else None, live("/inbox/live", now))


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


PAGES = [index, renewed, count, update, open_one]
