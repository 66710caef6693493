"""Who asks to be stood in for, and who could."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people.reads.names import names


class SwapFacts(msgspec.Struct, frozen=True):
    id: UUID
    shift_id: UUID
    post_id: UUID
    asked_by: UUID
    asked_at: datetime
    accepted_by: UUID | None
    withdrawn_at: datetime | None
    forbidden_at: datetime | None
    post: str
    from_at: datetime
    until_at: datetime
    building_id: UUID | None
    asker: str = ""
    accepter: str = ""

    @property
    def open(self) -> bool:
        return self.accepted_by is None and self.withdrawn_at is None and self.forbidden_at is None

    @property
    def standing(self) -> bool:
        """Accepted, and not forbidden since."""
        return self.accepted_by is not None and self.forbidden_at is None


_SWAP = """SELECT w.id, w.shift_id, s.post_id, w.asked_by, w.asked_at, w.accepted_by, w.withdrawn_at, w.forbidden_at, p.name AS post, s.from_at, s.until_at,
p.building_id FROM shift_swap w JOIN shift s ON s.id = w.shift_id JOIN post p ON p.id = s.post_id"""
_OPEN = "w.accepted_at IS NULL AND w.withdrawn_at IS NULL AND w.forbidden_at IS NULL AND s.removed_at IS NULL AND s.ended_at IS NULL AND s.until_at > ?"


async def _named(found: list[SwapFacts]) -> list[SwapFacts]:
    who = await names({each.asked_by for each in found} | {each.accepted_by for each in found if each.accepted_by})
    return [
        msgspec.structs.replace(each, asker=who.get(each.asked_by, ""), accepter=who.get(each.accepted_by, "") if each.accepted_by else "")
        for each in found
    ]


async def swap(swap_id: UUID, community_id: UUID) -> SwapFacts | None:
    return await db.one(SwapFacts, f"{_SWAP} WHERE w.id = ? AND w.community_id = ?", swap_id, community_id)


async def asked_at(shift_id: UUID) -> SwapFacts | None:
    """The last that was asked of a shift, or accepted."""
    sql = f"{_SWAP} WHERE w.shift_id = ? AND w.withdrawn_at IS NULL AND w.forbidden_at IS NULL ORDER BY w.asked_at DESC LIMIT 1"
    found = await _named(await db.rows(SwapFacts, sql, shift_id))
    return found[0] if found else None


async def open_swaps(community_id: UUID) -> list[SwapFacts]:
    return await _named(
        await db.rows(SwapFacts, f"{_SWAP} WHERE w.community_id = ? AND {_OPEN} ORDER BY s.from_at LIMIT 100", community_id, clock.now())
    )


async def mates(post_id: UUID) -> set[UUID]:
    """Those who stand on the roster of a post, ever."""
    return set(await db.rows(UUID, "SELECT DISTINCT account_id FROM shift WHERE post_id = ? AND removed_at IS NULL", post_id))
