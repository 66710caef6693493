"""POST /acts: up to 100 acts in one request, one receipt for each, in order; one bad act never blocks the others."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import Request, Response, post

from app.kernel import clock
from app.kernel.pressing import device_id
from app.kernel.words import say
from app.offline.phones.calling import Call, note
from app.offline.receiving import Reception, Told, Unclear, read_acts
from app.people.entry import SignInFirst, owner_tag
from app.people.person import Person

MOST = 100


class Batch(msgspec.Struct, frozen=True):
    """What the phone says of itself is read leniently: nonsense in it is no reason to keep its acts waiting."""

    acts: list[Any]
    device: Any = None
    owner: Any = None
    now: Any = None
    last: Any = None
    waiting: Any = None
    dropped: Any = None
    oldest: Any = None
    lost: Any = None


class Code(msgspec.Struct, frozen=True):
    code: str


class Answer(msgspec.Struct, frozen=True):
    server_time: datetime
    receipts: list[Told | None]
    device: Code | None = None


@post("/acts", status_code=200, request_max_body_size=1024 * 1024)
async def create(request: Request) -> Response:
    """400 for a body that is no batch: nothing was decided, the phone keeps all of it."""
    try:
        batch = msgspec.json.decode(await request.body(), type=Batch)
        sent = read_acts(batch.acts)
    except (msgspec.DecodeError, Unclear, UnicodeDecodeError, RecursionError) as error:
        if not isinstance(request.user, Person):
            raise SignInFirst from error
        return Response({"trouble": "misfit", "words": say("offline.no_batch"), "at": str(error)[:200]}, status_code=400)
    if not isinstance(request.user, Person) and not any(isinstance(one, str) or one.grant or one.sealed for one in sent):
        raise SignInFirst
    if len(sent) > MOST:
        return Response({"trouble": "misfit", "words": say("offline.too_many", most=MOST)}, status_code=413)
    device = device_id(batch.device if isinstance(batch.device, str) else None)
    # a page that was drawn for somebody else must not have its acts count for whoever is signed in by now
    own = not batch.owner or not isinstance(request.user, Person) or batch.owner == owner_tag(request.user)
    reception = Reception(request.app.state.book, request.user, device=device, own=own)
    call, codes = Call.read(batch, device), []

    async def beside(decided: list) -> None:
        if call is not None and reception.account and reception.community:
            codes.append(await note(call, reception.account, reception.community, decided=sum(one is not None for one in decided)))

    receipts = await reception.receive(sent, beside=beside)
    request.app.state.worker.wake.set()
    answer = Answer(clock.now(), receipts, Code(codes[0]) if codes else None)
    return Response(msgspec.json.encode(answer), media_type="application/json")


PAGES = [create]
