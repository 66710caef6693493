"""The packing table: no door twice, what was packed is with its parcel, pack sheets equal orders equal moves."""

import asyncio
from uuid import UUID

import pytest

from app import web
from app.deliveries import reads as deliveries
from app.deliveries.reads import station
from app.deliveries.rules import carrying, giving, handing, mending, packing, stationing
from app.goods.rules import handling
from app.journal import worker
from app.journal.worker import Worker
from app.kernel import db
from app.kernel.trouble import Misfit
from app.orders.reads import placed
from app.orders.rules import cutting, offering
from app.people.rules import accounts
from app.supplies import reads as supplies

pytestmark = pytest.mark.postgres


@pytest.fixture
async def table(market, act, person, world):
    """Cabbage in a hub, two in every A; three doors ordered five A and two B; the lists are made."""
    market.works = Worker(web.LISTENERS, [])

    async def keeps() -> None:
        await accounts.give_role(world.volunteer2, "hub_keeper", world.community, place="community", place_id=world.community)

    await worker.do(keeps)
    market.kim = await person("volunteer2")
    market.cabbage = UUID((await act(handling.add_item, "大白菜", "斤", "food", False, by=market.dee)).about)
    market.hub = UUID((await act(handling.add_place, "东门", None, by=market.dee)).about)
    await act(handling.receive, market.cabbage, market.hub, 30, None, False, by=market.dee)
    await act(offering.mend_pack, market.greens, "蔬菜包", "", 3000, (), {market.cabbage: 2}, by=market.dee)
    for room, wanted in (("101", {"A": 2}), ("102", {"A": 3, "B": 1}), ("201", {"B": 1})):
        assert (await market.order(room, **wanted)).state == "applied"
    await market.cut()
    await market.works.once()
    market.spread = UUID(str(await db.value("SELECT id FROM distribution")))
    return market


async def lies(table) -> dict[str, int]:
    """How much of the cabbage is in which kind of place."""
    found = {}
    for kind in ("hub", "parcel", "household", "difference"):
        sql = "SELECT CAST(coalesce(sum(b.quantity), 0) AS BIGINT) FROM goods_balance b JOIN goods_lot l ON l.id = b.lot_id WHERE l.item_id = ? AND b.kind = ?"
        found[kind] = int(await db.value(sql, table.cabbage, kind))
    return found


async def pack_one(table, by, **more) -> station.Packing:
    told = await table.act(stationing.take_next, table.spread, table.hub, by=by)
    assert told.state == "applied", told
    one = await station.packing(UUID(told.about), by.community_id)
    told = await table.act(stationing.finish, one.id, 1, "", by=by)
    assert told.state == "applied", told
    return one


async def test_two_packers_at_once_never_have_the_same_door(table):
    for _ in range(3):
        both = await asyncio.gather(*(table.act(stationing.take_next, table.spread, table.hub, by=by) for by in (table.dee, table.kim)))
        doors = [await station.hers(by.id) for by in (table.dee, table.kim)]
        assert len({one.stop_id for one in doors if one}) == len([one for one in doors if one]), both
        for by, one in zip((table.dee, table.kim), doors, strict=True):
            if one:
                await table.act(stationing.finish, one.id, 1, "", by=by)
    assert (await station.progress(table.spread)).done == 3
    assert (await table.act(stationing.take_next, table.spread, table.hub, by=table.dee)).reason == "none-left"


async def test_what_she_has_begun_comes_first_and_what_she_left_is_anybodys(table):
    first = (await table.act(stationing.take_next, table.spread, table.hub, by=table.dee)).about
    assert (await table.act(stationing.take_next, table.spread, table.hub, by=table.dee)).about == first
    assert (await table.act(stationing.finish, UUID(first), 1, "", by=table.kim)).reason == "somebody-elses"
    await table.act(stationing.let_go, UUID(first), by=table.dee)
    kims = await station.packing(
        UUID((await table.act(stationing.take_next, table.spread, table.hub, by=table.kim)).about), table.kim.community_id
    )
    assert kims.stop_id == (await station.packing(UUID(first), table.kim.community_id)).stop_id


async def test_another_doors_label_is_noticed(table):
    one = await pack_one(table, table.dee)
    [label] = await supplies.of_stop(one.stop_id)
    mine = UUID((await table.act(stationing.take_next, table.spread, table.hub, by=table.dee)).about)
    told = await table.act(stationing.finish, mine, 1, label.code, by=table.dee)
    assert isinstance(told, Misfit) and "code" in told.errors
    [own] = await supplies.of_stop((await station.packing(mine, table.dee.community_id)).stop_id)
    assert (await table.act(stationing.finish, mine, 2, f"https://lastmetre.test/p/{own.code}", by=table.dee)).state == "applied"
    assert len(await supplies.of_stop(own.stop_id)) == 2


