"""POST /acts: up to 100 acts in one request, one receipt for each, in order; one bad act never blocks the others."""

from datetime import datetime
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, post

from app.kernel import act, clock
from app.kernel.forms import Form
from app.kernel.pressing import device_id, device_time, milliseconds, sequence
from app.kernel.trouble import Gone, Misfit, Trouble
from app.kernel.words import say
from app.people.entry import SignInFirst
from app.people.person import Person

MOST = 100


class Sent(msgspec.Struct, frozen=True):
    id: str
    path: str
    form: dict[str, str | list[str]] = {}
    method: str = "POST"
    seq: int | None = None
    at: str | None = None
    grant: str | None = None
    after: str | None = None
    offset: int | None = None


class Batch(msgspec.Struct, frozen=True):
    acts: list[Sent]
    device: str | None = None


class Told(msgspec.Struct, frozen=True):
    id: str
    state: str
    again: bool
    trouble: str | None
    reason: str | None
    words: str
    received_at: datetime


class Answer(msgspec.Struct, frozen=True):
    server_time: datetime
    receipts: list[Told | None]


@post("/acts", status_code=200, request_max_body_size=1024 * 1024)
async def create(request: Request) -> Response:
    """400 for a body that is no batch: nothing was decided, the phone keeps all of it."""
    if not isinstance(request.user, Person):
        raise SignInFirst
    try:
        batch = msgspec.json.decode(await request.body(), type=Batch)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Response({"trouble": "misfit", "words": say("offline.no_batch"), "at": str(error)[:200]}, status_code=400)
    if len(batch.acts) > MOST:
        return Response({"trouble": "misfit", "words": say("offline.too_many", most=MOST)}, status_code=413)
    device = device_id(batch.device)
    read = [_read(request, sent, device) for sent in batch.acts]
    done = iter(await act.perform([press for press in read if isinstance(press, act.Press)]))
    receipts = [_told(sent, next(done) if isinstance(press, act.Press) else press) for sent, press in zip(batch.acts, read, strict=True)]
    request.app.state.worker.wake.set()
    return Response(msgspec.json.encode(Answer(clock.now(), receipts)), media_type="application/json")


def _read(request: Request, sent: Sent, device: str | None) -> act.Press | Trouble:
    """A press, or why this act cannot even be tried."""
    if not act.ID.fullmatch(sent.id):
        return Misfit({"id": ("offline.no_id", {})})
    typed = {name: value if isinstance(value, list) else [value] for name, value in sent.form.items()}
    told = {
        "at": device_time(sent.at),
        "offset": milliseconds(sent.offset),
        "device": device,
        "seq": sequence(sent.seq) if device else None,
        "after": sent.after if act.ID.fullmatch(sent.after or "") else None,
    }
    try:
        return request.app.state.book.read(_path(sent.path), Form(typed), act_id=sent.id, by=request.user, batch=True, **told)
    except Trouble as trouble:
        return trouble


def _path(address: str) -> str:
    try:
        return urlsplit(address).path
    except ValueError:
        raise Gone("page") from None


def _told(sent: Sent, result: act.Receipt | Trouble | None) -> Told | None:
    match result:
        case None:
            return None
        case Misfit():
            field, (key, params) = next(iter(result.errors.items()))
            return Told(sent.id, "refused", False, "misfit", f"{field}: {key}", say(key, **params), clock.now())
        case Trouble():
            return Told(sent.id, "refused", False, result.name, result.reason, say(result.words, **result.params), clock.now())
    return Told(sent.id, result.state, result.again, result.trouble, result.reason, say(result.words, **result.filled), result.received_at)


PAGES = [create]
