"""Calling for people: a new task with its places, calling it off, closing it. Changing one is in `changing`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from app.journal.record import record
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Overtaken, misfit
from app.people.person import Person
from app.people.reads import teams
from app.people.rights import may
from app.people.rules import grants
from app.people.rules.messages import tell
from app.places import reads as places
from app.tasks import reads
from app.tasks.models import Task
from app.tasks.proof import USUAL, resolved
from app.tasks.reads.facts import TaskFacts, seal_of


async def call(
    *, title: str, notes: str, meeting: str, building: UUID | None, team: UUID | None, places_wanted: int, skills: dict[str, int],
    starts: datetime, hours: int, urgent: bool, vouching: bool, release: int | None, proof: str = USUAL, by: Person,
) -> Done:  # fmt: skip
    """`places_wanted` in all; `skills` says how many of them need which skill. Starts and ends as moments, `hours` apart."""
    may(by, "task.call")
    await known(building, team, by)
    if starts + timedelta(hours=hours) <= clock.now():
        raise misfit("starts", "tasks.form.past")
    community = await places.community(by.community_id)
    task_id = ids.new()
    sealed = seal_of(task_id, community.key_id, community.emergency_id)
    number = await places.next_number(community.id)
    await Task.create(
        id=task_id, community_id=community.id, emergency_id=community.emergency_id, key_id=community.key_id, number=number,
        title_sealed=sealed.close("title", title), notes_sealed=sealed.close("notes", notes), meeting_sealed=sealed.close("meeting", meeting),
        building_id=building, team_id=team, starts_at=starts, ends_at=starts + timedelta(hours=hours), urgent=urgent,
        needs_vouching=vouching, release_minutes=release, created_by_id=by.id, created_at=clock.now(), proof=resolved(proof, title, notes),
    )  # fmt: skip
    await _add(task_id, community.id, 1, wanted_places(places_wanted, skills))
    record("task.called", task_id, community=community.id, number=number, places=places_wanted, urgent=urgent)
    return Done("tasks.called", {"number": number, "places": places_wanted}, about=str(task_id))


async def known(building: UUID | None, team: UUID | None, by: Person) -> None:
    """Raises Misfit for a building or team that is not of her community."""
    if building is not None:
        found = await places.building(building)
        if found is None or found.community_id != by.community_id:
            raise misfit("building", "form.unknown_choice")
    if team is not None and team not in {each.id for each in await teams(by.community_id)}:
        raise misfit("team", "form.unknown_choice")


def wanted_places(total: int, skills: dict[str, int]) -> dict[str | None, int]:
    """How many places of each skill, and of none; raises Misfit when skills ask for more places than there are."""
    special = {skill: number for skill, number in skills.items() if number}
    if sum(special.values()) > total:
        raise misfit("places", "tasks.form.more_skills_than_places", skilled=sum(special.values()))
    return special | {None: total - sum(special.values())}


async def _add(task_id: UUID, community_id: UUID, first: int, wanted: dict[str | None, int]) -> None:
    skills = [skill for skill, number in wanted.items() for _ in range(number)]
    await db.run_many(
        "INSERT INTO place(id, task_id, community_id, number, skill) VALUES (?, ?, ?, ?, ?)",
        [(ids.new(), task_id, community_id, number, skill) for number, skill in enumerate(skills, first)],
    )


async def resize(task: TaskFacts, wanted: dict[str | None, int]) -> None:
    """Places more or fewer, of each kind never below what is taken."""
    now = {part.skill: part for part in task.parts}
    for skill, part in now.items():
        if wanted.get(skill, 0) < part.taken:
            raise misfit(f"skill_{skill}" if skill else "places", "tasks.form.below_taken", taken=part.taken, kind=part.label)
    surplus = [spot.id for skill, part in now.items() for spot in _free(task, skill)[: max(0, part.places - wanted.get(skill, 0))]]
    if surplus:
        await db.run(f"DELETE FROM place WHERE taken_by IS NULL AND id IN ({db.marks(surplus)})", *surplus)
    more = {skill: number - (now[skill].places if skill in now else 0) for skill, number in wanted.items()}
    last = max((spot.number for spot in task.spots), default=0)
    await _add(task.id, task.community_id, last + 1, {skill: number for skill, number in more.items() if number > 0})


def _free(task: TaskFacts, skill: str | None) -> list[reads.Spot]:
    """Free places of this skill, last made first."""
    return [spot for spot in reversed(task.spots) if spot.skill == skill and spot.taken_by is None]


async def cancel(task_id: UUID, *, by: Person) -> Done:
    """Call it off; everybody who took a place or waited is told."""
    return await _close(task_id, by, "cancelled", "message.task_cancelled")


async def finish(task_id: UUID, *, by: Person) -> Done:
    """Close it as done; whoever is still checked in is asked to check out."""
    return await _close(task_id, by, "done", "message.task_done")


async def _close(task_id: UUID, by: Person, how: str, words: str) -> Done:
    await reads.visible(task_id, by)
    may(by, "task.call")
    closed = await db.run(
        f"UPDATE task SET {how}_at = ?, {how}_by = ?, version = version + 1 WHERE id = ? AND done_at IS NULL AND cancelled_at IS NULL",
        clock.now(), by.id, task_id,
    )  # fmt: skip
    if not closed:
        raise Overtaken("tasks.closed_already")
    task = await reads.visible(task_id, by)
    still = {spot.taken_by for spot in task.spots if spot.here}
    await tell_all(task, words, by, only=still if how == "done" else None)
    await db.run("UPDATE wait SET left_at = ? WHERE task_id = ? AND promoted_at IS NULL AND left_at IS NULL", clock.now(), task_id)
    await grants.end(task_id)
    record(f"task.{how}", task_id, community=task.community_id)
    return Done(f"tasks.{how}", {"number": task.number}, about=str(task_id))


async def tell_all(task: TaskFacts, words: str, by: Person, *, only: Iterable[UUID] | None = None) -> None:
    """A word to all who took a place or wait, but not to whoever acts."""
    if only is None:
        waiting = "SELECT account_id FROM wait WHERE task_id = ? AND promoted_at IS NULL AND left_at IS NULL"
        only = {spot.taken_by for spot in task.spots if spot.taken_by} | set(await db.rows(UUID, waiting, task.id))
    for account_id in sorted(set(only) - {by.id}):
        await tell(account_id, words, path=f"/tasks/{task.id}", community=task.community_id, number=task.number)
