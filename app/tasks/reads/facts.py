"""A task as pages and other slices see it: its words opened, its places, the line that waits."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.seal import Closed, Seal
from app.kernel.trouble import Gone
from app.kernel.words import gettext
from app.people.person import Person
from app.places import labels

SOON = timedelta(hours=4)  # a place still free this long before the start is a gap
EARLY = timedelta(hours=2)  # check-in opens this long before the start
OPEN = "t.done_at IS NULL AND t.cancelled_at IS NULL"
IN_LINE = "w.promoted_at IS NULL AND w.left_at IS NULL"

_TASK = f"""SELECT t.id, t.community_id, t.emergency_id, t.key_id, t.number, t.title_sealed, t.notes_sealed, t.meeting_sealed, t.building_id,
b.code AS building_code, e.name AS estate, b.number AS building, t.team_id, tm.name AS team, t.starts_at, t.ends_at, t.urgent,
t.needs_vouching, t.release_minutes, t.created_by, t.created_at, t.done_at, t.cancelled_at, t.version, t.proof,
(SELECT count(*) FROM wait w WHERE w.task_id = t.id AND {IN_LINE}) AS waiting
FROM task t LEFT JOIN building b ON b.id = t.building_id LEFT JOIN estate e ON e.id = b.estate_id LEFT JOIN team tm ON tm.id = t.team_id"""


class Spot(msgspec.Struct, frozen=True):
    """One place of a task."""

    id: UUID
    task_id: UUID
    number: int
    skill: str | None
    taken_by: UUID | None
    taken_at: datetime | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    proven: bool = False

    @property
    def here(self) -> bool:
        return self.checked_in_at is not None and self.checked_out_at is None

    @property
    def skill_label(self) -> str:
        return gettext(f"people.skill.{self.skill}") if self.skill else ""


class Part(msgspec.Struct, frozen=True):
    """The places of one skill (or of none) together."""

    skill: str | None
    places: int
    taken: int

    @property
    def label(self) -> str:
        return gettext(f"people.skill.{self.skill}") if self.skill else gettext("tasks.anyone")


class TaskFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    community_id: UUID
    emergency_id: UUID
    key_id: UUID
    number: int
    building_id: UUID | None
    building_code: str | None
    estate: str | None
    building: int | None
    team_id: UUID | None
    team: str | None
    starts_at: datetime
    ends_at: datetime
    urgent: bool
    needs_vouching: bool
    release_minutes: int | None
    created_by: UUID
    created_at: datetime
    done_at: datetime | None
    cancelled_at: datetime | None
    version: int
    proof: str
    waiting: int
    title: str = ""
    notes: str = ""
    meeting: str = ""
    spots: tuple[Spot, ...] = ()
    title_sealed: bytes | None = None
    notes_sealed: bytes | None = None
    meeting_sealed: bytes | None = None

    @property
    def where(self) -> str:
        return labels.building(self.estate, self.building) if self.estate and self.building else ""

    @property
    def state(self) -> str:
        """cancelled, done, over (past its end, not closed), now (running or about to), soon."""
        if self.cancelled_at or self.done_at:
            return "cancelled" if self.cancelled_at else "done"
        now = clock.now()
        return "over" if self.ends_at <= now else "now" if self.starts_at <= now else "soon"

    @property
    def open(self) -> bool:
        """Somebody can still take or be promoted into a place."""
        return self.state in ("now", "soon")

    @property
    def strict(self) -> bool:
        """Whether being there has to be proven."""
        return self.proof == "strong"

    @property
    def closed_at(self) -> datetime | None:
        """Since when it is over, if it is."""
        return self.cancelled_at or self.done_at or (self.ends_at if self.ends_at <= clock.now() else None)

    @property
    def can_arrive(self) -> bool:
        return self.open and self.starts_at - EARLY <= clock.now()

    @property
    def places(self) -> int:
        return len(self.spots)

    @property
    def taken(self) -> int:
        return sum(spot.taken_by is not None for spot in self.spots)

    @property
    def free(self) -> int:
        return self.places - self.taken

    @property
    def arrived(self) -> int:
        return sum(spot.checked_in_at is not None for spot in self.spots)

    @property
    def gap(self) -> bool:
        return self.open and self.free > 0 and self.starts_at <= clock.now() + SOON

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those with a skill first."""
        skills = sorted({spot.skill for spot in self.spots}, key=lambda skill: (skill is None, skill or ""))
        groups = [(skill, [spot for spot in self.spots if spot.skill == skill]) for skill in skills]
        return tuple(Part(skill, len(spots), sum(s.taken_by is not None for s in spots)) for skill, spots in groups)

    @property
    def skilled(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.skill)

    def spot_of(self, account_id: UUID) -> Spot | None:
        return next((spot for spot in self.spots if spot.taken_by == account_id), None)

    def fitting(self, skills: frozenset[str]) -> int:
        """Free places that somebody with these skills could take."""
        return sum(spot.taken_by is None and (spot.skill is None or spot.skill in skills) for spot in self.spots)

    @property
    def same_day(self) -> bool:
        return clock.local(self.starts_at).date() == clock.local(self.ends_at).date()


def seal_of(task_id: UUID, key_id: UUID, emergency_id: UUID) -> Seal:
    return Seal("task", task_id, key_id, emergency_id)


def _opened(sealed: Seal, column: str, blob: bytes | None) -> str:
    try:
        return sealed.open(column, blob)
    except Closed:
        return "—"


async def select(where: str, *params: object, order: str = "t.starts_at, t.number", tail: str = "LIMIT 300") -> list[TaskFacts]:
    """Tasks with their places in two queries, however many there are (up to the LIMIT in `tail`)."""
    found = await db.rows(TaskFacts, f"{_TASK} WHERE {where} ORDER BY {order} {tail}", *params)
    spots: dict[UUID, list[Spot]] = {task.id: [] for task in found}
    if found:
        for spot in await db.rows(
            Spot,
            f"""SELECT id, task_id, number, skill, taken_by, taken_at, checked_in_at, checked_out_at,
            EXISTS (SELECT 1 FROM presence r WHERE r.account_id = taken_by AND r.task_id = place.task_id AND r.proof = 'strong') AS proven FROM place
            WHERE task_id IN ({db.marks(found)}) ORDER BY task_id, number""",
            *spots,
        ):
            spots[spot.task_id].append(spot)
    return [_whole(task, tuple(spots[task.id])) for task in found]


def _whole(task: TaskFacts, spots: tuple[Spot, ...]) -> TaskFacts:
    sealed = seal_of(task.id, task.key_id, task.emergency_id)
    words = {name: _opened(sealed, name, getattr(task, f"{name}_sealed")) for name in ("title", "notes", "meeting")}
    return msgspec.structs.replace(task, spots=spots, title_sealed=None, notes_sealed=None, meeting_sealed=None, **words)


async def visible(task_id: UUID, person: Person) -> TaskFacts:
    """Everybody who reported in to a community sees its tasks. Raises Gone for all others, strangers too."""
    community = getattr(person, "community_id", None)
    found = await select("t.id = ? AND t.community_id = ?", task_id, community) if community else []
    if not found:
        raise Gone("task")
    return found[0]
