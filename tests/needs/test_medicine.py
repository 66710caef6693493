"""The medicine desk: the clock counts down, nobody rings twice, nobody pays twice unheard, and what was paid is never lost."""

import asyncio
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from support import needs as stage

from app.kernel import clock, db
from app.kernel.trouble import Misfit
from app.needs import reads
from app.needs.reads import medicine
from app.needs.rules import buying, closing, finding, sources

SHOP = {"kind": "pharmacy", "name": "和平药房", "phone": "02367001111", "hours": "8-20", "address": "东门", "note": ""}


@pytest.fixture
async def dee(person):
    return await person("dispatcher")


@pytest.fixture
async def sun(person):
    return await person("steward")


@pytest.fixture
async def shops(act, dee) -> list[str]:
    return [(await act(sources.add, by=dee, **(SHOP | {"name": name}))).about for name in ("和平药房", "中心医院")]


@pytest.fixture
async def need(act, world) -> UUID:
    return await stage.need(act, world.code, kind="medicine", what="甲钴胺片", days_left=4)


async def case(need_id: UUID) -> medicine.Case:
    return await medicine.case((await reads.lines([need_id]))[0])


async def test_the_clock_counts_down_by_the_communitys_midnights(world, act):
    start = clock.now().astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=23, minute=50)
    with clock.at(start):
        need = await stage.need(act, world.code, kind="medicine", what="甲钴胺片", days_left=4)
    seen = []
    for later in (timedelta(), timedelta(minutes=20), timedelta(days=1, minutes=20), timedelta(days=3), timedelta(days=9)):
        with clock.at(start + later):
            seen.append(((await case(need)).need.days_now, (await case(need)).tone))
    assert seen == [(4, "plain"), (3, "watch"), (2, "watch"), (1, "alarm"), (0, "alarm")]
    with clock.at(start + timedelta(minutes=20)):
        token = clock.ZONE.set(ZoneInfo("UTC"))
        assert (await case(need)).need.days_now == 4, "in another zone it is the same day still"
        clock.ZONE.reset(token)


async def test_what_is_said_anew_counts_from_then(world, act, need, dee):
    from app.needs.rules import changing

    with clock.at(clock.now() + timedelta(days=2)):
        line = (await reads.lines([need]))[0]
        assert line.days_now == 2
        said = {"kind": "medicine", "urgency": "today", "unit": "", "room": "", "until": None, "days_left": 6}
        await act(changing.change, need, version=line.version, by=dee, **said)
        assert (await reads.lines([need]))[0].days_now == 6


async def test_a_source_is_found_and_nobody_rings_it_twice(act, need, shops, dee, sun):
    first = await act(finding.ask, need, source=shops[0], outcome="has_not", by=dee)
    assert (first.state, first.reason, (await case(need)).step) == ("applied", None, "find")
    again = await act(finding.ask, need, source=shops[0], outcome="has_not", by=sun)
    assert (again.state, again.reason, again.filled["who"]) == ("applied", "beside", "狄调度")
    found = await act(finding.ask, need, source=shops[1], outcome="part", by=sun)
    assert (found.reason, (await case(need)).step) == (None, "found")
    both = await act(finding.ask, need, source=shops[0], outcome="has", by=dee)
    assert both.reason == "beside" and both.filled["who"] == "孙楼栋"
    try_id = (await case(need)).found.id
    await act(finding.unask, try_id, by=sun)
    assert (await case(need)).found.by == dee.id, "what the other found holds"
    assert (await act(finding.unask, try_id, by=sun)).reason == "undone-already"


async def test_a_neighbours_medicine_is_not_passed_on(act, need, dee):
    refused = await act(finding.ask, need, source="neighbour", outcome="has", by=dee)
    assert isinstance(refused, Misfit) and refused.errors["source"][0] == "medicine.no_exchange"
    refused = await act(sources.add, by=dee, **(SHOP | {"kind": "neighbour"}))
    assert isinstance(refused, Misfit) and refused.errors["kind"][0] == "medicine.no_exchange"
    assert await db.value("SELECT count(*) FROM medicine_try") == 0 == await db.value("SELECT count(*) FROM medicine_source")


@pytest.mark.postgres
async def test_of_many_who_go_to_buy_one_goes(act, need, shops, dee, sun):
    receipts = await asyncio.gather(*(act(buying.go, need, source=shops[0], by=by) for by in (dee, sun) * 5))
    assert sorted(one.state for one in receipts) == ["applied"] + ["refused"] * 9
    assert {one.reason for one in receipts if one.state == "refused"} == {"buying-already"}


@pytest.mark.postgres
async def test_two_who_paid_are_both_kept_and_told(act, need, shops, dee, sun):
    receipts = await asyncio.gather(*(act(buying.pay, need, source=shops[0], fen=4550, by=by) for by in (dee, sun)))
    assert sorted(str(one.reason) for one in receipts) == ["None", "beside"]
    now = await case(need)
    assert now.step == "bought" and len(now.twice) == 1 and now.to_settle == now.twice
    assert await db.value("SELECT sum(fen) FROM medicine_purchase") == 9100
    await act(buying.unbuy, now.bought.id, by=dee)
    now = await case(need)
    assert now.step == "bought" and not now.twice, "the other payment stands in its place"


