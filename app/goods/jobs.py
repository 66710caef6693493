"""What the clock does in the hubs."""

from functools import partial

from app.goods.reads import inbound as trucks
from app.goods.rules import inbound
from app.journal import worker


async def give_codes() -> None:
    """An idle round only reads."""
    await worker.do_each([partial(inbound.give_code, each) for each in await trucks.without_code()])


DUTIES = [give_codes]
