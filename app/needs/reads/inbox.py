"""The triage inbox: which needs, in what order, and how many stand behind each tab."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import clock, db
from app.kernel.paging import SIZE
from app.needs.models import OPEN
from app.needs.reads.counts import AGES, UNSEEN, untouched_since
from app.needs.reads.lines import TABLES, URGENT_FIRST, NeedLine, select, visible_to
from app.people.person import Person

CLOSED = ("confirmed", "answered", "cancelled")
HAPPENED = {
    "raised": "n.created_at",
    "delivered": "n.delivered_at",
    "confirmed": "n.confirmed_at",
    "answered": "n.closed_at",
    "cancelled": "n.closed_at",
}


class Filter(msgspec.Struct, frozen=True):
    """What the address of /needs says. `owner`: me, none or an account's id."""

    state: str = ""
    kind: str = ""
    building: UUID | None = None
    grid: UUID | None = None
    household: UUID | None = None
    age: str = ""
    owner: str = ""
    happened: str = ""
    day: str = ""
    number: int | None = None
    group: bool = False


class Tabs(msgspec.Struct, frozen=True):
    states: dict[str, int]
    untouched: int

    @property
    def open(self) -> int:
        return sum(self.states.get(state, 0) for state in OPEN)

    @property
    def closed(self) -> int:
        return sum(self.states.get(state, 0) for state in CLOSED)


class _Row(msgspec.Struct):
    word: str
    n: int


async def tabs(person: Person) -> Tabs:
    (seen, params), cut = await db.at_once(visible_to(person), untouched_since(person.community_id))
    found, unseen = await db.at_once(
        db.rows(_Row, f"SELECT n.state AS word, count(*) AS n FROM need n WHERE {seen} GROUP BY 1", *params),
        db.value(f"SELECT count(*) FROM need n WHERE {seen} AND {UNSEEN}", *params, cut, cut),
    )
    return Tabs({row.word: row.n for row in found}, unseen or 0)


async def count(person: Person, wanted: Filter) -> int:
    where, params = await _where(person, wanted)
    return await db.value(f"SELECT count(*) FROM {TABLES} WHERE {where}", *params) or 0


async def page_of(person: Person, wanted: Filter, offset: int, limit: int = SIZE) -> list[NeedLine]:
    where, params = await _where(person, wanted)
    order = f"e.name, b.number, {URGENT_FIRST}" if wanted.group else URGENT_FIRST
    if wanted.state in ("all", "closed", *CLOSED):
        order = "n.touched_at DESC, n.id DESC"
    return await select(where, *params, order=order, tail=f"LIMIT {int(limit)} OFFSET {int(offset)}")


async def _where(person: Person, wanted: Filter) -> tuple[str, list[Any]]:
    seen, given = await visible_to(person)
    parts, params = [f"({seen})"], list(given)

    def add(sql: str, *values: Any) -> None:
        parts.append(sql)
        params.extend(values)

    if wanted.number is not None:
        add("n.number = ?", wanted.number)
        return " AND ".join(parts), params
    match wanted.state:
        case "untouched":
            cut = await untouched_since(person.community_id)
            add(UNSEEN, cut, cut)
        case "open" | "closed":
            states = OPEN if wanted.state == "open" else CLOSED
            add(f"n.state IN ({db.marks(states)})", *states)
        case "all" | "":
            pass
        case state:
            add("n.state = ?", state)
    if wanted.kind:
        add("n.kind = ?", wanted.kind)
    if wanted.building:
        add("n.building_id = ?", wanted.building)
    if wanted.grid:
        add("b.grid_id = ?", wanted.grid)
    if wanted.household:
        add("n.household_id = ?", wanted.household)
    if wanted.owner == "me":
        add("n.owner_id = ?", person.id)
    elif wanted.owner == "none":
        add("n.owner_id IS NULL")
    for sql, *values in (*_aged(wanted.age), *_on(wanted.happened, wanted.day)):
        add(sql, *values)
    return " AND ".join(parts), params


def _aged(age: str) -> list[tuple]:
    """The same bounds as the board's ages: each begins where the one before ends."""
    names = (*AGES, "older")
    if age not in names:
        return []
    at, now = names.index(age), clock.now()
    found: list[tuple] = [("n.created_at > ?", now - AGES[age])] if age in AGES else []
    if at:
        found.append(("n.created_at <= ?", now - AGES[names[at - 1]]))
    return found


def _on(happened: str, day: str) -> list[tuple]:
    """What happened on a day of the community's calendar; today without one."""
    if happened not in HAPPENED:
        return []
    column = HAPPENED[happened]
    state = [("n.state = ?", happened)] if happened in CLOSED else []
    start = clock.day_start(clock.now())
    try:
        start = datetime.combine(datetime.fromisoformat(day).date(), time(), clock.ZONE.get()) if day else start
    except ValueError:
        pass
    return [*state, (f"{column} >= ? AND {column} < ?", start, start + timedelta(days=1))]
