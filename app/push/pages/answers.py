"""POST /sms/answers: what the gateway brings back. It shows the secret that we share; for anybody else there is no such address."""

import hmac
from typing import Any

import msgspec
from litestar import Request, Response, post

from app.kernel.forms import Bad, phone
from app.kernel.reply import read_form
from app.kernel.trouble import Gone
from app.push import identity
from app.push.rules.answering import answered


class Answer(msgspec.Struct, rename={"sender": "from"}):
    sender: str
    text: str


@post("/sms/answers", status_code=200)
async def create(request: Request) -> Response:
    """200 also for what nobody can use: the gateway has done its part, and sending it again would not help. 503 where it would."""
    _, token = identity.gateway()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not token or not hmac.compare_digest(given.encode(), token.encode()):
        raise Gone("page")
    answer = await _read(request)
    try:
        sender = phone([answer.sender])
    except Bad:
        sender = ""
    return Response({"state": await answered(sender, answer.text[:200]) if sender else "number"})


async def _read(request: Request) -> Answer:
    try:
        if "json" in request.headers.get("content-type", ""):
            return msgspec.json.decode(await request.body(), type=Answer)
        typed: dict[str, Any] = (await read_form(request))[0].typed
        return Answer(typed["from"][0], typed["text"][0])
    except (msgspec.MsgspecError, KeyError, IndexError):
        return Answer("", "")


PAGES = [create]
