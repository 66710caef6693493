"""POST /grants: what a phone holds so that acts count for whoever pressed them; and forms that carry one.

A form whose grant is somebody else's than the one who is signed in is performed for the grant's owner and answered with
its receipt alone: the page that it would have drawn is hers, not the reader's.
"""

from urllib.parse import quote

import msgspec
from litestar import Request, Response, post

from app.kernel import ids
from app.kernel.forms import Form
from app.kernel.pressing import device_id, milliseconds, perform_here, read_form, sequence
from app.kernel.trouble import Gone, Later
from app.kernel.words import say
from app.offline.receiving import Reception, Sent, Told
from app.people.entry import SignInFirst, owner_tag
from app.people.person import Person
from app.people.rules import devices


class Asked(msgspec.Struct, frozen=True):
    device: str


class Given(msgspec.Struct, frozen=True):
    grant: str
    owner: str


@post("/grants", status_code=200, request_max_body_size=4096)
async def create(request: Request) -> Response:
    """The same phone in the same session gets the same one again."""
    if not isinstance(request.user, Person):
        raise SignInFirst
    try:
        device = device_id(msgspec.json.decode(await request.body(), type=Asked).device)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        device = None
    if device is None:
        return Response({"trouble": "misfit", "words": say("act.no_device")}, status_code=422)
    tokens: list[str] = []

    async def give() -> None:
        tokens.append(await devices.give(device, by=request.user))

    await perform_here(request, give)
    return Response(msgspec.json.encode(Given(tokens[0], owner_tag(request.user))), media_type="application/json")


async def for_its_owner(request: Request) -> Response | None:
    """Before any handler: an act whose grant is not the reader's is performed here; all else goes its way."""
    if request.method != "POST" or not request.headers.get("content-type", "").startswith(_FORMS) or not _short(request):
        return None
    try:
        request.app.state.book.find(request.url.path)
    except Gone:
        return None
    form, frame = await read_form(request)
    if not frame.get("grant"):
        return None
    found = await devices.holder(frame["grant"])
    if found is None:
        raise SignInFirst
    reader = request.user
    if isinstance(reader, Person) and (reader.id, reader.community_id) == (found.account_id, found.community_id):
        return None
    return _told(await _perform(request, form, frame))


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
LONGEST = 256 * 1024  # beyond it only pages that take large files read a body, each with its own limit


def _short(request: Request) -> bool:
    length = sequence(request.headers.get("content-length"))
    return length is not None and length <= LONGEST


async def _perform(request: Request, form: Form, frame: dict[str, str]) -> Told:
    said = request.headers
    act_id = frame.get("act") or said.get("Idempotency-Key") or ids.secret()
    sent = Sent(
        id=act_id,
        path=request.url.path,
        form=form.typed,
        seq=sequence(said.get("X-Seq")),
        at=said.get("X-Act-At"),
        grant=frame["grant"],
        after=frame.get("after"),
        offset=milliseconds(said.get("X-Act-Offset")),
    )
    reception = Reception(request.app.state.book, request.user, device=device_id(said.get("X-Device")), files=form.files)
    [told] = await reception.receive([sent])
    request.app.state.worker.wake.set()
    if told is None:
        raise Later("trouble.later")
    return told


def _told(told: Told) -> Response:
    headers = {"X-Act-Receipt": f"{told.id}; {told.state}; again={int(told.again)}", "Cache-Control": "no-store"}
    if told.state != "applied" or told.reason:
        headers |= {"X-Act-Reason": quote(told.reason or ""), "X-Act-Says": quote(told.words)}
    return Response(None, status_code=204, headers=headers)


PAGES = [create]
