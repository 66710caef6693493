"""Changing a call that is out: what it says, when and where, how many."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.journal.differences import Subject
from app.journal.record import record
from app.journal.weighing import weigh
from app.kernel import clock, db
from app.kernel.act import Done
from app.kernel.edits import UNSAID
from app.kernel.trouble import misfit
from app.people.person import Person
from app.people.rights import may
from app.tasks import reads
from app.tasks.proof import PROOFS, USUAL
from app.tasks.reads.facts import TaskFacts, seal_of
from app.tasks.rules.calling import known, resize, tell_all, wanted_places
from app.tasks.rules.holding import Held, hold
from app.tasks.rules.waiting import promote

SEALED = ("title", "notes", "meeting")
COLUMNS = {
    "building": "building_id", "team": "team_id", "urgent": "urgent", "vouching": "needs_vouching", "release": "release_minutes",
    "proof": "proof",
}  # fmt: skip


def fields_of(task: TaskFacts) -> dict[str, str]:
    """What of a task is edited, as texts."""
    return {
        "title": task.title,
        "notes": task.notes,
        "meeting": task.meeting,
        "building": _text(task.building_id),
        "team": _text(task.team_id),
        "places": _places({part.skill: part.places for part in task.parts}),
        "starts": _moment(task.starts_at),
        "hours": str(hours_of(task)),
        "urgent": _text(task.urgent),
        "vouching": _text(task.needs_vouching),
        "release": _text(task.release_minutes),
        "proof": task.proof,
    }


def hours_of(task: TaskFacts) -> int:
    return max(1, round((task.ends_at - task.starts_at).total_seconds() / 3600))


def _text(value: Any) -> str:
    return "" if value is None or value is False else "1" if value is True else str(value)


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="minutes")


def _places(wanted: Mapping[str | None, int]) -> str:
    """`6 driving:1 sampling:2`: places in all, and how many of them need which skill."""
    skilled = sorted(f"{skill}:{number}" for skill, number in wanted.items() if skill and number)
    return " ".join([str(sum(wanted.values())), *skilled])


def read_places(text: str) -> tuple[int, dict[str, int]]:
    total, *skilled = text.split(" ")
    return int(total), {skill: int(number) for skill, _, number in (each.partition(":") for each in skilled)}


async def change(
    task_id: UUID, *, version: int, title: str, notes: str, meeting: str, building: UUID | None, team: UUID | None, places_wanted: int,
    skills: dict[str, int], starts: datetime | None, hours: int, urgent: bool, vouching: bool, release: int | None,
    proof: str = USUAL, was: Mapping[str, str] = UNSAID, by: Person,
) -> Done:  # fmt: skip
    """Writes what she changed; what somebody else changed to something else meanwhile stays, hers beside it. `starts` None keeps it."""
    held, task = await _held(task_id, by)
    await known(building, team, by)
    typed = {
        "title": title, "notes": notes, "meeting": meeting, "building": _text(building), "team": _text(team),
        "places": _places(wanted_places(places_wanted, skills)), "hours": str(hours), "urgent": _text(urgent),
        "vouching": _text(vouching), "release": _text(release),
    }  # fmt: skip
    if proof in PROOFS:  # a form from before this choice says nothing of it
        typed["proof"] = proof
    if starts:
        typed["starts"] = _moment(starts)
    weighed = await weigh(_subject(task), typed, was, fields_of(task), moved=task.version != version + 1)
    await _write(held, task, weighed.apply, by)
    return weighed.done("tasks.changed", {"number": task.number}, about=task_id)


async def put(task_id: UUID, field: str, value: str, *, by: Person) -> str:
    """Make one value stand, as decided between two people; answers what it replaced."""
    held, task = await _held(task_id, by)
    await _write(held, task, {field: value}, by)
    return fields_of(task)[field]


async def _held(task_id: UUID, by: Person) -> tuple[Held, TaskFacts]:
    await reads.visible(task_id, by)
    may(by, "task.call")
    held = await hold(task_id)
    return held, await reads.visible(task_id, by)


def _subject(task: TaskFacts) -> Subject:
    """Of no building, for this list: changing a call is the dispatcher's, not the steward's whose building it is in."""
    return Subject("task", task.id, task.community_id, task.key_id, task.emergency_id)


async def _write(held: Held, task: TaskFacts, fields: Mapping[str, str], by: Person) -> None:
    if not fields:
        return
    sealed = seal_of(task.id, task.key_id, task.emergency_id)
    sets: dict[str, Any] = {f"{name}_sealed": sealed.close(name, fields[name]) for name in SEALED if name in fields}
    sets |= {column: _value(name, fields[name]) for name, column in COLUMNS.items() if name in fields}
    if "starts" in fields or "hours" in fields:
        sets |= _times(task, fields)
    if "places" in fields:
        await resize(task, wanted_places(*read_places(fields["places"])))
    if sets:
        named = ", ".join(f"{name} = ?" for name in sets)
        await db.run(f"UPDATE task SET {named} WHERE id = ?", *sets.values(), task.id)
    record("task.changed", task.id, community=task.community_id, places=read_places(fields.get("places", str(task.places)))[0])
    if "starts" in fields or "building" in fields:
        await tell_all(task, "message.task_changed", by)
    await promote(held)


def _value(name: str, text: str) -> Any:
    if name == "proof":
        return text
    if name in ("urgent", "vouching"):
        return text == "1"
    if not text:
        return None
    return int(text) if name == "release" else UUID(text)


def _times(task: TaskFacts, fields: Mapping[str, str]) -> dict[str, datetime]:
    starts = datetime.fromisoformat(fields["starts"]) if "starts" in fields else task.starts_at
    ends = starts + timedelta(hours=int(fields.get("hours", hours_of(task))))
    if ends <= clock.now():
        raise misfit("starts", "tasks.form.past")
    return {"starts_at": starts, "ends_at": ends}
