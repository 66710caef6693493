"""Three days ago: the community is founded and its ledger brought in."""

from datetime import timedelta
from uuid import UUID

from app.care import reads as care
from app.care.reading import read_ledger
from app.care.rules import importing
from app.demo import ledger
from app.demo.day.agenda import Agenda
from app.demo.day.town import Neighbour, Town
from app.demo.texts import read
from app.journal import worker
from app.kernel import clock
from app.kernel.act import Done
from app.kernel.forms import File
from app.people.rules import joining
from app.places import reads as places
from app.places import rules as building

FOUNDED = timedelta(days=3)
BOOK = "桃花桥社区台账.xlsx"


async def remembered(role: str, subject: UUID) -> None:
    """Keep under a name what later starts look for; see `app.demo.links`."""

    async def work() -> Done:
        return Done(about=str(subject))

    await worker.do(work, once=f"sample.{role}")


async def found(agenda: Agenda) -> Town:
    """Community, buildings, ledger."""
    said = read("places")
    made: list[UUID] = []

    async def work() -> None:
        district, emergency = await building.found_district(said["district"], emergency=said["emergency"], basis="emergency")
        community = await building.found_community(said["community"], district=district, emergency=emergency, hotline=said["hotline"])
        await joining.open_link(community, made_by=None)
        made.extend((community, district))

    with clock.at(agenda.now - FOUNDED):
        await worker.do(work)
        community = await places.community(made[0])
        await _bring(community)
    await remembered("community", community.id)
    town = Town(agenda, community, {b.id: b for b in await places.buildings(community.id)})
    town.neighbours = await _neighbours(town)
    return town


async def _bring(community: places.CommunityFacts) -> None:
    data = ledger.book()
    reading = read_ledger(data, BOOK)

    async def work() -> None:
        await importing.bring(reading, File(BOOK, data), community)

    await worker.do(work)


async def _neighbours(town: Town) -> list[Neighbour]:
    """Those of the ledger, in an order that does not hang on ids."""
    doors = {home.id: home for b in town.buildings.values() for home in await town.homes(b.id)}
    known = [
        Neighbour(doors[r.household_id], r.name, r.phone, r.kinds, r.smartphone != "no")
        for r in await care.residents_everywhere(town.community.id)
    ]
    return sorted(known, key=lambda one: (one.home.estate, one.home.number, one.home.unit, one.home.floor, one.home.door, one.name))
