"""An urgent call goes out in waves until its places are filled, to those alone who could take one, and is withdrawn then."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from push.conftest import browser
from tasks.calls import called, crowd, told

from app.journal import worker
from app.kernel import clock, db, ids
from app.places import rules as places
from app.push.rules import robots, spreading, subscribing
from app.tasks import jobs
from app.tasks.reads.facts import select
from app.tasks.reads.hearing import APART, DUTY, FREE, SITE, listeners
from app.tasks.rules import attending, calling, taking, waves

CALL = "message.task_urgent"


async def round_of_worker() -> None:
    from app import web

    await worker.Worker(web.LISTENERS, web.DUTIES).once()


async def heard(task: UUID) -> dict[int, set[UUID]]:
    """By wave of the present round, who was told."""
    found: dict[int, set[UUID]] = {}
    for number, account in await _pairs(task):
        found.setdefault(number, set()).add(account)
    return found


async def _pairs(task: UUID) -> list[tuple[int, UUID]]:
    sql = "SELECT w.number || '|' || t.account_id FROM wave w JOIN wave_told t ON t.wave_id = w.id WHERE w.task_id = ? AND w.closed_at IS NULL"
    return [(int(row.partition("|")[0]), UUID(row.partition("|")[2])) for row in await db.rows(str, sql, task)]


@pytest.mark.postgres
async def test_each_wave_opens_after_the_one_before_and_tells_nobody_twice(world, act, person):
    await act(attending.arrive, world.building2, by=await person("volunteer"), again=True)
    await act(attending.arrive, world.building3, by=await person("volunteer2"), again=True)
    task = await called(act, await person("dispatcher"), urgent=True, building=world.building)
    await round_of_worker()
    assert await heard(task) == {SITE: {world.volunteer}}  # another building of the same estate is near enough
    await round_of_worker()
    assert await heard(task) == {SITE: {world.volunteer}}
    clock.advance(APART + timedelta(seconds=1))
    await round_of_worker()
    assert await heard(task) == {SITE: {world.volunteer}, DUTY: {world.volunteer2}}
    clock.advance(2 * APART + timedelta(seconds=2))
    await round_of_worker()
    by_wave = await heard(task)
    assert world.newcomer in by_wave[FREE] and not by_wave[FREE] & {world.volunteer, world.volunteer2}
    clock.advance(9 * APART)
    await round_of_worker()
    assert await heard(task) == by_wave and (await told(world.volunteer)).count(CALL) == 1


async def another(world, estate: str, grid: str | None) -> UUID:
    """One more building of the community, in an estate and a grid."""
    made: list[UUID] = []

    async def work() -> None:
        made.append(await places.add_building(world.community, estate, 9, units=1, floors=6, doors=2, grid=grid or "", managed=False))

    assert (await worker.do(work)).state == "applied"
    return made[0]


# The call is at building 1 of 桃花桥一村, in 第1网格.
NEAR = [
    ("the building of the call", None, None, SITE),
    ("its estate, its grid", "桃花桥一村", "第1网格", SITE),
    ("its estate, another grid", "桃花桥一村", "第2网格", SITE),
    ("its estate, no grid", "桃花桥一村", None, SITE),
    ("another estate, its grid", "江山云庭", "第1网格", SITE),
    ("another estate, another grid", "江山云庭", "第2网格", DUTY),
    ("another estate, no grid", "江山云庭", None, DUTY),
    ("on site, nobody said where", None, None, DUTY),
    ("in another community", None, None, FREE),
    ("not on site", None, None, FREE),
]


@pytest.mark.postgres
@pytest.mark.parametrize(("there", "estate", "grid", "wave"), NEAR, ids=[row[0] for row in NEAR])
async def test_the_wave_of_somebody_is_decided_by_where_she_is_on_site(world, act, person, there, estate, grid, wave):
    at = {"the building of the call": world.building, "in another community": world.far_building}
    building = await another(world, estate, grid) if estate else at.get(there)
    community = world.away if there == "in another community" else world.community
    if there != "not on site":
        row = "INSERT INTO presence(id, account_id, community_id, building_id, since) VALUES (?, ?, ?, ?, ?)"
        await db.run(row, ids.new(), world.volunteer, community, building, clock.now())
    task = await called(act, await person("dispatcher"), urgent=True, building=world.building)
    [facts] = await select("t.id = ?", task)
    assert (await listeners(facts))[world.volunteer] == wave


@pytest.mark.postgres
async def test_where_a_call_names_no_place_all_who_are_on_site_hear_first(world, act, person):
    await act(attending.arrive, world.building3, by=await person("volunteer"), again=True)
    task = await called(act, await person("dispatcher"), urgent=True)
    [facts] = await select("t.id = ?", task)
    found = await listeners(facts)
    assert found[world.volunteer] == SITE and found[world.volunteer2] == FREE


@pytest.mark.postgres
async def test_a_wave_that_would_tell_nobody_is_passed_over_at_once(world, act, person):
    task = await called(act, await person("dispatcher"), urgent=True, building=world.building)
    await round_of_worker()
    assert set(await heard(task)) == {FREE}


@pytest.mark.postgres
async def test_waves_stop_at_n_places_and_what_is_shown_is_withdrawn(world, act, person):
    """Two places: two take them, the third wave never opens, and whoever was told hears no more."""
    volunteer, other = await person("volunteer"), await person("volunteer2")
    for one in (volunteer, other):
        await act(attending.arrive, world.building, by=one, again=True)
    phone = await act(subscribing.subscribe, by=volunteer, **browser().said)
    task = await called(act, await person("dispatcher"), urgent=True, places_wanted=2, building=world.building)
    await round_of_worker()
    await spreading.spread()
    await db.run("UPDATE carrying SET state = 'carried', ended_at = ? WHERE subscription_id = ?", clock.now(), UUID(phone.about))
    for one in (volunteer, other):
        assert (await act(taking.take, task, by=one)).state == "applied"
    await round_of_worker()
    assert await heard(task) == {} and await db.value("SELECT count(*) FROM wave WHERE closed_at IS NOT NULL") == 1
    withdrawn = await db.rows(str, "SELECT words FROM carrying WHERE subscription_id = ? AND withdraw = ?", UUID(phone.about), True)
    assert withdrawn == ["message.task_filled_all"]
    clock.advance(3 * APART)  # later, who did not come is released and it is called anew
    await round_of_worker()
    assert await heard(task) == {} and CALL not in await told(world.newcomer)


@pytest.mark.postgres
async def test_a_place_that_comes_free_again_is_called_anew(world, act, person):
    volunteer = await person("volunteer")
    task = await called(act, await person("dispatcher"), urgent=True, places_wanted=1)
    await round_of_worker()
    await act(taking.take, task, by=volunteer)
    await round_of_worker()
    await act(taking.let_go, task, by=volunteer)
    await round_of_worker()
    assert world.volunteer2 in (await heard(task))[FREE] and (await told(world.volunteer2)).count(CALL) == 2


@pytest.mark.postgres
async def test_a_call_that_is_off_is_withdrawn(world, act, person):
    dispatcher = await person("dispatcher")
    task = await called(act, dispatcher, urgent=True)
    await round_of_worker()
    await act(calling.cancel, task, by=dispatcher)
    await round_of_worker()
    assert await heard(task) == {}
    assert await db.value("SELECT count(*) FROM message WHERE words = ? AND spread_at IS NULL", CALL) == 0


async def test_who_hears_of_an_urgent_call(world, act, person):
    """The row of the table in the flesh: skill, word of a dispatcher, cap, and the caller herself decide, not the role alone."""
    dispatcher = await person("dispatcher")
    for wanted, says in (
        ({}, {"volunteer", "volunteer2", "newcomer", "steward", "operator"}),
        ({"vouching": True}, {"volunteer", "volunteer2", "steward", "operator"}),
        ({"skills": {"sampling": 1}, "places_wanted": 1}, {"volunteer"}),
    ):
        task = await called(act, dispatcher, urgent=True, **wanted)
        await round_of_worker()
        reached = {account for accounts in (await heard(task)).values() for account in accounts}
        cast = {
            name: getattr(world, name)
            for name in ("volunteer", "volunteer2", "newcomer", "steward", "operator", "command", "dispatcher", "outsider")
        }
        assert {name for name, account in cast.items() if account in reached} == says, wanted
        await act(calling.cancel, task, by=dispatcher)
    await db.run("UPDATE community SET take_cap = 1")
    await act(taking.take, await called(act, dispatcher), by=await person("volunteer"))
    task = await called(act, dispatcher, urgent=True)
    await round_of_worker()
    assert world.volunteer not in (await heard(task))[FREE]


async def test_a_call_for_two_is_not_carried_at_three(world, act, person):
    starts = clock.now() + timedelta(hours=2)
    await called(act, await person("dispatcher"), urgent=True, starts=starts, hours=4)
    await round_of_worker()
    assert set(await db.rows(str, "SELECT until_at FROM message WHERE words = ?", CALL)) == {
        (starts + waves.LATE).isoformat(" ", "microseconds")
    }


async def test_the_group_is_told_with_the_last_wave_and_when_it_is_filled(world, act, person):
    dispatcher, volunteer = await person("dispatcher"), await person("volunteer")
    address = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
    assert (await act(robots.add, by=dispatcher, name="群", chat="wecom", address=address)).state == "applied"
    await act(attending.arrive, world.building, by=volunteer, again=True)
    task = await called(act, dispatcher, urgent=True, places_wanted=1)
    await round_of_worker()
    assert await db.rows(str, "SELECT words FROM carrying WHERE way = 'robot'") == []
    clock.advance(APART + timedelta(seconds=1))
    await round_of_worker()
    await act(taking.take, task, by=volunteer)
    await round_of_worker()
    assert await db.rows(str, "SELECT words FROM carrying WHERE way = 'robot' ORDER BY id") == [CALL, "message.task_filled_all"]


async def test_an_idle_round_writes_nothing(world, act, person):
    await crowd(world, 3)
    await called(act, await person("dispatcher"), urgent=True)
    await round_of_worker()
    before = await db.value("SELECT count(*) FROM receipt")
    for duty in (jobs.call_on, jobs.call_on):
        await duty()
    assert await db.value("SELECT count(*) FROM receipt") == before


@pytest.mark.postgres
async def test_two_workers_open_a_wave_once(world, act, person):
    import asyncio

    task = await called(act, await person("dispatcher"), urgent=True)
    await asyncio.gather(*(worker.do(partial(waves.go_on, task)) for _ in range(4)))
    assert await db.value("SELECT count(*) FROM wave WHERE task_id = ?", task) == 3
    assert (await told(world.volunteer2)).count(CALL) == 1
