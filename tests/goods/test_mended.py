"""Who says that goods came, a count that was a slip, and trucks that stand, change or are in two places."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.goods import jobs, reads
from app.goods.reads import inbound as trucks
from app.goods.reads import listing
from app.goods.rules import counting, handling, inbound, sending
from app.kernel import clock, db

pytestmark = pytest.mark.postgres


@pytest.fixture
async def lot(hub, act) -> UUID:
    """Ten masks."""
    await act(handling.receive, hub.masks, hub.here, 10, None, False, by=hub.dee)
    return (await reads.lots_of(hub.masks, hub.here, hub.dee.community_id))[0].lot_id


async def test_somebody_else_says_that_it_came(hub, act, lot):
    sent = UUID((await act(sending.send, lot, hub.here, hub.there, 5, by=hub.dee)).about)
    assert (await act(sending.arrive, sent, 5, "", by=hub.dee)).trouble == "barred"
    assert (await act(sending.arrive, sent, 5, "", by=hub.kim)).state == "applied"
    assert not await db.value("SELECT alone FROM goods_transfer WHERE id = ?", sent)


async def test_where_there_is_nobody_else_who_sent_it_says_so_and_that_is_marked(hub, act, lot):
    sent = UUID((await act(sending.send, lot, hub.here, hub.there, 5, by=hub.dee)).about)
    mine = await db.value("SELECT id FROM role WHERE account_id = ? AND role = 'dispatcher' AND ended_at IS NULL", hub.kim.id)
    await db.run("UPDATE role SET ended_at = ? WHERE id = ?", clock.now(), UUID(str(mine)))
    assert (await act(sending.arrive, sent, 5, "", by=hub.dee)).state == "applied"
    assert await db.value("SELECT alone FROM goods_transfer WHERE id = ?", sent)


async def test_a_first_count_is_taken_back_by_who_made_it_and_the_lot_is_counted_anew(hub, act, lot):
    count = UUID((await act(counting.begin, lot, hub.here, 1000, by=hub.dee)).about)
    assert (await act(counting.take_back, count, by=hub.kim)).trouble == "barred"
    assert (await act(counting.take_back, count, by=hub.dee)).state == "applied"
    assert await listing.half_counted(hub.dee.community_id) == []
    assert (await act(counting.finish, count, 10, "", by=hub.kim)).trouble == "gone"
    anew = UUID((await act(counting.begin, lot, hub.here, 10, by=hub.dee)).about)
    assert (await act(counting.finish, anew, 10, "", by=hub.kim)).state == "applied"
    assert (await act(counting.take_back, anew, by=hub.dee)).reason == "counted-already"


async def _booked(hub, act, minutes: int, *, at=None, plate="渝A1") -> UUID | str:
    starts = clock.now().replace(second=0, microsecond=0) + timedelta(minutes=minutes)
    told = await act(inbound.book, at or hub.here, "粮油公司", plate, 3000, starts, 60, by=hub.dee)
    return UUID(told.about) if told.state == "applied" else told.reason


async def test_a_truck_that_stands_past_its_window_takes_its_dock(hub, act):
    standing, absent = await _booked(hub, act, -120), await _booked(hub, act, -120, at=hub.there, plate="渝A2")
    await act(inbound.arrive, standing, by=hub.dee)
    assert await _booked(hub, act, 5, plate="渝A3") == "docks-full"
    assert isinstance(await _booked(hub, act, 5, at=hub.there, plate="渝A3"), UUID), "one that never came takes none"
    assert isinstance(await _booked(hub, act, 300, plate="渝A4"), UUID)
    await act(inbound.leave, standing, None, "", by=hub.dee)
    assert isinstance(await _booked(hub, act, 5, plate="渝A5"), UUID)
    assert absent


async def test_one_truck_is_not_booked_at_two_hubs_at_once(hub, act):
    told = await asyncio.gather(*(_booked(hub, act, 60, at=place) for place in (hub.here, hub.there)))
    assert sorted(isinstance(one, UUID) for one in told) == [False, True] and "plate-elsewhere" in told
    assert isinstance(await _booked(hub, act, 121, at=hub.there), UUID)
    assert await _booked(hub, act, 150, at=hub.here, plate="渝a1") == "plate-elsewhere"


@pytest.fixture
async def gone(hub, act) -> tuple[UUID, UUID]:
    """Ten were booked, nine came, and it has gone with its reason; the truck and one of its moves."""
    truck = await _booked(hub, act, 0)
    await act(inbound.expect, truck, hub.masks, 10, by=hub.dee)
    await act(inbound.arrive, truck, by=hub.dee)
    moved = UUID((await act(inbound.unload, truck, hub.masks, hub.here, 4, None, by=hub.dee)).about)
    await act(inbound.unload, truck, hub.masks, hub.here, 5, None, by=hub.dee)
    assert (await act(inbound.leave, truck, None, "missing", by=hub.dee)).state == "applied"
    return truck, moved


async def test_what_differs_otherwise_after_a_truck_has_gone_asks_for_its_reason_again(hub, act, gone):
    truck, moved = gone
    assert (await act(inbound.explain, truck, "broken", by=hub.dee)).reason == "nothing-to-explain"
    await act(handling.undo, moved, by=hub.dee)
    found = await trucks.booking(truck, hub.dee.community_id)
    assert found.reason is None and await trucks.unexplained(found)
    assert (await act(inbound.explain, truck, "broken", by=hub.kim)).state == "applied"
    found = await trucks.booking(truck, hub.dee.community_id)
    assert found.reason == "broken" and not await trucks.unexplained(found)


async def test_a_truck_from_before_there_were_codes_gets_one(hub, act):
    old, done = await _booked(hub, act, 0), await _booked(hub, act, 100)
    await act(inbound.cancel, done, by=hub.dee)
    await db.run("UPDATE goods_booking SET code = NULL")
    await jobs.give_codes()
    assert (await trucks.booking(old, hub.dee.community_id)).code and not (await trucks.booking(done, hub.dee.community_id)).code
    assert await trucks.without_code() == []
