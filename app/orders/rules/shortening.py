"""A pack falls short at the packing table: the door has fewer, and whoever made the offer is told."""

from app.journal.record import record
from app.kernel import db
from app.orders import reads
from app.orders.reads.placed import Order
from app.people.rules.messages import tell


async def short(order: Order, letter: str, there: int) -> int:
    """Answers how many packs the door still gets in all."""
    one = next(each for each in await reads.offered(order.offer_id) if each.letter == letter)
    await db.run("UPDATE order_line SET quantity = ? WHERE order_id = ? AND offer_pack_id = ?", there, order.id, one.id)
    offer = await reads.offer(order.offer_id, order.community_id)
    record("order.shortened", order.id, community=order.community_id, household=order.household_id, number=order.number)
    told = {"path": f"/orders/{order.id}", "community": order.community_id, "tag": f"short {offer.id}"}
    for account in {offer.made_by, order.written_by} - {None}:
        await tell(account, "message.pack_short", kind="desk", number=order.number, **told)
    return sum(order.has.values()) - order.has[letter] + there
