"""A steward's first page: what waits behind her doors, building by building, and who is there to help."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.care import reads as care
from app.deliveries import reads as deliveries
from app.journal.differences import count_open
from app.kernel.reply import page
from app.needs import reads as needs
from app.people import reads as people
from app.people.person import Person
from app.people.rights import may, reach
from app.places import reads as places

SHOWN = 8


class BuildingDay(msgspec.Struct, frozen=True):
    """`waiting` counts open needs, `people` those in the ledger; `others` answer for it beside her."""

    path: str
    label: str
    code: str
    waiting: int
    people: int
    others: tuple[str, ...]


class OnSite(msgspec.Struct, frozen=True):
    id: UUID
    proven: bool
    own: bool
    name: str
    organisation: str
    where: str


class TodayPage(msgspec.Struct, frozen=True):
    open: int
    untouched: int
    people: int
    missing: int
    needs: tuple[needs.NeedLine, ...]
    owners: dict[UUID, str]
    buildings: tuple[BuildingDay, ...]
    distributions: tuple[deliveries.DistributionLine, ...]
    on_site: tuple[OnSite, ...]
    differing: int


@get("/today")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.triage")
    return await page(request, "door/today/index.html", await facts(person))


async def facts(person: Person) -> TodayPage:
    mine = [each for each in await places.buildings(person.community_id) if each.id in person.buildings]
    tabs = await needs.tabs(person)
    waiting = (await needs.page_of(person, needs.Filter(state="open", owner="none"), 0))[:SHOWN]
    buildings = await _buildings(person, mine)
    spread = await deliveries.distributions(person.community_id, person.buildings) if person.buildings else []
    unfinished = tuple(line for line in spread if not line.complete)
    return TodayPage(
        open=tabs.open,
        untouched=tabs.untouched,
        people=sum(day.people for day in buildings),
        missing=sum(line.doors - line.delivered for line in unfinished),
        needs=tuple(waiting),
        owners={},
        buildings=buildings,
        distributions=unfinished,
        on_site=await _on_site(person, mine),
        differing=await count_open(person.community_id, reach(person, "difference.decide")),
    )


async def _buildings(person: Person, mine: list[places.BuildingFacts]) -> tuple[BuildingDay, ...]:
    waiting = await needs.for_building(person.buildings) if mine else {}
    listed = await care.people_per_building(person.community_id)
    answer = await people.responsible(person.community_id)
    return tuple(
        BuildingDay(
            path=f"/buildings/{each.id}",
            label=each.label,
            code=each.code,
            waiting=waiting.get(each.id, 0),
            people=listed.get(each.id, 0),
            others=tuple(one.name for one in answer.get(each.id, ()) if one.account_id != person.id),
        )
        for each in mine
    )


async def _on_site(person: Person, mine: list[places.BuildingFacts]) -> tuple[OnSite, ...]:
    labels = {each.id: each.label for each in mine}
    here = [one for one in await people.present(person.community_id) if one.building_id in labels]
    return tuple(
        OnSite(one.id, one.proof == "strong", one.account_id == person.id, one.name, one.organisation or "", labels[one.building_id])
        for one in here
    )


PAGES = [index]
