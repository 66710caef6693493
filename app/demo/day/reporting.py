"""People report in, are vouched for, and get their roles: officers first, then about ninety helpers."""

import random
from datetime import timedelta
from uuid import UUID

from app.demo import ledger
from app.demo.day.agenda import do
from app.demo.day.founding import FOUNDED, remembered
from app.demo.day.town import Town, signed_in
from app.demo.texts import read
from app.journal import worker
from app.kernel import clock, ids
from app.people import reads as people
from app.people.person import Person
from app.people.rules import accounts, joining, roles, teams, vouching
from app.people.skills import SKILLS
from app.places import reads as places

PHONE, DESK = "Android · Chrome", "Windows · Edge"
OFFICERS = ("dispatcher", "dispatcher2", "dispatcher3", "operator", "operator2", "hub_keeper")
VOLUNTEERS, STEWARDS, LEADS = 60, 20, 15
UNKNOWN = 7  # reported in today, nobody has vouched for them yet


async def staff(town: Town) -> None:
    """Dispatchers, operators, the hub keeper and command first: they vouch for the others and give them their roles."""
    named, at = read("people")["named"], town.agenda.now - FOUNDED + timedelta(hours=1)
    with clock.at(at):
        for role in OFFICERS:
            town.people[role] = await _officer(town, named[role], role.rstrip("23"))
        town.people["command"] = await _command(town, named["command"])
        first, second, *others = (town.people[role].id for role in OFFICERS)
        await do(town.people["dispatcher2"], vouching.vouch, first)
        await do(town.people["dispatcher"], vouching.vouch_many, (second, *others))
    for role in ("dispatcher", "operator", "command", "hub_keeper"):
        await remembered(role, town.people[role].id)


async def _officer(town: Town, name: str, role: str) -> Person:
    made: list[UUID] = []

    async def work() -> None:
        made.append(await accounts.make_account(name, town.phone()))
        await accounts.join(made[0], town.community.id)

    async def appoint() -> None:
        await accounts.give_role(made[0], role, town.community.id, place="community", place_id=town.community.id)

    with clock.at(clock.now() - timedelta(minutes=5)):
        await worker.do(work)
    await worker.do(appoint)
    return await signed_in(made[0], DESK)


async def _command(town: Town, name: str) -> Person:
    made: list[UUID] = []

    async def work() -> None:
        made.append(await accounts.make_account(name, town.phone()))
        district = town.community.district_id
        await accounts.give_role(made[0], "command", None, place="district", place_id=district)

    await worker.do(work)
    return await signed_in(made[0], DESK)


async def helpers(town: Town) -> None:
    """About ninety people report in by the community's link; most are vouched for, some answer for buildings and grids."""
    token = (await people.join_link_of(town.community.id)).path.rpartition("/")[2]
    arrivals = [*_volunteers(town.rng), *_stewards(town.rng)]
    made = []
    for n, (name, organisation, skills) in enumerate(arrivals):
        today = n < VOLUNTEERS and n >= VOLUNTEERS - UNKNOWN
        at = town.agenda.back(9.4 - n / 40) if today else town.agenda.now - FOUNDED + timedelta(hours=2, minutes=20 * n)
        with clock.at(at):
            made.append(await _report_in(token, name, organisation, skills, town.phone()))
    by, known = town.people["dispatcher"], made[: VOLUNTEERS - UNKNOWN] + made[VOLUNTEERS:]
    with clock.at(town.agenda.now - timedelta(days=1)):
        await do(by, vouching.vouch_many, tuple(known))
        await _give_places(town, made[VOLUNTEERS:], by)
    for n, account in enumerate(made):
        with clock.at(town.agenda.begins):
            person = await signed_in(account, PHONE)
        if n < VOLUNTEERS:
            town.volunteers.append(person)
        town.stewards |= {held.place_id: person for held in person.roles if held.role == "steward"}
    await _name(town, made)


async def _report_in(token: str, name: str, organisation: str, skills: tuple[str, ...], phone: str) -> UUID:
    typed = {"name": name, "phone": phone, "organisation": organisation, "skills": skills, "password": "", "lang": "zh"}
    return await do(joining.newcomer(ids.secret()), joining.report_in, token, **typed)


def _volunteers(rng: random.Random) -> list[tuple[str, str, tuple[str, ...]]]:
    said = read("people")
    first = [
        (said["named"]["volunteer"], said["organisations"][0], ("driving", "first_aid")),
        (said["named"]["volunteer2"], said["organisations"][4], ("sampling",)),
    ]
    names = [ledger.name(rng, said) for _ in range(VOLUNTEERS - 2)]
    return first + [(name, said["organisations"][n % 6], _skills(rng, n)) for n, name in enumerate(names)]


def _skills(rng: random.Random, n: int) -> tuple[str, ...]:
    certain = {0: ("sampling",), 1: ("driving",), 2: ("plumber",), 5: ("electrician",), 7: ("dialect",)}.get(n % 9, ())
    return tuple(dict.fromkeys((*certain, *rng.sample(SKILLS, rng.choice((0, 0, 1, 2))))))


def _stewards(rng: random.Random) -> list[tuple[str, str, tuple[str, ...]]]:
    said = read("people")
    names = [said["named"]["steward"]] + [ledger.name(rng, said) for _ in range(STEWARDS + LEADS - 1)]
    return [(name, said["organisations"][5] if n % 3 else said["organisations"][2], ()) for n, name in enumerate(names)]


async def _give_places(town: Town, made: list[UUID], by: Person) -> None:
    """Stewards for some buildings, leads for most grids; the rest is what the list of gaps is for."""
    mine = [town.building("桃花桥一村", 1), town.building("桃花桥一村", 2)]
    others = [b for b in town.buildings.values() if b not in mine]
    await do(by, roles.give, made[0], "steward", tuple(b.id for b in mine), None)
    for account in made[1:STEWARDS]:
        chosen = [others.pop(town.rng.randrange(len(others))).id for _ in range(town.rng.choice((1, 2, 2, 3, 4)))]
        await do(by, roles.give, account, "steward", tuple(chosen), None)
    grids = await places.grids(town.community.id)
    for grid, account in zip(grids, made[STEWARDS:], strict=False):
        await do(by, roles.give, account, "grid_lead", (), grid.id)
    for grid, account in zip(grids[:4], made[2:6], strict=True):
        await do(by, roles.give, account, "grid_deputy", (), grid.id)


async def _name(town: Town, made: list[UUID]) -> None:
    town.people |= {"volunteer": town.volunteers[0], "volunteer2": town.volunteers[1]}
    town.people["steward"] = town.stewards[town.building("桃花桥一村", 1).id]
    for role in ("volunteer", "volunteer2", "steward"):
        await remembered(role, town.people[role].id)
    await remembered("building", town.building("桃花桥一村", 1).id)
    by = town.people["dispatcher"]
    with clock.at(town.agenda.now - timedelta(hours=20)):
        for n, name in enumerate(read("people")["teams"]):
            await do(by, teams.make, name, made[2 + n])
        for person in town.volunteers[1:12]:
            for skill in sorted(person.skills & {"sampling", "driving"}):
                await do(by, vouching.see_certificate, person.id, skill)
