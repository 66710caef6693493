"""/roster: who is where over the next 24 hours or seven days, and where nobody is."""

from datetime import timedelta

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.kernel import clock
from app.kernel.reply import page
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import can, may


class RosterPage(msgspec.Struct, frozen=True):
    """`unread`: hand-over notes that nobody has read, for who keeps a roster. `gaps`: within the next day."""

    span: str
    covers: list[rosters.Cover]
    gaps: int
    mine: list[rosters.ShiftFacts]
    swaps: list[rosters.SwapFacts]
    unread: list[rosters.NoteFacts]
    makes: bool


@get("/roster")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "roster.see")
    span = "week" if request.query_params.get("span") == "week" else "day"
    now = clock.now()
    end = now + timedelta(hours=24) if span == "day" else clock.day_start(clock.day_start(now) + timedelta(days=7, hours=2))
    makes = can(person, "roster.make")
    covers = await rosters.covers(person.community_id, now, end)
    facts = RosterPage(
        span,
        covers,
        sum(gap.from_at < now + rosters.AHEAD for each in covers for gap in each.gaps),
        await rosters.next_of(person.id, person.community_id),
        await rosters.open_swaps(person.community_id),
        await rosters.unread(person.community_id) if makes else [],
        makes,
    )
    return await page(request, "rosters/index.html", facts)


PAGES = [index]
