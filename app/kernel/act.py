"""One act, one transaction, one receipt.

An act is a request that changes something: an id, a path, a form, and who pressed. `kernel.book` maps a path to the parser
of its form and to its verb; form posts and `POST /acts` go through the same book and the same `perform`.
A verb gets path parameters, parsed fields and `by`, and answers `Done`; a `Trouble` that it raises becomes a refused
receipt. Receipts hold words-keys and parameters, never names, phones, free text or HTML.
"""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

import msgspec

from app.kernel import clock, db, ids, seal
from app.kernel.trouble import Later, Misfit, Overtaken, Trouble

log = logging.getLogger(__name__)

ID = re.compile(r"[A-Za-z0-9_-]{22}")


class Actor(Protocol):
    """Who presses: `owner` is the account, link or system that a receipt belongs to."""

    @property
    def owner(self) -> str: ...


class Done(msgspec.Struct, frozen=True):
    """What came of an act: words for the toast, the thing it is about, and the act that takes it back.

    `state` is `conflict` where it was kept beside another version and a person decides. `mark` says why something
    applied deserves a second look (`late`, `beside`, `out-of-order`); the receipt carries it as its reason.
    """

    words: str = "act.done"
    params: dict[str, str | int] = {}
    about: str | None = None
    undo: str | None = None
    state: str = "applied"
    mark: str | None = None


class Receipt(msgspec.Struct, frozen=True):
    id: str
    owner: str
    path: str
    state: str
    received_at: datetime
    trouble: str | None = None
    reason: str | None = None
    words: str = "act.done"
    params: str = "{}"
    about: str | None = None
    undo: str | None = None
    again: bool = False

    @property
    def header(self) -> str:
        return f"{self.id}; {self.state}; again={int(self.again)}"

    @property
    def filled(self) -> dict[str, str | int]:
        return json.loads(self.params)


class Press(msgspec.Struct, frozen=True):
    id: str
    path: str
    by: Any
    work: Callable[[], Awaitable[Done | None]]
    body_hash: bytes
    body: str = ""
    at: datetime | None = None
    device: str | None = None
    seq: int | None = None
    offset: int | None = None
    after: str | None = None
    waited: bool = False


EARLIEST = timedelta(days=7)


class Current(msgspec.Struct):
    """The act being performed. `lines` are rows that others (journal, messages) want written with its receipt.

    `at` is what the device's clock said, `offset` the milliseconds by which the server's clock was ahead of it.
    `waited`: it lay on the phone, and nobody stands before the page to answer a question.
    """

    id: str | None
    by: Any
    at: datetime | None
    received_at: datetime
    lines: list[tuple[str, tuple]] = []
    offset: int | None = None
    waited: bool = False

    @property
    def when(self) -> datetime:
        """When it was pressed, by our clock: never after it came, and not believed when more than a week before."""
        if self.at is None:
            return self.received_at
        pressed = self.at + timedelta(milliseconds=self.offset or 0)
        return pressed if self.received_at - EARLIEST < pressed < self.received_at else self.received_at


_current: ContextVar[Current] = ContextVar("act")


def current() -> Current:
    """The act that this code runs in; verbs outside `perform` raise LookupError."""
    return _current.get()


def with_receipt(sql: str, *params: Any) -> None:
    """Write a row in the one raw batch that ends the present act; rows of one SQL text go in together."""
    current().lines.append((sql, params))


TURN = 10  # acts
Beside = Callable[[list["Receipt | Misfit | None"]], Awaitable[None]]


async def perform(presses: Sequence[Press], *, beside: Beside | None = None) -> list[Receipt | Misfit | None]:
    """Do all in one transaction, each in its own savepoint, and commit once. Every few acts others have their turn.

    Answers a receipt for each in order; None where nothing was decided (`Later`, or an error of ours) and the
    sender must keep the act; a Misfit, which leaves no receipt, so that the corrected form may keep its id. A
    repeat answers the stored receipt with `again`. `beside` notes something about them in the same transaction;
    where it fails, it alone is undone.
    """
    receipts: list[Receipt | Misfit | None] = []
    lines: list[tuple[str, tuple]] = []
    async with db.transaction():
        for number, press in enumerate(presses, 1):
            receipt, written = await _one(press)
            receipts.append(receipt)
            lines += written
            if number % TURN == 0:
                await asyncio.sleep(0)
        await _write(lines)
        if beside is not None:
            await _noted(beside, receipts)
    return receipts


