"""Taking a place: exactly N under any race, and every reason to be refused."""

import asyncio

import pytest
from tasks.calls import called, crowd, later, takers, told

from app.journal import record, worker
from app.kernel import db
from app.people.person import STRANGER
from app.people.reads import granted
from app.tasks import reads
from app.tasks.jobs import LISTENERS
from app.tasks.rules import calling, taking, waiting


@pytest.mark.postgres
async def test_fifty_takers_and_six_places_make_exactly_six(world, person, act):
    task = await called(act, await person("dispatcher"))
    people = await crowd(world, 50)
    receipts = await asyncio.gather(*(act(taking.take, task, by=who) for who in people))
    assert [r.state for r in receipts].count("applied") == 6
    assert {(r.state, r.reason) for r in receipts} == {("applied", None), ("refused", "full")}
    there = await takers(task)
    assert len(there) == len(set(there)) == 6
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'task.taken'") == 6


@pytest.mark.postgres
async def test_two_of_six_places_are_kept_for_those_with_a_certificate(world, person, act):
    task = await called(act, await person("dispatcher"), skills={"sampling": 2})
    plain, samplers = await crowd(world, 10), await crowd(world, 4, skills=("sampling",))
    receipts = await asyncio.gather(*(act(taking.take, task, by=who) for who in plain))
    assert [r.state for r in receipts].count("applied") == 4
    assert {r.reason for r in receipts} == {None, "skill"}
    receipts = await asyncio.gather(*(act(taking.take, task, by=who) for who in samplers))
    assert [r.state for r in receipts].count("applied") == 2
    assert set((await takers(task))[:2]) <= {who.id for who in samplers}


async def test_somebody_with_the_skill_gets_a_place_of_that_skill_first(world, person, act):
    task = await called(act, await person("dispatcher"), places_wanted=2, skills={"sampling": 1})
    bo = await person("volunteer")
    await act(taking.take, task, by=bo)
    assert (await reads.visible(task, bo)).spot_of(bo.id).skill == "sampling"


