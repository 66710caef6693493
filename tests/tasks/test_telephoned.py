"""Whoever was called by telephone and says that she comes gets a place from the list of people to call."""

import asyncio

import pytest
from tasks.calls import called, crowd, takers, to_be_called, told

from app.kernel import db, ids
from app.people.models import Membership
from app.push.reads.listed import calls
from app.tasks.reads.facts import select
from app.tasks.rules import taking
from app.tasks.rules.telephoned import comes


async def listed(world) -> list:
    return [one.account_id for one in (await calls(world.community, "zh")).found]


@pytest.mark.postgres
async def test_she_has_the_place_is_off_the_list_and_reads_of_it(world, person, act):
    dispatcher, [mei] = await person("dispatcher"), await crowd(world, 1)
    task = await called(act, dispatcher, urgent=True, places_wanted=2)
    other = await called(act, dispatcher, urgent=True)
    await to_be_called(world.community, mei.id, task)
    await to_be_called(world.community, mei.id, other)
    receipt = await act(comes, task, mei.id, by=dispatcher)
    assert receipt.state == "applied"
    assert await takers(task) == [mei.id] and await told(mei.id) == ["message.task_given"]
    assert await db.rows(str, "SELECT path FROM carrying WHERE state = 'waiting'") == [f"/tasks/{other}"], "the rest is still to be said"
    assert await db.value("SELECT last_way FROM telling WHERE account_id = ?", mei.id) == "paper"
    again = await act(comes, task, mei.id, by=dispatcher)
    assert again.state == "refused" and await takers(task) == [mei.id]


@pytest.mark.postgres
async def test_five_say_yes_and_others_take_at_once_and_no_place_has_two(world, person, act):
    dispatcher, people = await person("dispatcher"), await crowd(world, 10)
    task = await called(act, dispatcher, urgent=True, places_wanted=3)
    by_phone, by_hand = people[:5], people[5:]
    for who in by_phone:
        await to_be_called(world.community, who.id, task)
    receipts = await asyncio.gather(
        *(act(comes, task, who.id, by=dispatcher) for who in by_phone), *(act(taking.take, task, by=who) for who in by_hand)
    )
    assert sorted((one.state, one.reason) for one in receipts if one.state == "applied") == [("applied", None)] * 3
    assert {one.reason for one in receipts if one.state == "refused"} == {"full"}
    there = await takers(task)
    assert len(there) == len(set(there)) == 3
    late = {who.id for who in by_phone} - set(there)
    assert set(await listed(world)) == late, "who got none is still to be told"


async def test_a_full_task_one_over_ones_cap_a_skill_or_nobodys_word_is_refused(world, person, act):
    dispatcher, people = await person("dispatcher"), await crowd(world, 3)
    mei, other, new = people

    async def refused(task, who) -> str:
        await to_be_called(world.community, who.id, task)
        receipt = await act(comes, task, who.id, by=dispatcher)
        assert receipt.state == "refused", receipt
        return receipt.reason

    full = await called(act, dispatcher, places_wanted=1)
    await act(taking.take, full, by=other)
    assert await refused(full, mei) == "full"
    assert await refused(full, other) == "mine"
    assert await refused(await called(act, dispatcher, places_wanted=1, skills={"sampling": 1}), mei) == "skill"
    await Membership.filter(account_id=new.id).update(vouched_at=None, vouched_by_id=None)
    assert await refused(await called(act, dispatcher, vouching=True), new) == "vouching"
    for _ in range(3):
        assert (await act(taking.take, await called(act, dispatcher), by=mei)).state == "applied"
    assert await refused(await called(act, dispatcher), mei) == "cap"


async def test_nobody_is_put_into_a_place_who_was_not_called_about_it(world, person, act):
    dispatcher, people = await person("dispatcher"), await crowd(world, 2)
    task, other = await called(act, dispatcher), await called(act, dispatcher)
    await to_be_called(world.community, people[0].id, other)
    for who in people:
        assert (await act(comes, task, who.id, by=dispatcher)).state == "refused"
    assert await takers(task) == []


async def test_on_the_page_it_is_one_tap_and_can_be_taken_back(app, client, person, act):
    world = app.world
    dispatcher, [mei] = await person("dispatcher"), await crowd(world, 1)
    task = await called(act, dispatcher, urgent=True)
    await to_be_called(world.community, mei.id, task)
    path = f"/tasks/{task}/comes/{mei.id}"
    page = (await client("dispatcher").get("/calls")).text
    [asked] = await select("t.id = ?", task)
    assert f'action="{path}"' in page and asked.title in page, "whoever calls must be able to say what it is about"
    answer = await client("dispatcher").post(path, data={"act": ids.secret()})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/calls")
    page = (await client("dispatcher").get(answer.headers["location"])).text
    place = await db.value("SELECT id FROM place WHERE taken_by = ?", mei.id)
    assert f"/tasks/{task}/places/{place}/release" in page and path not in page
    await client("dispatcher").post(f"/tasks/{task}/places/{place}/release", data={"act": ids.secret()})
    assert await takers(task) == []
