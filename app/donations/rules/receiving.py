"""What was given comes: line by line into a hub, in lots of the donation's own."""

from datetime import date
from uuid import UUID

from app.donations import reads
from app.goods.rules import handling
from app.journal.record import record
from app.kernel import db
from app.kernel.act import Done, current
from app.kernel.trouble import Overtaken
from app.people.person import Person
from app.people.rights import may

_CAME = """UPDATE donation SET state = 'received', decline = NULL, answered_by = coalesce(answered_by, ?), answered_at = coalesce(answered_at, ?),
version = version + 1 WHERE id = ? AND state IN ('offered', 'accepted', 'received')"""
_ANYWAY = _CAME.removesuffix(" AND state IN ('offered', 'accepted', 'received')")


async def receive(donation_id: UUID, item: UUID, place: UUID, quantity: int, expiry: date | None, *, by: Person) -> Done:
    """One kind of thing of it; as often as it takes. Whoever stands there with it has been accepted by that.

    Pressed at the page, what was declined or withdrawn is refused. What waited on a phone lies in the hub already: it counts, with a mark.
    """
    may(by, "stock.move")
    found = await reads.donation(donation_id, by.community_id)
    late = None
    if not await db.run(_CAME, by.id, current().when, found.id):
        if not current().waited:
            raise Overtaken(f"donations.already.{found.state}", reason="answered")
        await db.run(_ANYWAY, by.id, current().when, found.id)
        late = "late"
    moved = await handling.take_in(item, place, quantity, expiry, "donated", by=by, donation=found.id)
    await db.run("INSERT INTO donation_move(move_id, donation_id, community_id) VALUES (?, ?, ?)", moved, found.id, found.community_id)
    record("donation.received", found.id, community=found.community_id, number=found.number)
    return Done("donations.received", {"number": found.number}, about=str(found.id), undo=f"/stock/moves/{moved}/undo", mark=late)
