"""Counted by two persons, the second of whom does not see what the first one found."""

from uuid import UUID

from app.goods import reads
from app.goods.rules.handling import item_of
from app.goods.rules.moving import held_place, hold, move, outside
from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Barred, Gone, Overtaken, misfit
from app.people.person import Person
from app.people.rights import may


async def begin(lot_id: UUID, place: UUID, found: int, *, by: Person) -> Done:
    may(by, "stock.count")
    await hold(await item_of(lot_id, by), by)
    spot = await held_place(place, by)
    count, book = ids.new(), await reads.quantity_at(spot.id, lot_id, current().when)
    sql = """INSERT INTO goods_count(id, community_id, place_id, lot_id, first, first_book, first_by, first_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"""
    if not await db.run(sql, count, by.community_id, spot.id, lot_id, found, book, by.id, current().when):
        raise Overtaken("goods.counting_already")
    record("stock.counted_once", count, community=by.community_id)
    return Done("goods.counted_once", about=str(count))


async def take_back(count_id: UUID, *, by: Person) -> Done:
    """A slip of her own, before anybody has counted after her: the lot is free to be counted anew."""
    may(by, "stock.count")
    count = await reads.count(count_id, by.community_id)
    if count is None:
        raise Gone("goods")
    await hold(count.item_id, by)
    if count.first_by != by.id:
        raise Barred("goods.own_count")
    sql = "UPDATE goods_count SET taken_back_at = ? WHERE id = ? AND second IS NULL AND taken_back_at IS NULL"
    if not await db.run(sql, current().when, count.id):
        raise Overtaken("goods.counted_already")
    record("stock.count_taken_back", count.id, community=by.community_id)
    return Done("goods.count_taken_back", about=str(count.id))


async def finish(count_id: UUID, found: int, reason: str, *, by: Person) -> Done:
    """What the second person found when she counted stands; what moved since is added to it. Where either differed from the book there is a reason."""
    may(by, "stock.count")
    count = await reads.count(count_id, by.community_id)
    if count is None:
        raise Gone("goods")
    await hold(count.item_id, by)
    if count.first_by == by.id:
        raise Barred("goods.second_person")
    book = await reads.quantity_at(count.place_id, count.lot_id, current().when)
    agreed = found == book and await db.value("SELECT 1 FROM goods_count WHERE id = ? AND first = first_book", count.id)
    if not agreed and not reason:
        raise misfit("reason", "goods.reason_needed")
    sql = "UPDATE goods_count SET second = ?, second_book = ?, second_by = ?, second_at = ?, reason = ? WHERE id = ? AND second IS NULL AND taken_back_at IS NULL"
    if not await db.run(sql, found, book, by.id, current().when, reason or None, count.id):
        raise Overtaken("goods.counted_already")
    difference = await outside("difference", by)
    if found > book:
        await move(count.lot_id, difference, count.place_id, found - book, "counted", by=by, reason=reason)
    # a count that comes late may miss more than is left by now
    if found < book and (short := min(book - found, await reads.quantity(count.place_id, count.lot_id))):
        await move(count.lot_id, count.place_id, difference, short, "counted", by=by, reason=reason)
    record("stock.counted", count.id, community=by.community_id)
    return Done("goods.counted", about=str(count.id))