async def test_who_goes_can_let_go_and_another_goes(act, need, shops, dee, sun):
    await act(buying.go, need, source=shops[0], by=dee)
    assert (await case(need)).step == "found"
    refused = await act(buying.go, need, source=shops[0], by=sun)
    assert refused.reason == "buying-already"
    await act(buying.unbuy, (await case(need)).bought.id, by=dee)
    assert (await act(buying.go, need, source=shops[1], by=sun)).state == "applied"
    assert (await act(buying.pay, need, source=shops[1], fen=100, by=sun)).reason is None
    assert (await act(buying.go, need, source=shops[1], by=dee)).reason == "bought-already"


async def test_called_off_after_it_was_bought_somebody_says_what_becomes_of_it(act, need, shops, dee, sun, world):
    from app import web
    from app.journal.worker import Worker

    worker = Worker(web.LISTENERS, [])
    await act(buying.pay, need, source=shops[0], fen=2000, by=sun)
    bought = (await case(need)).bought.id
    assert (await act(buying.settle, bought, fate="returned", by=dee)).reason == "needed-after-all"
    await act(closing.cancel, need, line="住院了", by=dee)
    await worker.once()
    told = await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.medicine_off'")
    assert set(told) == {dee.id, sun.id}
    assert [one.need.id for one in await medicine.cases(dee)] == [need], "it stays on the desk"
    assert (await act(buying.settle, bought, fate="returned", by=sun)).state == "applied"
    assert (await act(buying.settle, bought, fate="kept", by=dee)).reason == "settled-already"
    assert await medicine.cases(dee) == []


async def test_what_arrives_after_the_end_is_kept(act, need, shops, dee, sun):
    await act(closing.cancel, need, line="不用了", by=dee)
    assert (await act(finding.ask, need, source=shops[0], outcome="has", by=sun)).reason == "late"
    paid = await act(buying.pay, need, source=shops[0], fen=2000, by=sun)
    assert (paid.state, paid.reason) == ("applied", "late") and len((await case(need)).to_settle) == 1
    assert (await act(buying.go, need, source=shops[0], by=dee)).reason == "cancelled-already"


async def test_the_shortage_list_counts_the_same_words_as_one(act, world, need, shops, dee):
    other = await stage.need(act, world.code, kind="medicine", what=" 甲钴胺 片", days_left=1, room="501")
    await stage.need(act, world.code, kind="medicine", what="阿司匹林", room="401")
    for one in (need, other):
        await act(finding.ask, one, source=shops[0], outcome="has_not", by=dee)
    [line] = medicine.short(await medicine.cases(dee))
    assert (line.name, line.needs, line.left) == ("甲钴胺片", 2, 1)
    await act(finding.ask, other, source=shops[1], outcome="has", by=dee)
    [line] = medicine.short(await medicine.cases(dee))
    assert line.needs == 1


async def test_a_red_clock_without_a_source_is_told_once_for_each_step(act, world, need, shops, dee):
    from app.journal.worker import Worker
    from app.needs import jobs

    async def told() -> int:
        await Worker([], jobs.DUTIES).once()
        return await db.value("SELECT count(*) FROM message WHERE words = 'message.medicine_red'")

    start = clock.now()
    counts = []
    for days in (0, 3, 3.01, 4, 4.5, 9):
        with clock.at(start + timedelta(days=days)):
            counts.append(await told())
    assert counts == [0, 1, 1, 2, 2, 2]
    later = await stage.need(act, world.code, kind="medicine", what="胰岛素", days_left=0, room="501")
    await act(finding.ask, later, source=shops[0], outcome="has", by=dee)
    assert await told() == 2, "found: no alarm"


async def test_one_that_is_still_needed_after_it_came_begins_anew(act, need, shops, dee):
    await act(buying.pay, need, source=shops[0], fen=2000, by=dee)
    await db.run(
        "UPDATE need SET state = 'delivered', how = 'door', owner_id = ?, delivered_at = ? WHERE id = ?", dee.id, clock.now(), need
    )
    assert (await case(need)).unsure and (await case(need)).step == "handed"
    await act(closing.reopen, need, by=dee)
    assert (await case(need)).step == "find"


async def test_sources_are_kept_by_the_desk_alone(act, world, shops, dee, sun):
    assert (await act(sources.add, by=sun, **(SHOP | {"name": "新店"}))).reason == "barred"
    assert isinstance(await act(sources.add, by=dee, **SHOP), Misfit), "the name stands there already"
    shop = UUID(shops[0])
    assert isinstance(await act(sources.change, shop, by=dee, **(SHOP | {"name": "中心医院"})), Misfit)
    assert (await act(sources.end, shop, by=dee)).state == "applied"
    assert (await act(sources.end, shop, by=dee)).reason == "source-ended-already"
    assert (await act(sources.again, shop, by=dee)).state == "applied"
