"""From asking to handover, with and without a phone: the figure against the plainest way of counting it, on both databases."""

import random
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

import msgspec
import pytest
from support.needs import need

from app.kernel import clock, db
from app.needs.reads import pace

pytestmark = pytest.mark.postgres
SEED = 40
WAYS = (("link", False), ("card", False), ("card", True), ("phone", True), ("steward", True))


class Row(msgspec.Struct):
    channel: str
    written_by: UUID | None
    created_at: datetime
    delivered_at: datetime | None


async def plain(community: UUID) -> dict[bool, list[float]]:
    """Every need by itself, nothing counted by the database."""
    found: dict[bool, list[float]] = {True: [], False: []}
    for row in await db.rows(Row, "SELECT channel, written_by, created_at, delivered_at FROM need WHERE community_id = ?", community):
        if row.delivered_at and clock.now() - timedelta(days=7) <= row.delivered_at <= clock.now():
            own = row.channel == "link" or (row.channel == "card" and row.written_by is None)
            found[own].append((row.delivered_at - row.created_at).total_seconds() / 60)
    return found


@pytest.fixture
def handed(world, act):
    """`await handed(channel, helped, hours, ago)`: a need that took so many hours, handed over so many days ago."""
    count = iter(range(1000))

    async def make(channel: str, helped: bool, hours: float, ago: float | None, code: str = "") -> None:
        n = next(count)
        row = await need(act, code or world.code, unit=str(n % 2 + 1), room=f"{n // 2 % 6 + 1}0{n // 12 % 2 + 1}", what=f"第{n}件")
        brought = None if ago is None else clock.now() - timedelta(days=ago)
        sql = "UPDATE need SET channel = ?, written_by = ?, created_at = ?, delivered_at = ? WHERE id = ?"
        begun = (brought or clock.now()) - timedelta(hours=hours)
        await db.run(sql, channel, world.steward if helped else None, begun, brought, row)

    return make


async def test_it_is_what_counting_one_by_one_says(world, handed):
    chance = random.Random(SEED)
    for n in range(24):
        ago = chance.choice([None, chance.uniform(7.1, 20), *[chance.uniform(0, 6.9)] * 5])
        await handed(*WAYS[n % 5], chance.uniform(0.2, 90), ago)
    await handed("link", False, 0.1, 1, code=world.far_code)
    told, counted = await pace.paces([world.community]), await plain(world.community)
    for one, minutes in ((told.own, counted[True]), (told.helped, counted[False])):
        assert one.n == len(minutes) >= pace.FEW, f"seed {SEED}"
        assert one.minutes == pytest.approx(median(minutes), abs=0.11), f"seed {SEED}"


async def test_of_four_nothing_is_told_and_of_five_the_middle_one(world, handed):
    for hours in (1, 2, 3, 4):
        await handed("phone", True, hours, 1)
    assert (await pace.paces([world.community])).helped == pace.Pace(4, None)
    await handed("steward", True, 30, 1)
    assert await pace.paces([world.community, world.away]) == pace.Paces(pace.Pace(), pace.Pace(5, 180.0))


async def test_nothing_handed_over_is_nothing_told(world):
    assert await pace.paces([world.community]) == pace.Paces()
