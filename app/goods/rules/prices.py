"""A day's prices and volumes are said, and corrected; what was said before stays to be read."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from app.goods import price_sheet
from app.goods.reads import listing
from app.goods.reads import prices as reads
from app.goods.rules.moving import today
from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done, current
from app.kernel.sheets import Unreadable
from app.kernel.trouble import Gone, misfit
from app.people.person import Person
from app.people.rights import may

_FIRST = """INSERT INTO goods_price(community_id, day, item_id, fen, volume, by_id, at, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING"""
_KEEP = """INSERT INTO goods_price_past(id, community_id, day, item_id, fen, volume, by_id, at)
SELECT ?, community_id, day, item_id, fen, volume, by_id, at FROM goods_price WHERE community_id = ? AND day = ? AND item_id = ?"""
_PAST = "INSERT INTO goods_price_past(id, community_id, day, item_id, fen, volume, by_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_CHANGE = """UPDATE goods_price SET fen = ?, volume = ?, by_id = ?, at = ?, received_at = ?
WHERE community_id = ? AND day = ? AND item_id = ?"""


async def enter(day: date, prices: Mapping[UUID, int], volumes: Mapping[UUID, int], *, by: Person) -> Done:
    """`prices` in fen. What is blank is not said, and takes nothing away."""
    may(by, "stock.move")
    _not_ahead(day)
    there = {one.id for one in await listing.items(by.community_id)}
    if not (named := prices.keys() | volumes.keys()):
        raise misfit("day", "goods.prices.nothing")
    if named - there:
        raise Gone("goods")
    changed = sum([await say(item, day, prices.get(item), volumes.get(item), by=by) for item in sorted(named)])
    record("price.entered", by.community_id, community=by.community_id, day=day.isoformat(), n=changed)
    return Done("goods.prices.entered", {"n": len(named)}, about=str(by.community_id))


async def read(text: str, day: date, looked: bool, leave: bool, *, by: Person) -> Done:
    """A whole sheet in one act. Raises Misfit until somebody has looked at what it says (`looked`), and while lines that cannot be taken are
    not to be left out (`leave`)."""
    may(by, "stock.move")
    _not_ahead(day)
    try:
        lines = price_sheet.read(text, await listing.items(by.community_id), day, today())
    except Unreadable as why:
        raise misfit("text", why.key, **why.params) from None
    good, wrong = [one for one in lines if not one.wrong], [one for one in lines if one.wrong]
    if not lines:
        raise misfit("text", "goods.prices.nothing")
    if not looked:
        raise misfit("looked", "goods.prices.look")
    if wrong and not leave:
        raise misfit("leave", "goods.prices.wrong_lines", lines="、".join(str(one.number) for one in wrong[:20]))
    if not good:
        raise misfit("text", "goods.prices.nothing")
    changed = sum([await say(one.item, one.day, one.fen, one.volume, by=by) for one in sorted(good, key=_by_item)])
    record("price.entered", by.community_id, community=by.community_id, n=changed)
    return Done("goods.prices.read_done", {"n": len(good), "changed": changed}, about=str(by.community_id))


def _by_item(line: price_sheet.Line) -> tuple:
    return line.day, line.item


async def correct(item_id: UUID, day: date, price: int | None, volume: int | None, *, by: Person) -> Done:
    """A blank takes away what was said."""
    may(by, "stock.move")
    _not_ahead(day)
    if item_id not in {one.id for one in await listing.items(by.community_id)}:
        raise Gone("goods")
    if await reads.one_day(by.community_id, item_id, day) is None and price is None and volume is None:
        raise misfit("price", "goods.prices.nothing")
    await say(item_id, day, price, volume, by=by, whole=True)
    record("price.corrected", item_id, community=by.community_id, day=day.isoformat())
    return Done("goods.prices.corrected", about=str(item_id))


def _not_ahead(day: date) -> None:
    if day > today():
        raise misfit("day", "goods.prices.ahead")


async def say(item: UUID, day: date, fen: int | None, volume: int | None, *, by: Person, whole: bool = False) -> bool:
    """Whether what stands there changed. Unless it is `whole`, a blank leaves what stands. What was pressed last stands, in whatever order it

    comes; what comes late fills a blank, and is kept beside where it says otherwise.
    """
    here, when, this = by.community_id, current().when, day.isoformat()
    if await db.run(_FIRST, here, this, item, fen, volume, by.id, when, clock.now()):
        return True
    was = await reads.one_day(here, item, day)
    if when < was.at:
        if any(said not in (None, stood) and stood is not None for said, stood in ((fen, was.fen), (volume, was.volume))):
            await db.run(_PAST, ids.new(), here, this, item, fen, volume, by.id, when)
        fen, volume = fen if was.fen is None else was.fen, volume if was.volume is None else was.volume
    elif not whole:
        fen, volume = was.fen if fen is None else fen, was.volume if volume is None else volume
    if (fen, volume) == (was.fen, was.volume):
        return False
    await db.run(_KEEP, ids.new(), here, this, item)
    await db.run(_CHANGE, fen, volume, by.id, max(when, was.at), clock.now(), here, this, item)
    return True
