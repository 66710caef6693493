"""Goods into parcels, on to households, and back: each is a move, so that every thing has one place at every moment."""

from typing import Protocol
from uuid import UUID

from app.goods import reads
from app.goods.rules.handling import last_lot
from app.goods.rules.moving import free, hold, move, outside, today
from app.kernel.trouble import Overtaken


class Hand(Protocol):
    """Whose hand it was: of a person at the page, or of whoever's press the clock follows."""

    @property
    def id(self) -> UUID: ...
    @property
    def community_id(self) -> UUID: ...


async def into_parcel(item: UUID, hub: UUID, quantity: int, *, by: Hand, donation: UUID | None = None) -> list[UUID]:
    """Out of a hub and its shelves, `donation`'s own lots before others, what spoils first before the rest; answers the moves. What the packer holds in her hands and the
    book does not have is written as a difference, for somebody to look at."""
    await hold(item, by)
    end, left, moved = await outside("parcel", by), quantity, []
    lots = await reads.lots_of(item, hub, by.community_id)
    for lot in sorted(lots, key=lambda lot: donation is not None and lot.donation_id != donation):
        if (lot.expiry is None or lot.expiry >= today().isoformat()) and (part := min(left, await free(lot))) > 0:
            moved.append(await move(lot.lot_id, lot.place_id, end, part, "issued", by=by))
            left -= part
    if left:
        start = await outside("difference", by)
        moved.append(await move(await last_lot(item), start, end, left, "issued", by=by, mark="beyond"))
    return moved


async def to_household(moved: UUID, *, by: Hand) -> UUID:
    """What this move brought into a parcel has reached its household."""
    was = await _was(moved, by)
    return await move(was.lot_id, was.to_id, await outside("household", by), was.quantity, "issued", by=by)


async def undone(moved: UUID, *, by: Hand) -> UUID:
    """The exact opposite of a move: into the parcel again, or back where it lay."""
    was = await _was(moved, by)
    return await move(was.lot_id, was.to_id, was.from_id, was.quantity, "undone", by=by, undoes=was.id)


async def _was(moved: UUID, by: Hand) -> reads.Move:
    was = await reads.one_move(moved, by.community_id)
    if was is None:
        raise Overtaken("goods.not_undone")
    await hold(was.item_id, by)
    return was
