"""The wait-list: first come first, in the same act that frees a place, nobody twice and nobody forgotten."""

import asyncio

import pytest
from tasks.calls import called, crowd, takers, told, wishes

from app.kernel import db
from app.people.person import STRANGER
from app.people.reads import granted
from app.tasks import reads
from app.tasks.jobs import move_up
from app.tasks.rules import calling, changing, taking, waiting


async def filled(world, person, act, places: int, **wanted):
    task = await called(act, await person("dispatcher"), places_wanted=places, **wanted)
    people = await crowd(world, places)
    for who in people:
        assert (await act(taking.take, task, by=who)).state == "applied"
    return task, people


@pytest.mark.postgres
async def test_two_let_go_at_once_and_two_move_up_nobody_twice(world, person, act):
    task, there = await filled(world, person, act, 4)
    line = await crowd(world, 3)
    for who in line:
        assert (await act(waiting.wait, task, by=who)).state == "applied"
    await asyncio.gather(act(taking.let_go, task, by=there[0]), act(taking.let_go, task, by=there[1]))
    assert set(await takers(task)) == {there[2].id, there[3].id, line[0].id, line[1].id}
    assert await told(line[0].id) == await told(line[1].id) == ["message.task_promoted"]
    assert await told(line[2].id) == []
    assert await granted(line[0].id, "task") == [task]
    assert await db.value("SELECT count(*) FROM wait WHERE promoted_at IS NOT NULL") == 2


@pytest.mark.postgres
async def test_joining_the_line_while_a_place_is_freed_loses_neither(world, person, act):
    for _ in range(4):
        task, there = await filled(world, person, act, 1)
        [late] = await crowd(world, 1)
        joined, _ = await asyncio.gather(act(waiting.wait, task, by=late), act(taking.let_go, task, by=there[0]))
        assert (await takers(task) == [late.id]) if joined.state == "applied" else (joined.reason == "not-full")


async def test_the_first_in_line_whose_skills_fit_moves_up(world, person, act):
    task = await called(act, await person("dispatcher"), places_wanted=2, skills={"sampling": 1})
    [plain], [sampler] = await crowd(world, 1), await crowd(world, 1, skills=("sampling",))
    await act(taking.take, task, by=sampler)
    await act(taking.take, task, by=plain)
    first, second = await crowd(world, 1), await crowd(world, 1, skills=("sampling",))
    await act(waiting.wait, task, by=first[0])
    await act(waiting.wait, task, by=second[0])
    await act(taking.let_go, task, by=sampler)
    assert set(await takers(task)) == {plain.id, second[0].id}
    await act(taking.let_go, task, by=plain)
    assert set(await takers(task)) == {first[0].id, second[0].id}


async def test_places_raised_move_the_line_up(world, person, act):
    task, there = await filled(world, person, act, 2)
    line = await crowd(world, 3)
    for who in line:
        await act(waiting.wait, task, by=who)
    dispatcher = await person("dispatcher")
    version = (await reads.visible(task, dispatcher)).version
    await act(changing.change, task, by=dispatcher, version=version, **wishes(places_wanted=4, starts=None))
    assert set(await takers(task)) == {who.id for who in (*there, *line[:2])}
    assert (await reads.visible(task, dispatcher)).waiting == 1


async def test_one_at_her_cap_is_passed_over_and_moves_up_when_she_has_a_hand_free(world, person, act):
    task, there = await filled(world, person, act, 1)
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    others = [await called(act, dispatcher) for _ in range(3)]
    await act(waiting.wait, task, by=bo)
    for other in others:
        assert (await act(taking.take, other, by=bo)).state == "applied"
    await act(taking.let_go, task, by=there[0])
    assert await takers(task) == []
    before = await db.value("SELECT count(*) FROM receipt")
    await move_up()
    assert await takers(task) == [] and await db.value("SELECT count(*) FROM receipt") == before
    await act(taking.let_go, others[0], by=bo)
    await move_up()
    assert await takers(task) == [bo.id]


async def test_a_suspended_waiter_is_passed_over(world, person, act):
    task, there = await filled(world, person, act, 1)
    first, second = await crowd(world, 2)
    await act(waiting.wait, task, by=first)
    await act(waiting.wait, task, by=second)
    await db.run("UPDATE account SET suspended_at = made_at, suspended_by = ? WHERE id = ?", world.dispatcher, first.id)
    await act(taking.let_go, task, by=there[0])
    assert await takers(task) == [second.id]


async def test_refusals_of_the_line(world, person, act):
    dispatcher, bo, cem = await person("dispatcher"), await person("volunteer"), await person("volunteer2")
    task = await called(act, dispatcher, places_wanted=1)
    assert (await act(waiting.wait, task, by=bo)).reason == "not-full"
    await act(taking.take, task, by=bo)
    assert (await act(waiting.wait, task, by=bo)).reason == "mine"
    assert (await act(waiting.unwait, task, by=cem)).reason == "not-waiting"
    assert (await act(waiting.wait, task, by=cem)).state == "applied"
    assert (await act(waiting.wait, task, by=cem)).reason == "waiting-already"
    assert (await act(waiting.wait, task, by=await person("outsider"))).reason == "gone"
    assert (await act(waiting.wait, task, by=STRANGER)).reason == "gone"
    assert (await act(waiting.wait, task, by=await person("command"))).trouble == "barred"
    assert (await act(waiting.unwait, task, by=cem)).state == "applied"
    only = await called(act, dispatcher, places_wanted=1, skills={"sampling": 1})
    assert (await act(waiting.wait, only, by=cem)).reason == "skill"
    vouched = await called(act, dispatcher, places_wanted=1, vouching=True)
    assert (await act(waiting.wait, vouched, by=await person("newcomer"))).reason == "vouching"
    await act(calling.finish, task, by=dispatcher)
    assert (await act(waiting.wait, task, by=cem)).reason == "over"


async def test_cancelling_tells_takers_and_line_and_empties_the_line(world, person, act):
    task, there = await filled(world, person, act, 1)
    bo = await person("volunteer")
    await act(waiting.wait, task, by=bo)
    assert (await act(calling.cancel, task, by=await person("dispatcher"))).state == "applied"
    assert await told(there[0].id) == await told(bo.id) == ["message.task_cancelled"]
    assert await db.value("SELECT count(*) FROM wait WHERE promoted_at IS NULL AND left_at IS NULL") == 0
    assert await granted(there[0].id, "task") == []


async def test_taking_ends_her_waiting(world, person, act):
    task, there = await filled(world, person, act, 1)
    bo = await person("volunteer")
    others = [await called(act, await person("dispatcher")) for _ in range(3)]
    for other in others:
        await act(taking.take, other, by=bo)
    await act(waiting.wait, task, by=bo)
    await act(taking.let_go, task, by=there[0])
    await act(taking.let_go, others[0], by=bo)
    assert (await act(taking.take, task, by=bo)).state == "applied"
    assert (await reads.visible(task, bo)).waiting == 0
    await move_up()
    assert await takers(task) == [bo.id]
