"""One pack to every door, until nothing is missing."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.deliveries import reads
from app.deliveries.reads import doors as distribution_doors
from app.deliveries.reads import spread
from app.deliveries.rules import carrying, giving, handing, mending, planning, spreading
from app.kernel import clock, db
from app.kernel.trouble import Gone, Misfit
from app.places import rules as places


@pytest.fixture
def spread_out(world, act, person):
    """`await spread_out()`: a pack to every door of building 3, its run out in Bo's hands: (distribution id, run, stops by room)."""

    async def make(*buildings: UUID, doors: str = ""):
        dispatcher, bo = await person("dispatcher"), await person("volunteer")
        made = await act(
            spreading.make_distribution, by=dispatcher, what="蔬菜包一份", buildings=buildings or (world.building3,), doors=doors
        )
        assert made.state == "applied", made
        [run] = await reads.runs_for(UUID(made.about))
        await act(giving.give, run.id, by=dispatcher, accounts=(bo.id,))
        await act(carrying.start, run.id, by=bo)
        return UUID(made.about), run.id, {f"{s.floor}{s.door:02d}": s.id for s in await reads.stop_rows(run.id)}

    return make


@pytest.mark.postgres
async def test_every_household_is_named_and_a_run_made_for_each_building(world, act, person):
    made = await act(
        spreading.make_distribution, by=await person("dispatcher"), what="蔬菜包一份", buildings=(world.building, world.building3), doors=""
    )
    line = await spread.visible(UUID(made.about), await person("dispatcher"))
    assert (line.what, line.doors, line.on_way, line.missing, line.delivered) == ("蔬菜包一份", 24 + 16, 40, 0, 0)
    assert sorted(run.stops for run in await reads.runs_for(line.id)) == [16, 24]
    assert "蔬菜包".encode() not in bytes(await db.value("SELECT what_sealed FROM distribution"))
    assert {d.state for d in await distribution_doors.doors(line.id)} == {"on_way"}


async def test_listed_doors_only_and_unknown_ones_are_named(world, act, person):
    dispatcher = await person("dispatcher")
    made = await act(spreading.make_distribution, by=dispatcher, what="药", buildings=(world.building,), doors="1-602\n2单元301室、1-602")
    assert [(d.unit, d.number) for d in await distribution_doors.doors(UUID(made.about))] == [(1, "602"), (2, "301")]
    wrong = await act(spreading.make_distribution, by=dispatcher, what="药", buildings=(world.building,), doors="1-602\n1-909\n602")
    assert isinstance(wrong, Misfit) and "1-909 / 602" in wrong.errors["doors"][1]["doors"]
    two = await act(spreading.make_distribution, by=dispatcher, what="药", buildings=(world.building, world.building2), doors="1-602")
    assert isinstance(two, Misfit) and "doors" in two.errors
    one_unit = await act(spreading.make_distribution, by=dispatcher, what="药", buildings=(world.building3,), doors="302")
    assert one_unit.state == "applied"


async def test_who_may_make_one_and_where(world, act, person):
    for name, trouble in (("volunteer", "barred"), ("steward", "barred"), ("command", "barred")):
        receipt = await act(spreading.make_distribution, by=await person(name), what="菜", buildings=(world.building,))
        assert receipt.trouble == trouble, name
    receipt = await act(spreading.make_distribution, by=await person("dispatcher"), what="菜", buildings=(world.far_building,))
    assert receipt.trouble == "gone"


@pytest.mark.postgres
async def test_what_failed_or_is_missing_goes_on_a_next_run_until_nothing_is(world, act, person, spread_out):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    distribution, run, stops = await spread_out(doors="401\n302\n201")
    await act(handing.hand_over, run, stops["401"], by=bo, where="door")
    await act(handing.fail, run, stops["302"], by=bo, reason="nobody")
    assert (await act(carrying.finish, run, by=bo, rest=True)).state == "applied"
    line = await spread.visible(distribution, dispatcher)
    assert (line.delivered, line.failed, line.missing, line.on_way) == (1, 1, 1, 0)
    receipts = await asyncio.gather(*(act(spreading.again, distribution, by=dispatcher) for _ in range(4)))
    assert sorted(r.state for r in receipts) == ["applied"] + ["refused"] * 3
    [fresh, _] = await reads.runs_for(distribution)
    assert (fresh.stops, fresh.state) == (2, "draft")
    await act(giving.give, fresh.id, by=dispatcher, accounts=(bo.id,))
    for stop in await reads.stop_rows(fresh.id):
        await act(handing.hand_over, fresh.id, stop.id, by=bo, where="hand")
    line = await spread.visible(distribution, dispatcher)
    assert line.complete and (await act(spreading.again, distribution, by=dispatcher)).reason == "nothing-missing"


