"""Vehicles: one trip at a time, with one who may drive it, never more than it carries; the reserve can be called on."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from goods.licences import drives

from app.goods.reads import tonnage, trips
from app.goods.rules import driving
from app.journal import worker
from app.kernel import clock, db, ids
from app.people.reads import vehicles as reads
from app.people.rules import vehicles

pytestmark = pytest.mark.postgres


@pytest.fixture
async def van(hub, act, world):
    """Stands in reserve; Bo and the steward may drive."""
    for one in (world.volunteer, world.steward):
        await worker.do(lambda one=one: drives(one, world.dispatcher))
    return UUID((await act(vehicles.add, "渝A88888", 3000, "reserve", by=hub.dee)).about)


async def test_of_ten_who_send_it_off_at_once_one_does(hub, act, world, van):
    told = await asyncio.gather(*(act(driving.leave, van, world.volunteer, hub.here, 100 + n, by=hub.dee) for n in range(10)))
    assert sorted(one.state for one in told) == ["applied"] + ["refused"] * 9
    assert {one.reason for one in told} == {None, "out-already"}
    assert len(await trips.out(hub.dee.community_id)) == 1


async def test_nobody_drives_two_and_it_is_back_once(hub, act, world, van):
    other = UUID((await act(vehicles.add, "渝A99999", 900, "ready", by=hub.dee)).about)
    trip = UUID((await act(driving.leave, van, world.volunteer, hub.here, 2000, by=hub.dee)).about)
    assert (await act(driving.leave, other, world.volunteer, hub.here, 500, by=hub.kim)).reason == "out-already"
    assert (await act(driving.leave, other, world.steward, hub.here, 500, by=hub.kim)).state == "applied"
    told = await asyncio.gather(*(act(driving.back, trip, by=who) for who in (hub.dee, hub.kim, hub.dee)))
    assert sorted(one.state for one in told) == ["applied", "refused", "refused"]
    assert (await act(driving.leave, van, world.volunteer, hub.here, 2000, by=hub.dee)).state == "applied"
    today = clock.local(clock.now()).date()
    days = await tonnage.days(hub.dee.community_id, clock.now() - timedelta(days=2), clock.now() + timedelta(days=1))
    assert (days[today].trips, days[today].carried) == (3, 4500)


async def test_who_has_shown_no_licence_drives_nothing_and_no_vehicle_carries_more_than_it_can(hub, act, world, van):
    assert set((await act(driving.leave, van, world.operator, hub.here, 100, by=hub.dee)).errors) == {"driver"}
    assert set((await act(driving.leave, van, world.outsider, hub.here, 100, by=hub.dee)).errors) == {"driver"}
    assert set((await act(driving.leave, van, world.volunteer, hub.here, 3001, by=hub.dee)).errors) == {"kilos"}
    await act(vehicles.stand, van, "off", by=hub.dee)
    assert (await act(driving.leave, van, world.volunteer, hub.here, 100, by=hub.dee)).reason == "vehicle-off"
    assert await trips.out(hub.dee.community_id) == []


async def test_a_plate_is_named_once_in_a_community_and_none_of_another_ones_moves(hub, act, world, van, person):
    assert set((await act(vehicles.add, "渝A88888", 5, "ready", by=hub.dee)).errors) == {"plate"}
    outside, steward = await person("outside_dispatcher"), await person("steward")
    for told in (
        await act(vehicles.stand, van, "off", by=outside),
        await act(driving.leave, van, world.volunteer, hub.here, 100, by=outside),
    ):
        assert told.trouble == "gone"
    assert (await act(vehicles.stand, van, "off", by=steward)).trouble == "barred"
    assert [one.standing for one in await reads.vehicles(hub.dee.community_id)] == ["reserve"]


async def test_the_database_refuses_a_second_trip_by_itself(hub, act, world, van):
    await act(driving.leave, van, world.volunteer, hub.here, 100, by=hub.dee)
    sql = """INSERT INTO goods_trip(id, community_id, vehicle_id, driver_id, hub_id, kilos, left_at, left_by)
    SELECT ?, community_id, vehicle_id, ?, hub_id, kilos, left_at, left_by FROM goods_trip"""
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run(sql, ids.new(), world.steward)
