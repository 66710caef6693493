"""The cut-off: wishes are given as far as there is, the lists stand, and what comes later waits for a person."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

import msgspec

from app.journal import worker
from app.journal.record import record
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.trouble import Overtaken
from app.orders import reads
from app.orders.reads import placed
from app.orders.rules import lines
from app.orders.rules.offering import still
from app.orders.rules.telling import tell_writers
from app.people.person import Person
from app.people.rights import may


async def cut_off(offer_id: UUID, *, by: Person) -> Done:
    """Now, once the cut-off has passed: nothing more is waited for."""
    offer = await still(offer_id, by)
    if clock.now() < offer.cut_off_at:
        raise Overtaken("orders.still_open")
    await _freeze(offer, by.id)
    return Done("orders.lists_made", {"number": offer.number}, about=str(offer.id))


async def _freeze(offer: reads.Offer, by: UUID | None) -> None:
    sql = (
        "UPDATE offer SET frozen_at = ?, frozen_by = ?, version = version + 1 WHERE id = ? AND frozen_at IS NULL AND called_off_at IS NULL"
    )
    if not await db.run(sql, clock.now(), by, offer.id):
        raise Overtaken("orders.frozen")
    for one in await reads.offered(offer.id):  # whoever orders at this moment is through, or finds it frozen
        await db.run("UPDATE offer_pack SET taken = taken WHERE id = ?", one.id)
    if offer.fair:
        await _grant(offer)
    await db.run("UPDATE offer_pack SET closed = taken WHERE offer_id = ?", offer.id)
    record("order.cut_off", offer.id, community=offer.community_id, number=offer.number)


class Wish(msgspec.Struct):
    order_id: UUID
    quantity: int
    wished: int


def granted(wishes: Sequence[Wish], left: int | None) -> list[Wish]:
    """A second one for everybody who wished for it before anybody's third, in the order in which they ordered, as long as there is any."""
    level, rest = 2, left
    while any(one.quantity < one.wished for one in wishes) and rest != 0 and level <= max((one.wished for one in wishes), default=0):
        for one in wishes:
            if rest == 0:
                break
            if one.quantity < min(level, one.wished):
                one.quantity += 1
                rest = None if rest is None else rest - 1
        level += 1
    return list(wishes)


async def _grant(offer: reads.Offer) -> None:
    for one in await reads.offered(offer.id):
        sql = """SELECT l.order_id, l.quantity, l.wished FROM order_line l JOIN household_order o ON o.id = l.order_id
        WHERE l.offer_pack_id = ? AND l.wished > 0 ORDER BY o.made_at, o.number"""
        found = granted(await db.rows(Wish, sql, one.id), one.left)
        rows = [(wish.quantity, wish.order_id, one.id) for wish in found]
        await db.run_many("UPDATE order_line SET quantity = ? WHERE order_id = ? AND offer_pack_id = ?", rows)


async def cut_off_due() -> None:
    """Each by itself once its grace is over."""

    for one in await reads.ending():
        if one.cut_off_at + timedelta(minutes=one.grace) <= clock.now():
            await worker.do(partial(_cut_by_itself, one.id, one.community_id))


async def _cut_by_itself(offer_id: UUID, community_id: UUID) -> None:
    offer = await reads.offer(offer_id, community_id)
    if offer.state == "closing":
        await _freeze(offer, None)


async def let_in(late_id: UUID, *, by: Person) -> Done:
    """What came late counts after all, as far as there is. Raises Overtaken where somebody decided, or too few are left."""
    found, order, offer = await _late(late_id, by)
    await _decide(found, True, by)
    wanted = placed.read(found.wanted)
    for one in await reads.offered(offer.id):
        if (more := wanted.get(one.letter, 0) - order.has.get(one.letter, 0)) > 0:
            await db.run("UPDATE offer_pack SET closed = closed + ? WHERE id = ?", more, one.id)
    await lines.put(msgspec.structs.replace(offer, fair=False), await reads.packs_of(offer.id), order.id, wanted, order)
    back = None if wanted else clock.now()
    sql = "UPDATE household_order SET touched_at = ?, taken_back_at = ?, version = version + 1 WHERE id = ?"
    await db.run(sql, clock.now(), back, order.id)
    record("order.let_in", order.id, community=offer.community_id, household=order.household_id, number=order.number, offer=str(offer.id))
    return Done("orders.let_in", {"number": order.number}, about=str(offer.id))