async def test_a_door_that_went_on_is_answered_for_on_its_new_run(world, act, person, spread_out):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    distribution, run, stops = await spread_out(doors="401\n302")
    await act(handing.fail, run, stops["302"], by=bo, reason="nobody")
    await act(spreading.again, distribution, by=dispatcher)
    assert (await act(mending.undo, run, stops["302"], by=bo)).reason == "moved-on"
    assert (await act(mending.correct, run, stops["302"], by=bo, outcome="in_hand")).reason == "moved-on"


async def test_a_correction_opens_a_door_again(world, act, person, spread_out):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    distribution, run, stops = await spread_out(doors="401")
    await act(handing.hand_over, run, stops["401"], by=bo, where="door")
    await act(carrying.finish, run, by=bo)
    assert (await spread.visible(distribution, dispatcher)).complete
    with clock.at(clock.now() + timedelta(hours=1)):
        await act(mending.correct, run, stops["401"], by=dispatcher, outcome="wrong_address")
    assert (await spread.visible(distribution, dispatcher)).failed == 1


async def test_a_stop_taken_off_and_a_run_called_off_leave_the_door_missing(world, act, person):
    dispatcher = await person("dispatcher")
    made = await act(spreading.make_distribution, by=dispatcher, what="菜", buildings=(world.building3,), doors="401\n302")
    [run] = await reads.runs_for(UUID(made.about))
    await act(planning.remove_stop, run.id, (await reads.stop_rows(run.id))[0].id, by=dispatcher)
    assert (await spread.visible(UUID(made.about), dispatcher)).missing == 1
    await act(carrying.cancel, run.id, by=dispatcher)
    assert (await spread.visible(UUID(made.about), dispatcher)).missing == 2


async def test_a_steward_sees_the_doors_of_her_building(world, act, person):
    steward = await person("steward")
    both = await act(spreading.make_distribution, by=await person("dispatcher"), what="菜", buildings=(world.building, world.building3))
    other = await act(spreading.make_distribution, by=await person("dispatcher"), what="米", buildings=(world.building3,))
    assert (await spread.visible(UUID(both.about), steward)).doors == 24
    assert {d.building_id for d in await distribution_doors.doors(UUID(both.about), spread.reach(steward))} == {world.building}
    for name in ("volunteer", "newcomer", "outsider", "outside_dispatcher"):
        with pytest.raises(Gone):
            await spread.visible(UUID(both.about), await person(name))
    with pytest.raises(Gone):
        await spread.visible(UUID(other.about), steward)
    assert [line.id for line in await reads.distributions(world.community, steward.buildings)] == [UUID(both.about)]


@pytest.mark.postgres
async def test_five_hundred_doors_in_one_act_and_the_page_asks_as_often_as_for_sixteen(world, act, person, monkeypatch):
    dispatcher, big = await person("dispatcher"), []

    async def build(*, by):
        big.append(await places.add_building(world.community, "江山云庭", 9, units=4, floors=32, doors=4))

    await act(build, by=dispatcher)
    asked = []
    rows = db.rows

    async def counting(shape, sql, *params):
        asked.append(sql)
        return await rows(shape, sql, *params)

    monkeypatch.setattr(db, "rows", counting)
    counts, numbers = [], []
    for buildings in ((world.building3,), tuple(big)):
        asked.clear()
        made = await act(spreading.make_distribution, by=dispatcher, what="菜", buildings=buildings)
        counts.append(len(asked))
        asked.clear()
        line = await spread.visible(UUID(made.about), dispatcher)
        await distribution_doors.doors(line.id)
        await reads.distributions(world.community)
        numbers.append((line.doors, len(asked)))
    assert counts[0] == counts[1]
    assert numbers[0][0] == 16 and numbers[1][0] == 512 and numbers[0][1] == numbers[1][1]
