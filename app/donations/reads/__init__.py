"""What is offered, and what came of it."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Gone
from app.people.rules.sessions import token_hash

WAITING, COMING, CAME, OVER = ("offered",), ("accepted",), ("received",), ("declined", "withdrawn")
SHOWN = {"": WAITING, "coming": COMING, "came": CAME, "over": OVER}
DECLINES = ("enough", "no_room", "not_fit", "other")


class Donation(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` of `unit` were offered. `on_day`: an ISO day. `brings`: whoever gives it brings it; else it is to be fetched."""

    id: UUID
    community_id: UUID
    emergency_id: UUID
    number: int
    key_id: UUID | None
    state: str
    what_sealed: bytes | None
    amount: int
    unit: str
    name_sealed: bytes | None
    phone_sealed: bytes | None
    note_sealed: bytes | None
    answer_sealed: bytes | None
    on_day: str | None
    brings: bool
    channel: str
    written_by: UUID | None
    decline: str | None
    answered_by: UUID | None
    answered_at: datetime | None
    made_at: datetime
    version: int

    @property
    def day(self) -> date | None:
        return date.fromisoformat(self.on_day) if self.on_day else None

    @property
    def what(self) -> str:
        return self.opened("what")

    def opened(self, column: str) -> str:
        """A sealed column's text, blank where its key is gone."""
        sealed = getattr(self, f"{column}_sealed")
        if sealed is None or self.key_id is None:
            return ""
        try:
            return Seal("donation", self.id, self.key_id, self.emergency_id).open(column, sealed)
        except Closed:
            return ""


_DONATION = """SELECT id, community_id, emergency_id, number, key_id, state, what_sealed, amount, unit, name_sealed, phone_sealed, note_sealed, answer_sealed,
on_day, brings, channel, written_by, decline, answered_by, answered_at, made_at, version FROM donation"""


async def donation(donation_id: UUID, community_id: UUID) -> Donation:
    """Raises Gone for another community's."""
    found = await db.one(Donation, f"{_DONATION} WHERE id = ? AND community_id = ?", donation_id, community_id)
    if found is None:
        raise Gone("donation")
    return found


async def by_token(token: str) -> Donation:
    """Raises Gone, alike for a wrong and an old link."""
    found = await db.one(Donation, f"{_DONATION} WHERE token_hash = ?", token_hash(token))
    if found is None:
        raise Gone("donation")
    return found


async def by_number(community_id: UUID, number: int) -> Donation | None:
    return await db.one(Donation, f"{_DONATION} WHERE community_id = ? AND number = ?", community_id, number)


async def listed(community_id: UUID, states: tuple[str, ...], *, limit: int, skip: int = 0) -> list[Donation]:
    """What waits the longest first; what is over the latest first."""
    order = "made_at, id" if states in (WAITING, COMING) else "answered_at DESC, made_at DESC, id"
    sql = f"{_DONATION} WHERE community_id = ? AND state IN ({db.marks(states)}) ORDER BY {order} LIMIT {limit} OFFSET {skip}"
    return await db.rows(Donation, sql, community_id, *states)


async def counts(community_id: UUID) -> dict[str, int]:
    """By what is shown: `SHOWN`."""

    class Row(msgspec.Struct, frozen=True):
        state: str
        n: int

    rows = await db.rows(Row, "SELECT state, count(*) AS n FROM donation WHERE community_id = ? GROUP BY state", community_id)
    return {shown: sum(row.n for row in rows if row.state in states) for shown, states in SHOWN.items()}


async def alike(one: Donation) -> list[Donation]:
    """Others of the same telephone that are not over: perhaps the same thing, said twice."""
    sql = f"""{_DONATION} WHERE community_id = ? AND id <> ? AND state IN ('offered', 'accepted')
    AND phone_hash = (SELECT phone_hash FROM donation WHERE id = ?) ORDER BY made_at LIMIT 5"""
    return await db.rows(Donation, sql, one.community_id, one.id, one.id)


class Came(msgspec.Struct, frozen=True):
    """A line of what was received. `undone`: it was taken back."""

    move_id: UUID
    item_id: UUID
    item: str
    unit: str
    expiry: str | None
    place: str
    hub_id: UUID
    quantity: int
    by_id: UUID
    at: datetime
    undone: bool


async def came(donation_id: UUID) -> list[Came]:
    sql = """SELECT m.id AS move_id, i.id AS item_id, i.name AS item, i.unit, t.expiry, p.name AS place, coalesce(p.hub_id, p.id) AS hub_id, m.quantity, m.by_id, m.at,
    EXISTS (SELECT 1 FROM goods_move u WHERE u.undoes = m.id) AS undone
    FROM donation_move d JOIN goods_move m ON m.id = d.move_id JOIN goods_lot t ON t.id = m.lot_id JOIN goods_item i ON i.id = t.item_id
    JOIN goods_place p ON p.id = m.to_id WHERE d.donation_id = ? ORDER BY m.at, m.id"""
    return await db.rows(Came, sql, donation_id)


class Left(msgspec.Struct, frozen=True):
    """Of what a donation brought: how many lie in a hub and its shelves, and how many of it there were in all."""

    item_id: UUID
    item: str
    unit: str
    hub_id: UUID
    left: int


async def left(donation_id: UUID) -> list[Left]:
    sql = """SELECT i.id AS item_id, i.name AS item, i.unit, coalesce(p.hub_id, p.id) AS hub_id, CAST(sum(b.quantity) AS BIGINT) AS left
    FROM goods_lot t JOIN goods_balance b ON b.lot_id = t.id JOIN goods_place p ON p.id = b.place_id JOIN goods_item i ON i.id = t.item_id
    WHERE t.donation_id = ? AND p.kind IN ('hub', 'shelf') GROUP BY i.id, i.name, i.unit, coalesce(p.hub_id, p.id) HAVING sum(b.quantity) > 0
    ORDER BY i.name"""
    return await db.rows(Left, sql, donation_id)


async def image(one: Donation) -> bytes | None:
    sealed = await db.value("SELECT image_sealed FROM donation_photo WHERE donation_id = ?", one.id)
    if sealed is None or one.key_id is None:
        return None
    try:
        return Seal("donation_photo", one.id, one.key_id, one.emergency_id).open_bytes("image", bytes(sealed))
    except Closed:
        return None


async def pictured(donation_id: UUID) -> bool:
    return await db.value("SELECT 1 FROM donation_photo WHERE donation_id = ? AND image_sealed IS NOT NULL", donation_id) is not None
