"""May this person take a place of this task now; if not, why not. One answer for the button, the list and the verb."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.people.person import Person
from app.people.rights import can
from app.people.standing import usable
from app.tasks.reads.facts import IN_LINE, OPEN, TaskFacts

WHY = {
    "barred": "trouble.barred.task_take",
    "over": "tasks.over",
    "mine": "tasks.yours_already",
    "vouching": "tasks.vouching",
    "full": "tasks.full",
    "skill": "tasks.skill",
    "cap": "tasks.cap",
}
# How many open takes a person has. Parameters: account, community, the present moment.
TAKES = f"""(SELECT count(*) FROM place p JOIN task t ON t.id = p.task_id WHERE p.taken_by = ? AND p.community_id = ?
AND p.checked_out_at IS NULL AND {OPEN} AND t.ends_at > ?)"""


class Chance(msgspec.Struct, frozen=True):
    open: bool
    vouching: bool
    mine: bool
    waiting: bool
    free: int
    fitting: int
    able: int
    takes: int
    cap: int
    helper: bool = True

    @property
    def why_not(self) -> str:
        """The reason, a key of `WHY`; blank when she can."""
        if self.mine:
            return "mine"
        if not self.open:
            return "over"
        if not self.helper:
            return "barred"
        if self.vouching:
            return "vouching"
        if not self.fitting:
            return "full" if not self.free else "skill"
        return "cap" if self.takes >= self.cap else ""

    @property
    def says(self) -> str:
        """The words-key of the reason; a full task that she could never have filled does not speak of waiting."""
        return "tasks.skill_only" if self.why_not == "full" and not self.able else WHY.get(self.why_not, "")

    @property
    def can_wait(self) -> bool:
        """Somebody who could fill a place of it, were one free."""
        return self.open and self.helper and not self.mine and not self.waiting and not self.vouching and self.able > 0 and not self.fitting


def fits(skills: frozenset[str]) -> tuple[str, list[str]]:
    """SQL over `place p`, and its parameters: places that these skills may fill."""
    held = sorted(skills)
    return (f"(p.skill IS NULL OR p.skill IN ({db.marks(held)}))", held) if held else ("p.skill IS NULL", [])


class _Row(msgspec.Struct, frozen=True):
    needs_vouching: bool
    ends_at: datetime
    closed: bool
    mine: bool
    waiting: bool
    free: int
    fitting: int
    able: int
    takes: int
    cap: int


async def chance(task_id: UUID, person: Person, *, counted: bool = True) -> Chance | None:
    """In one query, from the places as they are now; None for a task that is not of her community.

    Without `counted` her open takes are not, for who is about to seize a place, which counts them for certain.
    """
    takes, counting = (TAKES, [person.id, person.community_id, clock.now()]) if counted else ("0", [])
    may_fill, held = fits(usable(person.skills, vouched=person.vouched))
    row = await db.one(
        _Row,
        f"""SELECT t.needs_vouching, t.ends_at, t.done_at IS NOT NULL OR t.cancelled_at IS NOT NULL AS closed, c.take_cap AS cap,
        EXISTS (SELECT 1 FROM place p WHERE p.task_id = t.id AND p.taken_by = ?) AS mine,
        EXISTS (SELECT 1 FROM wait w WHERE w.task_id = t.id AND w.account_id = ? AND {IN_LINE}) AS waiting,
        (SELECT count(*) FROM place p WHERE p.task_id = t.id AND p.taken_by IS NULL) AS free,
        (SELECT count(*) FROM place p WHERE p.task_id = t.id AND p.taken_by IS NULL AND {may_fill}) AS fitting,
        (SELECT count(*) FROM place p WHERE p.task_id = t.id AND {may_fill}) AS able,
        {takes} AS takes
        FROM task t JOIN community c ON c.id = t.community_id WHERE t.id = ? AND t.community_id = ?""",
        person.id, person.id, *held, *held, *counting, task_id, person.community_id,
    )  # fmt: skip
    if row is None:
        return None
    now_open = not row.closed and row.ends_at > clock.now()
    vouching = row.needs_vouching and not person.vouched
    return Chance(now_open, vouching, row.mine, row.waiting, row.free, row.fitting, row.able, row.takes, row.cap)


def judge(task: TaskFacts, person: Person, *, takes: int, cap: int, waiting: bool) -> Chance:
    """The same from facts that a page has read already."""
    skills = usable(person.skills, vouched=person.vouched)
    return Chance(
        open=task.open,
        vouching=task.needs_vouching and not person.vouched,
        mine=task.spot_of(person.id) is not None,
        waiting=waiting,
        free=task.free,
        fitting=task.fitting(skills),
        able=sum(spot.skill is None or spot.skill in skills for spot in task.spots),
        takes=takes,
        cap=cap,
        helper=can(person, "task.take"),
    )
