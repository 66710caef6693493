"""A steward's first page: what waits behind her doors, building by building, and who is there to help."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.care import reads as care
from app.coming import reads as coming
from app.deliveries import reads as deliveries
from app.kernel import db
from app.kernel.reply import page, sight
from app.needs import reads as needs
from app.people import reads as people
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import may
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
    silent: tuple[care.Silent, ...]
    unreached: int
    watches: int
    shifts: list[rosters.ShiftFacts]
    roster_gaps: int
    late: tuple[coming.Coming, ...]
    late_n: int


@get("/today")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.triage")
    return await page(request, "door/today/index.html", await facts(person))


async def facts(person: Person) -> TodayPage:
    """Side by side: what stands on the page is of one moment, and costs a few trips to the database whatever there is."""
    hers = tuple(person.buildings)
    tabs, waiting, (buildings, on_site), spread, (silent, unreached), watches, shifts, (late, late_n) = await db.at_once(
        needs.tabs(person),
        needs.page_of(person, needs.Filter(state="open", owner="none"), 0, SHOWN),
        _buildings(person, hers),
        deliveries.distributions(person.community_id, person.buildings),
        _silent(person),
        care.watches_due(person.community_id, hers),
        rosters.next_of(person.id, person.community_id, 2),
        _late(person),
    )
    unfinished = tuple(line for line in spread if not line.complete)
    frame = sight().waiting
    return TodayPage(
        open=tabs.open,
        untouched=tabs.untouched,
        people=sum(day.people for day in buildings),
        missing=sum(line.doors - line.delivered for line in unfinished),
        needs=tuple(waiting),
        owners={},
        buildings=buildings,
        distributions=unfinished,
        on_site=on_site,
        differing=frame.get("differences", 0),
        silent=silent,
        unreached=unreached,
        watches=watches,
        shifts=shifts,
        roster_gaps=frame.get("roster", 0),
        late=late,
        late_n=late_n,
    )


async def _silent(person: Person) -> tuple[tuple[care.Silent, ...], int]:
    """Those of her buildings whom nobody has heard of in time, the longest silence first; and how many there are."""
    if not person.buildings:
        return (), 0
    asked = care.Where(person.community_id, person.buildings)
    first, n = await db.at_once(care.overdue(asked, limit=SHOWN), care.overdue_count(asked))
    return tuple(first), n


async def _late(person: Person) -> tuple[tuple[coming.Coming, ...], int]:
    """Dates of what comes back that nobody has taken in time, or that were missed; and how many there are."""
    seen = coming.seen_by(person)
    found, n = await db.at_once(coming.late(seen, limit=SHOWN), coming.late_counts(seen))
    return tuple(await coming.named(found)), n.all


async def _buildings(person: Person, hers: tuple[UUID, ...]) -> tuple[tuple[BuildingDay, ...], tuple[OnSite, ...]]:
    """Her buildings, and who is there to help."""
    if not hers:
        return (), ()
    mine, waiting, listed, answer, here = await db.at_once(
        places.buildings(person.community_id, hers),
        needs.for_building(person.buildings),
        care.people_per_building(person.community_id, hers),
        people.responsible(person.community_id, *hers),
        people.present(person.community_id, hers),
    )
    days = tuple(
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
    return days, _on_site(person, here, {each.id: each.label for each in mine})


def _on_site(person: Person, here: list[people.PresentFacts], labels: dict[UUID, str]) -> tuple[OnSite, ...]:
    return tuple(
        OnSite(one.id, one.proof == "strong", one.account_id == person.id, one.name, one.organisation or "", labels[one.building_id])
        for one in here
        if one.building_id in labels
    )


PAGES = [index]
