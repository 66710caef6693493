"""Packs and offers."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import can
from app.photos import reads as photos
from app.places.reads import BuildingFacts

LETTERS = "ABCDEFGHIJKL"
HOLDS = ("pork", "beef", "fish", "egg", "milk", "peanut", "soy", "wheat", "alcohol")


class Pack(msgspec.Struct, frozen=True):
    """`price` in fen. `holds`: codes of what some may not eat, with blanks between."""

    id: UUID
    community_id: UUID
    name: str
    contents: str
    price: int
    holds: str
    ended_at: datetime | None
    version: int

    @property
    def held(self) -> tuple[str, ...]:
        return tuple(self.holds.split())


_PACK = "SELECT id, community_id, name, contents, price, holds, ended_at, version FROM pack"


async def pack(pack_id: UUID, community_id: UUID) -> Pack | None:
    return await db.one(Pack, f"{_PACK} WHERE id = ? AND community_id = ?", pack_id, community_id)


async def packs(community_id: UUID, *, ended: bool = False) -> list[Pack]:
    """Those that can be offered; with `ended` those that no longer can."""
    sql = f"{_PACK} WHERE community_id = ? AND ended_at IS {'NOT ' if ended else ''}NULL ORDER BY name"
    return await db.rows(Pack, sql, community_id)


async def visible(pack_id: UUID, person: Person) -> Pack:
    """Whose picture she may look at. Raises Gone."""
    found = await pack(pack_id, person.community_id) if can(person, "order.see") else None
    if found is None:
        raise Gone("pack")
    return found


async def pictures(pack_ids: Iterable[UUID]) -> dict[UUID, str]:
    """By pack, the latest of its photos that can be shown."""
    taken = await photos.photos_of("pack", pack_ids)
    shown = {pack: [one.id for one in found if one.shown == "kept"] for pack, found in taken.items()}
    return {pack: found[-1] for pack, found in shown.items() if found}


class Part(msgspec.Struct, frozen=True):
    """So many of an item of the stock in one pack."""

    pack_id: UUID
    item_id: UUID
    item: str
    unit: str
    quantity: int


async def parts(community_id: UUID) -> list[Part]:
    sql = """SELECT p.pack_id, p.item_id, i.name AS item, i.unit, p.quantity FROM pack_item p JOIN goods_item i ON i.id = p.item_id
    WHERE p.community_id = ? ORDER BY i.name"""
    return await db.rows(Part, sql, community_id)


class Offer(msgspec.Struct, frozen=True):
    """`grace`: minutes after the cut-off until the lists are made. `brought_on`: an ISO day. `taken`: packs that are ordered, None where nobody counted."""

    id: UUID
    community_id: UUID
    number: int
    title: str
    opens_at: datetime
    cut_off_at: datetime
    grace: int
    brought_on: str
    fair: bool
    made_by: UUID
    made_at: datetime
    frozen_at: datetime | None
    called_off_at: datetime | None
    version: int
    orders: int | None = None
    taken: int | None = None

    @property
    def day(self) -> date:
        return date.fromisoformat(self.brought_on)

    @property
    def state(self) -> str:
        """called_off, frozen, closing (its cut-off has passed, the lists are not made), ahead or open."""
        if self.called_off_at:
            return "called_off"
        if self.frozen_at:
            return "frozen"
        return "ahead" if clock.now() < self.opens_at else "open" if clock.now() < self.cut_off_at else "closing"


_TERMS = """SELECT o.id, o.community_id, o.number, o.title, o.opens_at, o.cut_off_at, o.grace, o.brought_on, o.fair, o.made_by, o.made_at,
o.frozen_at, o.called_off_at, o.version"""
_OFFER = f"""{_TERMS}, (SELECT count(*) FROM household_order h WHERE h.offer_id = o.id AND h.taken_back_at IS NULL) AS orders,
CAST(coalesce((SELECT sum(p.taken) FROM offer_pack p WHERE p.offer_id = o.id), 0) AS BIGINT) AS taken FROM offer o"""


async def offer(offer_id: UUID, community_id: UUID) -> Offer:
    """Raises Gone for another community's."""
    found = await db.one(Offer, f"{_OFFER} WHERE o.id = ? AND o.community_id = ?", offer_id, community_id)
    if found is None:
        raise Gone("offer")
    return found


