"""The end of an emergency in a community: asked for, confirmed, under way, finished; and what the report says."""

import json
from datetime import UTC, datetime
from uuid import UUID

import msgspec

from app.kernel import db, seal
from app.people import reads as people


class Closing(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    emergency_id: UUID
    asked_by: UUID
    asked_at: datetime
    decided_by: UUID | None
    decided_at: datetime | None
    granted: bool | None
    plan: str
    finished_at: datetime | None
    link: int | None
    link_hash: bytes | None
    report_hash: bytes | None
    asker: str = ""
    decider: str = ""

    @property
    def state(self) -> str:
        """asked, refused, running, finished."""
        if self.decided_at is None:
            return "asked"
        if not self.granted:
            return "refused"
        return "running" if self.finished_at is None else "finished"

    @property
    def planned(self) -> dict[str, int]:
        return json.loads(self.plan)


_COLUMNS = """id, community_id, emergency_id, asked_by, asked_at, decided_by, decided_at, granted, plan, finished_at, link, link_hash,
report_hash"""


async def latest(community_id: UUID) -> Closing | None:
    """The one that counts: what was refused is as if nobody had asked."""
    sql = f"SELECT {_COLUMNS} FROM closing WHERE community_id = ? AND (granted IS NULL OR granted) ORDER BY asked_at DESC LIMIT 1"
    return await _named(await db.one(Closing, sql, community_id))


async def closing(closing_id: UUID, community_id: UUID) -> Closing | None:
    return await _named(
        await db.one(Closing, f"SELECT {_COLUMNS} FROM closing WHERE id = ? AND community_id = ?", closing_id, community_id)
    )


async def running() -> list[Closing]:
    return await db.rows(Closing, f"SELECT {_COLUMNS} FROM closing WHERE granted AND finished_at IS NULL ORDER BY decided_at")


async def _named(one: Closing | None) -> Closing | None:
    if one is None:
        return None
    names = await people.names({each for each in (one.asked_by, one.decided_by) if each})
    decider = names.get(one.decided_by, "—") if one.decided_by else ""
    return msgspec.structs.replace(one, asker=names.get(one.asked_by, "—"), decider=decider)


class Gone(msgspec.Struct, frozen=True):
    what: str
    n: int


async def gone(closing_id: UUID) -> dict[str, int]:
    """How much of each class has gone so far."""
    return {row.what: row.n for row in await db.rows(Gone, "SELECT what, n FROM closing_gone WHERE closing_id = ?", closing_id)}


def report_hash(one: Closing, counts: dict[str, int]) -> bytes:
    """Keyed, over all that the report says: a report that was changed afterwards does not fit its hash."""
    whose = [str(each) for each in (one.id, one.community_id, one.emergency_id, one.asked_by, one.decided_by)]
    when = [each.astimezone(UTC).isoformat() for each in (one.asked_at, one.decided_at, one.finished_at)]
    told = [whose, when, sorted(counts.items()), one.link, one.link_hash.hex()]
    return seal.keyed_hash("closing", json.dumps(told))


class Open(msgspec.Struct, frozen=True):
    needs: int
    runs: int


async def still_open(community_id: UUID) -> Open:
    """Requests and runs that somebody waits for: an emergency with these is not over."""
    sql = """SELECT (SELECT count(*) FROM need WHERE community_id = ? AND closed_at IS NULL) AS needs,
    (SELECT count(*) FROM run WHERE community_id = ? AND finished_at IS NULL) AS runs"""
    return await db.one(Open, sql, community_id, community_id)