@pytest.mark.postgres
async def test_her_two_phones_cannot_take_more_than_the_cap(world, person, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    tasks = [await called(act, dispatcher) for _ in range(6)]
    receipts = await asyncio.gather(*(act(taking.take, task, by=bo) for task in tasks))
    assert [r.state for r in receipts].count("applied") == 3
    assert {r.reason for r in receipts} == {None, "cap"}


@pytest.mark.postgres
async def test_taking_while_it_is_cancelled_leaves_nobody_untold(world, person, act):
    dispatcher = await person("dispatcher")
    people = await crowd(world, 12)
    for _ in range(3):
        task = await called(act, dispatcher, places_wanted=12)
        half = [act(taking.take, task, by=who) for who in people]
        await asyncio.gather(*half[:6], act(calling.cancel, task, by=dispatcher), *half[6:])
        for account in await takers(task):
            assert "message.task_cancelled" in await told(account)
            assert not await granted(account, "task")
        await db.run("DELETE FROM message")


async def test_a_taken_place_is_in_her_hands_and_comes_back_when_let_go(world, person, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher, places_wanted=1)
    receipt = await act(taking.take, task, by=bo)
    assert receipt.undo == f"/tasks/{task}/release"
    assert await granted(bo.id, "task") == [task]
    assert (await act(taking.take, task, by=await person("volunteer2"))).reason == "full"
    assert (await act(taking.let_go, task, by=bo)).state == "applied"
    assert await granted(bo.id, "task") == [] and await takers(task) == []
    assert await told(world.dispatcher) == ["message.task_let_go"]
    assert (await act(taking.take, task, by=await person("volunteer2"))).state == "applied"


@pytest.mark.postgres
async def test_every_reason_to_be_refused(world, person, act):
    dispatcher, bo, ned = await person("dispatcher"), await person("volunteer"), await person("newcomer")
    task = await called(act, dispatcher, vouching=True)
    refused = [
        (await act(taking.take, task, by=ned)).reason,
        (await act(taking.let_go, task, by=bo)).reason,
        (await act(taking.take, task, by=await person("outsider"))).reason,
        (await act(taking.take, task, by=STRANGER)).reason,
        (await act(taking.take, task, by=await person("command"))).reason,
    ]
    assert refused == ["vouching", "not-yours", "gone", "gone", "barred"]
    await act(taking.take, task, by=bo)
    assert (await act(taking.take, task, by=bo)).reason == "mine"
    with later(121):
        assert (await act(taking.take, task, by=await person("volunteer2"))).reason == "over"
    await act(calling.cancel, task, by=dispatcher)
    assert (await act(taking.take, task, by=await person("volunteer2"))).reason == "over"


async def test_a_certificate_counts_only_once_somebody_vouched_for_her(world, person, act):
    task = await called(act, await person("dispatcher"), places_wanted=1, skills={"sampling": 1})
    await db.run("INSERT INTO account_skill(account_id, skill) VALUES (?, 'sampling')", world.newcomer)
    assert (await act(taking.take, task, by=await person("newcomer"))).reason == "skill"
    await db.run("UPDATE membership SET vouched_at = joined_at, vouched_by = ? WHERE account_id = ?", world.dispatcher, world.newcomer)
    assert (await act(taking.take, task, by=await person("newcomer"))).state == "applied"


async def test_only_a_dispatcher_releases_somebody_else_and_both_are_told(world, person, act):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    task = await called(act, dispatcher, places_wanted=1)
    await act(taking.take, task, by=bo)
    place = (await reads.visible(task, bo)).spots[0].id
    assert (await act(taking.release, task, place, by=await person("volunteer2"))).trouble == "barred"
    assert (await act(taking.release, task, place, by=await person("outside_dispatcher"))).reason == "gone"
    assert (await act(taking.release, task, place, by=dispatcher)).state == "applied"
    assert (await act(taking.release, task, place, by=dispatcher)).reason == "not-there"
    assert await told(bo.id) == ["message.task_released"]


async def test_a_full_task_tells_its_caller_once_and_an_urgent_one_whoever_could_come(world, person, act):
    works = worker.Worker(LISTENERS, [])
    try:
        task = await called(act, await person("dispatcher"), places_wanted=1, skills={"sampling": 1}, urgent=True)
        await works.once()
        assert await told(world.volunteer) == ["message.task_urgent"]
        assert await told(world.volunteer2) == await told(world.dispatcher) == await told(world.outsider) == []
        await act(taking.take, task, by=await person("volunteer"))
        await works.once()
        await works.once()
        assert await told(world.dispatcher) == ["message.task_filled"]
    finally:
        record.listened(set())


async def test_the_database_itself_refuses_a_second_place_for_one_person(world, person, act):
    task = await called(act, await person("dispatcher"), places_wanted=2)
    await act(taking.take, task, by=await person("volunteer"))
    with pytest.raises(db.IntegrityError):
        await db.run(
            "UPDATE place SET taken_by = ?, taken_at = ? WHERE task_id = ? AND taken_by IS NULL", world.volunteer, "2026-01-01", task
        )


@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE place SET taken_by = NULL WHERE task_id = ?",
        "UPDATE place SET checked_in_at = NULL, checked_out_at = '2026-01-01' WHERE task_id = ?",
        "UPDATE place SET number = 1 WHERE task_id = ?",
        "UPDATE task SET ends_at = starts_at WHERE id = ?",
        "UPDATE task SET done_at = starts_at WHERE id = ?",
        "UPDATE task SET cancelled_at = starts_at WHERE id = ?",
        "UPDATE task SET title_sealed = NULL WHERE id = ?",
        "UPDATE task SET release_minutes = 0 WHERE id = ?",
        "UPDATE task SET community_id = '00000000-0000-7000-8000-000000000000' WHERE id = ?",
        "DELETE FROM task WHERE id = ?",
    ],
)
async def test_the_database_keeps_its_promises_around_the_verbs(world, person, act, broken):
    task = await called(act, await person("dispatcher"), places_wanted=2)
    await act(taking.take, task, by=await person("volunteer"))
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run(broken, task)


async def test_nobody_stands_twice_in_one_line(world, person, act):
    task = await called(act, await person("dispatcher"), places_wanted=1)
    await act(taking.take, task, by=await person("volunteer"))
    await act(waiting.wait, task, by=await person("volunteer2"))
    with pytest.raises(db.IntegrityError):
        async with db.transaction():
            await db.run(
                "INSERT INTO wait(id, task_id, community_id, account_id, at) VALUES ('00000000-0000-7000-8000-000000000000', ?, ?, ?, '2026')",
                task,
                world.community,
                world.volunteer2,
            )
