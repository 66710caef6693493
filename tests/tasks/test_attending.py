"""Checking in and out, hours by organisation, and the release of those who did not come."""

from datetime import timedelta

import pytest
from tasks.calls import called, crowd, later, takers, told

from app.journal import worker
from app.kernel import clock, db
from app.people.attendance import attendance, here, own
from app.people.reads import granted
from app.tasks import reads
from app.tasks.jobs import release_absent
from app.tasks.rules import attending, calling, taking, waiting


@pytest.mark.postgres
async def test_check_in_opens_her_presence_there_and_check_out_closes_it(world, person, act):
    bo = await person("volunteer")
    task = await called(act, await person("dispatcher"), building=world.building)
    await act(taking.take, task, by=bo)
    assert (await act(attending.check_in, task, by=bo)).state == "applied"
    now = await here(bo.id)
    assert (now.building_id, now.task_id) == (world.building, task)
    assert (await act(attending.check_in, task, by=bo)).reason == "here-already"
    assert (await act(taking.let_go, task, by=bo)).reason == "here-already"
    assert (await act(attending.check_out, task, by=bo)).state == "applied"
    assert await here(bo.id) is None and await granted(bo.id, "task") == []
    assert (await act(attending.check_out, task, by=bo)).reason == "not-here"


async def test_after_a_break_she_checks_in_again_into_the_same_place(world, person, act):
    bo = await person("volunteer")
    task = await called(act, await person("dispatcher"))
    await act(taking.take, task, by=bo)
    for verb in (attending.check_in, attending.check_out, attending.check_in):
        assert (await act(verb, task, by=bo)).state == "applied"
    spot = (await reads.visible(task, bo)).spot_of(bo.id)
    assert spot.here and await db.value("SELECT count(*) FROM presence WHERE account_id = ?", bo.id) == 2
    assert await granted(bo.id, "task") == [task]


async def test_a_person_is_in_one_place(world, person, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    one, two = await called(act, dispatcher, building=world.building), await called(act, dispatcher, building=world.building2)
    for task in (one, two):
        await act(taking.take, task, by=bo)
        await act(attending.check_in, task, by=bo)
    assert not (await reads.visible(one, bo)).spot_of(bo.id).here
    assert (await here(bo.id)).task_id == two


async def test_refusals_of_checking_in(world, person, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher, starts=clock.now() + timedelta(hours=5))
    assert (await act(attending.check_in, task, by=bo)).reason == "not-yours"
    await act(taking.take, task, by=bo)
    assert (await act(attending.check_in, task, by=bo)).reason == "too-early"
    assert (await act(attending.check_in, task, by=await person("outsider"))).reason == "gone"
    with later(181):
        assert (await act(attending.check_in, task, by=bo)).state == "applied"
    with later(182):
        await act(calling.cancel, task, by=dispatcher)
        assert (await act(attending.check_out, task, by=bo)).state == "applied", "nobody's hours may run on after a task is called off"
        assert (await act(attending.check_in, task, by=bo)).reason == "over"


async def test_at_a_building_she_checks_in_for_the_task_that_she_took_there(world, person, act):
    dispatcher, bo, cem = await person("dispatcher"), await person("volunteer"), await person("volunteer2")
    task = await called(act, dispatcher, building=world.building)
    await act(taking.take, task, by=bo)
    await act(attending.arrive, world.building, by=bo)
    await act(attending.arrive, world.building, by=cem)
    assert (await here(bo.id)).task_id == task and (await here(cem.id)).task_id is None
    assert (await act(attending.arrive, world.building, by=cem)).reason == "at-building-already"
    await act(attending.leave, by=bo)
    await act(attending.leave, by=cem)
    assert await here(bo.id) is None and await here(cem.id) is None
    assert (await reads.visible(task, bo)).spot_of(bo.id).checked_out_at is not None


@pytest.mark.postgres
async def test_a_taker_who_does_not_come_is_released_with_a_word_to_both_and_the_next_moves_up(world, person, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher, places_wanted=2)
    [there], [next_one] = await crowd(world, 1), await crowd(world, 1)
    for who in (bo, there):
        await act(taking.take, task, by=who)
    await act(attending.check_in, task, by=there)
    await act(waiting.wait, task, by=next_one)
    with later(19):
        await release_absent()
        assert bo.id in await takers(task)
    with later(21):
        await release_absent()
        before = await db.value("SELECT count(*) FROM receipt")
        await release_absent()
        assert await db.value("SELECT count(*) FROM receipt") == before, "the one who moved up has her own twenty minutes"
    assert set(await takers(task)) == {there.id, next_one.id}
    assert await told(bo.id) == ["message.task_absent"] and await told(dispatcher.id) == ["message.task_absent_caller"]
    assert await told(next_one.id) == ["message.task_promoted"]


async def test_a_task_with_its_own_patience_keeps_it_and_a_late_taker_gets_the_whole_of_it(world, person, act):
    bo = await person("volunteer")
    task = await called(act, await person("dispatcher"), release=60)
    with later(50):
        await act(taking.take, task, by=bo)
    with later(105):
        await release_absent()
        assert await takers(task) == [bo.id]
    with later(111):
        await release_absent()
        assert await takers(task) == []


async def test_persons_times_and_hours_by_organisation(world, person, act):
    start = clock.day_start(clock.now()) + timedelta(hours=9)
    bo, cem = await person("volunteer"), await person("volunteer2")
    with clock.at(start):
        await act(attending.arrive, world.building, by=bo)
        await act(attending.arrive, world.building, by=cem)
    with clock.at(start + timedelta(hours=2)):
        await act(attending.leave, by=bo)
        await act(attending.arrive, world.building2, by=bo)
    with clock.at(start + timedelta(hours=3)):
        day = (clock.day_start(start), clock.day_start(start) + timedelta(days=1))
        found = {each.organisation: (each.persons, each.times, each.hours) for each in await attendance(world.community, *day)}
        assert found == {"区税务局": (1, 1, 3.0), None: (1, 1, 3.0)}
        assert await attendance(world.away, *day) == []
        half = await attendance(world.community, start + timedelta(hours=2), start + timedelta(hours=2, minutes=30))
        assert sum(each.hours for each in half) == 1.0
        assert (await own(bo.id, world.community, *day)).hours == 3.0


async def test_the_system_acts_once_for_one_taking(world, person, act):
    bo = await person("volunteer")
    task = await called(act, await person("dispatcher"))
    await act(taking.take, task, by=bo)
    with later(30):
        await release_absent()
        await act(taking.take, task, by=bo)
        await release_absent()
        assert await takers(task) == [bo.id]
    with later(60):
        await worker.Worker([], [release_absent]).once()
        assert await takers(task) == []
