"""A day as things that happen, each at its time, done in that order with the clock set to it.

Everything is an act of somebody's through the real verbs. All that chance decides is drawn while the day is planned,
never while it runs, so that the order of events does not change what they are.
"""

import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from app.journal import record
from app.journal.worker import Worker
from app.kernel import clock, ids
from app.kernel.act import Press, perform

WRITTEN_FOR = 10  # hours: the script's own length
BEAT = timedelta(minutes=10)  # how often the worker looks at what is due


class Refused(Exception):
    """The script asked for something that the app does not do: a mistake in the script."""


async def do(by: Any, verb: Callable[..., Awaitable], *args: Any, late: timedelta | None = None, **fields: Any) -> UUID | None:
    """`verb` as an act of `by`; the id of what it is about. `late`: the phone held it so long before it could send it."""
    at = clock.now() - late if late else clock.now()
    press = Press(ids.secret(), f"/sample/{verb.__name__}", by, lambda: verb(*args, by=by, **fields), b"sample", at=at)
    [receipt] = await perform([press])
    if getattr(receipt, "state", "") != "applied":
        why = getattr(receipt, "errors", None) or getattr(receipt, "reason", "see the log")
        raise Refused(f"{verb.__module__}.{verb.__name__}: {why}")
    return UUID(receipt.about) if receipt.about else None


class Agenda:
    """The day ends now and began at six in the morning, or ten hours ago where that was less than three hours ago."""

    def __init__(self, now: datetime, works: Worker) -> None:
        self.now, self.works = now, works
        six = clock.day_start(now) + timedelta(hours=6)
        self.begins = six if now - six >= timedelta(hours=3) else now - timedelta(hours=WRITTEN_FOR)
        self._events: list[tuple[datetime, int, Callable[[], Awaitable]]] = []
        self._order = count()

    def back(self, hours: float) -> datetime:
        """The moment so long ago. The last hour is as it was; what is earlier is stretched or pressed to the day's length."""
        span = (self.now - self.begins) / timedelta(hours=1)
        real = hours if hours <= 1 else 1 + (hours - 1) * (span - 1) / (WRITTEN_FOR - 1)
        return self.now - timedelta(hours=real)

    def at(self, moment: datetime, what: Callable[[], Awaitable]) -> None:
        """Plan it, if it is not still to come."""
        if moment < self.now:
            heapq.heappush(self._events, (moment, next(self._order), what))

    async def live(self) -> None:
        beat = self.begins
        while self._events:
            moment, _, what = heapq.heappop(self._events)
            while beat < moment:
                with clock.at(beat):
                    await self.works.once()
                beat += BEAT
            with clock.at(moment):
                await what()
                if await record.waiting(1, moment):
                    await self.works.once()
        with clock.at(self.now):
            await self.works.once()
