"""Trucks: never more at once than there are docks, each step once, and what came is held against what was booked."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.goods.reads import inbound as reads
from app.goods.reads import lots_of
from app.goods.rules import handling, inbound
from app.kernel import clock, db, ids
from app.kernel.act import Press, perform

pytestmark = pytest.mark.postgres


@pytest.fixture
def book(hub, act):
    async def booked(minutes: int, long: int = 60, *, by=None):
        starts = clock.now().replace(second=0, microsecond=0) + timedelta(days=1, minutes=minutes)
        return await act(inbound.book, hub.here, "粮油公司", "渝A12345", 3000, starts, long, by=by or hub.dee)

    return booked


@pytest.fixture
async def truck(hub, act, book) -> UUID:
    """Brings ten masks, and has come."""
    made = UUID((await book(0)).about)
    await act(inbound.expect, made, hub.masks, 10, by=hub.dee)
    await act(inbound.arrive, made, by=hub.dee)
    return made


async def test_ten_bookings_of_one_window_with_three_docks_are_three(hub, act, book):
    await act(inbound.set_docks, hub.here, 3, by=hub.dee)
    told = await asyncio.gather(*(book(0, by=hub.dee if n % 2 else hub.kim) for n in range(10)))
    assert sorted(one.state for one in told) == ["applied"] * 3 + ["refused"] * 7
    assert {one.reason for one in told} == {None, "docks-full"}


async def test_windows_that_do_not_meet_share_a_dock(hub, book):
    states = [(await book(start, long)).state for start, long in ((0, 60), (60, 60), (180, 60), (119, 30), (120, 60), (30, 240))]
    assert states == ["applied", "applied", "applied", "refused", "applied", "refused"]


async def test_two_docks_take_a_long_window_over_two_short_ones(hub, act, book):
    await act(inbound.set_docks, hub.here, 2, by=hub.dee)
    states = [(await book(start, long)).state for start, long in ((0, 60), (60, 60), (0, 120), (30, 60))]
    assert states == ["applied", "applied", "applied", "refused"]


async def test_a_truck_that_has_gone_or_does_not_come_frees_its_dock(hub, act, book):
    first = UUID((await book(0)).about)
    assert (await book(0)).state == "refused"
    await act(inbound.cancel, first, by=hub.dee)
    second = UUID((await book(0)).about)
    await act(inbound.arrive, second, by=hub.dee)
    assert (await book(0)).state == "refused"
    await act(inbound.leave, second, None, "", by=hub.dee)
    assert (await book(0)).state == "applied"


async def test_each_step_is_made_once_and_in_order(hub, act, book):
    made = UUID((await book(0)).about)
    for early in (act(inbound.leave, made, None, "", by=hub.dee), act(inbound.unload, made, hub.masks, hub.here, 1, None, by=hub.dee)):
        assert (await early).reason == "truck-not-here"
    told = await asyncio.gather(*(act(inbound.arrive, made, by=who) for who in (hub.dee, hub.kim, hub.dee)))
    assert sorted(one.state for one in told) == ["applied", "refused", "refused"]
    assert (await act(inbound.cancel, made, by=hub.dee)).reason == "truck-further"


async def test_what_came_is_held_against_what_was_booked(hub, act, truck):
    moved = UUID((await act(inbound.unload, truck, hub.masks, hub.here, 6, None, by=hub.dee)).about)
    await act(inbound.unload, truck, hub.masks, hub.here, 3, None, by=hub.kim)
    assert [(line.expected, line.came) for line in await reads.lines(truck)] == [(10, 9)]
    assert (await reads.booking(truck, hub.dee.community_id)).state == "unloading"
    assert set((await act(inbound.leave, truck, 2900, "", by=hub.dee)).errors) == {"reason"}
    await act(handling.undo, moved, by=hub.dee)
    assert [(line.expected, line.came) for line in await reads.lines(truck)] == [(10, 3)], "what was undone has not come"
    assert (await act(inbound.leave, truck, 2900, "missing", by=hub.dee)).state == "applied"
    start = clock.now()
    sums = await reads.sums(hub.dee.community_id, start, start + timedelta(days=3))
    assert (sums.booked, sums.arrived, sums.gone, sums.kilos) == (1, 1, 1, 2900)


async def test_what_nobody_booked_comes_in_and_is_a_difference(hub, act, truck):
    await act(inbound.unload, truck, hub.masks, hub.here, 10, None, by=hub.dee)
    soap = UUID((await act(handling.add_item, "肥皂", "块", "other", False, by=hub.dee)).about)
    await act(inbound.unload, truck, soap, hub.here, 5, None, by=hub.dee)
    assert sorted((line.expected, line.came) for line in await reads.lines(truck)) == [(0, 5), (10, 10)]
    assert set((await act(inbound.leave, truck, None, "", by=hub.dee)).errors) == {"reason"}


async def test_goods_of_a_truck_lie_in_the_hub_where_it_stands(hub, act, truck):
    assert set((await act(inbound.unload, truck, hub.masks, hub.there, 5, None, by=hub.dee)).errors) == {"place"}
    assert await lots_of(hub.masks, hub.there, hub.dee.community_id) == []


async def test_what_was_unloaded_without_network_counts_after_the_truck_has_gone(hub, act, truck):
    pressed = clock.now()
    await act(inbound.leave, truck, None, "missing", by=hub.dee)
    assert (await act(inbound.unload, truck, hub.masks, hub.here, 4, None, by=hub.dee)).reason == "truck-not-here"
    work = lambda: inbound.unload(truck, hub.masks, hub.here, 10, None, by=hub.kim)  # noqa: E731
    [told] = await perform([Press(ids.secret(), "test/unload", hub.kim, work, b"late", at=pressed, waited=True)])
    assert told.state == "applied"
    assert [(line.expected, line.came) for line in await reads.lines(truck)] == [(10, 10)]


async def test_another_community_and_a_steward_do_nothing_with_trucks(hub, act, truck, person):
    assert (await act(inbound.leave, truck, None, "missing", by=await person("outside_dispatcher"))).trouble == "gone"
    assert (await act(inbound.leave, truck, None, "missing", by=await person("steward"))).trouble == "barred"
    assert (await act(inbound.book, hub.here, "x", "x", 1, clock.now(), 30, by=await person("outside_dispatcher"))).trouble == "gone"
    assert (await act(inbound.set_docks, hub.here, 9, by=await person("outside_dispatcher"))).trouble == "gone"


async def test_the_database_refuses_a_truck_that_left_before_it_came(hub, book):
    made = UUID((await book(0)).about)
    for sql in (
        "UPDATE goods_booking SET gone_at = starts, gone_by = booked_by WHERE id = ?",
        "UPDATE goods_booking SET unloading_at = starts, unloading_by = booked_by WHERE id = ?",
        "UPDATE goods_booking SET arrived_at = starts, arrived_by = booked_by, cancelled_at = starts, cancelled_by = booked_by WHERE id = ?",
        "UPDATE goods_booking SET ends = starts WHERE id = ?",
    ):
        with pytest.raises(db.IntegrityError):
            async with db.transaction():
                await db.run(sql, made)