async def test_pack_sheets_equal_orders_equal_moves(table):
    for _ in range(3):
        await pack_one(table, table.dee)
    orders = await placed.of_offer(table.offer)
    asked = sum(one.has.get("A", 0) for one in orders) * 2
    contents = [each for one in orders for each in await station.contents(one)]
    on_sheets = sum(n for each in contents for item, n, _ in each.parts if item == "大白菜")
    assert asked == on_sheets == 10 and await lies(table) == {"hub": 20, "parcel": 10, "household": 0, "difference": 0}


async def test_goods_are_where_their_parcel_is(table, person, world):
    one = await pack_one(table, table.dee)
    other = await pack_one(table, table.dee)
    bo = await person("volunteer")
    run = one.run_id
    await table.act(giving.give, run, accounts=(bo.id,), by=table.dee)
    await table.act(carrying.start, run, by=bo)
    await table.act(packing.load_all, run, by=bo)
    assert await lies(table) == {"hub": 20, "parcel": 10, "household": 0, "difference": 0}
    assert (await table.act(handing.hand_over, run, one.stop_id, where="door", by=bo)).state == "applied"
    await table.works.once()
    assert await lies(table) == {"hub": 20, "parcel": 6, "household": 4, "difference": 0}
    await table.act(mending.undo, run, one.stop_id, by=bo)
    await table.works.once()
    assert await lies(table) == {"hub": 20, "parcel": 10, "household": 0, "difference": 0}
    await table.act(handing.hand_over, run, one.stop_id, where="door", by=bo)
    await table.act(handing.fail, run, other.stop_id, reason="nobody", by=bo)
    await table.act(packing.put_back_all, run, by=bo)
    await table.works.once()
    assert await lies(table) == {"hub": 26, "parcel": 0, "household": 4, "difference": 0}
    again = (await deliveries.runs(table.dee.community_id, "out"))[0]
    assert again.failed == 1


async def test_what_was_not_packed_after_all_lies_where_it_lay(table):
    one = await pack_one(table, table.dee)
    assert (await lies(table))["parcel"] == 4
    assert (await table.act(stationing.again, one.id, by=table.kim)).state == "applied"
    assert await lies(table) == {"hub": 30, "parcel": 0, "household": 0, "difference": 0}
    assert (await station.progress(table.spread)).done == 0


async def test_what_falls_short_at_the_table_is_less_for_that_door_and_told(table):
    one = (await table.act(stationing.take_next, table.spread, table.hub, by=table.dee)).about
    assert isinstance(await table.act(stationing.short, UUID(one), "A", 2, by=table.dee), Misfit)
    assert (await table.act(stationing.short, UUID(one), "A", 1, by=table.dee)).state == "applied"
    assert (await table.act(stationing.finish, UUID(one), 1, "", by=table.dee)).state == "applied"
    assert (await lies(table))["parcel"] == 2 and (await table.sums())["A"] == 4
    assert await db.value("SELECT count(*) FROM message WHERE words = 'message.pack_short'") == 1


async def test_a_door_for_which_nothing_is_left_is_on_no_run(table):
    for _ in range(2):
        await pack_one(table, table.dee)
    one = (await table.act(stationing.take_next, table.spread, table.hub, by=table.dee)).about
    assert (await table.act(stationing.short, UUID(one), "B", 0, by=table.dee)).state == "applied"
    await table.works.once()
    assert await db.value("SELECT count(*) FROM distribution_door") == 2
    assert (await station.progress(table.spread)).doors == 2
    assert await db.value("SELECT count(*) FROM stop WHERE dropped_at IS NULL") == 2


async def test_a_door_that_lost_all_after_the_lists_were_made_is_on_no_run(table):
    assert (await table.act(cutting.supply, table.offer, "B", 1, "", by=table.dee)).state == "applied"
    await table.works.once()
    assert {one.room.split()[-1] for one in await placed.of_offer(table.offer) if not one.packs} == {"201"}
    assert await db.value("SELECT count(*) FROM distribution_door") == 2 and (await station.progress(table.spread)).doors == 2


async def test_what_the_book_does_not_have_is_packed_and_looked_at(table, act):
    lot = UUID(str(await db.value("SELECT lot_id FROM goods_balance WHERE kind = 'hub'")))
    await act(handling.waste, lot, table.hub, 29, "spoiled", by=table.dee)
    await pack_one(table, table.dee)
    assert await lies(table) == {"hub": 0, "parcel": 4, "household": 0, "difference": -3}
