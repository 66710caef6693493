"""Needs as lists and other slices see them, and who sees which."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Gone
from app.kernel.words import gettext, ngettext
from app.needs.models import OPEN
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, everywhere
from app.places import labels

TONES = {"now": "alarm", "today": "watch", "soon": "plain"}
COLUMNS = """n.id, n.number, n.community_id, n.emergency_id, n.key_id, n.kind, n.urgency, n.state, n.building_id, e.name AS estate,
b.number AS building, b.grid_id, n.unit, n.floor, n.door, n.household_id, n.room_sealed, n.line_sealed, n.until_at, n.days_left, n.days_said_at, n.created_at,
n.touched_at, n.worded_at, n.owner_id, n.run_id, n.how, n.proof, n.channel, n.times_reopened, n.times_failed, n.version"""
TABLES = "need n JOIN building b ON b.id = n.building_id JOIN estate e ON e.id = b.estate_id"
URGENT_FIRST = "CASE n.urgency WHEN 'now' THEN 0 WHEN 'today' THEN 1 ELSE 2 END, n.created_at, n.id"


class NeedLine(msgspec.Struct, frozen=True, kw_only=True):
    """`line` and `typed_room` (only where no door answers to it) are opened; phone and names are not here."""

    id: UUID
    number: int
    community_id: UUID
    emergency_id: UUID
    key_id: UUID
    kind: str
    urgency: str
    state: str
    building_id: UUID
    estate: str
    building: int
    grid_id: UUID | None
    unit: int | None
    floor: int | None
    door: int | None
    household_id: UUID | None
    until_at: datetime | None
    days_left: int | None
    days_said_at: datetime | None
    created_at: datetime
    touched_at: datetime
    worded_at: datetime | None
    owner_id: UUID | None
    run_id: UUID | None
    how: str | None
    proof: str | None
    channel: str
    times_reopened: int
    times_failed: int
    version: int
    line: str = ""
    typed_room: str = ""
    line_sealed: bytes | None = None
    room_sealed: bytes | None = None

    @property
    def building_label(self) -> str:
        return labels.building(self.estate, self.building)

    @property
    def room(self) -> str:
        """1单元 602; as it was typed where no door answers to it."""
        return self.typed_room if self.floor is None else labels.room(self.unit, self.floor, self.door)

    @property
    def place(self) -> str:
        return f"{self.building_label} {self.room}"

    @property
    def kind_label(self) -> str:
        return gettext(f"needs.kind.{self.kind}")

    @property
    def urgency_label(self) -> str:
        return gettext(f"needs.urgency.{self.urgency}")

    @property
    def tone(self) -> str:
        return TONES[self.urgency]

    @property
    def state_label(self) -> str:
        return gettext(f"late.anyway.{self.state}" if self.brought_anyway else f"needs.state.{self.state}")

    @property
    def days_label(self) -> str:
        if not (left := self.days_now):
            return gettext("needs.days_left.none") if left == 0 else ""
        return ngettext("needs.days_left.one", "needs.days_left.many", left) % {"days": left}

    @property
    def days_now(self) -> int | None:
        """What is left today of the days that were said, by the community's midnights."""
        if self.days_left is None:
            return None
        gone = clock.local(clock.now()).date() - clock.local(self.days_said_at or self.created_at).date()
        return max(0, self.days_left - max(0, gone.days))

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def brought_anyway(self) -> bool:
        """Called off or answered, and brought all the same."""
        return self.how is not None and self.state in ("answered", "cancelled")


def seal_of(row: Any) -> Seal:
    return Seal("need", row.id, row.key_id, row.emergency_id)


def opened(sealed: Seal, column: str, blob: bytes | None) -> str:
    try:
        return sealed.open(column, blob)
    except Closed:
        return "—"


def with_words(row: NeedLine) -> NeedLine:
    sealed = seal_of(row)
    line, room = opened(sealed, "line", row.line_sealed), opened(sealed, "room", row.room_sealed)
    return msgspec.structs.replace(row, line=line, typed_room=room, line_sealed=None, room_sealed=None)


async def select(where: str, *params: Any, order: str = URGENT_FIRST, tail: str = "") -> list[NeedLine]:
    found = await db.rows(NeedLine, f"SELECT {COLUMNS} FROM {TABLES} WHERE {where} ORDER BY {order} {tail}", *params)
    return [with_words(row) for row in found]


async def lines(need_ids: Iterable[UUID]) -> list[NeedLine]:
    """Those of these needs that exist, whoever asks: the caller has judged that she may."""
    ids = list(dict.fromkeys(need_ids))
    found: list[NeedLine] = []
    for start in range(0, len(ids), 400):
        part = ids[start : start + 400]
        found += await select(f"n.id IN ({db.marks(part)})", *part)
    return found


async def plannable(community_id: UUID) -> list[NeedLine]:
    """What could go on a run, by building; one whose room nobody could read has no door to carry it to."""
    where = "n.community_id = ? AND n.state IN ('waiting', 'triaged') AND n.kind <> 'talk'"
    return await select(where, community_id, order=f"e.name, b.number, {URGENT_FIRST}")


async def household_needs(household_id: UUID) -> list[NeedLine]:
    return await select("n.household_id = ?", household_id, order="n.created_at DESC, n.id DESC")


async def at_building(building_id: UUID) -> list[NeedLine]:
    """What is open in a building, most urgent first."""
    return await select(f"n.building_id = ? AND n.state IN ({db.marks(OPEN)})", building_id, *OPEN)


async def visible_to(person: Person, also: frozenset[UUID] = frozenset()) -> tuple[str, list[Any]]:
    """A condition on `n` and its parameters: the needs that `person` may see. `also`: ids that she was handed."""
    if can(person, "need.see") and everywhere(person, "need.see"):
        return "n.community_id = ?", [person.community_id]
    ways, params = [], []
    if can(person, "need.see") and person.buildings:
        ways.append(f"n.building_id IN ({db.marks(tuple(person.buildings))})")
        params += person.buildings
    if carried := {*await people.granted(person.id, "need"), *also}:
        ways.append(f"n.id IN ({db.marks(tuple(carried))})")
        params += carried
    return f"n.community_id = ? AND ({' OR '.join(ways) or '1 = 0'})", [person.community_id, *params]


async def visible(need_id: UUID, person: Person, also: frozenset[UUID] = frozenset()) -> NeedLine:
    """Raises Gone for a need that is not there or not for her eyes."""
    seen, params = await visible_to(person, also & {need_id})
    found = await select(f"n.id = ? AND {seen}", need_id, *params)
    if not found:
        raise Gone("need")
    return found[0]
