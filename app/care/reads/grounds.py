"""On what ground a person is held."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import db, words
from app.people.reads import names


class Ground(msgspec.Struct, frozen=True):
    """`noted_by` None where a list brought her in without anybody's name."""

    rests_on: str
    noted_by: UUID | None
    noted_at: datetime

    @property
    def agreed(self) -> bool:
        return self.rests_on == "consent"


async def said(ground: Ground | None, when: Callable[[datetime], str] = words.day_time) -> str:
    """In words; blank where there is none."""
    if ground is None:
        return ""
    who = (await names({ground.noted_by})).get(ground.noted_by, "—") if ground.noted_by else "—"
    return words.say(f"care.ground.{ground.rests_on}", when=when(ground.noted_at), who=who)


async def ground_of(resident_id: UUID) -> Ground | None:
    """The emergency's where none was noted, as of one whom an older release entered beside this one; None once she is erased."""
    sql = """SELECT coalesce(g.rests_on, 'emergency') AS rests_on, g.noted_by, coalesce(g.noted_at, r.made_at) AS noted_at
    FROM resident r LEFT JOIN ground g ON g.resident_id = r.id
    WHERE r.id = ? AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.subject = 'resident' AND e.subject_id = r.id)"""
    return await db.one(Ground, sql, resident_id)
