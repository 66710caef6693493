"""Carries what waits, beside the worker's rounds and never in their way.

One loop takes lines and writes off outcomes; each line is carried in a task of its own, so many at once to each push service and
so many in all. A phone's service that hangs holds up a few places of its own lane for a few seconds, and nobody else.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Mapping

from app.kernel import clock, db
from app.push.carriers import Carry, Later, Outcome, load
from app.push.rules import claiming
from app.push.rules.claiming import Taken, Tried
from app.push.rules.spreading import spread

log = logging.getLogger(__name__)

MOST = 128  # lines on their way at once
EACH = 48  # of them in one lane
BEAT = 1.0  # seconds between two looks while nothing happens
FIRST, LONGEST = 2.0, 900.0  # seconds before the second try, and at most
GRACE = 6.0  # seconds at the end for what is on its way: a post gives up before
ROUND = 16  # lines of one claim


class Drainer:
    """`carriers`: by way, loaded at the first line where None. `chance` decides the jitter."""

    def __init__(
        self, carriers: Mapping[str, Carry] | None = None, *, chance: random.Random | None = None, most: int = MOST, each: int = EACH
    ) -> None:
        self.carriers = carriers
        self.most, self.each = most, each
        self.chance = chance or random.Random()
        self.flying: dict[asyncio.Task, Taken] = {}
        self.busy: Counter[str] = Counter()
        self.paused: dict[str, float] = {}
        self.tried: list[Tried] = []
        self.wake = asyncio.Event()

    async def run(self) -> None:
        """Until cancelled; then what is on its way may end, and its outcome is written down."""
        try:
            if not db.is_postgres():
                await claiming.release_all()
            while True:
                moved = await self._turn_safely()
                if not moved:
                    await self._rest()
        finally:
            await self._end()

    async def drain(self) -> None:
        """Until nothing is due and nothing on its way. For tests, and for whoever wants an empty table now."""
        while await self.turn() or self.flying:
            if self.flying:
                await asyncio.wait(self.flying, return_when=asyncio.FIRST_COMPLETED)

    async def turn(self) -> int:
        """Write off what ended, give what was said to its ways, take what is due; answers how much of all that there was."""
        done = await self._write()
        return done + await spread() + await self._take()

    async def _turn_safely(self) -> int:
        try:
            return await self.turn()
        except Exception as error:
            log.error("a round of push: %s", type(error.__cause__ or error).__name__, exc_info=True)
            await asyncio.sleep(BEAT)
            return 0

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(BEAT):  # `wait_for` forgets a cancellation that comes together with the wake
                await self.wake.wait()
        except TimeoutError:
            pass
        self.wake.clear()

    async def _take(self) -> int:
        taken = 0
        for lane in await claiming.lanes():
            room = min(self.each - self.busy[lane], self.most - len(self.flying), ROUND)
            if room <= 0 or self.paused.get(lane, 0) > time.monotonic():
                continue
            for one in await claiming.claim(lane, room):
                await self._start(one)
                taken += 1
        return taken

    async def _start(self, one: Taken) -> None:
        if one.line is None:
            self.tried.append(Tried(one.row, one.instead, clock.now(), 0))
            return
        if self.carriers is None:
            self.carriers = await load()
        self.busy[one.row.lane] += 1
        task = asyncio.create_task(self._carry(one))
        self.flying[task] = one
        task.add_done_callback(self._landed)

    async def _carry(self, one: Taken) -> None:
        began = time.monotonic()
        try:
            outcome: Outcome = await self.carriers[one.row.way](one.line)
        except Exception as error:
            # ours: the line is kept and tried again
            log.error("carrying by %s: %s", one.row.way, type(error).__name__, exc_info=True)
            outcome = Later("error")
        wait = 0.0
        if isinstance(outcome, Later):
            wait = max(outcome.seconds or 0, self.pause(one.row.tries))
            if outcome.lane:
                self.paused[one.row.lane] = time.monotonic() + (outcome.seconds or wait)
        self.tried.append(Tried(one.row, outcome, clock.now(), int((time.monotonic() - began) * 1000), wait))

    def pause(self, tries: int) -> float:
        """Seconds before the next try: twice as long each time, half of it left to chance so that not all come back at once."""
        return min(LONGEST, FIRST * 2 ** (tries - 1)) * (0.5 + self.chance.random() / 2)

    def _landed(self, task: asyncio.Task) -> None:
        one = self.flying.pop(task)
        self.busy[one.row.lane] -= 1
        self.wake.set()

    async def _write(self) -> int:
        tried, self.tried = self.tried, []
        if not tried:
            return 0
        try:
            await claiming.settle(tried)
        except BaseException:
            self.tried = tried + self.tried
            raise
        return len(tried)

    async def _end(self) -> None:
        """What does not end in time is cut off and goes back to those that wait."""
        if self.flying:
            await asyncio.wait(self.flying, timeout=GRACE)
        cut = list(self.flying.values())
        for task in list(self.flying):
            task.cancel()
        try:
            await self._write()
            await claiming.release([one.row.id for one in cut])
        except Exception as error:
            log.error("at the end of push: %s", type(error).__name__)
        if self.carriers is not None:
            from app.push.carriers import wire

            await wire.close()
