"""The dates of what comes back: those that are made, those still to be made, who has them, which are late."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.care import reads as care
from app.coming import rhythm
from app.coming.reads.series import Series, Where, many, running
from app.coming.rhythm import DAY
from app.kernel import clock, db
from app.kernel.words import clock_time, day_time, gettext, ngettext
from app.kernel.words import day as day_words
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, reach
from app.places.counted import BuildingCount

PENDING = ("waiting", "triaged", "planned", "underway")
TONES = {"missed": "alarm", "red": "alarm", "amber": "watch", "taken": "calm", "underway": "calm", "done": "calm"}
GAPS = ("missed", "red", "amber")


class Coming(msgspec.Struct, frozen=True):
    """One date. `id` None while it is only expected. `owner`: who has it, blank where nobody."""

    series: Series
    day: date
    starts_at: datetime
    until_at: datetime
    warn_at: datetime
    red_at: datetime
    id: UUID | None = None
    need_id: UUID | None = None
    number: int | None = None
    need_state: str | None = None
    owner_id: UUID | None = None
    off: str | None = None
    owner: str = ""

    @property
    def state(self) -> str:
        now = clock.now()
        if self.off:
            return self.off
        if self.need_state is None:
            return "expected"
        if self.need_state == "cancelled":
            return "cancelled"
        if self.need_state not in PENDING:
            return "done"
        if self.until_at <= now:
            return "missed"
        if self.need_state == "waiting":
            return "red" if self.red_at <= now else "amber" if self.warn_at <= now else "waiting"
        return "underway" if self.need_state == "underway" else "taken"

    @property
    def state_label(self) -> str:
        return gettext(f"coming.state.{self.state}")

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "plain")

    @property
    def path(self) -> str:
        return f"/needs/{self.need_id}" if self.need_id else self.series.path

    @property
    def day_label(self) -> str:
        return day_words(self.starts_at)

    @property
    def hours(self) -> str:
        same = clock.local(self.starts_at).date() == clock.local(self.until_at).date()
        return f"{clock_time(self.starts_at)}–{clock_time(self.until_at) if same else day_time(self.until_at)}"

    @property
    def days_left(self) -> str:
        """Of a medicine that nobody has brought yet; blank for everything else, and for later dates, which the next one brought moves."""
        if self.series.kind != "medicine" or self.off or self.need_state not in PENDING:
            return ""
        left = (self.day - clock.local(clock.now()).date()).days
        if left <= 0:
            return gettext("needs.days_left.none")
        return ngettext("needs.days_left.one", "needs.days_left.many", left) % {"days": left}

    @property
    def can_skip(self) -> bool:
        return self.series.ended_at is None and self.until_at > clock.now() and self.state in (
            "expected", "waiting", "amber", "red", "taken"
        )  # fmt: skip


class _Row(msgspec.Struct):
    id: UUID
    series_id: UUID
    day: date
    starts_at: datetime
    until_at: datetime
    warn_at: datetime
    red_at: datetime
    need_id: UUID | None
    number: int | None
    need_state: str | None
    owner_id: UUID | None
    off: str | None


_ROWS = """SELECT c.id, c.series_id, c.day, c.starts_at, c.until_at, c.warn_at, c.red_at, c.need_id, n.number, n.state AS need_state, n.owner_id,
c.off FROM coming c JOIN series s ON s.id = c.series_id JOIN building b ON b.id = c.building_id LEFT JOIN need n ON n.id = c.need_id"""
_LATE = f"""c.off IS NULL AND c.warn_at <= ? AND n.state IN ({", ".join(f"'{state}'" for state in PENDING)})
AND (n.state = 'waiting' OR c.until_at <= ?)"""


async def between(where: Where, first: date, last: date) -> list[Coming]:
    """Every date from `first` to `last`, by time: the rows, and what will come of series that run."""
    narrowed, params = where.sql()
    sql = f"{_ROWS} WHERE c.community_id = ? AND c.day BETWEEN ? AND ?{narrowed}"
    rows = await db.rows(_Row, sql, where.community_id, first.isoformat(), last.isoformat(), *params)
    found = await _with_series(rows)
    found += await _expected(await running(where), where.community_id, {(row.series_id, row.day) for row in rows}, first, last)
    return sorted(
        found, key=lambda one: (one.starts_at, one.series.estate, one.series.number, one.series.unit, one.series.floor, one.series.door)
    )


async def _expected(there: Sequence[Series], community_id: UUID, had: set[tuple[UUID, date]], first: date, last: date) -> list[Coming]:
    zone, found = clock.ZONE.get(), []
    pauses, gone = await care.quiet(community_id), await care.left(list({one.household_id for one in there}))
    for one in there:
        for day in one.pattern.days(first, last):
            span = rhythm.window(one.kind, day, one.minute_from, one.minutes, zone)
            if (one.id, day) not in had and span.until_at > max(clock.now(), one.changed_at):
                off = pauses.over(one.household_id, one.whom, span.starts_at, span.until_at, rhythm.QUIET)
                off = rhythm.LEFT if not off and gone.after(one.household_id, one.whom, one.changed_at) else off
                found.append(Coming(one, day, span.starts_at, span.until_at, span.warn_at, span.red_at, off=off))
    return found


async def _with_series(rows: Sequence[_Row]) -> list[Coming]:
    ids = list(dict.fromkeys(row.series_id for row in rows))
    known: dict[UUID, Series] = {}
    for start in range(0, len(ids), 400):
        known |= await many(ids[start : start + 400])
    return [
        Coming(
            known[row.series_id], row.day, row.starts_at, row.until_at, row.warn_at, row.red_at, row.id, row.need_id, row.number,
            row.need_state, row.owner_id, row.off,
        )
        for row in rows
    ]  # fmt: skip


async def named(found: Sequence[Coming]) -> list[Coming]:
    """With the names of who has them."""
    owners = {one.owner_id for one in found if one.owner_id}
    names = await people.names(owners) if owners else {}
    return [msgspec.structs.replace(one, owner=names.get(one.owner_id, "")) for one in found]


async def next_of(series: Series, limit: int = 6, *, days: int = 95) -> list[Coming]:
    """The dates of one series from today on."""
    this = clock.local(clock.now()).date()
    where = Where(series.community_id, household=series.household_id)
    found = [
        one for one in await between(where, this - DAY, this + days * DAY) if one.series.id == series.id and one.until_at > clock.now()
    ]
    return found[:limit]


ONLY = {"late": "", "untaken": " AND c.until_at > ?", "missed": " AND c.until_at <= ?"}


async def late(where: Where, show: str = "late", *, limit: int = 50, offset: int = 0) -> list[Coming]:
    """Dates that nobody has in time (`untaken`) and dates that passed without a hand-over (`missed`), the longest late first."""
    narrowed, params = where.sql()
    now = clock.now()
    narrowed, params = narrowed + ONLY[show], [*params, *([now] if ONLY[show] else [])]
    sql = f"{_ROWS} WHERE c.community_id = ? AND {_LATE}{narrowed} ORDER BY c.until_at, c.id LIMIT ? OFFSET ?"
    return await _with_series(await db.rows(_Row, sql, where.community_id, now, now, *params, limit, offset))


class Late(msgspec.Struct, frozen=True):
    """`untaken`: nobody has it and it is near; `missed`: its time has passed."""

    untaken: int = 0
    missed: int = 0

    @property
    def all(self) -> int:
        return self.untaken + self.missed


async def late_counts(where: Where) -> Late:
    narrowed, params = where.sql()
    now = clock.now()
    sql = f"""SELECT coalesce(sum(CASE WHEN c.until_at > ? THEN 1 ELSE 0 END), 0) AS untaken,
    coalesce(sum(CASE WHEN c.until_at <= ? THEN 1 ELSE 0 END), 0) AS missed FROM coming c JOIN series s ON s.id = c.series_id
    JOIN building b ON b.id = c.building_id JOIN need n ON n.id = c.need_id WHERE c.community_id = ? AND {_LATE}{narrowed}"""
    return await db.one(Late, sql, now, now, where.community_id, now, now, *params) or Late()


class LateCount(msgspec.Struct, frozen=True):
    community_id: UUID
    untaken: int
    missed: int


async def late_in(communities: Sequence[UUID]) -> list[LateCount]:
    """One query, however many communities; one without any is left out."""
    now = clock.now()
    sql = f"""SELECT c.community_id, sum(CASE WHEN c.until_at > ? THEN 1 ELSE 0 END) AS untaken,
    sum(CASE WHEN c.until_at <= ? THEN 1 ELSE 0 END) AS missed FROM coming c JOIN need n ON n.id = c.need_id
    WHERE c.community_id IN ({db.marks(communities)}) AND {_LATE} GROUP BY c.community_id"""
    return await db.rows(LateCount, sql, now, now, *communities, now, now)


async def late_at(communities: Sequence[UUID], figure: str) -> list[BuildingCount]:
    """By building, those `untaken` or `missed`."""
    now = clock.now()
    passed = "<=" if figure == "missed" else ">"
    sql = f"""SELECT c.community_id, c.building_id, e.name AS estate, b.number, count(*) AS n FROM coming c JOIN need n ON n.id = c.need_id
    JOIN building b ON b.id = c.building_id JOIN estate e ON e.id = b.estate_id WHERE c.community_id IN ({db.marks(communities)}) AND {_LATE}
    AND c.until_at {passed} ? GROUP BY c.community_id, c.building_id, e.name, b.number ORDER BY n DESC, e.name, b.number"""
    return await db.rows(BuildingCount, sql, *communities, now, now, now)


def seen_by(person: Person, **asked: Any) -> Where:
    """What she may see; nothing where she may see no needs."""
    return Where(person.community_id, reach(person, "need.see") if can(person, "need.see") else frozenset(), **asked)
