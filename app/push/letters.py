"""What a notification, an SMS or a group's robot says of a line: in its reader's language, and nothing that would tell of anybody.

A parameter is a number, a short code with a letter in it (digits alone may be a phone or a room) or a words-key. Whatever else
somebody put in by mistake is not sent: such a line says only that there is something to read.
"""

import json
import re
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import words

MOST = 300  # characters of a body: the JSON stays below the 3,993 bytes that fit into the 4,096 of a push service
SEGMENT = {"zh": 70, "en": 160}  # characters of one SMS

_CODE = re.compile(r"(?=[0-9-]*[A-Z])(?!.*[0-9]{5})[A-Z0-9-]{1,12}")
_address = "http://localhost:8000"


def use(public_url: str) -> None:
    """The address that people reach us at; told once by whoever starts the process."""
    global _address
    _address = public_url.rstrip("/")


def address() -> str:
    return _address


class Told(msgspec.Struct, frozen=True):
    """What a letter is made of. `badge`: how much is unread. `path`: where it leads."""

    id: UUID
    kind: str
    words: str
    params: str
    lang: str
    path: str | None
    tag: str | None
    urgent: bool
    withdraw: bool
    until_at: datetime
    badge: int | None = None


def body(told: Told) -> str:
    """Its words, or that there is something to read where they would say more than they may."""
    params = {name: _plain(value) for name, value in json.loads(told.params).items()}
    if None in params.values() or not words.knows(told.words):
        return words.say("push.something")
    return words.say(told.words, **params)


def _plain(value: Any) -> str | int | float | None:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and words.knows(value):
        return words.say(value)
    return value if isinstance(value, str) and _CODE.fullmatch(value) else None


def notification(told: Told) -> bytes:
    """The declarative shape, which iPhones show by themselves and our worker reads everywhere else."""
    token = words.LANG.set(told.lang)
    try:
        shown: dict[str, Any] = {
            "title": words.say("push.title.withdrawn" if told.withdraw else f"push.title.{told.kind}"),
            "body": body(told)[:MOST],
            "navigate": link(told.path),
            "tag": told.tag or f"m-{told.id.hex[-12:]}",
            "lang": "zh-CN" if told.lang == "zh" else "en",
        }
        if told.withdraw:
            shown["silent"] = True
        elif told.kind == "call" and told.path:
            shown["actions"] = [
                {"action": "take", "title": words.say("push.action.take"), "navigate": link(told.path)},
                {"action": "later", "title": words.say("push.action.later"), "navigate": link(told.path)},
            ]
    finally:
        words.LANG.reset(token)
    whole: dict[str, Any] = {"web_push": 8030, "notification": shown, "urgent": told.urgent, "withdraw": told.withdraw, "id": str(told.id)}
    if told.badge is not None:
        whole["app_badge"] = told.badge
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def link(path: str | None) -> str:
    """An address of ours, whatever a row says."""
    return _address + (path if path and re.match(r"/(?![/\\])", path) else "/inbox")


def text(told: Told) -> str:
    """For a group's robot: what it is, and where."""
    token = words.LANG.set(told.lang)
    try:
        return f"{body(told)}\n{link(told.path)}"
    finally:
        words.LANG.reset(token)


def sms(told: Told) -> str:
    """One segment: what there is, and for a call that 1 takes it and 2 does not. Shortened before it becomes two."""
    token = words.LANG.set(told.lang)
    try:
        answer = words.say("push.sms.answer") if told.kind == "call" and not told.withdraw else ""
        room = SEGMENT[told.lang] - len(answer)
        said = body(told)
        return (said if len(said) <= room else words.say("push.something")[:room]) + answer
    finally:
        words.LANG.reset(token)
