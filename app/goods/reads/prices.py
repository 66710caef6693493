"""What items cost and how much of them came, day by day, each against the median of the last days on which it was said.

Three of those days at least, seven at most, none older than two months; fewer say nothing. A price that falls is as much of a change as one
that rises; of a volume only less is.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

import msgspec

from app.goods.reads import Item, listing
from app.goods.reads.limits import Rules
from app.kernel import db

LEAST, MOST = 3, 7
BACK = timedelta(days=60)
TONES = ("alarm", "watch", "unknown", "calm")


class Change(msgspec.Struct, frozen=True):
    """`usual`: the median of the days before. `per_cent`: by how much it moved, blank where that cannot be said. `tone`: one of TONES."""

    value: int
    tone: str
    usual: float | None = None
    per_cent: int | None = None


class Quoted(msgspec.Struct, frozen=True):
    """An item on a day; a blank was not said."""

    item: Item
    day: str
    price: Change | None
    volume: Change | None

    @property
    def tone(self) -> str:
        return min((one.tone for one in (self.price, self.volume) if one), key=TONES.index, default="unknown")


class Said(msgspec.Struct, frozen=True):
    day: str
    fen: int | None
    volume: int | None
    by_id: UUID
    at: datetime


class _Value(msgspec.Struct, frozen=True):
    item_id: UUID
    day: str
    value: int


def _tone(moved: float, usual: float, amber: int, red: int) -> str:
    """Without rounding: a change of just under the limit is under it."""
    return "alarm" if moved * 100 >= red * usual else "watch" if moved * 100 >= amber * usual else "calm"


def price(fen: int, before: list[int], rules: Rules) -> Change:
    if len(before) < LEAST:
        return Change(fen, "unknown")
    usual = median(before)
    return Change(fen, _tone(abs(fen - usual), usual, rules.price_amber, rules.price_red), usual, round(100 * (fen - usual) / usual))


def volume(many: int, before: list[int], rules: Rules) -> Change:
    """Where nothing came on most days nothing can drop."""
    if len(before) < LEAST:
        return Change(many, "unknown")
    usual = median(before)
    if not usual:
        return Change(many, "calm", usual)
    return Change(many, _tone(max(0, usual - many), usual, rules.drop_amber, rules.drop_red), usual, round(100 * (many - usual) / usual))


# By item the last of the days, and those before it that it is measured against.
_LAST = """SELECT item_id, day, {column} AS value FROM (SELECT item_id, day, {column}, row_number() OVER (PARTITION BY item_id ORDER BY day DESC) AS n
FROM goods_price WHERE community_id = ? AND day <= ? AND day >= ? AND {column} IS NOT NULL) last WHERE n <= ? ORDER BY item_id, day DESC"""


async def _last(community: UUID, column: str, day: date, since: date) -> dict[UUID, list[_Value]]:
    """Of those of which something was said from `since` to `day`."""
    found: dict[UUID, list[_Value]] = defaultdict(list)
    for one in await db.rows(_Value, _LAST.format(column=column), community, day.isoformat(), (day - BACK).isoformat(), MOST + 1):
        found[one.item_id].append(one)
    return {item: values for item, values in found.items() if values[0].day >= since.isoformat()}


async def quoted(community: UUID, day: date, rules: Rules, *, since: date | None = None, words: str = "") -> list[Quoted]:
    """What was said of `day`, or last since `since`; the worst first."""
    prices, volumes = await _last(community, "fen", day, since or day), await _last(community, "volume", day, since or day)
    found = []
    for item in await listing.items(community):
        said, came = prices.get(item.id), volumes.get(item.id)
        if (said or came) and words.lower() in item.name.lower():
            cost = price(said[0].value, [one.value for one in said[1:]], rules) if said else None
            many = volume(came[0].value, [one.value for one in came[1:]], rules) if came else None
            found.append(Quoted(item, max(one[0].day for one in (said, came) if one), cost, many))
    return sorted(found, key=_worst)


def _worst(one: Quoted) -> tuple:
    moved = max((abs(each.per_cent) for each in (one.price, one.volume) if each and each.per_cent is not None), default=0)
    return TONES.index(one.tone), -moved, one.item.name


async def around(community: UUID, day: date) -> tuple[str | None, str | None]:
    """The days before and after it of which something was said."""
    sql = "SELECT {which}(day) FROM goods_price WHERE community_id = ? AND day {than} ? AND (fen IS NOT NULL OR volume IS NOT NULL)"
    return (
        await db.value(sql.format(which="max", than="<"), community, day.isoformat()),
        await db.value(sql.format(which="min", than=">"), community, day.isoformat()),
    )


async def of_day(community: UUID, day: date) -> dict[UUID, Said]:
    sql = "SELECT item_id, day, fen, volume, by_id, at FROM goods_price WHERE community_id = ? AND day = ?"

    class Row(Said, frozen=True):
        item_id: UUID

    return {one.item_id: one for one in await db.rows(Row, sql, community, day.isoformat())}


async def one_day(community: UUID, item: UUID, day: date) -> Said | None:
    sql = "SELECT day, fen, volume, by_id, at FROM goods_price WHERE community_id = ? AND day = ? AND item_id = ?"
    return await db.one(Said, sql, community, day.isoformat(), item)


async def of_item(community: UUID, item: UUID, limit: int) -> list[Said]:
    """The last day first."""
    sql = "SELECT day, fen, volume, by_id, at FROM goods_price WHERE community_id = ? AND item_id = ? ORDER BY day DESC LIMIT ?"
    return await db.rows(Said, sql, community, item, limit)


async def past(community: UUID, item: UUID, since: str) -> list[Said]:
    """What was said of a day before it was corrected, the last first."""
    sql = """SELECT day, fen, volume, by_id, at FROM goods_price_past WHERE community_id = ? AND item_id = ? AND day >= ?
    ORDER BY day DESC, at DESC, id DESC"""
    return await db.rows(Said, sql, community, item, since)


async def heard_at(community: UUID) -> datetime | None:
    """When the server heard of the last of them."""
    sql = "SELECT received_at FROM goods_price WHERE community_id = ? ORDER BY received_at DESC LIMIT 1"
    found = await db.rows(datetime, sql, community)
    return found[0] if found else None
