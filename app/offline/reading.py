"""Reading without network: what of today's work a phone should hold, and the page for what it does not."""

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.care import reads as care
from app.deliveries import reads as deliveries
from app.kernel.reply import SIGHT, Sight, page, sight
from app.offline import worker
from app.people.entry import FIRST, bar_role
from app.people.person import Person
from app.people.rights import can
from app.places import reads as places
from app.tasks import reads as tasks

MOST = 80


class Today(msgspec.Struct, frozen=True):
    """Addresses, her first page in front; a page that is missing here is dropped from the phone."""

    pages: list[str]


@get("/offline/today")
async def today(person: NamedDependency[Person]) -> Response:
    found = list(dict.fromkeys(await _addresses(person)))[:MOST]
    return Response(msgspec.json.encode(Today(found)), media_type="application/json", headers={"X-Owner": sight().owner_tag})


async def _addresses(person: Person) -> list[str]:
    rounds = await care.rounds_of(person.id, person.community_id)
    runs = [run for run in await deliveries.runs_of(person.id, person.community_id) if run.open]
    taken = await tasks.taken_by(person)
    hers = [one for one in await places.buildings(person.community_id) if one.id in person.buildings]
    return [
        *_first(person),
        *(["/here"] if can(person, "presence.show") else []),
        *(["/here/in"] if can(person, "presence.start") else []),
        *(run.path for run in runs),
        *([each.path for each in rounds] and ["/rounds", *(each.path for each in rounds)]),
        *(["/mine/people"] if await care.has_people(person) else []),
        *(f"/tasks/{task.id}" for task in taken),
        *(f"/b/{task.building_code}" for task in taken if task.building_code),
        *[f"/b/{code}" for run in runs for code in await _codes(run, person)],
        *[path for one in hers for path in await _of_building(one, person)],
        "/scan",
        "/outbox",
        "/works-offline",
    ]


def _first(person: Person) -> list[str]:
    steward = can(person, "need.triage") and bool(person.buildings)
    pages = [*(["/today"] if steward else []), "/now", "/mine"]
    return sorted(pages, key=lambda path: path != FIRST[bar_role(person.role)])


async def _codes(run: deliveries.RunLine, person: Person) -> list[str]:
    doors = dict.fromkeys(card.building_id for card in await deliveries.cards(run, person) if card.state != "dropped")
    found = [await places.building(building_id) for building_id in doors]
    return [one.code for one in found if one]


async def _of_building(one: places.BuildingFacts, person: Person) -> list[str]:
    along = await care.phones_taken(one.id, person)
    return [f"/b/{one.code}", f"/buildings/{one.id}", *([f"/buildings/{one.id}/phones"] if along else [])]


@get("/offline")
async def show(request: Request) -> Response:
    """Lies on the phone unsealed, so it is drawn as for a stranger, whoever asks."""
    now = sight()
    SIGHT.set(Sight(look=now.look, hotline=now.hotline))
    return await page(request, "offline/offline.html")


PAGES = [today, show, worker.show]
