"""From one hub to another: on its way until somebody there says how many came."""

from uuid import UUID

from app.goods import reads
from app.goods.rules.handling import item_of
from app.goods.rules.moving import carry, held_place, hold, move, outside
from app.journal.record import record
from app.kernel import db, ids
from app.kernel.act import Done, current
from app.kernel.trouble import Barred, Gone, Overtaken, misfit
from app.people.person import Person
from app.people.reads import desk
from app.people.rights import may


async def send(lot_id: UUID, place: UUID, to: UUID, quantity: int, *, by: Person) -> Done:
    """Within one hub it is there at once; to another it is on its way. What waited on a phone has left already, whatever the book has."""
    may(by, "stock.move")
    await hold(await item_of(lot_id, by), by)
    if place == to:
        raise misfit("to", "goods.same_place")
    start, end = await held_place(place, by), await held_place(to, by)
    if (start.hub_id or start.id) == (end.hub_id or end.id):
        moved, beyond = await carry(lot_id, place, to, quantity, "shelved", by=by)
        record("stock.shelved", moved, community=by.community_id, beyond=beyond or None)
        if beyond:
            return Done("goods.moved_beyond", about=str(moved))
        return Done("goods.shelved", about=str(moved), undo=f"/stock/moves/{moved}/undo")
    _, beyond = await carry(lot_id, place, await outside("transit", by), quantity, "sent", by=by)
    sent = ids.new()
    sql = """INSERT INTO goods_transfer(id, community_id, lot_id, from_id, to_id, quantity, sent_by, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
    await db.run(sql, sent, by.community_id, lot_id, place, to, quantity, by.id, current().when)
    record("stock.sent", sent, community=by.community_id, beyond=beyond or None)
    return Done("goods.moved_beyond" if beyond else "goods.sent", about=str(sent))


async def arrive(transfer_id: UUID, quantity: int, reason: str, *, by: Person) -> Done:
    """Fewer or more than were sent has a reason, and stands as a difference. Somebody else than who sent it says so, where there is somebody else."""
    may(by, "stock.move")
    sent = await reads.transfer(transfer_id, by.community_id)
    if sent is None:
        raise Gone("goods")
    await hold(sent.item_id, by)
    alone = sent.sent_by == by.id
    if alone and await _others(by):
        raise Barred("goods.second_receiver")
    if quantity != sent.quantity and not reason:
        raise misfit("reason", "goods.reason_needed")
    sql = "UPDATE goods_transfer SET arrived = ?, arrived_by = ?, arrived_at = ?, reason = ?, alone = ? WHERE id = ? AND arrived IS NULL"
    if not await db.run(sql, quantity, by.id, current().when, reason or None, alone, sent.id):
        raise Overtaken("goods.arrived_already")
    transit, difference = await outside("transit", by), await outside("difference", by)
    if quantity > sent.quantity:
        await move(sent.lot_id, difference, transit, quantity - sent.quantity, "short", by=by, reason=reason)
    if quantity < sent.quantity:
        await move(sent.lot_id, transit, difference, sent.quantity - quantity, "short", by=by, reason=reason)
    if quantity:
        await move(sent.lot_id, transit, sent.to_id, quantity, "arrived", by=by)
    record("stock.arrived", sent.id, community=by.community_id, alone=alone or None)
    return Done("goods.arrived_alone" if alone else "goods.arrived", about=str(sent.id))


async def _others(by: Person) -> set[UUID]:
    """Who else may move goods here."""
    return {*await desk.dispatchers(by.community_id), *await desk.hub_keepers(by.community_id)} - {by.id}
