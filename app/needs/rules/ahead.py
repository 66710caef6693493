"""Needs that are made before anybody asks, because they come back. While nobody has one, what it follows from may still change it.

Nobody was heard of in any of it: what is recorded here says `ahead`, and no clock of silence counts it.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db
from app.needs import reads
from app.needs.reads import rooms
from app.needs.reads.lines import NeedLine, seal_of
from app.needs.rules import raising
from app.needs.rules.judging import judge
from app.people.rules.sessions import phone_hash
from app.places import reads as places


class Writer:
    """Whose word it was: the helper's who wrote the series down, nobody's where the resident did."""

    def __init__(self, account_id: UUID | None) -> None:
        self.id = account_id


async def make(home: places.HouseholdFacts, said: raising.Said, *, channel: str, written_by: UUID | None, near_at: datetime) -> UUID:
    """`near_at`: from then on it is judged like any other; until then it waits below them, and nobody is late in looking at it."""
    building = await places.building(home.building_id)
    room = rooms.Room(home.id, home.unit, home.floor, home.door)
    row = await raising.add(building, said, by=Writer(written_by), channel=channel, room=room, urgency=_urgency(said, near_at), ahead=True)
    await db.run("UPDATE need SET touched_at = ? WHERE id = ?", _touched(near_at), row.id)
    return row.id


def _touched(near_at: datetime) -> datetime:
    """How long nobody has looked at it is counted from here."""
    return max(clock.now(), near_at)


def _urgency(said: raising.Said, near_at: datetime) -> str:
    return judge(said.kind, said.until, said.days_left if said.kind == "medicine" else None) if near_at <= clock.now() else "soon"


async def restate(need_id: UUID, said: raising.Said, *, near_at: datetime) -> bool:
    """What the series says now, while nobody has it. False once somebody does."""
    need = await _line(need_id)
    sealed, days_left = seal_of(need), said.days_left if said.kind == "medicine" else None
    sql = """UPDATE need SET kind = ?, urgency = ?, until_at = ?, days_left = ?, days_said_at = ?, line_sealed = ?, for_sealed = ?, name_sealed = ?, phone_sealed = ?,
    phone_hash = ?, touched_at = ?, version = version + 1 WHERE id = ? AND state = 'waiting'"""
    if not await db.run(
        sql, said.kind, _urgency(said, near_at), said.until, days_left, clock.now(), sealed.close("line", said.what),
        sealed.close("for", said.whom), sealed.close("name", said.name), sealed.close("phone", said.phone),
        phone_hash(said.phone) if said.phone else None, _touched(near_at), need.id,
    ):  # fmt: skip
        return False
    _told("need.changed", need)
    return True


async def put_off(need_id: UUID) -> bool:
    """Called off while nobody has it; False once somebody does."""
    sql = """UPDATE need SET state = 'cancelled', closed_at = ?, worded_at = NULL, touched_at = ?, version = version + 1
    WHERE id = ? AND state = 'waiting'"""
    if not await db.run(sql, clock.now(), clock.now(), need_id):
        return False
    _told("need.cancelled", await _line(need_id))
    return True


async def put_back(need_id: UUID, near_at: datetime) -> bool:
    """Wanted again after all; False where it is not called off any more."""
    sql = """UPDATE need SET state = 'waiting', owner_id = NULL, run_id = NULL, closed_at = NULL, touched_at = ?, version = version + 1
    WHERE id = ? AND state = 'cancelled' AND how IS NULL"""
    if not await db.run(sql, _touched(near_at), need_id):
        return False
    _told("need.reopened", await _line(need_id))
    return True


async def hasten(need_id: UUID, urgency: str, days_left: int | None) -> None:
    """Its day has come nearer and nobody has it: it moves up in the inbox."""
    sql = """UPDATE need SET urgency = ?, days_left = CASE WHEN kind = 'medicine' THEN ? ELSE days_left END, days_said_at = ?, version = version + 1
    WHERE id = ? AND state = 'waiting'"""
    await db.run(sql, urgency, days_left, clock.now(), need_id)


async def _line(need_id: UUID) -> NeedLine:
    return (await reads.lines([need_id]))[0]


def _told(kind: str, need: NeedLine) -> None:
    told: dict[str, Any] = {"number": need.number}
    if kind == "need.changed":
        told = {"what": f"needs.kind.{need.kind}", "urgency": f"needs.urgency.{need.urgency}"}
    record(kind, need.id, community=need.community_id, household=need.household_id, ahead=True, **told)