async def _noted(beside: Beside, receipts: list[Receipt | Misfit | None]) -> None:
    try:
        async with db.savepoint():
            await beside(receipts)
    except Exception as error:
        log.error("beside the acts: %s", type(error).__name__, exc_info=True)


async def _one(press: Press) -> tuple[Receipt | Misfit | None, list[tuple[str, tuple]]]:
    act = Current(press.id, press.by, press.at, clock.now(), [], press.offset, press.waited)
    token = _current.set(act)
    try:
        return await _decided(press, act), act.lines
    except Misfit as misfit:
        return misfit, []
    except Later:
        return None, []
    except Exception as error:
        # ours: the sender keeps the act, and its neighbours in the batch go on
        log.error("act %s: %s", shape_of(press.path), type(error.__cause__ or error).__name__, exc_info=True)
        return None, []
    finally:
        _current.reset(token)


async def _decided(press: Press, act: Current) -> Receipt:
    """Claim the id and work, both or neither; a refusal takes the claim anew. Raises what leaves no receipt."""
    fresh = Receipt(press.id, press.by.owner, press.path, "applied", act.received_at)
    try:
        async with db.savepoint():
            if not await _claim(press, act.received_at):
                return await _again(press)
            receipt = _applied(fresh, await press.work() or Done())
    except (Later, Misfit):
        raise
    except Trouble as trouble:
        act.lines.clear()
        async with db.savepoint():
            if not await _claim(press, act.received_at):
                return await _again(press)
        receipt = _refused(fresh, trouble)
    act.lines.append(_settling(receipt))
    return receipt


async def perform_held(press: Press, received: datetime) -> Receipt | Misfit | None:
    """Perform, inside the present act, one whose receipt says held since `received`; the same receipt then says what came of it."""
    outer, act = current(), Current(press.id, press.by, press.at, received, [], press.offset, press.waited)
    fresh = Receipt(press.id, press.by.owner, press.path, "applied", received)
    token = _current.set(act)
    try:
        async with db.savepoint():
            receipt = _applied(fresh, await press.work() or Done())
    except Misfit as misfit:
        return misfit
    except Later:
        return None
    except Trouble as trouble:
        act.lines.clear()
        receipt = _refused(fresh, trouble)
    finally:
        _current.reset(token)
    outer.lines += [*act.lines, _settling(receipt)]
    return receipt


async def perform_within(press: Press) -> Receipt | Misfit | None:
    """Perform another act with a receipt of its own inside the present one; both stand or fall together."""
    outer = current()
    receipt, lines = await _one(press)
    outer.lines += lines
    return receipt


def _applied(fresh: Receipt, done: Done) -> Receipt:
    return msgspec.structs.replace(
        fresh, state=done.state, reason=done.mark, words=done.words, params=_json(done.params), about=done.about, undo=done.undo
    )


def _refused(fresh: Receipt, trouble: Trouble) -> Receipt:
    return msgspec.structs.replace(
        fresh, state="refused", trouble=trouble.name, reason=trouble.reason, words=trouble.words, params=_json(trouble.params)
    )


_SETTLE = "UPDATE receipt SET state = ?, trouble = ?, reason = ?, words = ?, params = ?, about = ?, undo = ? WHERE id = ?"


def _settling(told: Receipt) -> tuple[str, tuple]:
    return _SETTLE, (told.state, told.trouble, told.reason, told.words, told.params, told.about, told.undo, told.id)


async def note_unread(act_id: str, device: str | None, seq: int | None) -> None:
    """An act came that cannot be understood: it leaves no receipt, but it is not missing, and nothing waits for it."""
    sql = "INSERT INTO unread_act(id, device, seq, at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
    if ID.fullmatch(act_id):
        await db.run(sql, act_id, device, seq, clock.now())


