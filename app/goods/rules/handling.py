"""What is done with goods: named, received, given out, thrown away, and each of it undone."""

from datetime import date
from uuid import UUID

from app.goods import reads
from app.goods.rules.moving import free, held_place, hold, move, outside, today
from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Gone, Overtaken, misfit
from app.people.person import Person
from app.people.rights import may


async def add_item(name: str, unit: str, kind: str, fresh: bool, *, by: Person) -> Done:
    """Medicine spoils whatever is said of it."""
    may(by, "stock.move")
    item = ids.new()
    sql = "INSERT INTO goods_item(id, community_id, name, unit, kind, expires) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, item, by.community_id, name, unit, kind, fresh or kind == "medicine"):
        raise misfit("name", "goods.name_taken")
    record("item.added", item, community=by.community_id)
    return Done("goods.item_added", about=str(item))


async def add_place(name: str, hub: UUID | None, *, by: Person) -> Done:
    """A hub, or a shelf of `hub`."""
    may(by, "stock.move")
    if hub and (await held_place(hub, by)).kind != "hub":
        raise Gone("goods")
    place = ids.new()
    sql = "INSERT INTO goods_place(id, community_id, kind, name, hub_id) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    if not await db.run(sql, place, by.community_id, "shelf" if hub else "hub", name, hub):
        raise misfit("name", "goods.name_taken")
    record("stock_place.added", place, community=by.community_id)
    return Done("goods.place_added", about=str(place))


async def receive(item: UUID, place: UUID, quantity: int, expiry: date | None, donated: bool, *, by: Person) -> Done:
    """From a supplier or a donor into a hub or shelf. What spoils has a day on it, which has not passed."""
    moved = await take_in(item, place, quantity, expiry, "donated" if donated else "received", by=by)
    record("stock.received", moved, community=by.community_id)
    return Done("goods.received", about=str(moved), undo=_undoing(moved))


async def take_in(
    item: UUID, place: UUID, quantity: int, expiry: date | None, why: str, *, by: Person, donation: UUID | None = None
) -> UUID:
    """The move. What a known donation brings lies in lots of its own."""
    may(by, "stock.move")
    held = await hold(item, by)
    spot = await held_place(place, by)
    if held.expires and expiry is None:
        raise misfit("expiry", "goods.expiry_needed")
    if held.expires and expiry < today():
        raise misfit("expiry", "goods.expired_already")
    lot = await _lot(held, expiry if held.expires else None, donation)
    return await move(lot, await outside("donor" if why == "donated" else "supplier", by), spot.id, quantity, why, by=by)


def _undoing(moved: UUID) -> str:
    return f"/stock/moves/{moved}/undo"


async def _lot(item: reads.Item, expiry: date | None, donation: UUID | None = None) -> UUID:
    day = expiry.isoformat() if expiry else None
    sql = "INSERT INTO goods_lot(id, community_id, item_id, expires, expiry, donation_id) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
    await db.run(sql, ids.new(), item.community_id, item.id, item.expires, day, donation)
    found = "SELECT id FROM goods_lot WHERE item_id = ? AND coalesce(expiry, '') = ? AND coalesce(donation_id, item_id) = ?"
    return UUID(str(await db.value(found, item.id, day or "", donation or item.id)))


async def issue(item_id: UUID, place: UUID, quantity: int, *, by: Person) -> Done:
    """Out of a hub and its shelves, what spoils first before the rest, from as many lots as it takes; never what has expired.

    Pressed at the page, more than there is is refused. What waited on a phone has left the hub already: what the book has goes, and the
    rest is written as a difference, for somebody to look at.
    """
    may(by, "stock.move")
    await hold(item_id, by)
    spot = await held_place(place, by)
    lots = await reads.lots_of(item_id, spot.id, by.community_id)
    good = [lot for lot in lots if lot.expiry is None or lot.expiry >= today().isoformat()]
    most = {(lot.lot_id, lot.place_id): await free(lot) for lot in good}
    there = sum(most.values())
    if there < quantity and not current().waited:
        raise Overtaken("goods.too_few" if good == lots else "goods.too_few_good", there=there)
    end, left, moved = await outside("household", by), quantity, []
    for lot in good:
        if part := min(left, most[lot.lot_id, lot.place_id]):
            moved.append(await move(lot.lot_id, lot.place_id, end, part, "issued", by=by))
            left -= part
    if left:
        moved.append(await move(await last_lot(item_id), await outside("difference", by), end, left, "issued", by=by, mark="beyond"))
    record("stock.issued", moved[0], community=by.community_id, beyond=left or None)
    undo = _undoing(moved[0]) if len(moved) == 1 else None
    return Done("goods.issued_beyond" if left else "goods.issued", about=str(moved[0]), undo=undo)


async def last_lot(item_id: UUID) -> UUID:
    """The lot that a thing given out beyond the book most likely was of. Raises Overtaken where there never was one."""
    found = await db.rows(UUID, "SELECT id FROM goods_lot WHERE item_id = ? ORDER BY expiry DESC, id DESC LIMIT 1", item_id)
    if not found:
        raise Overtaken("goods.too_few", there=0)
    return found[0]


async def waste(lot_id: UUID, place: UUID, quantity: int, reason: str, *, by: Person) -> Done:
    may(by, "stock.move")
    if not reason:
        raise misfit("reason", "goods.reason_needed")
    await hold(await item_of(lot_id, by), by)
    spot = await held_place(place, by)
    moved = await move(lot_id, spot.id, await outside("waste", by), quantity, "wasted", by=by, reason=reason)
    record("stock.wasted", moved, community=by.community_id)
    return Done("goods.wasted", about=str(moved), undo=_undoing(moved))


async def item_of(lot_id: UUID, by: Person) -> UUID:
    found = await db.rows(UUID, "SELECT item_id FROM goods_lot WHERE id = ? AND community_id = ?", lot_id, by.community_id)
    if not found:
        raise Gone("goods")
    return found[0]


# A count and a transfer have two halves, which one counter-move would tear.
UNDOABLE = ("received", "donated", "issued", "wasted", "shelved")

_COUNTED = "SELECT 1 FROM goods_count WHERE lot_id = ? AND place_id IN (?, ?) AND second_at >= ? LIMIT 1"


async def undo(move_id: UUID, *, by: Person) -> Done:
    """The exact opposite, once. Refused where what came has gone on meanwhile, or was counted since: that count has put it right."""
    may(by, "stock.move")
    was = await reads.one_move(move_id, by.community_id)
    if was is None:
        raise Gone("goods")
    await hold(was.item_id, by)
    if was.why not in UNDOABLE:
        raise Overtaken("goods.not_undone")
    if await db.value("SELECT 1 FROM goods_move WHERE undoes = ?", was.id):
        raise Overtaken("goods.undone_already")
    if await db.value(_COUNTED, was.lot_id, was.from_id, was.to_id, was.at):
        raise Overtaken("goods.counted_since")
    moved = await move(was.lot_id, was.to_id, was.from_id, was.quantity, "undone", by=by, undoes=was.id)
    # a truck that has gone differs from its paper otherwise now: its reason was for what it was
    again = "UPDATE goods_booking SET reason = NULL WHERE gone_at IS NOT NULL AND id = (SELECT booking_id FROM goods_unloaded WHERE move_id = ?)"
    await db.run(again, was.id)
    record("stock.undone", moved, community=by.community_id)
    return Done("goods.undone", about=str(moved))
