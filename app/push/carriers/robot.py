"""A robot of a group chat: a line of text with a link."""

import json

import msgspec

from app.push import endpoints, letters
from app.push.carriers import Later, Line, Never, Outcome, judged
from app.push.carriers.wire import Answer, post
from app.push.reads.hosts import added

# Codes inside a 200 that say "too often"; the group is not lost.
TOO_OFTEN = {45009, 130101, 410100, 660026, 9499, 11232}


def body(chat: str, text: str) -> bytes:
    said = {"msg_type": "text", "content": {"text": text}} if chat == "feishu" else {"msgtype": "text", "text": {"content": text}}
    return json.dumps(said if chat != "plain" else {"text": text}, ensure_ascii=False).encode()


class _Said(msgspec.Struct):
    errcode: int = 0
    code: int = 0


async def carry(line: Line) -> Outcome:
    try:
        endpoints.checked(line.to, [*endpoints.ROBOTS.get(line.chat, ()), *await added()])
    except endpoints.Unsafe as unsafe:
        return Never(unsafe.reason)
    answer = await post(line.to, body(line.chat, letters.text(line)), {"Content-Type": "application/json; charset=utf-8"})
    if not isinstance(answer, Answer):
        return answer
    if answer.status != 200 or line.chat == "plain":
        return judged(answer.status, answer.retry_after)
    try:
        said = msgspec.json.decode(answer.body, type=_Said)
    except msgspec.MsgspecError:
        return Later("unreadable")
    code = said.errcode or said.code
    if code in TOO_OFTEN:
        return Later(f"200/{code}", 60)
    return Never(f"200/{code}") if code else judged(200, None)
