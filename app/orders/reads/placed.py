"""What was ordered, door by door."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Gone
from app.people.rules.sessions import token_hash
from app.places import labels


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`has` and `wishes`: how many by letter, those of none left out. `instead`: something else may come where one falls short."""

    id: UUID
    community_id: UUID
    emergency_id: UUID
    offer_id: UUID
    number: int
    household_id: UUID
    building_id: UUID
    estate: str
    building: int
    unit: int
    floor: int
    door: int
    channel: str
    written_by: UUID | None
    key_id: UUID | None
    name_sealed: bytes | None
    phone_sealed: bytes | None
    note_sealed: bytes | None
    avoids_sealed: bytes | None
    instead: bool
    made_at: datetime
    touched_at: datetime
    taken_back_at: datetime | None
    version: int
    has: dict[str, int] = {}
    wishes: dict[str, int] = {}

    @property
    def place(self) -> str:
        return labels.door(self.estate, self.building, self.unit, self.floor, self.door)

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def packs(self) -> int:
        return sum(self.has.values())

    @property
    def said(self) -> str:
        return said(self.has)

    def opened(self, column: str) -> str:
        """A sealed column's text, blank where its key is gone."""
        sealed = getattr(self, f"{column}_sealed")
        if sealed is None or self.key_id is None:
            return ""
        try:
            return Seal("household_order", self.id, self.key_id, self.emergency_id).open(column, sealed)
        except Closed:
            return ""


def said(packs: dict[str, int]) -> str:
    """`A×2 B×1`."""
    return " ".join(f"{letter}×{n}" for letter, n in sorted(packs.items()) if n)


def written(packs: dict[str, int]) -> str:
    """As it stands in a row: `A2 B1`."""
    return " ".join(f"{letter}{n}" for letter, n in sorted(packs.items()) if n)


def read(text: str) -> dict[str, int]:
    return {part[0]: int(part[1:]) for part in text.split()}


_ORDER = """SELECT o.id, o.community_id, o.emergency_id, o.offer_id, o.number, o.household_id, o.building_id, e.name AS estate, b.number AS building, o.unit, o.floor,
o.door, o.channel, o.written_by, o.key_id, o.name_sealed, o.phone_sealed, o.note_sealed, o.avoids_sealed, o.instead, o.made_at, o.touched_at,
o.taken_back_at, o.version FROM household_order o JOIN building b ON b.id = o.building_id JOIN estate e ON e.id = b.estate_id"""


class _Line(msgspec.Struct, frozen=True):
    order_id: UUID
    letter: str
    quantity: int
    wished: int


async def _with_lines(found: list[Order]) -> list[Order]:
    if not found:
        return []
    sql = """SELECT l.order_id, p.letter, l.quantity, l.wished FROM order_line l JOIN offer_pack p ON p.id = l.offer_pack_id
    WHERE {which} AND l.wished > 0"""
    if len(found) == 1:
        lines = await db.rows(_Line, sql.format(which="l.order_id = ?"), found[0].id)
    else:
        offers = tuple({one.offer_id for one in found})
        lines = await db.rows(_Line, sql.format(which=f"l.offer_id IN ({db.marks(offers)})"), *offers)
    has: dict[UUID, dict[str, int]] = {}
    wishes: dict[UUID, dict[str, int]] = {}
    for line in lines:
        wishes.setdefault(line.order_id, {})[line.letter] = line.wished
        if line.quantity:
            has.setdefault(line.order_id, {})[line.letter] = line.quantity
    return [msgspec.structs.replace(one, has=has.get(one.id, {}), wishes=wishes.get(one.id, {})) for one in found]


async def order(order_id: UUID, community_id: UUID) -> Order:
    """Raises Gone for another community's."""
    found = await db.one(Order, f"{_ORDER} WHERE o.id = ? AND o.community_id = ?", order_id, community_id)
    if found is None:
        raise Gone("order")
    return (await _with_lines([found]))[0]


async def of_door(offer_id: UUID, household_id: UUID) -> Order | None:
    found = await db.one(Order, f"{_ORDER} WHERE o.offer_id = ? AND o.household_id = ?", offer_id, household_id)
    return (await _with_lines([found]))[0] if found else None


async def by_token(token: str) -> Order:
    """Raises Gone, alike for a wrong and an old link."""
    found = await db.one(Order, f"{_ORDER} WHERE o.token_hash = ?", token_hash(token))
    if found is None:
        raise Gone("order")
    return (await _with_lines([found]))[0]


async def of_offer(offer_id: UUID, *, buildings: frozenset[UUID] | None = None) -> list[Order]:
    """Those that hold, in walking order; with `buildings` only theirs."""
    where, params = "o.offer_id = ? AND o.taken_back_at IS NULL", [offer_id]
    if buildings is not None:
        where, params = (
            f"{where} AND o.building_id IN ({db.marks(tuple(buildings) or (offer_id,))})",
            [*params, *(buildings or (offer_id,))],
        )
    found = await db.rows(Order, f"{_ORDER} WHERE {where} ORDER BY e.name, b.number, o.unit, o.floor DESC, o.door", *params)
    return await _with_lines(found)


class Late(msgspec.Struct, frozen=True):
    """`wanted` as in `written`, blank where the order is to be taken back."""

    id: UUID
    offer_id: UUID
    order_id: UUID
    community_id: UUID
    wanted: str
    at: datetime
    received_at: datetime
    let_in: bool | None


_LATE = "SELECT id, offer_id, order_id, community_id, wanted, at, received_at, let_in FROM late_order"


async def late(late_id: UUID, community_id: UUID) -> Late:
    found = await db.one(Late, f"{_LATE} WHERE id = ? AND community_id = ?", late_id, community_id)
    if found is None:
        raise Gone("order")
    return found


async def late_open(offer_id: UUID) -> list[Late]:
    return await db.rows(Late, f"{_LATE} WHERE offer_id = ? AND let_in IS NULL ORDER BY received_at", offer_id)


async def late_of(order_id: UUID) -> list[Late]:
    return await db.rows(Late, f"{_LATE} WHERE order_id = ? ORDER BY received_at", order_id)
