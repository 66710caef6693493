"""The packing table: what is to be packed, for whom next, what is in it."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.deliveries.reads import promised
from app.deliveries.reads.spread import DistributionLine, distributions
from app.kernel import db
from app.orders import reads as offers
from app.orders.reads import placed
from app.places import labels


class Packing(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    community_id: UUID
    distribution_id: UUID
    run_id: UUID
    stop_id: UUID
    packer_id: UUID
    hub_id: UUID | None
    taken_at: datetime
    done_at: datetime | None
    let_go_at: datetime | None
    household_id: UUID | None
    estate: str
    building: int
    unit: int
    floor: int
    door: int
    donation_id: UUID | None

    @property
    def place(self) -> str:
        return labels.door(self.estate, self.building, self.unit, self.floor, self.door)


_PACKING = """SELECT p.id, p.community_id, p.distribution_id, p.run_id, p.stop_id, p.packer_id, p.hub_id, p.taken_at, p.done_at, p.let_go_at,
s.household_id, e.name AS estate, b.number AS building, s.unit, s.floor, s.door,
(SELECT d.donation_id FROM distribution d WHERE d.id = p.distribution_id) AS donation_id
FROM packing p JOIN stop s ON s.id = p.stop_id JOIN building b ON b.id = s.building_id JOIN estate e ON e.id = b.estate_id"""


async def packing(packing_id: UUID, community_id: UUID) -> Packing | None:
    return await db.one(Packing, f"{_PACKING} WHERE p.id = ? AND p.community_id = ?", packing_id, community_id)


async def hers(account_id: UUID) -> Packing | None:
    """What she is packing now."""
    return await db.one(Packing, f"{_PACKING} WHERE p.packer_id = ? AND p.done_at IS NULL AND p.let_go_at IS NULL", account_id)


async def last_of(distribution_id: UUID, account_id: UUID) -> Packing | None:
    """What she packed last, for her to look back at."""
    sql = f"{_PACKING} WHERE p.distribution_id = ? AND p.packer_id = ? AND p.done_at IS NOT NULL AND p.let_go_at IS NULL ORDER BY p.done_at DESC LIMIT 1"
    return await db.one(Packing, sql, distribution_id, account_id)


_TO_PACK = """FROM distribution_door x JOIN stop s ON s.id = x.stop_id JOIN run r ON r.id = s.run_id JOIN building b ON b.id = s.building_id
JOIN estate e ON e.id = b.estate_id WHERE x.distribution_id = ? AND s.dropped_at IS NULL AND r.state IN ('draft', 'given')
AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.stop_id = s.id AND h.undone_at IS NULL)"""
_FREE = " AND NOT EXISTS (SELECT 1 FROM packing p WHERE p.stop_id = s.id AND p.let_go_at IS NULL)"


class Free(msgspec.Struct, frozen=True):
    stop_id: UUID
    run_id: UUID


async def next_free(distribution_id: UUID) -> Free | None:
    """Building by building from the first floor up, so that a run fills at one go."""
    sql = f"SELECT s.id AS stop_id, s.run_id {_TO_PACK}{_FREE} ORDER BY e.name, b.number, s.unit, s.floor, s.door LIMIT 1"
    return await db.one(Free, sql, distribution_id)


class Progress(msgspec.Struct, frozen=True):
    """`doors` that wait for their run, `done` of them packed, `taken` by somebody at this moment."""

    doors: int
    done: int
    taken: int

    @property
    def free(self) -> int:
        return self.doors - self.done - self.taken


async def progress(distribution_id: UUID) -> Progress:
    done = "EXISTS (SELECT 1 FROM packing p WHERE p.stop_id = s.id AND p.let_go_at IS NULL AND p.done_at IS NOT NULL)"
    taken = "EXISTS (SELECT 1 FROM packing p WHERE p.stop_id = s.id AND p.let_go_at IS NULL AND p.done_at IS NULL)"
    sql = f"""SELECT count(*) AS doors, CAST(coalesce(sum(CASE WHEN {done} THEN 1 ELSE 0 END), 0) AS BIGINT) AS done,
    CAST(coalesce(sum(CASE WHEN {taken} THEN 1 ELSE 0 END), 0) AS BIGINT) AS taken {_TO_PACK}"""
    return await db.one(Progress, sql, distribution_id)


async def to_pack(community_id: UUID) -> list[tuple[DistributionLine, Progress]]:
    """Distributions of which something waits to be packed, the newest first."""
    found = [(line, await progress(line.id)) for line in await distributions(community_id) if not line.complete]
    return [(line, each) for line, each in found if each.doors]


class Content(msgspec.Struct, frozen=True):
    """One pack of a door: `parts` as (item, quantity in all, unit)."""

    letter: str
    name: str
    contents: str
    quantity: int
    parts: tuple[tuple[str, int, str], ...]


async def offer_of(distribution_id: UUID) -> UUID | None:
    found = await db.rows(UUID, "SELECT offer_id FROM distribution WHERE id = ? AND offer_id IS NOT NULL", distribution_id)
    return found[0] if found else None


async def hub_of(distribution_id: UUID) -> UUID | None:
    """The hub that its goods were promised out of."""
    found = await db.rows(UUID, "SELECT hub_id FROM distribution WHERE id = ? AND hub_id IS NOT NULL", distribution_id)
    return found[0] if found else None


async def order_of(one: Packing) -> placed.Order | None:
    offer = await offer_of(one.distribution_id)
    return await placed.of_door(offer, one.household_id) if offer and one.household_id else None


async def contents(order: placed.Order) -> list[Content]:
    parts = await offers.parts(order.community_id)
    return [
        Content(
            each.letter, each.name, each.contents, n, tuple((p.item, p.quantity * n, p.unit) for p in parts if p.pack_id == each.pack_id)
        )
        for each in await offers.offered(order.offer_id)
        if (n := order.has.get(each.letter, 0))
    ]


async def items(one: Packing) -> dict[UUID, int]:
    """How many of which item of the stock go into this door's parcels."""
    order = await order_of(one)
    if order is None:
        return {part.item_id: part.quantity for part in await promised.parts(one.distribution_id)}
    found: dict[UUID, int] = {}
    of_pack = {each.pack_id: order.has.get(each.letter, 0) for each in await offers.offered(order.offer_id)}
    for part in await offers.parts(order.community_id):
        if n := of_pack.get(part.pack_id):
            found[part.item_id] = found.get(part.item_id, 0) + n * part.quantity
    return found
