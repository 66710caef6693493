"""How long each item of a community lasts."""

from datetime import date
from math import inf
from uuid import UUID

import msgspec

from app.goods.reads import Item, limits, listing, using
from app.goods.reads import cover as reads
from app.kernel import clock


class Lasting(msgspec.Struct, frozen=True):
    item: Item
    cover: reads.Cover


def _gone() -> float:
    """How much of today is over."""
    now = clock.local(clock.now())
    return (now.hour * 60 + now.minute) / 1440


def of(use: using.Use, today: date, limit: reads.Limits) -> reads.Cover:
    return reads.cover(use.whole, use.lots, today, _gone(), limit, now=use.days[0].used)


async def lasting(community: UUID, hub: UUID | None = None, words: str = "") -> list[Lasting]:
    """What lies there or went out lately, the shortest first."""
    stock, rules, own = await using.stock(community), await limits.rules(community), await limits.own(community)
    found = []
    for item in await listing.items(community):
        if words.lower() not in item.name.lower():
            continue
        use = stock.use(item.id, hub)
        if use.stock or any(day.used for day in use.days):
            found.append(Lasting(item, of(use, stock.today, own.get(item.id, rules.cover))))
    return sorted(found, key=_worst)


def _worst(one: Lasting) -> tuple:
    return reads.TONES.index(one.cover.tone), inf if one.cover.mid is None else one.cover.mid, one.item.name
