"""A gap is an alarm before it hurts, once: at midnight, at a clock change, when it is filled and torn open again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.journal.worker import Worker
from app.kernel import clock, db
from app.people.jobs import DUTIES
from app.people.reads import rosters
from app.people.rules.rosters import filling, posting

pytestmark = pytest.mark.postgres
WORKER = Worker([], DUTIES)


async def alarms(account) -> int:
    return await db.value("SELECT count(*) FROM message WHERE account_id = ? AND words = 'message.roster_gap'", account)


async def acts() -> int:
    return await db.value("SELECT count(*) FROM receipt")


async def ahead(community) -> int:
    return (await rosters.gaps_ahead(community)).get(community, 0)


async def test_a_gap_is_told_once_to_whoever_keeps_the_roster(world, post, put):
    gate, house = await post(), await post(name="一号楼", kind="building", building=world.building)
    await put(gate, "volunteer", 0, 40)
    await put(house, "steward", 0, 10)
    await WORKER.once()
    assert (await alarms(world.dispatcher), await alarms(world.steward)) == (1, 1) and await ahead(world.community) == 1
    before = await acts()
    for _ in range(3):
        clock.advance(clock.now() - datetime.now(UTC) + timedelta(minutes=20))
        await WORKER.once()
    assert (await alarms(world.dispatcher), await acts()) == (1, before), "an idle round only reads"
    assert await alarms(world.volunteer) == await alarms(world.outside_dispatcher) == 0
    clock.advance(timedelta(hours=17))  # 24 h before the gate is empty
    await WORKER.once()
    assert (await alarms(world.dispatcher), await alarms(world.steward)) == (2, 1) and await ahead(world.community) == 2


async def test_filled_it_is_no_alarm_any_more_and_torn_open_it_is_told_again(world, act, person, post, put):
    gate = await post()
    await put(gate, "volunteer", 0, 6)
    rest = await put(gate, "volunteer2", 12, 40)
    await WORKER.once()
    assert await alarms(world.dispatcher) == 1
    middle = await put(gate, "steward", 6, 12)
    await WORKER.once()
    assert await ahead(world.community) == 0 and await db.value("SELECT count(*) FROM roster_gap") == 0
    for shift in (middle, rest):
        assert (await act(filling.remove, shift, by=await person("dispatcher"))).state == "applied"
        await WORKER.once()
    assert await alarms(world.dispatcher) == 3 and await ahead(world.community) == 1


async def test_it_goes_on_across_midnight_and_is_told_no_second_time(world, post, put):
    day = clock.day_start(clock.now()) + timedelta(days=1)
    clock.advance(day + timedelta(hours=20) - clock.now())
    await put(await post(), "volunteer", 0, 2)
    for _ in range(10):  # 20:00 to 06:00
        await WORKER.once()
        clock.advance(clock.now() - datetime.now(UTC) + timedelta(hours=1))
    assert await alarms(world.dispatcher) == 1
    assert await db.value("SELECT count(*) FROM roster_gap") == 1


@pytest.mark.parametrize("change", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
async def test_a_clock_change_opens_no_gap_and_hides_none(world, act, person, change):
    await db.run("UPDATE community SET zone = 'Europe/Berlin' WHERE id = ?", world.community)
    zone = rosters.zone_of("Europe/Berlin")
    token = clock.ZONE.set(zone)
    try:
        with clock.at(change - timedelta(hours=4)):
            dee = await person("dispatcher")
            night = {"kind": "gate", "name": "北门", "building": None, "covers": (20 * 60, 12 * 60), "shows_name": False}
            gate = UUID((await act(posting.make, **night, by=dee)).about)
            eve = change.astimezone(zone).replace(hour=20, minute=0) - timedelta(days=1)
            starts, until = eve.astimezone(UTC), (eve + timedelta(hours=12)).astimezone(UTC)
            assert until - starts in (timedelta(hours=11), timedelta(hours=13))
            assert (await act(filling.put, gate, who=world.volunteer, starts=starts, until=until, by=dee)).state == "applied"
            holes = await db.value("SELECT count(*) FROM roster_gap")
            await WORKER.once()
            assert (holes, await alarms(world.dispatcher)) == (0, 1), "the next night alone is empty"
            [row] = await db.rows(datetime, "SELECT from_at FROM roster_gap ORDER BY from_at LIMIT 1")
            assert row == (eve + timedelta(days=1)).astimezone(UTC)
    finally:
        clock.ZONE.reset(token)


async def test_a_post_that_is_closed_alarms_nobody(world, act, person, post):
    gate = await post()
    await WORKER.once()
    assert await ahead(world.community) == 1
    await act(posting.end, gate, by=await person("dispatcher"))
    await WORKER.once()
    assert await ahead(world.community) == 0 and await db.value("SELECT count(*) FROM roster_gap") == 0
