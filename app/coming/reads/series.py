"""What comes back, for which door, and how its words are opened."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date, datetime
from uuid import UUID

import msgspec

from app.coming import rhythm
from app.kernel import db, seal
from app.kernel.trouble import Gone
from app.kernel.words import gettext, say
from app.people.person import Person
from app.people.rights import may, reach
from app.places import labels


class Series(msgspec.Struct, frozen=True):
    """`made_through`: its dates up to this day were looked at. `ended_at` None while it runs."""

    id: UUID
    community_id: UUID
    emergency_id: UUID
    key_id: UUID
    building_id: UUID
    household_id: UUID
    estate: str
    number: int
    grid_id: UUID | None
    unit: int
    floor: int
    door: int
    kind: str
    rhythm: str
    weekdays: int | None
    every_days: int | None
    month_day: int | None
    minute_from: int
    minutes: int
    first_day: date
    last_day: date | None
    line_sealed: bytes | None
    for_sealed: bytes | None
    name_sealed: bytes | None
    phone_sealed: bytes | None
    channel: str
    from_need: UUID | None
    made_by: UUID | None
    made_at: datetime
    changed_at: datetime
    made_through: date
    ended_at: datetime | None
    version: int
    skips: int

    @property
    def turn(self) -> str:
        """Changes with every date that is left out or put back, so that the next press is another act."""
        return f"{self.version}.{self.skips}"

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def building(self) -> str:
        return labels.building(self.estate, self.number)

    @property
    def path(self) -> str:
        return f"/series/{self.id}"

    @property
    def kind_label(self) -> str:
        return gettext(f"needs.kind.{self.kind}")

    @property
    def pattern(self) -> rhythm.Rhythm:
        return rhythm.Rhythm(
            rhythm=self.rhythm, first=self.first_day, last=self.last_day, weekdays=self.weekdays, every_days=self.every_days,
            month_day=self.month_day,
        )  # fmt: skip

    @property
    def seal(self) -> seal.Seal:
        return seal.Seal("series", self.id, self.key_id, self.emergency_id)

    def opened(self, column: str) -> str:
        """Blank where nothing was said, or where its key is gone."""
        with suppress(seal.Closed):
            return self.seal.open(column, getattr(self, f"{column}_sealed"))
        return ""

    @property
    def whom(self) -> str:
        """Whom it is for: somebody else by name, or whoever asked."""
        return self.opened("for") or self.opened("name")

    @property
    def line(self) -> str:
        return self.opened("line") or "—"

    @property
    def hours(self) -> str:
        """14:00–16:00; one over midnight says so."""
        end = self.minute_from + self.minutes
        until = clock_words(end % 1440)
        return f"{clock_words(self.minute_from)}–{say('coming.next_day', time=until) if end > 1440 else until}"

    @property
    def rhythm_label(self) -> str:
        if self.weekdays:
            days = rhythm.weekdays(self.weekdays)
            if len(days) == 7:
                return gettext("coming.rhythm.daily")
            return say("coming.rhythm.weekly", days=gettext("coming.comma").join(gettext(f"coming.weekday.{day}") for day in days))
        if self.every_days:
            return gettext("coming.rhythm.daily") if self.every_days == 1 else say("coming.rhythm.every", n=self.every_days)
        return say("coming.rhythm.monthly", day=self.month_day)


def clock_words(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


_COLUMNS = """s.id, s.community_id, s.emergency_id, s.key_id, s.building_id, s.household_id, e.name AS estate, b.number, b.grid_id, h.unit, h.floor,
h.door, s.kind, s.rhythm, s.weekdays, s.every_days, s.month_day, s.minute_from, s.minutes, s.first_day, s.last_day, s.line_sealed, s.for_sealed,
s.name_sealed, s.phone_sealed, s.channel, s.from_need, s.made_by, s.made_at, s.changed_at, s.made_through, s.ended_at, s.version, s.skips"""
_TABLES = "series s JOIN household h ON h.id = s.household_id JOIN building b ON b.id = s.building_id JOIN estate e ON e.id = b.estate_id"


async def _select(where: str, *params: object) -> list[Series]:
    return await db.rows(Series, f"SELECT {_COLUMNS} FROM {_TABLES} WHERE {where}", *params)


async def series(series_id: UUID) -> Series | None:
    return next(iter(await _select("s.id = ?", series_id)), None)


async def many(series_ids: Sequence[UUID]) -> dict[UUID, Series]:
    """At most some hundreds."""
    return {one.id: one for one in await _select(f"s.id IN ({db.marks(series_ids)})", *series_ids)} if series_ids else {}


async def of_household(household_id: UUID, *, ended: bool = False) -> list[Series]:
    """Those that run, the oldest first; with `ended` the others too, after them."""
    tail = "" if ended else " AND s.ended_at IS NULL"
    return await _select(f"s.household_id = ?{tail} ORDER BY (s.ended_at IS NOT NULL), s.made_at, s.id", household_id)


async def of_need(need_id: UUID) -> Series | None:
    """What this need began, or what it was made from; one that runs before one that has ended."""
    where = "s.from_need = ? OR s.id = (SELECT series_id FROM coming WHERE need_id = ?) ORDER BY (s.ended_at IS NOT NULL), s.made_at DESC"
    return next(iter(await _select(f"{where} LIMIT 1", need_id, need_id)), None)


class Where(msgspec.Struct, frozen=True):
    """`buildings`: those that she may see, None for all; `building`, `grid`, `household`: what she asked for."""

    community_id: UUID
    buildings: Collection[UUID] | None = None
    building: UUID | None = None
    grid: UUID | None = None
    household: UUID | None = None

    def sql(self, alias: str = "s") -> tuple[str, list[UUID]]:
        narrowed, params = "", []
        if self.buildings is not None and not self.buildings:
            return " AND 1 = 0", []
        if self.buildings is not None:
            narrowed, params = f" AND {alias}.building_id IN ({db.marks(self.buildings)})", [*self.buildings]
        for column, wanted in ((f"{alias}.building_id", self.building), ("b.grid_id", self.grid), ("s.household_id", self.household)):
            if wanted:
                narrowed, params = f"{narrowed} AND {column} = ?", [*params, wanted]
        return narrowed, params


async def running(where: Where) -> list[Series]:
    narrowed, params = where.sql()
    return await _select(f"s.community_id = ? AND s.ended_at IS NULL{narrowed}", where.community_id, *params)


async def visible(series_id: UUID, person: Person, right: str = "need.see") -> Series:
    """Raises Gone for one that is not there or not for her eyes, Barred where she may see it and no more."""
    found = await series(series_id)
    if found is None or found.community_id != person.community_id:
        raise Gone("series")
    may(person, "need.see")
    buildings = reach(person, "need.see")
    if buildings is not None and found.building_id not in buildings:
        raise Gone("series")
    may(person, right, building=found.building_id)
    return found
