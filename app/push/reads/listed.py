"""The call list: who waits to be told and has no other way, to be called by somebody."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db, paging
from app.people import reads as people
from app.push.letters import Told, body


class Thing(msgspec.Struct, frozen=True):
    """What there is to say, and where whoever calls can read more of it. `call`: a task that she may say yes to."""

    text: str
    path: str | None
    call: bool = False


class Call(msgspec.Struct, frozen=True):
    """Somebody to call. `says`: each thing that she is to be told, in the words that she would read. `version`: of her lines."""

    account_id: UUID
    name: str
    masked: str
    phone: str
    says: list[Thing]
    until: datetime
    tries: int
    version: str


class Calls(msgspec.Struct, frozen=True):
    found: list[Call]
    page: paging.Page


class _Who(msgspec.Struct, frozen=True):
    account_id: UUID
    until: datetime
    due: datetime


class _Line(msgspec.Struct, frozen=True):
    id: UUID
    account_id: UUID
    kind: str
    words: str
    params: str
    path: str | None
    until_at: datetime
    tries: int


Spoken = Callable[[Sequence[UUID]], Awaitable[dict[UUID, str]]]
_SPOKEN: dict[str, Spoken] = {}


def spoken_by(spoken: dict[str, Spoken]) -> None:
    """By the beginning of a path such as `/tasks/`: what somebody says aloud about these things, which no notification may hold."""
    _SPOKEN.clear()
    _SPOKEN.update(spoken)


WAITS = "community_id = ? AND way = 'paper' AND state = 'waiting' AND until_at > ?"


async def calls(community_id: UUID, lang: str, *, number: int = 1, size: int = paging.SIZE) -> Calls:
    """Those whose time runs out first; who did not answer comes after them until she is due again."""
    now = clock.now()
    total = await db.value(f"SELECT count(DISTINCT account_id) FROM carrying WHERE {WAITS}", community_id, now)
    page = paging.page(number, total, "/calls", size)
    sql = f"""SELECT account_id, min(until_at) AS until, min(due_at) AS due FROM carrying WHERE {WAITS}
    GROUP BY account_id ORDER BY (min(due_at) > ?), min(until_at), account_id LIMIT ? OFFSET ?"""
    found = await db.rows(_Who, sql, community_id, now, now, size, (page.number - 1) * size)
    if not found:
        return Calls([], page)
    ids = [each.account_id for each in found]
    sql = f"""SELECT id, account_id, kind, words, params, path, until_at, tries FROM carrying
    WHERE {WAITS} AND account_id IN ({db.marks(ids)}) ORDER BY id"""
    lines: dict[UUID, list[_Line]] = {}
    for line in await db.rows(_Line, sql, community_id, now, *ids):
        lines.setdefault(line.account_id, []).append(line)
    known = await people.contacts(ids)
    aloud = await _aloud({line.path for each in lines.values() for line in each if line.path and line.kind == "call"})
    return Calls([_call(each, lines.get(each.account_id, []), known[each.account_id], lang, aloud) for each in found], page)


async def _aloud(paths: set[str]) -> dict[str, str]:
    """What to say of what these paths lead to, where anybody knows."""
    said: dict[str, str] = {}
    for beginning, spoken in _SPOKEN.items():
        things: dict[UUID, str] = {}
        for path in paths:
            with suppress(ValueError):
                things[UUID(path.removeprefix(beginning))] = path
        said |= {things[thing]: text for thing, text in (await spoken(list(things))).items()} if things else {}
    return said


def _call(who: _Who, lines: list[_Line], contact: people.Contact, lang: str, aloud: dict[str, str]) -> Call:
    says = list(dict.fromkeys(Thing(aloud.get(line.path or "") or _said(line, lang), line.path, _asks(line)) for line in lines))
    version = f"{len(lines)}-{lines[-1].id if lines else ''}-{sum(line.tries for line in lines)}"
    tries = max((line.tries for line in lines), default=0)
    return Call(who.account_id, contact.name, contact.masked, contact.phone, says, who.until, tries, version)


def _asks(line: _Line) -> bool:
    return line.kind == "call" and (line.path or "").startswith("/tasks/")


def _said(line: _Line, lang: str) -> str:
    return body(Told(line.id, line.kind, line.words, line.params, lang, line.path, None, True, False, line.until_at))


async def waiting(community_id: UUID) -> list[UUID]:
    """Everybody who is on the list."""
    return await db.rows(UUID, f"SELECT DISTINCT account_id FROM carrying WHERE {WAITS} ORDER BY account_id", community_id, clock.now())


async def count(community_id: UUID) -> int:
    return int(await db.value(f"SELECT count(DISTINCT account_id) FROM carrying WHERE {WAITS}", community_id, clock.now()) or 0)
