"""What a day came to: the figures of the report, the same for page, print and spreadsheet."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import msgspec

from app.board.reads.scope import Scope
from app.board.reads.tables import Person, Table, Tables
from app.deliveries.reads import sums as delivery_sums
from app.kernel import clock, db
from app.needs.reads import sums as need_sums
from app.people import attendance


class Day(msgspec.Struct, frozen=True):
    day: date
    made_at: datetime
    today: bool
    tables: tuple[Table, ...]
    hours: tuple[tuple[str, int], ...]

    @property
    def quiet(self) -> bool:
        return not any(cell.number for table in self.tables if table.key != "spread" for line in table.lines for cell in line.cells)


def bounds(day: date) -> tuple[datetime, datetime]:
    """The day's first moment and the next day's, in the community's zone."""
    zone = clock.ZONE.get()
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


async def report(scope: Scope, day: date) -> Day:
    since, until = bounds(day)
    ids = scope.ids
    edges = _edges(since, until)
    needs, handed, runs, spread, stays, raised = await db.at_once(
        need_sums.day_counts(ids, since, until),
        delivery_sums.handed(ids, since, until),
        delivery_sums.run_counts(ids, since, until),
        delivery_sums.spread_counts(ids),
        attendance.stays(ids, since, until),
        need_sums.raised_between(ids, edges),
    )
    today = day == clock.local(clock.now()).date()
    people = _people(stays, since, until)
    make = Tables(scope, day.isoformat(), today)
    tables = [
        make.organisations(people, handed),
        make.grids(needs, handed) if scope.chosen else make.communities(needs, handed, people),
        make.kinds(needs),
        make.outcomes(handed),
        make.runs(runs),
        *([make.spread(spread)] if today else []),
    ]
    hours = tuple((f"{clock.local(edge):%H}", n) for edge, n in zip(edges, raised, strict=False))
    return Day(day, clock.now(), today, tuple(tables), hours)


def _edges(since: datetime, until: datetime) -> list[datetime]:
    """Every hour of the day; 23 or 25 of them when the clocks change."""
    start, end = since.astimezone(UTC), until.astimezone(UTC)
    hours = round((end - start).total_seconds() / 3600)
    return [start + timedelta(hours=n) for n in range(hours + 1)]


def _people(stays: Iterable[attendance.Stay], since: datetime, until: datetime) -> list[Person]:
    """One by one, so that the hours of an organisation are the sum of the hours that stand behind it."""
    theirs: dict[tuple[UUID, UUID], list[attendance.Stay]] = defaultdict(list)
    for stay in stays:
        theirs[stay.community_id, stay.account_id].append(stay)
    return [
        Person(community, found[0].organisation, attendance.summed(None, found, since, until)) for (community, _), found in theirs.items()
    ]
