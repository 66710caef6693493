"""A district of 200,000 households with three days of contacts, made by chance from a printed seed: how long its lists take."""

import random
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from app.care import silence
from app.care.reads import Where, overdue, risen, unreached
from app.commands.measuring.figures import Figure, times
from app.kernel import clock, db, ids, migrate

SEED = 20260414
ZONE = ZoneInfo("Asia/Shanghai")
BUILDING = {"units": 2, "floors": 25, "doors": 2}  # a hundred households
SOME = 20_000  # rows written at once
EVERY = (*[14] * 8, 1, 3)  # days; by far the most have nobody in the ledger


class Size(msgspec.Struct, frozen=True):
    """`buildings` in each community, a hundred households in each of those."""

    communities: int
    buildings: int
    rounds: int

    @property
    def households(self) -> int:
        return self.communities * self.buildings * 100


FULL, QUICK = Size(20, 100, 15), Size(4, 10, 2)


class District(msgspec.Struct, frozen=True):
    communities: list
    overdue: dict


async def figures(folder: Path, size: Size) -> list[Figure]:
    """On SQLite. The ceilings: one indexed count of one community, or of all, asked in the same round."""
    path = folder / "district.db"
    migrate.sqlite_up(path)
    await db.connect(f"sqlite://{path}", ("app.places.models",))
    try:
        return await asked(size)
    finally:
        await db.disconnect()


async def asked(size: Size) -> list[Figure]:
    """Fills the open, empty database and asks it; raises where an answer is not what chance was seen to make."""
    made = await fill(size)
    lists, first, whole, counted = [], [], [], []
    for turn in range(size.rounds):
        community = made.communities[turn % len(made.communities)]
        took, (n, shown) = await _timed(lambda at=community: _list(at))
        if n != made.overdue[community] or len(shown) != min(n, 50):
            raise SystemExit(f"the overdue list of a community says {n} and should say {made.overdue[community]}")
        lists.append(took)
        first.append((await _timed(lambda at=community: _count("community_id = ? AND", at)))[0])
        took, found = await _timed(lambda: unreached(made.communities))
        if {row.community_id: row.n for row in found} != made.overdue:
            raise SystemExit("the district's number is not the sum of what was made")
        whole.append(took)
        counted.append((await _timed(lambda: _count("")))[0])
    beside = f"{size.households} households, seed {SEED}, {{:.1f}} ms at most"
    return [
        times("district_overdue_list_x_count", lists, first, "ms", beside=beside.format(max(lists))),
        times("district_number_x_count", whole, counted, "ms", beside=beside.format(max(whole))),
    ]


async def _timed(ask: Callable[[], Awaitable]) -> tuple[float, object]:
    began = time.perf_counter()
    answer = await ask()
    return (time.perf_counter() - began) * 1000, answer


async def _list(community) -> tuple[int, list]:
    """What /unreached asks of it."""
    where = Where(community)
    up, shown = await db.at_once(risen(where, silence.Steps()), overdue(where))
    return up.all, shown


async def _count(where: str, *params) -> int:
    return await db.value(f"SELECT count(*) FROM contact_clock WHERE {where} due_at <= ?", *params, clock.now())


async def fill(size: Size) -> District:
    """Raw rows: the verbs would take an hour, and what is measured here only reads."""
    chance, now = random.Random(SEED), clock.now()
    district, emergency, made = ids.new(), ids.new(), District([], {})
    async with db.transaction():
        await db.run("INSERT INTO district(id, name) VALUES (?, ?)", district, "量尺区")
        await db.run(
            "INSERT INTO emergency(id, district_id, name, basis, started_at, planned_end_at) VALUES (?, ?, ?, ?, ?, ?)",
            emergency, district, "封控", "emergency", now, now + timedelta(days=30),
        )  # fmt: skip
        for number in range(size.communities):
            community, estate = ids.new(), ids.new()
            await db.run(
                "INSERT INTO community(id, district_id, emergency_id, key_id, code, name) VALUES (?, ?, ?, ?, ?, ?)",
                community, district, emergency, ids.new(), f"D{number:03d}", f"第{number + 1}社区",
            )  # fmt: skip
            await db.run("INSERT INTO estate(id, community_id, name) VALUES (?, ?, ?)", estate, community, "一村")
            made.communities.append(community)
            made.overdue[community] = await _community(chance, now, community, emergency, estate, range(size.buildings), number)
    return made


async def _community(chance: random.Random, now: datetime, community, emergency, estate, numbers: range, district_number: int) -> int:
    buildings, units, doors, clocks, contacts, late = [], [], [], [], [], 0
    for number in numbers:
        building = ids.new()
        code = f"{district_number:02d}{number:04d}"
        buildings.append((building, community, estate, number + 1, code, *BUILDING.values()))
        for unit, floor, door in _doors():
            if (floor, door) == (1, 1):
                units.append((ids.new(), building, unit))
            home = ids.new()
            doors.append((home, community, building, units[-1][0], unit, floor, door))
            since, days = now - timedelta(days=20), chance.choice(EVERY)
            heard = since + timedelta(days=chance.uniform(0, 17))
            for day in range(3):
                at = now - timedelta(days=day, minutes=chance.uniform(1, 1440))
                if chance.random() < 0.35:
                    reached = chance.random() < 0.6
                    outcome = "well" if reached else "no_answer"
                    contacts.append((ids.new(), community, home, emergency, "call", reached, outcome, at, at))
                    heard = max(heard, at) if reached else heard
            due = silence.due(since, heard, days, None, 20, ZONE)
            late += due <= now
            clocks.append((home, community, building, days, since, heard, due))
    await _write("building(id, community_id, estate_id, number, code, units, floors, doors)", buildings)
    await _write("unit(id, building_id, number)", units)
    await _write("household(id, community_id, building_id, unit_id, unit, floor, door)", doors)
    await _write("contact_clock(household_id, community_id, building_id, every_days, since, heard_at, due_at)", clocks)
    await _write("contact(id, community_id, household_id, emergency_id, how, reached, outcome, at, received_at)", contacts)
    return late


def _doors() -> Iterator[tuple[int, int, int]]:
    for unit in range(1, BUILDING["units"] + 1):
        for floor in range(1, BUILDING["floors"] + 1):
            for door in range(1, BUILDING["doors"] + 1):
                yield unit, floor, door


async def _write(table: str, rows: list[tuple]) -> None:
    for start in range(0, len(rows), SOME):
        some = rows[start : start + SOME]
        await db.run_many(f"INSERT INTO {table} VALUES ({db.marks(some[0])})", some)
