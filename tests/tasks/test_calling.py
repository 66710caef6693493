"""Calling, changing and closing a task."""

from datetime import timedelta
from uuid import UUID

import pytest
from tasks.calls import called, takers, told, wishes

from app.kernel import clock, db
from app.kernel.trouble import Misfit
from app.tasks import reads
from app.tasks.rules import calling, changing, taking


async def change(act, by, task: UUID, **wanted):
    version = (await reads.visible(task, by)).version
    return await act(changing.change, task, by=by, **{"version": version, **wishes(starts=None), **wanted})


async def test_a_call_has_its_places_and_its_words_are_sealed(world, person, act):
    dispatcher = await person("dispatcher")
    task = await called(act, dispatcher, skills={"sampling": 2}, title="搬菜上楼", notes="带手套", meeting="东门", building=world.building)
    facts = await reads.visible(task, dispatcher)
    assert [(part.skill, part.places) for part in facts.parts] == [("sampling", 2), (None, 4)]
    assert (facts.title, facts.notes, facts.meeting) == ("搬菜上楼", "带手套", "东门")
    stored = await db.value("SELECT title_sealed FROM task WHERE id = ?", task)
    assert "搬菜".encode() not in bytes(stored)
    assert not await db.value("SELECT count(*) FROM happening WHERE payload LIKE '%搬菜%'")


@pytest.mark.parametrize("name", ["volunteer", "steward", "operator", "command"])
async def test_only_a_dispatcher_calls(world, person, act, name):
    receipt = await act(calling.call, by=await person(name), **wishes())
    assert receipt.trouble == "barred" and await db.value("SELECT count(*) FROM task") == 0


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("places", {"skills": {"sampling": 7}}),
        ("starts", {"starts": clock.now() - timedelta(days=2)}),
    ],
)
async def test_a_call_that_cannot_be_meant_is_a_complaint(world, person, act, field, wanted):
    misfit = await act(calling.call, by=await person("dispatcher"), **wishes(**wanted))
    assert isinstance(misfit, Misfit) and list(misfit.errors) == [field]
    assert await db.value("SELECT count(*) FROM task") == 0


async def test_a_building_or_team_of_elsewhere_is_unknown(world, person, act):
    dispatcher = await person("dispatcher")
    for wanted in ({"building": world.far_building}, {"team": world.community}):
        misfit = await act(calling.call, by=dispatcher, **wishes(**wanted))
        assert isinstance(misfit, Misfit) and set(misfit.errors) == set(wanted)


@pytest.mark.postgres
async def test_places_go_up_and_down_but_never_below_what_is_taken(world, person, act):
    dispatcher, bo, cem = await person("dispatcher"), await person("volunteer"), await person("volunteer2")
    task = await called(act, dispatcher, skills={"sampling": 2})
    await act(taking.take, task, by=bo)
    await act(taking.take, task, by=cem)
    assert (await change(act, dispatcher, task, places_wanted=8, skills={"sampling": 3})).state == "applied"
    facts = await reads.visible(task, dispatcher)
    assert [(part.skill, part.places, part.taken) for part in facts.parts] == [("sampling", 3, 1), (None, 5, 1)]
    assert (await change(act, dispatcher, task, places_wanted=2, skills={"sampling": 1})).state == "applied"
    assert set(await takers(task)) == {bo.id, cem.id}
    for wanted, field in (({"places_wanted": 1, "skills": {"sampling": 1}}, "places"), ({"places_wanted": 2}, "skill_sampling")):
        misfit = await change(act, dispatcher, task, **wanted)
        assert isinstance(misfit, Misfit) and list(misfit.errors) == [field]
    assert (await reads.visible(task, dispatcher)).places == 2


async def test_a_form_that_says_nothing_of_what_it_was_drawn_from_is_kept_beside_once_anything_moved(world, person, act):
    dispatcher = await person("dispatcher")
    task = await called(act, dispatcher)
    version = (await reads.visible(task, dispatcher)).version
    await act(taking.take, task, by=await person("volunteer"))
    assert (await change(act, dispatcher, task, version=version, title="改了")).state == "conflict"
    assert (await reads.visible(task, dispatcher)).title == wishes()["title"]


async def test_a_new_time_or_place_is_told_to_those_who_come_and_other_changes_are_not(world, person, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher)
    await act(taking.take, task, by=bo)
    await change(act, dispatcher, task, notes="带水")
    assert await told(bo.id) == []
    await change(act, dispatcher, task, building=world.building2)
    assert await told(bo.id) == ["message.task_changed"]


async def test_a_task_is_closed_once(world, person, act):
    dispatcher = await person("dispatcher")
    task = await called(act, dispatcher)
    assert (await act(calling.finish, task, by=await person("volunteer"))).trouble == "barred"
    assert (await act(calling.finish, task, by=await person("outside_dispatcher"))).reason == "gone"
    assert (await act(calling.finish, task, by=dispatcher)).state == "applied"
    for verb in (calling.finish, calling.cancel):
        assert (await act(verb, task, by=dispatcher)).reason == "closed-already"
    assert (await change(act, dispatcher, task)).reason == "over"
    assert (await reads.visible(task, dispatcher)).state == "done"
