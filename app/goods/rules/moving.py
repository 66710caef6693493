"""The one way in which goods change: a move. Whoever moves holds the item first, so that two of them come one after the other."""

from datetime import date, datetime
from uuid import UUID

from app.goods import reads
from app.kernel import clock, db, ids
from app.kernel.act import current
from app.kernel.trouble import Gone, Overtaken
from app.people.person import Person

_MOVE = """INSERT INTO goods_move(id, community_id, lot_id, from_id, to_id, quantity, why, reason, mark, undoes, by_id, at, received_at, act)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def hold(item_id: UUID, by: Person) -> reads.Item:
    """The item as it is now; nobody else moves any of it until this act ends. Raises Gone for another community's."""
    if not await db.run("UPDATE goods_item SET version = version + 1 WHERE id = ? AND community_id = ?", item_id, by.community_id):
        raise Gone("goods")
    return await reads.item(item_id, by.community_id)


async def held_place(place_id: UUID, by: Person) -> reads.Place:
    """A hub or a shelf of her community."""
    found = await reads.place(place_id, by.community_id)
    if found is None or found.kind not in reads.HELD:
        raise Gone("goods")
    return found


def today() -> date:
    """The day on which it was pressed, where the community lives: what had not expired then is good."""
    return clock.local(current().when).date()


async def outside(kind: str, by: Person) -> UUID:
    """The place that stands for one side of the world outside, made when it is first needed."""
    sql = "INSERT INTO goods_place(id, community_id, kind, name) VALUES (?, ?, ?, '') ON CONFLICT DO NOTHING"
    await db.run(sql, ids.new(), by.community_id, kind)
    return UUID(str(await db.value("SELECT id FROM goods_place WHERE community_id = ? AND kind = ? AND name = ''", by.community_id, kind)))


async def free(lot: reads.Lying) -> int:
    """How many of it can leave: what lies there, or what lay there when this was pressed, where it was counted since."""
    return await _free(lot.lot_id, lot.place_id)


async def _free(lot: UUID, place: UUID) -> int:
    when = current().when
    if not await reads.settled(lot, place, place, when):
        return await reads.quantity(place, lot)
    return max(0, await reads.quantity_at(place, lot, when))


async def move(
    lot: UUID, start: UUID, end: UUID, quantity: int, why: str, *, by: Person,
    reason: str | None = None, mark: str | None = None, undoes: UUID | None = None,
) -> UUID:  # fmt: skip
    """Raises Overtaken where fewer lie there. The balances are the database's own work.

    What two persons have counted since this was pressed stands: they found it done already, so the difference that they
    wrote takes it back.
    """
    now = current()
    settled = {} if undoes else await reads.settled(lot, start, end, now.when)
    if count := settled.get(start):
        if (there := await reads.quantity_at(start, lot, now.when)) < quantity:
            raise Overtaken("goods.too_few", there=max(0, there))
        await _booked(lot, await outside("difference", by), start, quantity, "counted", by, count.at, count.reason or "miscounted")
    moved = await _booked(lot, start, end, quantity, why, by, now.when, reason or None, mark, undoes)
    if count := settled.get(end):
        await _booked(lot, end, await outside("difference", by), quantity, "counted", by, count.at, count.reason or "miscounted")
    return moved


async def carry(lot: UUID, start: UUID, end: UUID, quantity: int, why: str, *, by: Person) -> tuple[UUID, int]:
    """A move, and how much of it went beyond the book: what waited on a phone has left already, so what the book has not is a difference,
    for somebody to look at. Pressed at the page, more than there is is refused."""
    there = await _free(lot, start) if current().waited else quantity
    if there >= quantity:
        return await move(lot, start, end, quantity, why, by=by), 0
    beyond = await move(lot, await outside("difference", by), end, quantity - there, why, by=by, mark="beyond")
    return await move(lot, start, end, there, why, by=by) if there else beyond, quantity - there


async def _booked(
    lot: UUID, start: UUID, end: UUID, quantity: int, why: str, by: Person, at: datetime,
    reason: str | None, mark: str | None = None, undoes: UUID | None = None,
) -> UUID:  # fmt: skip
    moved = ids.new()
    try:
        async with db.savepoint():
            await db.run(
                _MOVE, moved, by.community_id, lot, start, end, quantity, why, reason, mark, undoes, by.id, at, clock.now(), current().id
            )
    except db.IntegrityError as lost:
        raise Overtaken("goods.too_few", there=await reads.quantity(start, lot)) from lost
    return moved
