"""One act, one transaction, one receipt.

An act is a request that changes something: an id, a path, a form, and who pressed. `kernel.book` maps a path to the parser
of its form and to its verb; form posts and `POST /acts` go through the same book and the same `perform`.
A verb gets path parameters, parsed fields and `by`, and answers `Done`; a `Trouble` that it raises becomes a refused
receipt. Receipts hold words-keys and parameters, never names, phones, free text or HTML.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from app.kernel import bus, clock, db, logs, quarantine, receipts
from app.kernel.hub import HUB
from app.kernel.receipts import Receipt
from app.kernel.trouble import Later, Misfit, Overtaken, Trouble

log = logging.getLogger(__name__)


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
        pressed = self._pressed
        return pressed if self.received_at - EARLIEST < pressed < self.received_at else self.received_at

    @property
    def at_latest(self) -> datetime:
        """The same for what must not be taken for newer than it is: of what is not believed to be so old, the earliest that is."""
        return min(max(self._pressed, self.received_at - EARLIEST), self.received_at)

    @property
    def _pressed(self) -> datetime:
        return self.received_at if self.at is None else self.at + timedelta(milliseconds=self.offset or 0)


_current: ContextVar[Current] = ContextVar("act")


def current() -> Current:
    """The act that this code runs in; verbs outside `perform` raise LookupError."""
    return _current.get()


def with_receipt(sql: str, *params: Any) -> None:
    """Write a row in the one raw batch that ends the present act; rows of one SQL text go in together."""
    current().lines.append((sql, params))


_TOLD = "told"  # a line that is no row: what live pages hear of once it is committed


def tell(topic: str, version: Any) -> None:
    """With the present act `topic` changed; `version` is the id of the row that says so."""
    current().lines.append((_TOLD, (topic, str(version))))


Completed = Callable[[list[tuple]], Awaitable[list[tuple]]]
_LAST: dict[str, Completed] = {}


def complete(sql: str, completed: Completed) -> None:
    """The rows of this SQL text get their last columns from `completed`, and are written after all others."""
    _LAST[sql] = completed


TURN = 10  # acts
Beside = Callable[[list["Receipt | Misfit | None"]], Awaitable[None]]


async def perform(presses: Sequence[Press], *, beside: Beside | None = None) -> list[Receipt | Misfit | None]:
    """Do all in one transaction, each in its own savepoint, and commit once. Every few acts others have their turn.

    Answers a receipt for each in order; None where nothing was decided (`Later`, or an error of ours) and the
    sender must keep the act; a Misfit, which leaves no receipt, so that the corrected form may keep its id. A
    repeat answers the stored receipt with `again`. `beside` notes something about them in the same transaction;
    where it fails, it alone is undone.
    """
    told: list[Receipt | Misfit | None] = []
    lines: list[tuple[str, tuple]] = []
    fresh: dict[str, Receipt] = {}  # decided here and not yet written
    async with db.transaction():
        for number, press in enumerate(presses, 1):
            receipt, written = await _one(press, fresh)
            told.append(receipt)
            lines += written
            if number % TURN == 0:
                await asyncio.sleep(0)
        changed = await _write(lines)
        if beside is not None:
            await _noted(beside, told)
    for topic, version in changed.items():
        HUB.tell(topic, version)
    return told


async def _noted(beside: Beside, told: list[Receipt | Misfit | None]) -> None:
    try:
        async with db.savepoint():
            await beside(told)
    except Exception as error:
        log.error("beside the acts: %s", type(error).__name__, exc_info=True)


async def _one(press: Press, fresh: dict[str, Receipt]) -> tuple[Receipt | Misfit | None, list[tuple[str, tuple]]]:
    act = Current(press.id, press.by, press.at, clock.now(), [], press.offset, press.waited)
    token = _current.set(act)
    try:
        return await _decided(press, act, fresh), act.lines
    except Misfit as misfit:
        return misfit, []
    except Later:
        return None, []
    except Exception as error:
        # ours: the sender keeps the act, and its neighbours in the batch go on
        log.error("act %s: %s", logs.shape_of(press.path), type(error.__cause__ or error).__name__, exc_info=True)
        return None, []
    finally:
        _current.reset(token)


async def _decided(press: Press, act: Current, decided: dict[str, Receipt]) -> Receipt:
    """Claim the id and work, both or neither; a refusal takes the claim anew. Raises what leaves no receipt."""
    fresh = Receipt(press.id, press.by.owner, press.path, "applied", act.received_at)
    try:
        async with db.savepoint():
            if not await _claim(press, act):
                return await _again(press, decided)
            receipt = _applied(fresh, await press.work() or Done())
    except (Later, Misfit):
        raise
    except Trouble as trouble:
        act.lines.clear()
        async with db.savepoint():
            if not await _claim(press, act):
                return await _again(press, decided)
        receipt = _refused(fresh, trouble)
    act.lines.append(receipts.settling(receipt))
    decided[press.id] = receipt
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
    outer.lines += [*act.lines, receipts.settling(receipt)]
    return receipt


async def perform_within(press: Press) -> Receipt | Misfit | None:
    """Perform another act with a receipt of its own inside the present one; both stand or fall together."""
    outer = current()
    receipt, lines = await _one(press, {})
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


async def _claim(press: Press, now: Current) -> bool:
    fresh = (press.id, press.by.owner, press.path, press.body_hash, press.device, press.seq, press.at, press.offset, now.received_at)
    return await receipts.claim(*fresh)


async def _again(press: Press, decided: dict[str, Receipt]) -> Receipt:
    stored = await receipts.stored(press.id)
    if stored is not None and (stored.owner, stored.body_hash) == (press.by.owner, press.body_hash):
        return msgspec.structs.replace(decided.get(press.id, stored), again=True)
    await _quarantine(press)
    taken = Overtaken("act.id_reused") if stored else Overtaken("act.seq_reused")
    return Receipt(press.id, press.by.owner, press.path, "refused", clock.now(), taken.name, taken.reason, taken.words)


async def _quarantine(press: Press) -> None:
    """Keep the second body of a reused id for a steward to look at."""
    if await quarantine.full(press.id):
        return
    community, building = await quarantine.located(press)
    sql, params = quarantine.row(
        press.id, press.by.owner, press.path, press.body, community=community, building=building,
        device=press.device, seq=press.seq, pressed_at=current().when,
    )  # fmt: skip
    with_receipt(sql, *params)


async def _write(lines: list[tuple[str, tuple]]) -> dict[str, str]:
    """Answers what this process alone tells its live pages; on PostgreSQL every process hears of it from the database."""
    batches: dict[str, list[tuple]] = {}
    for sql, params in lines:
        batches.setdefault(sql, []).append(params)
    changed = dict(batches.pop(_TOLD, ()))
    for sql in sorted(batches, key=lambda sql: sql in _LAST):
        await db.run_many(sql, await _LAST[sql](batches[sql]) if sql in _LAST else batches[sql])
    return await bus.sent(changed)


_json = json.JSONEncoder(ensure_ascii=False, default=str).encode
