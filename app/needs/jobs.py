"""What follows from what happens to a need, and what the clock asks of medicine."""

from functools import partial

from app.journal import worker
from app.needs.rules import alarming, buying, telling
from app.places import reads as places


async def raise_alarms() -> None:
    """An idle round only reads."""
    await worker.do_each([partial(alarming.tell_all, each.id) for each in await places.communities() if await alarming.risen(each.id)])


LISTENERS = [
    *((kind, telling.tell) for kind in telling.WORDS),
    *((kind, buying.called_off) for kind in ("need.cancelled", "need.answered")),
]
DUTIES = [raise_alarms]