_CLAIM = """INSERT INTO receipt(id, owner, path, body_hash, state, device, seq, at, offset_ms, received_at)
VALUES (?, ?, ?, ?, 'applied', ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING 1 AS done"""
_COLUMNS = "id, owner, path, state, received_at, trouble, reason, words, params, about, undo"


async def _claim(press: Press, received: datetime) -> bool:
    """True for the first to come with this id. On PostgreSQL a second one waits here for the first one's commit."""
    params = (press.id, press.by.owner, press.path, press.body_hash, press.device, press.seq, press.at, press.offset, received)
    return await db.value(_CLAIM, *params) is not None


async def _again(press: Press) -> Receipt:
    class Stored(Receipt, frozen=True):
        body_hash: bytes = b""

    stored = await db.one(Stored, f"SELECT {_COLUMNS}, body_hash FROM receipt WHERE id = ?", press.id)
    if stored is not None and (stored.owner, stored.body_hash) == (press.by.owner, press.body_hash):
        return msgspec.structs.replace(stored, again=True)
    await _quarantine(press)
    taken = Overtaken("act.id_reused") if stored else Overtaken("act.seq_reused")
    return Receipt(press.id, press.by.owner, press.path, "refused", clock.now(), taken.name, taken.reason, taken.words)


KEPT = 5  # bodies of one id, and of each so much: whoever repeats herself fills no disk
KEPT_OF_EACH = 20_000


async def _quarantine(press: Press) -> None:
    """Keep the second body of a reused id, sealed, for a steward to look at."""
    if await db.value("SELECT count(*) FROM quarantine WHERE act = ?", press.id) >= KEPT:
        return
    row = ids.new()
    key = seal.new_key("quarantine")
    sealed = seal.Seal("quarantine", row, key, "quarantine").close("body", press.body[:KEPT_OF_EACH])
    community, building = await _located(press)
    with_receipt(
        """INSERT INTO quarantine(id, act, owner, path, key_id, body_sealed, at, community_id, building_id, device, seq, pressed_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        row, press.id, press.by.owner, press.path, key, sealed, clock.now(), community, building, press.device, press.seq, current().when,
    )  # fmt: skip


Locate = Callable[[Press], Awaitable[tuple[UUID | None, UUID | None]]]
_locate: list[Locate] = []


def locate_by(find: Locate) -> None:
    """`find` answers the community and building that a press is about: whose steward is to look at it."""
    _locate[:] = [find]


async def _located(press: Press) -> tuple[UUID | None, UUID | None]:
    return await _locate[0](press) if _locate else (getattr(press.by, "community_id", None), None)


async def _write(lines: list[tuple[str, tuple]]) -> None:
    batches: dict[str, list[tuple]] = {}
    for sql, params in lines:
        batches.setdefault(sql, []).append(params)
    for sql, batch in batches.items():
        await db.run_many(sql, batch)


async def receipt_of(act_id: str, owner: str) -> Receipt | None:
    """The stored receipt, to its owner only."""
    return await db.one(Receipt, f"SELECT {_COLUMNS} FROM receipt WHERE id = ? AND owner = ?", act_id, owner)


async def refusals(owner: str) -> dict[str, int]:
    """How many refused receipts `owner` holds per path: part of the id of acts that happen once per state."""

    class Count(msgspec.Struct):
        path: str
        n: int

    found = await db.rows(Count, "SELECT path, count(*) AS n FROM receipt WHERE owner = ? AND state = 'refused' GROUP BY path", owner)
    return {row.path: row.n for row in found}


def once_id(owner: str, path: str, version: int | str, refused: int) -> str:
    """The id of an act that can happen once while its subject is in `version`, the same in every tab of `owner`."""
    return ids.b64(seal.keyed_hash("act", f"{owner}|{path}|{version}|{refused}")[:16])


_json = json.JSONEncoder(ensure_ascii=False, default=str).encode


def shape_of(path: str) -> str:
    """A path without its ids and tokens, on one line: what a log may hold."""
    return re.sub(r"[0-9a-f-]{36}|(?<=/)[A-Za-z0-9_-]{22,}|[\x00-\x1f\x7f]", "…", path)[:200]
