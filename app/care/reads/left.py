"""Who lived behind a door and does no more."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.care.reads.residents import stored
from app.kernel import db
from app.places.numerals import plain


class Left(msgspec.Struct, frozen=True):
    """By door and name when the last of that name left; by door when the last of all did. Who is there still is in neither."""

    people: dict[tuple[UUID, str], datetime]
    doors: dict[UUID, datetime]

    def after(self, household_id: UUID, name: str, moment: datetime) -> bool:
        """Whether she, or everybody at that door, left at that moment or later."""
        found = self.people.get((household_id, plain(name))) or self.doors.get(household_id)
        return found is not None and found >= moment


class _End(msgspec.Struct):
    id: UUID
    ended_at: datetime | None


async def left(households: Sequence[UUID]) -> Left:
    people: dict[tuple[UUID, str], list[datetime | None]] = {}
    doors: dict[UUID, list[datetime | None]] = {}
    for start in range(0, len(households), 400):
        part = households[start : start + 400]
        emptied = f"r.household_id IN (SELECT household_id FROM resident WHERE household_id IN ({db.marks(part)}) AND ended_at IS NOT NULL)"
        ends = {row.id: row.ended_at for row in await db.rows(_End, f"SELECT r.id, r.ended_at FROM resident r WHERE {emptied}", *part)}
        for row in await stored(emptied, *part) if ends else ():
            doors.setdefault(row.household_id, []).append(ends.get(row.id))
            if name := plain(row.opened().name):
                people.setdefault((row.household_id, name), []).append(ends.get(row.id))
    return Left(_last(people), _last(doors))


def _last(ends: Mapping[Any, list[datetime | None]]) -> dict[Any, datetime]:
    return {key: max(found) for key, found in ends.items() if all(found)}
