"""On the way to the door: every step counts once, in the right order, for all needs or none."""

import asyncio

import pytest
from support import needs as stage

from app.kernel import db
from app.needs import reads
from app.needs.rules import closing, fulfilling, triaging


async def state(need_id):
    [need] = await reads.lines([need_id])
    return need.state


async def step(act, verb, *needs, by, **fields):
    async def stepping(*, by):
        await verb(needs, by=by, **fields)

    return await act(stepping, by=by)


@pytest.mark.postgres
async def test_from_waiting_to_the_door_and_back(world, act, person):
    dispatcher, run = await person("dispatcher"), stage.run_id()
    need = await stage.need(act, world.code)
    for verb, fields, after in (
        (fulfilling.plan, {"run_id": run}, "planned"),
        (fulfilling.set_out, {}, "underway"),
        (fulfilling.deliver, {"how": "door"}, "delivered"),
        (fulfilling.undeliver, {}, "underway"),
        (fulfilling.fail, {"reason": "nobody"}, "triaged"),
        (fulfilling.plan, {"run_id": run}, "planned"),
        (fulfilling.unplan, {}, "triaged"),
    ):
        assert (await step(act, verb, need, by=dispatcher, **fields)).state == "applied", verb
        assert await state(need) == after
    [line] = await reads.lines([need])
    assert line.owner_id == dispatcher.id and line.times_failed == 1 and line.run_id is None and line.version == 7
    kinds = await db.rows(str, "SELECT kind FROM happening WHERE about = ? ORDER BY id", need)
    assert kinds == [
        "need.raised",
        "need.planned",
        "need.underway",
        "need.delivered",
        "need.underway",
        "need.failed",
        "need.planned",
        "need.unplanned",
    ]


WRONG = [
    (fulfilling.set_out, {}, "waiting-already"),
    (fulfilling.deliver, {"how": "hand"}, "waiting-already"),
    (fulfilling.fail, {"reason": "nobody"}, "waiting-already"),
    (fulfilling.unplan, {}, "waiting-already"),
    (fulfilling.undeliver, {}, "waiting-already"),
]


@pytest.mark.postgres
@pytest.mark.parametrize(("verb", "fields", "reason"), WRONG)
async def test_a_step_out_of_order_is_refused_and_moves_none_of_them(world, act, person, verb, fields, reason):
    dispatcher = await person("dispatcher")
    ready, waiting = await stage.need(act, world.code), await stage.need(act, world.code)
    await step(act, fulfilling.plan, ready, by=dispatcher, run_id=stage.run_id())
    before = await state(ready)
    if verb is fulfilling.undeliver:
        await step(act, fulfilling.deliver, ready, by=dispatcher, how="hand")
        before = "delivered"
    receipt = await step(act, verb, ready, waiting, by=dispatcher, **fields)
    assert (receipt.state, receipt.reason) == ("refused", reason)
    assert [await state(ready), await state(waiting)] == [before, "waiting"]


async def test_a_need_of_another_community_is_not_there(world, act, person):
    need = await stage.need(act, world.code)
    receipt = await step(act, fulfilling.plan, need, by=await person("outside_dispatcher"), run_id=stage.run_id())
    assert receipt.trouble == "gone" and await state(need) == "waiting"


@pytest.mark.postgres
async def test_two_runs_that_want_the_same_need_one_gets_it(world, act, person):
    dispatcher = await person("dispatcher")
    need = await stage.need(act, world.code)
    receipts = await asyncio.gather(*(step(act, fulfilling.plan, need, by=dispatcher, run_id=stage.run_id()) for _ in range(10)))
    assert sorted(receipt.state for receipt in receipts) == ["applied"] + ["refused"] * 9
    assert {receipt.reason for receipt in receipts if receipt.state == "refused"} == {"planned-already"}


@pytest.mark.postgres
async def test_what_the_resident_confirmed_first_stays_confirmed_at_the_handover(world, act, person):
    dispatcher = await person("dispatcher")
    need = await stage.need(act, world.code)
    await step(act, fulfilling.plan, need, by=dispatcher, run_id=stage.run_id())
    await step(act, fulfilling.set_out, need, by=dispatcher)
    assert (await act(closing.confirm, need, by=dispatcher)).state == "applied"
    assert (await step(act, fulfilling.deliver, need, by=dispatcher, how="hand")).state == "applied"
    assert await state(need) == "confirmed"
    assert (await step(act, fulfilling.undeliver, need, by=dispatcher)).reason == "confirmed-already"


async def test_the_owner_stays_through_a_failed_delivery(world, act, person):
    steward, dispatcher = await person("steward"), await person("dispatcher")
    need = await stage.need(act, world.code)
    await act(triaging.take, need, by=steward)
    await step(act, fulfilling.plan, need, by=dispatcher, run_id=stage.run_id())
    await step(act, fulfilling.fail, need, by=dispatcher, reason="nobody")
    [line] = await reads.lines([need])
    assert (line.owner_id, line.state) == (steward.id, "triaged")


async def test_nothing_to_move_moves_nothing(world, act, person):
    assert (await step(act, fulfilling.set_out, by=await person("dispatcher"))).state == "applied"
