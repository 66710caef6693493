"""Which phone shows the moving square of which building, and since when it is over."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db


class Showing(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    building_id: UUID
    account_id: UUID
    session_id: UUID
    short: str
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    left_at: datetime | None

    @property
    def over_at(self) -> datetime:
        """Stopped, run out, or signed out: the first of them."""
        return min(moment for moment in (self.ends_at, self.ended_at, self.left_at) if moment)

    @property
    def runs(self) -> bool:
        return self.over_at > clock.now()


_SHOWING = """SELECT h.id, h.community_id, h.building_id, h.account_id, h.session_id, h.short, h.started_at, h.ends_at, h.ended_at,
s.ended_at AS left_at FROM showing h JOIN session s ON s.id = h.session_id"""


async def shown_by(session_id: UUID) -> Showing | None:
    """What this phone shows now."""
    found = await db.one(Showing, f"{_SHOWING} WHERE h.session_id = ? AND h.ended_at IS NULL", session_id)
    return found if found and found.runs else None


async def showing(showing_id: UUID) -> Showing | None:
    return await db.one(Showing, f"{_SHOWING} WHERE h.id = ?", showing_id)


async def showing_of(short: str, community_id: UUID) -> Showing | None:
    return await db.one(Showing, f"{_SHOWING} WHERE h.short = ? AND h.community_id = ?", short, community_id)


async def showings(community_id: UUID, since: datetime) -> list[Showing]:
    """All that were not over by then, newest first."""
    return await db.rows(Showing, f"{_SHOWING} WHERE h.community_id = ? AND h.ends_at > ? ORDER BY h.started_at DESC", community_id, since)
