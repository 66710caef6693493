"""Tasks with places: past ones with their hours, full ones with a line, urgent ones that still lack people."""

from datetime import timedelta
from uuid import UUID

from app.demo.day.agenda import do
from app.demo.day.asking import MINUTE
from app.demo.day.town import Town
from app.demo.texts import read
from app.people import reads as people
from app.people.attendance import here
from app.people.person import Person
from app.tasks.rules import attending, calling, taking, waiting

HERS = 2  # the open task in the demo volunteer's hands


async def plan_tasks(town: Town) -> None:
    """Whoever takes a task of the morning was free then; nobody of the evening is at her cap."""
    known = [team.id for team in await people.teams(town.community.id)]
    for number, task in enumerate(read("tasks")["task"]):
        _plan(town, number, task, known)


def _plan(town: Town, number: int, task: dict, known: list[UUID]) -> None:
    agenda, by, made = town.agenda, town.people["dispatcher"], []
    starts = agenda.back(-task["begins"]) if task["begins"] < 0 else agenda.now + timedelta(hours=task["begins"])
    # Calls are made for the full or the half hour.
    starts -= timedelta(minutes=starts.minute % 5, seconds=starts.second, microseconds=starts.microsecond)
    called = min(starts - 50 * MINUTE, agenda.now - (95 - 5 * number) * MINUTE)
    skills = {skill: task["places"].count(skill) for skill in task["places"] if skill}
    typed = {
        "title": task["title"], "notes": task.get("notes", ""), "meeting": task.get("meeting", ""), "team": known[task["team"]] if "team" in task else None,
        "building": town.building(*task["building"]).id if "building" in task else None, "places_wanted": len(task["places"]), "skills": skills,
        "starts": starts, "hours": max(1, round(task["ends"] - task["begins"])), "urgent": task.get("urgent", False),
        "vouching": not task.get("open", False), "release": None,
    }  # fmt: skip

    async def call() -> None:
        made.append(await do(by, calling.call, **typed))

    agenda.at(called, call)
    takers = _takers(town, number, task)
    for n, person in enumerate(takers):
        agenda.at(called + (4 + 3 * n) * MINUTE, lambda person=person: do(person, taking.take, made[0]))
        if (task.get("past") or task.get("inside")) and n >= task.get("absent", 0):
            _attend(town, made, person, starts + (n - 6) * MINUTE, starts + timedelta(hours=typed["hours"]) - (n + 3) * MINUTE)
    for n, person in enumerate(town.volunteers[30 : 30 + task.get("waiters", 0)]):
        agenda.at(called + (40 + n) * MINUTE, lambda person=person: do(person, waiting.wait, made[0]))
    if task.get("past"):
        agenda.at(starts + timedelta(hours=typed["hours"], minutes=5), lambda: do(by, calling.finish, made[0]))
    if task.get("cancelled"):
        agenda.at(starts - 5 * MINUTE, lambda: do(by, calling.cancel, made[0]))


def _takers(town: Town, number: int, task: dict) -> list[Person]:
    """People for the places in their order: for one with a skill somebody who has it."""
    vouched = [p for p in town.volunteers[2:] if p.vouched]
    vouched = vouched[number * 5 % len(vouched) :] + vouched[: number * 5 % len(vouched)]
    chosen: list[Person] = [town.people["volunteer"]] if number in (HERS, 8) else []
    for skill in sorted(task["places"], reverse=True)[: task["takers"] - len(chosen)]:
        fit = [p for p in vouched if p not in chosen and (skill in p.skills if skill else not p.skills & set(task["places"]))]
        chosen.append(fit[0])
    return chosen


def _attend(town: Town, made: list[UUID], person: Person, comes, goes) -> None:
    async def leave() -> None:
        if (now := await here(person.id)) and now.task_id == made[0]:
            await do(person, attending.check_out, made[0])

    town.agenda.at(comes, lambda: do(person, attending.check_in, made[0]))
    town.agenda.at(goes, leave)


def plan_presence(town: Town) -> None:
    """Those who come without a task: stewards at their doors, volunteers at the gates; some have gone home by now."""
    agenda = town.agenda
    for n, (building_id, steward) in enumerate(sorted(town.stewards.items(), key=lambda pair: _where(town, pair[0]))):
        if n % 3 == 0:
            _stay(town, steward, building_id, agenda.back(9.5 - n / 12), agenda.back(4) if n % 9 == 0 else None)
    for n, person in enumerate(town.volunteers[43:53]):
        gate = town.building(("桃花桥一村", "新桥还建房", "茶园新都")[n % 3], 1).id
        _stay(town, person, gate, agenda.back(6 - n / 4), agenda.back(1.5) if n < 3 else None)


def _where(town: Town, building_id: UUID) -> tuple[str, int]:
    return town.buildings[building_id].estate, town.buildings[building_id].number


def _stay(town: Town, person: Person, building_id: UUID, comes, goes) -> None:
    async def arrive() -> None:
        if await here(person.id) is None:
            await do(person, attending.arrive, building_id)

    async def leave() -> None:
        if await here(person.id) is not None:
            await do(person, attending.leave)

    town.agenda.at(comes, arrive)
    if goes:
        town.agenda.at(goes, leave)
