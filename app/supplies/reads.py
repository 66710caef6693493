"""Questions about parcels: who has them, which of a run are not accounted for."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db
from app.places import codes


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """`at` and `by_id`: when it last changed hands, and who said so. `of`: how many its stop has."""

    id: UUID
    community_id: UUID
    code: str
    run_id: UUID
    stop_id: UUID
    number_of: int
    of: int
    holder_kind: str
    holder_id: UUID | None
    why: str
    mark: str | None
    made_at: datetime
    version: int
    by_id: UUID
    at: datetime

    @property
    def spoken(self) -> str:
        return codes.spoken(self.code)

    @property
    def path(self) -> str:
        return f"/p/{self.code}"

    @property
    def unpacked(self) -> bool:
        """Its label was made and it is not sent after all."""
        return self.holder_kind == "returned" and self.why == "unpacked"

    @property
    def out(self) -> bool:
        """Nobody can say that it is done with: somebody carries it, or it waits at the hub."""
        return self.holder_kind in ("hub", "carrier")


_SELECT = """SELECT p.id, p.community_id, p.code, p.run_id, p.stop_id, p.number_of, p.holder_kind, p.holder_id, p.why, p.mark, p.made_at,
p.version, m.by_id, m.at, (SELECT count(*) FROM parcel o WHERE o.stop_id = p.stop_id AND NOT (o.holder_kind = 'returned' AND o.why = 'unpacked')) AS of
FROM parcel p JOIN parcel_move m ON m.parcel_id = p.id AND m.number = p.version"""


async def parcel(parcel_id: UUID) -> Parcel | None:
    return await db.one(Parcel, f"{_SELECT} WHERE p.id = ?", parcel_id)


async def by_code(code: str) -> Parcel | None:
    return await db.one(Parcel, f"{_SELECT} WHERE p.code = ?", code)


async def of_run(run_id: UUID) -> list[Parcel]:
    """Every one that was ever labelled for it, unpacked ones too."""
    return await db.rows(Parcel, f"{_SELECT} WHERE p.run_id = ? ORDER BY p.stop_id, p.number_of", run_id)


async def of_stop(stop_id: UUID) -> list[Parcel]:
    return await db.rows(Parcel, f"{_SELECT} WHERE p.stop_id = ? ORDER BY p.number_of", stop_id)


async def with_stewards(run_id: UUID) -> frozenset[UUID]:
    """Stops of which a steward has a parcel and nobody carries another: what is left of them is hers to do."""
    sql = """SELECT stop_id FROM parcel WHERE run_id = ? GROUP BY stop_id HAVING sum(CASE WHEN holder_kind = 'steward' THEN 1 ELSE 0 END) > 0
    AND sum(CASE WHEN holder_kind IN ('hub', 'carrier') THEN 1 ELSE 0 END) = 0"""
    return frozenset(await db.rows(UUID, sql, run_id))


async def keeps(stop_id: UUID, run_id: UUID, community_id: UUID, account_id: UUID) -> bool:
    """Whether this steward has a parcel of that stop."""
    sql = "SELECT 1 FROM parcel WHERE stop_id = ? AND run_id = ? AND community_id = ? AND holder_kind = 'steward' AND holder_id = ?"
    return await db.value(sql, stop_id, run_id, community_id, account_id) is not None


async def came_through(stop_id: UUID, community_id: UUID, account_id: UUID) -> bool:
    """Whether this steward had a parcel of that stop until it was handed over."""
    sql = """SELECT 1 FROM parcel p JOIN parcel_move m ON m.parcel_id = p.id AND m.number = p.version WHERE p.stop_id = ? AND p.community_id = ?
    AND m.to_kind = 'household' AND m.from_kind = 'steward' AND m.from_id = ?"""
    return await db.value(sql, stop_id, community_id, account_id) is not None


class Move(msgspec.Struct, frozen=True):
    """One change of hands. `number` counts them for the parcel."""

    parcel_id: UUID
    number: int
    from_kind: str | None
    from_id: UUID | None
    to_kind: str
    to_id: UUID | None
    why: str
    mark: str | None
    by_id: UUID
    at: datetime
    received_at: datetime


async def moves(*parcel_ids: UUID) -> list[Move]:
    """In the order in which they were received, parcel by parcel."""
    sql = f"""SELECT parcel_id, number, from_kind, from_id, to_kind, to_id, why, mark, by_id, at, received_at FROM parcel_move
    WHERE parcel_id IN ({db.marks(parcel_ids)}) ORDER BY parcel_id, number"""
    return await db.rows(Move, sql, *parcel_ids)
