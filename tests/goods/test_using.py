"""What went out day by day, as the book has it: local days, undone moves left out, between hubs no use but the hub's own."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.goods.reads import limits as limits_read
from app.goods.reads import using
from app.goods.rules import handling, limits, sending
from app.kernel import clock, db

pytestmark = pytest.mark.postgres
NOON = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def on(hub, act):
    """`await on(3, verb, ...)`: at noon three days ago, or at another `hour` of that day in Shanghai."""

    async def done(ago: int, verb, *said, hour: float = 12, by=None) -> UUID:
        with clock.at(NOON - timedelta(days=ago) + timedelta(hours=hour - 12)):
            receipt = await act(verb, *said, by=by or hub.dee)
        assert receipt.state == "applied", receipt
        return UUID(receipt.about)

    return done


@pytest.fixture
async def masks(hub, on):
    await on(20, handling.receive, hub.masks, hub.here, 1000, None, False)
    return hub.masks


async def use(hub, item, place=None) -> using.Use:
    with clock.at(NOON):
        return (await using.stock(hub.dee.community_id)).use(item, place)


async def test_use_is_by_local_day_and_today_is_not_among_the_whole_days(hub, on, masks):
    await on(0, handling.issue, masks, hub.here, 7)
    await on(1, handling.issue, masks, hub.here, 5, hour=23.9)
    await on(1, handling.issue, masks, hub.here, 4, hour=0.1)  # in UTC that is the day before
    await on(2, handling.issue, masks, hub.here, 3)
    found = await use(hub, masks)
    assert found.whole == [9, 3] + [0] * 12
    assert [day.used for day in found.days[:3]] == [7, 9, 3]
    assert [day.closing for day in found.days[:4]] == [981, 988, 997, 1000]
    await on(15, handling.issue, masks, hub.here, 100)
    assert sum((await use(hub, masks)).whole) == 12, "longer ago than it is measured"


async def test_what_was_undone_never_went_out(hub, on, masks):
    moved = await on(3, handling.issue, masks, hub.here, 50)
    assert (await use(hub, masks)).whole[2] == 50
    await on(1, handling.undo, moved)
    found = await use(hub, masks)
    assert not any(found.whole) and {day.closing for day in found.days} == {1000}


async def test_days_on_which_nothing_lay_there_say_nothing_of_the_demand(hub, on):
    item = hub.masks
    await on(9, handling.receive, item, hub.here, 30, None, False, hour=8)
    for ago in (9, 8, 7):
        await on(ago, handling.issue, item, hub.here, 10)
    await on(3, handling.receive, item, hub.here, 20, None, False, hour=20)
    await on(1, handling.issue, item, hub.here, 6)
    assert (await use(hub, item)).whole == [6, 0, 10, 10, 10]
    assert [day.could for day in (await use(hub, item)).days[2:10]] == [True, False, False, False, False, True, True, True]


async def test_a_day_on_which_all_had_expired_says_nothing_either(hub, on):
    await on(10, handling.receive, hub.insulin, hub.here, 30, (NOON - timedelta(days=6)).date(), False)
    found = await use(hub, hub.insulin)
    assert len(found.whole) == 4 and found.stock == 0 and found.days[6].closing == 30 and found.days[5].closing == 0


async def test_between_hubs_is_no_use_but_the_hubs_own(hub, on, masks):
    lot = UUID(str(await db.value("SELECT id FROM goods_lot WHERE item_id = ?", masks)))
    sent = await on(2, sending.send, lot, hub.here, hub.there, 200)
    assert (await use(hub, masks)).whole[1] == 0 and (await use(hub, masks)).stock == 1000, "what is on its way is nobody's use"
    assert ((here := await use(hub, masks, hub.here)).whole[1], here.stock) == (200, 800)
    await on(1, sending.arrive, sent, 200, "", by=hub.kim)
    await on(1, handling.issue, masks, hub.there, 5, hour=15)
    assert (await use(hub, masks)).whole[0] == 5
    assert ((there := await use(hub, masks, hub.there)).whole, there.stock) == ([5], 195)


async def test_on_a_shelf_is_in_its_hub_and_wasted_is_not_used(hub, on, masks):
    shelf = await on(5, handling.add_place, "A架", hub.here)
    lot = UUID(str(await db.value("SELECT id FROM goods_lot WHERE item_id = ?", masks)))
    await on(4, sending.send, lot, hub.here, shelf, 100)
    await on(3, handling.waste, lot, shelf, 40, "broken")
    found = await use(hub, masks, hub.here)
    assert not any(found.whole) and found.stock == 960


async def test_another_communitys_goods_are_not_in_it(hub, on, masks, person):
    outside = await person("outside_dispatcher")
    with clock.at(NOON):
        assert not (await using.stock(outside.community_id)).there


async def test_limits_are_set_for_all_and_for_one_and_in_order(hub, act, person):
    here, outside = hub.dee.community_id, await person("outside_dispatcher")
    assert (await limits_read.rules(here)).cover.red == 2
    assert (await act(limits.set_days, 4, 3, by=hub.dee)).errors.keys() == {"amber"}
    await act(limits.set_days, 4, 8, by=hub.dee)
    assert (await limits_read.rules(here)).cover.amber == 8 and (await limits_read.rules(outside.community_id)).cover.amber == 5
    assert (await act(limits.set_own, hub.masks, 9, None, by=hub.dee)).errors.keys() == {"amber"}
    await act(limits.set_own, hub.masks, 9, 20, by=hub.dee)
    assert (await limits_read.own(here))[hub.masks].amber == 20
    await act(limits.set_own, hub.masks, None, None, by=hub.dee)
    assert await limits_read.own(here) == {}
    assert (await act(limits.set_own, hub.masks, 9, 20, by=outside)).trouble == "gone"


async def test_the_database_refuses_limits_out_of_order(hub):
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run("INSERT INTO goods_rule(community_id, red, amber) VALUES (?, 5, 4)", hub.dee.community_id)
