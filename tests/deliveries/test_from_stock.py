"""A distribution out of the stock: never more than is there, at the doors what left the hub, back in it what did not arrive."""

from uuid import UUID

import pytest

from app import web
from app.deliveries import reads
from app.deliveries.reads import doors as distribution_doors
from app.deliveries.reads import promised, station
from app.deliveries.rules import carrying, giving, handing, spreading, stationing
from app.goods.rules import handling
from app.journal.worker import Worker
from app.kernel import db
from app.kernel.trouble import Misfit

pytestmark = pytest.mark.postgres


@pytest.fixture
async def rice(world, act, person):
    """Forty bags in a hub."""
    works, dee = Worker(web.LISTENERS, []), await person("dispatcher")
    item = UUID((await act(handling.add_item, "大米", "袋", "other", False, by=dee)).about)
    hub = UUID((await act(handling.add_place, "东门", None, by=dee)).about)
    await act(handling.receive, item, hub, 40, None, False, by=dee)

    async def spread(n: int, doors: str = "", buildings=(world.building3,)):
        return await act(spreading.make_distribution, by=dee, what="一户一袋米", buildings=buildings, doors=doors, parts={item: n}, hub=hub)

    async def lies() -> dict[str, int]:
        sql = "SELECT CAST(coalesce(sum(quantity), 0) AS BIGINT) FROM goods_balance WHERE kind = ?"
        return {kind: int(await db.value(sql, kind)) for kind in ("hub", "parcel", "household")}

    return type(
        "Rice", (), {"works": works, "dee": dee, "item": item, "hub": hub, "spread": staticmethod(spread), "lies": staticmethod(lies)}
    )


async def test_two_distributions_are_never_promised_the_same_goods(rice, world):
    assert (await rice.spread(2)).state == "applied"  # 16 doors
    [free] = [one for one in await promised.free(rice.dee.community_id, rice.hub) if one.item_id == rice.item]
    assert (free.there, free.promised, free.left) == (40, 32, 8)
    told = await rice.spread(1, buildings=(world.building2,))  # 12 doors
    assert isinstance(told, Misfit) and told.errors[f"item-{rice.item}"][1] == {"item": "大米", "n": 4, "unit": "袋", "left": 8}
    assert await db.value("SELECT count(*) FROM distribution") == 1, "nothing was made"
    assert (await rice.spread(1, "101\n102\n201", (world.building2,))).state == "applied"


async def test_what_set_out_without_a_packing_table_left_the_hub_and_what_failed_is_back(rice, world, act, person):
    made = UUID((await rice.spread(2, "101\n102\n201")).about)
    bo = await person("volunteer")
    [run] = await reads.runs_for(made)
    await act(giving.give, run.id, accounts=(bo.id,), by=rice.dee)
    assert await rice.lies() == {"hub": 40, "parcel": 0, "household": 0}
    await act(carrying.start, run.id, by=bo)
    await rice.works.once()
    assert await rice.lies() == {"hub": 34, "parcel": 6, "household": 0}
    one, two, _ = [stop.id for stop in await reads.stop_rows(run.id)]
    await act(handing.hand_over, run.id, one, where="door", by=bo)
    await act(handing.fail, run.id, two, reason="nobody", by=bo)
    await rice.works.once()
    assert await rice.lies() == {"hub": 34, "parcel": 4, "household": 2}
    await act(carrying.finish, run.id, rest=True, by=bo)
    await rice.works.once()
    assert await rice.lies() == {"hub": 38, "parcel": 0, "household": 2}
    assert sorted(door.state for door in await distribution_doors.doors(made)) in (
        ["delivered", "failed", "failed"],
        ["delivered", "failed", "missing"],
    )
    assert (await act(spreading.again, made, by=rice.dee)).state == "applied", "until nothing is missing"


async def test_what_was_packed_at_the_table_does_not_leave_the_hub_again_when_it_sets_out(rice, world, act, person):
    made = UUID((await rice.spread(1, "101\n102")).about)
    bo = await person("volunteer")
    one = UUID((await act(stationing.take_next, made, by=rice.dee)).about)
    assert await station.items(await station.packing(one, rice.dee.community_id)) == {rice.item: 1}
    await act(stationing.finish, one, 1, "", by=rice.dee)
    assert await rice.lies() == {"hub": 39, "parcel": 1, "household": 0}
    [run] = await reads.runs_for(made)
    await act(giving.give, run.id, accounts=(bo.id,), by=rice.dee)
    await act(carrying.start, run.id, by=bo)
    await rice.works.once()
    assert await rice.lies() == {"hub": 38, "parcel": 2, "household": 0}


async def test_a_list_of_doors_in_several_buildings(rice, world, act):
    said = "桃花桥一村 1-1-602\n2-1-301，江山云庭1栋302"
    made = await act(spreading.make_distribution, by=rice.dee, what="药", buildings=(), doors=said)
    found = {(door.building_label, door.number) for door in await distribution_doors.doors(UUID(made.about))}
    assert len(found) == 3 and {number for _, number in found} == {"602", "301", "302"}
    told = await act(spreading.make_distribution, by=rice.dee, what="药", buildings=(), doors="1-1-602\n2-1-301")
    assert isinstance(told, Misfit) and "1-1-602" in told.errors["doors"][1]["doors"], "two buildings have that number"
    told = await act(spreading.make_distribution, by=rice.dee, what="药", buildings=(), doors="")
    assert isinstance(told, Misfit) and "buildings" in told.errors