async def terms(offer_id: UUID, community_id: UUID) -> Offer:
    """As `offer`, without counting what was ordered: an order in a rush has no time for it."""
    found = await db.one(Offer, f"{_TERMS} FROM offer o WHERE o.id = ? AND o.community_id = ?", offer_id, community_id)
    if found is None:
        raise Gone("offer")
    return found


async def offers(community_id: UUID, *, over: bool, most: int = 50, skip: int = 0) -> list[Offer]:
    """Those still to be cut off, the next first; with `over` the others, the latest first."""
    which = "(o.frozen_at IS NOT NULL OR o.called_off_at IS NOT NULL)"
    where, order = (which, "o.cut_off_at DESC") if over else (f"NOT {which}", "o.cut_off_at")
    return await db.rows(
        Offer, f"{_OFFER} WHERE o.community_id = ? AND {where} ORDER BY {order}, o.id LIMIT {most} OFFSET {skip}", community_id
    )


async def count_over(community_id: UUID) -> int:
    return await db.value(
        "SELECT count(*) FROM offer WHERE community_id = ? AND (frozen_at IS NOT NULL OR called_off_at IS NOT NULL)", community_id
    )


class Ending(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    cut_off_at: datetime
    grace: int


async def ending() -> list[Ending]:
    """Whose cut-off has passed and whose lists are not made, in every community."""
    sql = "SELECT id, community_id, cut_off_at, grace FROM offer WHERE frozen_at IS NULL AND called_off_at IS NULL AND cut_off_at <= ?"
    return await db.rows(Ending, sql, clock.now())


_FOR = """(NOT EXISTS (SELECT 1 FROM offer_building b WHERE b.offer_id = o.id)
OR EXISTS (SELECT 1 FROM offer_building b WHERE b.offer_id = o.id AND b.building_id = ?))"""


async def offered_at(building: BuildingFacts) -> list[Offer]:
    """What can be ordered at this building now, or could until its cut-off of the last day."""
    sql = f"{_OFFER} WHERE o.community_id = ? AND o.called_off_at IS NULL AND o.opens_at <= ? AND o.frozen_at IS NULL AND {_FOR} ORDER BY o.cut_off_at"
    return await db.rows(Offer, sql, building.community_id, clock.now(), building.id)


async def is_for(offer_id: UUID, building_id: UUID) -> bool:
    return await db.value(f"SELECT 1 FROM offer o WHERE o.id = ? AND {_FOR}", offer_id, building_id) is not None


async def buildings_of(offer_id: UUID) -> list[UUID]:
    """None means all of them."""
    return await db.rows(UUID, "SELECT building_id FROM offer_building WHERE offer_id = ?", offer_id)


class Offered(msgspec.Struct, frozen=True):
    """A pack of an offer. `most`: how many there are, None where more can be bought. `instead`: the letter of what may come for it.

    `wished`: None where nobody asked.
    """

    id: UUID
    offer_id: UUID
    pack_id: UUID
    letter: str
    name: str
    contents: str
    price: int
    holds: str
    most: int | None
    each_most: int
    taken: int
    instead: str | None
    wished: int | None = None

    @property
    def left(self) -> int | None:
        return None if self.most is None else self.most - self.taken

    @property
    def held(self) -> tuple[str, ...]:
        return tuple(self.holds.split())


_PACKS = """SELECT p.id, p.offer_id, p.pack_id, p.letter, k.name, k.contents, p.price, k.holds, p.most, p.each_most, p.taken, i.letter AS instead"""
_OF_OFFER = (
    "FROM offer_pack p JOIN pack k ON k.id = p.pack_id LEFT JOIN offer_pack i ON i.id = p.instead WHERE p.offer_id = ? ORDER BY p.letter"
)


async def offered(offer_id: UUID) -> list[Offered]:
    sql = f"""{_PACKS}, CAST(coalesce((SELECT sum(l.wished) FROM order_line l WHERE l.offer_pack_id = p.id), 0) AS BIGINT) AS wished {_OF_OFFER}"""
    return await db.rows(Offered, sql, offer_id)


async def packs_of(offer_id: UUID) -> list[Offered]:
    """As `offered`, without adding up what is wished for."""
    return await db.rows(Offered, f"{_PACKS} {_OF_OFFER}", offer_id)
