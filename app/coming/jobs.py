"""What comes back is made ahead by itself, and what nobody has in time is told."""

from functools import partial

from app.coming.reads import of_household
from app.coming.rules import making, rising
from app.journal import worker
from app.journal.record import Happening
from app.places import reads as places


async def make_ahead() -> None:
    """One act for each series, so that one that fails holds up no other."""
    there = await places.communities()
    behind = [series for each in there for series in await making.behind(each.id, await making.zone_of(each.id))]
    await worker.do_each([partial(making.agree, series) for series in behind])


async def raise_alarms() -> None:
    """An idle round only reads."""
    await worker.do_each([partial(rising.tell_all, each.id) for each in await places.communities() if await rising.risen(each.id)])


async def quiet(happening: Happening) -> None:
    """She is in hospital or away, or back, or behind that door no more, or by another name: the dates that nobody has follow."""
    if happening.household_id and happening.told.get("how") != "care.how.ledger":  # thousands at once; `make_ahead` comes by anyhow
        await making.agree_all(one.id for one in await of_household(happening.household_id))
        if happening.kind == "resident.ended":
            await rising.tell_left(happening.household_id, happening.community_id)


PAUSED = ("household.muted", "household.unmuted", "resident.muted", "resident.unmuted")
LISTENERS = [(kind, quiet) for kind in (*PAUSED, "resident.added", "resident.changed", "resident.ended", "resident.restored")]
DUTIES = [make_ahead, raise_alarms]
