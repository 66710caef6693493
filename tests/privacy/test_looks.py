"""Every look is on record with its reason, many are told, and the one looked at can read who it was (P10, P11, S23)."""

import json
from datetime import timedelta
from uuid import UUID

import pytest

from app.care.rules import phones, residents
from app.journal.worker import Worker
from app.kernel import clock, db
from app.people.rules import proving
from app.privacy.jobs import LISTENERS
from app.privacy.reads.looks import looked_at, lookers

LADY = {"name": "钱秀英", "phone": "13600001111", "kinds": ["elder"], "note": "三楼"}


async def household(world, building="building") -> UUID:
    sql = "SELECT id FROM household WHERE building_id = ? ORDER BY unit, floor, door LIMIT 1"
    return (await db.rows(UUID, sql, getattr(world, building)))[0]


async def resident(world, act, person) -> UUID:
    made = await act(residents.add, await household(world), by=await person("dispatcher"), **LADY)
    return UUID(made.about)


async def messages() -> dict[UUID, int]:
    rows = await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.many_reveals'")
    return {account: rows.count(account) for account in rows}


@pytest.mark.postgres
async def test_thirty_looks_within_an_hour_are_work_and_the_next_is_told_once(world, act, person):
    worker = Worker(LISTENERS, [])
    dispatcher, her = await person("dispatcher"), await resident(world, act, person)
    for _ in range(30):
        await act(residents.reveal, her, reason="call", by=dispatcher)
    await worker.once()
    assert await messages() == {}
    for _ in range(3):
        await act(residents.reveal, her, reason="call", by=dispatcher)
        await worker.once()
    assert await messages() == {world.dispatcher: 1, world.command: 1}
    said = await db.rows(str, "SELECT payload FROM happening WHERE kind = 'reveals.many'")
    assert {json.loads(one)["n"] for one in said} == {31}
    clock.advance(timedelta(minutes=61))
    for _ in range(31):
        await act(residents.reveal, her, by=dispatcher)
    await worker.once()
    assert await messages() == {world.dispatcher: 2, world.command: 2}


async def test_thirty_one_looks_spread_over_more_than_an_hour_are_not_told(world, act, person):
    worker = Worker(LISTENERS, [])
    dispatcher, her = await person("dispatcher"), await resident(world, act, person)
    for number in range(31):
        clock.advance(timedelta(minutes=2 * number + 1))
        await act(residents.reveal, her, reason="call", by=dispatcher)
    await worker.once()
    assert await messages() == {}


async def test_a_phone_list_is_one_look_and_a_fourth_building_is_told(world, act, person):
    worker = Worker(LISTENERS, [])
    dispatcher, home = await person("dispatcher"), await household(world)
    for number in range(35):
        await act(residents.add, home, by=dispatcher, **LADY | {"name": f"钱{number}", "phone": f"1360000{number:04d}"})
    for place in (world.building, world.building2, world.building3, world.building):
        await act(phones.take, place, by=dispatcher)
    await worker.once()
    assert await messages() == {}
    [one] = await lookers(world.community, clock.now() - timedelta(days=1))
    assert (one.taps, one.lists) == (0, 4)
    other = await act(residents.add, await household(world, "building2"), by=dispatcher, **LADY)
    assert other.state == "applied"
    await db.run(
        "INSERT INTO building SELECT ?, community_id, estate_id, grid_id, 9, 'ZZZZZ9', 1, 1, 1 FROM building WHERE id = ?",
        world.away,
        world.building,
    )
    await act(phones.take, world.away, by=dispatcher)
    await worker.once()
    assert await messages() == {world.dispatcher: 1, world.command: 1}


async def test_the_reason_is_one_of_a_closed_list_and_no_words_of_anybodys(app, client, act, person):
    her = await resident(app.world, act, person)
    phone = client("dispatcher")
    assert (await phone.post(f"/residents/{her}/reveal", data={"reason": "她邻居想知道"})).status_code == 422
    assert (await phone.post(f"/residents/{her}/reveal", data={"reason": "visit"})).status_code == 200
    told = await db.rows(str, "SELECT payload FROM happening WHERE kind = 'resident.revealed'")
    assert [json.loads(one) for one in told] == [{"reason": "visit"}]
    page = (await client("command").get("/reveals")).text
    assert "狄调度" in page and "上门走访" in page
    for name in ("dispatcher", "command"):
        page = (await client(name).get(f"/reveals?by={app.world.dispatcher}")).text
        assert LADY["name"] not in page and LADY["phone"] not in page and ("/households/" in page) == (name == "dispatcher")
    assert (await client("dispatcher").get(f"/reveals?by={app.world.outsider}")).status_code == 404


async def test_she_reads_who_looked_at_her_number(app, client, act, person):
    dispatcher = await person("dispatcher")
    assert "狄调度" not in (await client("volunteer").get("/me/looks")).text
    await act(proving.reveal, app.world.volunteer, reason="call", by=dispatcher)
    page = (await client("volunteer").get("/me/looks")).text
    assert "狄调度" in page and "打电话" in page
    assert "狄调度" not in (await client("volunteer2").get("/me/looks")).text


async def test_each_look_is_one_line_for_the_one_looked_at(world, act, person):
    dispatcher, steward, her = await person("dispatcher"), await person("steward"), await resident(world, act, person)
    for by, reason in ((dispatcher, "call"), (steward, "visit"), (steward, "")):
        await act(residents.reveal, her, reason=reason, by=by)
    assert [one.who for one in await looked_at(her)] == ["孙楼栋", "孙楼栋", "狄调度"]
    assert len({one.why for one in await looked_at(her)}) == 3


async def test_the_page_of_looks_is_sorted_and_costs_the_same_for_many(app, client, act, person):
    her = await resident(app.world, act, person)
    for name, times in (("steward", 2), ("dispatcher", 4), ("operator", 3)):
        for _ in range(times):
            await act(residents.reveal, her, by=await person(name))
    page = (await client("dispatcher").get("/reveals?days=7")).text
    assert page.index("狄调度", page.index("<main")) < page.index("欧热线", page.index("<main")) < page.index("孙楼栋")