async def turn_away(late_id: UUID, *, by: Person) -> Done:
    found, order, offer = await _late(late_id, by)
    await _decide(found, False, by)
    if not order.wishes:
        await db.run("UPDATE household_order SET taken_back_at = ?, version = version + 1 WHERE id = ?", clock.now(), order.id)
    record("order.turned_away", order.id, community=offer.community_id, household=order.household_id, number=order.number)
    return Done("orders.turned_away", {"number": order.number}, about=str(offer.id))


async def _late(late_id: UUID, by: Person) -> tuple[placed.Late, placed.Order, reads.Offer]:
    may(by, "offer.make")
    found = await placed.late(late_id, by.community_id)
    return found, await placed.order(found.order_id, by.community_id), await reads.offer(found.offer_id, by.community_id)


async def _decide(found: placed.Late, into: bool, by: Person) -> None:
    sql = "UPDATE late_order SET let_in = ?, decided_by = ?, decided_at = ? WHERE id = ? AND let_in IS NULL"
    if not await db.run(sql, into, by.id, clock.now(), found.id):
        raise Overtaken("orders.decided_already")


async def supply(offer_id: UUID, letter: str, most: int | None, instead: str, *, by: Person) -> Done:
    """How many there are of a pack, and what may come for it. Where more are ordered, what goes beyond one for a household goes first,
    the latest order before the earlier; whoever agreed to it is given the other pack, as far as there is."""
    may(by, "offer.make")
    offer = await reads.offer(offer_id, by.community_id)
    if offer.called_off_at:
        raise Overtaken("orders.called_off")
    by_letter = {one.letter: one for one in await reads.offered(offer.id)}
    one, other = by_letter.get(letter), by_letter.get(instead)
    if one is None:
        raise Overtaken("orders.no_such_pack")
    await db.run("UPDATE offer_pack SET taken = taken WHERE offer_id = ?", offer.id)
    await db.run("UPDATE offer_pack SET instead = ? WHERE id = ?", other.id if other and other.id != one.id else None, one.id)
    lost = await _shorten(offer, one, other, most) if most is not None and most < one.taken else 0
    await db.run("UPDATE offer_pack SET most = ? WHERE id = ?", most, one.id)
    await db.run("UPDATE offer SET version = version + 1 WHERE id = ?", offer.id)
    record("offer.changed", offer.id, community=offer.community_id, number=offer.number)
    return Done("orders.shortened" if lost else "orders.supply_set", {"n": lost}, about=str(offer.id))


async def _shorten(offer: reads.Offer, one: reads.Offered, other: reads.Offered | None, most: int) -> int:
    """Answers how many orders lost some."""
    found = [each for each in await placed.of_offer(offer.id) if each.has.get(one.letter)]
    found.sort(key=lambda each: (each.made_at, each.number), reverse=True)
    over, keeps = one.taken - most, {each.id: each.has[one.letter] for each in found}
    for least in (1, 0):
        for each in found:
            gone = min(over, keeps[each.id] - least)
            if gone > 0:
                keeps[each.id] -= gone
                over -= gone
    spare = None if other is None or other.most is None else other.most - other.taken
    lost = [each for each in found if keeps[each.id] < each.has[one.letter]]
    for each in lost:
        await db.run("UPDATE order_line SET quantity = ? WHERE order_id = ? AND offer_pack_id = ?", keeps[each.id], each.id, one.id)
        if other and each.instead:
            room = other.each_most - each.has.get(other.letter, 0)
            more = min(each.has[one.letter] - keeps[each.id], room, room if spare is None else spare)
            if more > 0:
                spare = None if spare is None else spare - more
                await _give(offer, each, other, more)
        record("order.shortened", each.id, community=offer.community_id, household=each.household_id, number=each.number)
    await tell_writers(offer, "message.orders_shortened", orders=frozenset(each.id for each in lost))
    return len(lost)


async def _give(offer: reads.Offer, order: placed.Order, other: reads.Offered, more: int) -> None:
    await db.run("UPDATE offer_pack SET closed = closed + ? WHERE id = ?", more, other.id)
    n = order.has.get(other.letter, 0) + more
    wished = max(n, order.wishes.get(other.letter, 0))
    await db.run(lines.SET, order.id, other.id, offer.id, offer.community_id, n, wished, other.each_most)
