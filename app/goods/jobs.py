"""What the clock does in the hubs."""

from functools import partial
from zoneinfo import ZoneInfo

from app.goods.reads import inbound as trucks
from app.goods.rules import inbound, warning
from app.journal import worker
from app.kernel import clock
from app.places import reads as places


async def give_codes() -> None:
    """An idle round only reads."""
    await worker.do_each([partial(inbound.give_code, each) for each in await trucks.without_code()])


async def warn() -> None:
    """Each in its own zone: a day ends there."""
    for each in await places.communities():
        zone = clock.ZONE.set(ZoneInfo(each.zone))
        try:
            if await warning.due(each.id):
                await worker.do(partial(warning.look, each.id))
        finally:
            clock.ZONE.reset(zone)


DUTIES = [give_codes, warn]
