"""Who wrote orders for others is told what became of them; who ordered from a link sees it there."""

from uuid import UUID

from app.kernel import db
from app.orders import reads
from app.people.rules.messages import tell


async def tell_writers(offer: reads.Offer, words: str, *, orders: frozenset[UUID] | None = None) -> None:
    """Once each, with the offer's number; `orders`: only who wrote one of these."""
    where, params = "offer_id = ? AND taken_back_at IS NULL AND written_by IS NOT NULL", [offer.id]
    if orders is not None:
        where, params = f"{where} AND id IN ({db.marks(tuple(orders) or (offer.id,))})", [*params, *(orders or (offer.id,))]
    for writer in await db.rows(UUID, f"SELECT DISTINCT written_by FROM household_order WHERE {where}", *params):
        await tell(writer, words, path=f"/offers/{offer.id}", community=offer.community_id, kind="desk", number=offer.number)
