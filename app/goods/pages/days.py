"""/trucks/days: how many trucks and tonnes came, and how many trips were driven, day by day."""

from datetime import timedelta

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.goods.pages import saying
from app.goods.reads import tonnage
from app.kernel import clock, words
from app.kernel.reply import page
from app.people.person import Person
from app.people.rights import may

DAYS = 14


class DaysPage(msgspec.Struct, frozen=True):
    """`rows`: day, booked, arrived, gone, tonnes that came, trips, tonnes carried; newest first, today and the days on which something happened.

    The numbers above them are of all these days.
    """

    rows: list[tuple[str, ...]]
    arrived: int
    gone: int
    tonnes: str
    trips: int
    carried: str


@get("/trucks/days")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "stock.see")
    noon = clock.local(clock.now()).replace(hour=12)
    first, end = clock.day_start(noon - timedelta(days=DAYS - 1)), clock.day_start(noon + timedelta(days=1))
    there = await tonnage.days(person.community_id, first, end)
    rows = []
    for n in range(DAYS):
        moment = noon - timedelta(days=n)
        one = there.get(moment.date())
        if one is None and n:  # a wall of noughts says nothing; today's are told
            continue
        one = one or tonnage.Day(moment.date())
        rows.append(
            (
                words.day(moment),
                str(one.booked),
                str(one.arrived),
                str(one.gone),
                saying.tonnes(one.kilos),
                str(one.trips),
                saying.tonnes(one.carried),
            )
        )
    facts = DaysPage(
        rows=rows,
        arrived=sum(one.arrived for one in there.values()),
        gone=sum(one.gone for one in there.values()),
        tonnes=saying.tonnes(sum(one.kilos for one in there.values())),
        trips=sum(one.trips for one in there.values()),
        carried=saying.tonnes(sum(one.carried for one in there.values())),
    )
    return await page(request, "goods/days.html", facts)


PAGES = [index]
