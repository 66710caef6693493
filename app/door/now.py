"""A volunteer's first page: what she has taken, then one list of what she can do now. And hers over time."""

from datetime import datetime

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.care import reads as care
from app.care.reads import carers
from app.deliveries import reads as deliveries
from app.journal.record import version_of
from app.kernel import clock
from app.kernel.reply import Live, fragment, live, not_modified, page
from app.people.attendance import here
from app.people.person import Person
from app.people.reads import Service, Spell, TeamFacts, rosters, service, spells, teams
from app.people.reads.teaming import teams_joined
from app.people.rights import can
from app.places import reads as places
from app.tasks import reads as tasks


class Site(msgspec.Struct, frozen=True):
    """Where she is checked in, and the act that checks her out; blank when the card of a task does that."""

    where: str
    since: datetime
    leave: str
    version: str


class NowPage(msgspec.Struct, frozen=True):
    site: Site | None
    mine: tuple[tasks.Offer, ...]
    carrying: tuple
    offers: tuple[tasks.Offer, ...]
    closed: tuple[tasks.Offer, ...]
    people: carers.Due
    rounds: tuple[care.RoundLine, ...]
    vouched: bool
    live: Live
    shifts: list[rosters.ShiftFacts]


class MinePage(msgspec.Struct, frozen=True):
    taken: tuple[tasks.Offer, ...]
    waiting: tuple[tasks.Offer, ...]
    runs: tuple[deliveries.RunLine, ...]
    past: tuple[tasks.TaskFacts, ...]
    total: Service
    spells: tuple[Spell, ...]
    teams: tuple[TeamFacts, ...]
    shifts: list[rosters.ShiftFacts]


async def carrying(person: Person) -> tuple[deliveries.RunLine, ...]:
    """Runs in her hands that are not done yet."""
    return tuple(run for run in await deliveries.runs_of(person.id, person.community_id) if run.open)


async def site(person: Person) -> Site | None:
    found = await here(person.id)
    if found is None or found.community_id != person.community_id:
        return None
    at = await places.building(found.building_id) if found.building_id else None
    leave = f"/b/{at.code}/check-out" if at and not found.task_id else ""
    return Site(at.label if at else "", found.since, leave, str(found.id))


@get("/now")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "door/now/index.html", await _facts(person, await _version(person)))


@get("/now/live")
async def renewed(request: Request, person: NamedDependency[Person]) -> Response:
    """What she can do now again, when anything happened."""
    now = await _version(person)
    return not_modified(request, now) or fragment(request, "door/now/_now.html", await _facts(person, now), version=now)


async def _version(person: Person) -> str:
    """What is on and what begins soon changes with the clock too."""
    return f"{await version_of(person.community_id)} {clock.now():%Y-%m-%dT%H:%M}"


async def _facts(person: Person, now: str) -> NowPage:
    open_tasks = await tasks.open_tasks(person.community_id)
    taken = await tasks.taken_by(person)
    mine = {task.id for task in taken}
    ranked = sorted(await tasks.offers(person, [*taken, *(task for task in open_tasks if task.id not in mine)]), key=lambda each: each.rank)
    return NowPage(
        site=await site(person),
        mine=tuple(sorted((each for each in ranked if each.task.id in mine), key=_here_first)),
        carrying=await carrying(person),
        offers=tuple(each for each in ranked if each.task.id not in mine and not each.why_not),
        closed=tuple(each for each in ranked if each.task.id not in mine and each.why_not),
        people=await care.hers_due(person),
        rounds=tuple(await care.rounds_of(person.id, person.community_id)),
        vouched=person.vouched or not can(person, "task.take"),
        live=live("/now/live", now),
        shifts=await rosters.next_of(person.id, person.community_id, 2),
    )


def _here_first(offer: tasks.Offer) -> tuple[bool, datetime]:
    return not (offer.spot and offer.spot.here), offer.task.starts_at


@get("/mine")
async def mine(request: Request, person: NamedDependency[Person]) -> Response:
    taken = await tasks.taken_by(person)
    held = {task.id for task in taken}
    waiting = await tasks.awaited_by(person)
    offers = await tasks.offers(person, [*taken, *waiting])
    facts = MinePage(
        taken=tuple(sorted((each for each in offers if each.task.id in held), key=_here_first)),
        waiting=tuple(each for each in offers if each.task.id not in held),
        runs=tuple(await deliveries.runs_of(person.id, person.community_id)),
        past=tuple(await tasks.past_of(person)),
        total=await service(person.id, person.community_id),
        teams=await _teams(person),
        spells=tuple(await spells(person.id, person.community_id, 10)),
        shifts=await rosters.next_of(person.id, person.community_id),
    )
    return await page(request, "door/now/mine.html", facts)


async def _teams(person: Person) -> tuple[TeamFacts, ...]:
    """Those that she is in or leads."""
    joined = await teams_joined(person.id, person.community_id)
    return tuple(each for each in await teams(person.community_id) if each.id in joined or each.lead_id == person.id)


PAGES = [index, renewed, mine]
