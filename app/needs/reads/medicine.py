"""The medicine desk: how far each medicine is, where it was asked for, who buys it."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.needs.models import OPEN
from app.needs.reads.lines import NeedLine, select, visible_to
from app.people.person import Person

STEPS = ("find", "found", "bought", "way", "handed")
HAS, OUTCOMES = ("has", "part"), ("has", "part", "later", "has_not")
AMBER, RED = 3, 1  # days left
STAYS = timedelta(days=3)  # that what was handed over still stands on the desk
_LAST = 1_000  # for sorting: nobody said how long it lasts


class Try(msgspec.Struct, frozen=True):
    id: UUID
    need_id: UUID
    source_id: UUID
    source: str
    outcome: str
    day: str | None
    by: UUID
    at: datetime


class Purchase(msgspec.Struct, frozen=True):
    """Not paid yet while `paid_by` is blank. `beside`: paid although it was paid for already."""

    id: UUID
    need_id: UUID
    source_id: UUID
    source: str
    beside: bool
    begun_by: UUID
    begun_at: datetime
    paid_by: UUID | None
    paid_at: datetime | None
    fen: int | None
    fate: str | None


class Case(msgspec.Struct, frozen=True):
    """One medicine. `bought`: who goes to buy it or has paid, once; `twice`: what was paid beside that."""

    need: NeedLine
    tries: tuple[Try, ...]
    bought: Purchase | None
    twice: tuple[Purchase, ...]

    @property
    def found(self) -> Try | None:
        return next((one for one in self.tries if one.outcome in HAS), None)

    @property
    def off(self) -> bool:
        """Nobody needs it any more."""
        return self.need.state in ("answered", "cancelled")

    @property
    def step(self) -> str:
        if self.need.state in ("delivered", "confirmed"):
            return "handed"
        if self.need.state in ("planned", "underway"):
            return "way"
        if self.bought:
            return "bought" if self.bought.paid_at else "found"
        return "found" if self.found else "find"

    @property
    def tone(self) -> str:
        left = self.need.days_now
        if self.step == "handed" or self.off or left is None or left > AMBER:
            return "plain"
        return "alarm" if left <= RED else "watch"

    @property
    def to_settle(self) -> tuple[Purchase, ...]:
        """Paid for and in nobody's need: somebody has to say what becomes of it."""
        paid = (self.bought, *self.twice) if self.off else self.twice
        return tuple(one for one in paid if one and one.paid_at and one.fate is None)

    @property
    def unsure(self) -> bool:
        """It was not handed over in person, or nobody made sure to whom; until she says that she has it."""
        return self.need.state == "delivered" and self.need.proof is None

    @property
    def urgency(self) -> tuple:
        left = self.need.days_now
        return (_LAST if left is None else left, self.need.created_at, self.need.id)


_TRIES = """SELECT t.id, t.need_id, t.source_id, s.name AS source, t.outcome, t.day, t.by, t.at
FROM medicine_try t JOIN medicine_source s ON s.id = t.source_id
WHERE t.community_id = ? AND t.undone_at IS NULL AND t.past_at IS NULL {only} ORDER BY t.at, t.id"""
_PURCHASES = """SELECT p.id, p.need_id, p.source_id, s.name AS source, p.beside, p.begun_by, p.begun_at, p.paid_by, p.paid_at, p.fen, p.fate
FROM medicine_purchase p JOIN medicine_source s ON s.id = p.source_id
WHERE p.community_id = ? AND p.undone_at IS NULL AND p.past_at IS NULL {only} ORDER BY p.begun_at, p.id"""
_THERE = f"""n.kind = 'medicine' AND (n.state IN ({db.marks(OPEN[:-1])}) OR n.state IN ('delivered', 'confirmed') AND n.delivered_at > ?
OR EXISTS (SELECT 1 FROM medicine_purchase p WHERE p.community_id = n.community_id AND p.need_id = n.id AND p.paid_at IS NOT NULL
AND p.undone_at IS NULL AND p.past_at IS NULL AND p.fate IS NULL AND n.state IN ('answered', 'cancelled')))"""


async def cases(person: Person) -> list[Case]:
    """Whatever medicine she may see that is not over, the shortest clock first; among it what is to be brought back."""
    seen, params = await visible_to(person)
    needs = await select(f"({seen}) AND {_THERE}", *params, *OPEN[:-1], clock.now() - STAYS)
    return await _cases(needs, person.community_id)


async def open_cases(community_id: UUID) -> list[Case]:
    """Whoever asks: of the whole community, what has not been handed over."""
    wanted = OPEN[:-1]
    needs = await select(f"n.community_id = ? AND n.kind = 'medicine' AND n.state IN ({db.marks(wanted)})", community_id, *wanted)
    return await _cases(needs, community_id)


async def case(need: NeedLine) -> Case:
    return (await _cases([need], need.community_id))[0]


async def _cases(needs: list[NeedLine], community_id: UUID) -> list[Case]:
    one = (needs[0].id,) if len(needs) == 1 else ()
    tries = await _by_need(Try, _TRIES, "t", community_id, one)
    bought = await _by_need(Purchase, _PURCHASES, "p", community_id, one)
    made = [
        Case(
            need,
            tuple(tries[need.id]),
            next((p for p in bought[need.id] if not p.beside), None),
            tuple(p for p in bought[need.id] if p.beside),
        )
        for need in needs
    ]
    return sorted(made, key=lambda case: case.urgency)


async def _by_need(kind: type, sql: str, table: str, community_id: UUID, one: tuple) -> defaultdict[UUID, list[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for row in await db.rows(kind, sql.format(only=f"AND {table}.need_id = ?" if one else ""), community_id, *one):
        found[row.need_id].append(row)
    return found


class Paid(msgspec.Struct, frozen=True):
    number: int
    source: str
    paid_by: UUID
    paid_at: datetime
    fen: int
    fate: str | None


async def paid(community_id: UUID) -> list[Paid]:
    """Everything that was paid and not taken back, of earlier rounds too."""
    sql = """SELECT n.number, s.name AS source, p.paid_by, p.paid_at, p.fen, p.fate FROM medicine_purchase p JOIN need n ON n.id = p.need_id
    JOIN medicine_source s ON s.id = p.source_id WHERE p.community_id = ? AND p.paid_at IS NOT NULL AND p.undone_at IS NULL ORDER BY p.paid_at, p.id"""
    return await db.rows(Paid, sql, community_id)


class Short(msgspec.Struct, frozen=True):
    """A medicine, as it was typed first, that nobody has; `since` it was asked for first."""

    name: str
    needs: int
    since: datetime
    left: int | None


def short(found: list[Case]) -> list[Short]:
    """What was looked for and nowhere found: the same words in any spacing and case are one medicine. Most asked for first."""
    named: defaultdict[str, list[Case]] = defaultdict(list)
    for case in found:
        if case.step == "find" and not case.off and case.tries:
            named["".join(case.need.line.split()).casefold()].append(case)
    made = []
    for same in named.values():
        first = min(same, key=lambda case: (case.need.created_at, case.need.id))
        left = [case.need.days_now for case in same if case.need.days_now is not None]
        made.append(Short(first.need.line, len(same), first.need.created_at, min(left, default=None)))
    return sorted(made, key=lambda one: (-one.needs, one.since))
