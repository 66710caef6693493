"""The worker: tells listeners what happened and does what is due by the clock.

A listener runs inside an act of the system's own, so its effects come with a receipt and a journal row; a duty
reads what is due and calls `do` for each of it, so that an idle round writes nothing. A listener is told at least once; its act id comes from the happening, so that it counts once. One that fails
is tried again after a pause that grows to an hour, and never holds up the next one.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from functools import partial

import msgspec

from app.journal import record
from app.journal.record import Happening
from app.kernel import act, clock, db, ids, receipts, seal

log = logging.getLogger(__name__)

Listener = Callable[[Happening], Awaitable[None]]
Duty = Callable[[], Awaitable[None]]


class System(msgspec.Struct, frozen=True):
    """The actor of what nobody pressed."""

    owner: str = "system"
    id: None = None


SYSTEM = System()


class Worker:
    """`listeners`: (kind, listener) pairs; `duties`: coroutine functions called about every `beat` seconds."""

    def __init__(self, listeners: Iterable[tuple[str, Listener]], duties: Iterable[Duty], *, beat: float = 5) -> None:
        self.listeners: dict[str, list[Listener]] = {}
        for kind, listener in listeners:
            self.listeners.setdefault(kind, []).append(listener)
        self.duties = tuple(duties)
        self.beat = beat
        self.wake = asyncio.Event()
        record.listened(set(self.listeners))

    async def run(self) -> None:
        while True:
            try:
                await self.once()
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("the worker's round failed")
            try:
                async with asyncio.timeout(self.beat):  # `wait_for` forgets a cancellation that comes together with the wake
                    await self.wake.wait()
            except TimeoutError:
                pass
            self.wake.clear()

    async def once(self) -> int:
        """One round; answers how many happenings were told. A duty that fails keeps no other from its turn, and is raised after it."""
        told = 0
        while found := await record.waiting(50, clock.now()):
            for happening in found:
                await self._tell(happening)
                told += 1
        await _all(self.duties)
        return told

    async def _tell(self, happening: Happening) -> None:
        try:
            for listener in self.listeners.get(happening.kind, ()):
                await do(lambda listener=listener: listener(happening), once=f"{listener.__module__}.{listener.__name__}|{happening.id}")
        except Exception:
            log.exception("a listener of %s failed", happening.kind)
            tries = await db.value("SELECT tries FROM happening WHERE id = ?", happening.id) or 0
            until = clock.now() + timedelta(seconds=min(3600, 10 * 2 ** int(tries)))
            await db.run("UPDATE happening SET tries = tries + 1, held_until = ? WHERE id = ?", until, happening.id)
        else:
            await db.run("UPDATE happening SET done_at = ? WHERE id = ? AND done_at IS NULL", clock.now(), happening.id)


class Undecided(Exception):
    """The system's act left no receipt; the log above says why."""


async def do(work: Callable[[], Awaitable], *, once: str | None = None) -> act.Receipt:
    """Run `work` as an act of the system. With `once` a repeat of the same name does nothing."""
    act_id = receipts.once_id("system", once, 0, 0) if once else ids.secret()
    body = seal.keyed_hash("body", once or act_id)
    [receipt] = await act.perform([act.Press(id=act_id, path="system", by=SYSTEM, work=work, body_hash=body)])
    if receipt is None:
        raise Undecided(once or "duty")
    return receipt


async def do_each(works: Iterable[Callable[[], Awaitable]]) -> None:
    """Run each as an act of the system of its own. One that fails keeps no other from its turn; the first such is raised at the end."""
    await _all(partial(do, work) for work in works)


async def _all(turns: Iterable[Callable[[], Awaitable]]) -> None:
    failed: list[Exception] = []
    for turn in turns:
        try:
            await turn()
        except Exception as error:
            failed.append(error)
    for error in failed[1:]:
        log.error("a duty failed too", exc_info=error)
    if failed:
        raise failed[0]
