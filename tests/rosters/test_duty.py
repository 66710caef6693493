"""On duty: taking over, reading what was handed over, handing over; also told late."""

from datetime import timedelta
from uuid import UUID

import pytest

from app.journal.worker import Worker
from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.people import jobs
from app.people.reads import rosters
from app.people.rules.rosters import duty
from app.tasks.rules import attending

pytestmark = pytest.mark.postgres


async def late(verb, *args, by, ago: timedelta, **fields):
    """As it comes from a phone that had no network when it was pressed."""
    press = Press(ids.secret(), "late", by, lambda: verb(*args, by=by, **fields), b"late", at=clock.now() - ago, offset=0, waited=True)
    [receipt] = await perform([press])
    return receipt


async def state(shift: UUID, community: UUID) -> str:
    return (await rosters.shift(shift, community)).state


async def test_a_shift_begins_when_she_takes_over_and_not_well_before(world, act, person, post, put):
    shift, bo = await put(await post(), "volunteer", 3, 8), await person("volunteer")
    assert (await act(duty.begin, shift, note=None, by=bo)).state == "refused"
    clock.advance(timedelta(hours=2))
    assert (await act(duty.begin, shift, note=None, by=await person("volunteer2"))).trouble == "barred"
    assert (await act(duty.begin, shift, note=None, by=await person("outsider"))).trouble == "gone"
    assert (await act(duty.begin, shift, note=None, by=bo)).state == "applied"
    assert await state(shift, world.community) == "begun"


async def test_what_was_handed_over_is_read_before_a_shift_has_begun(world, act, person, post, put):
    gate, bo, cem = await post(), await person("volunteer"), await person("volunteer2")
    first, second = await put(gate, "volunteer", 0, 4), await put(gate, "volunteer2", 4, 8)
    await act(duty.begin, first, note=None, by=bo)
    clock.advance(timedelta(hours=4))
    assert (await act(duty.end, first, text="钥匙在左边抽屉", by=bo)).state == "applied"
    assert [note.text for note in await rosters.unread(world.community)] == ["钥匙在左边抽屉"]
    assert b"\xe9\x92\xa5" not in (await db.rows(bytes, "SELECT text_sealed FROM handover_note"))[0]
    assert (await act(duty.begin, second, note=None, by=cem)).words == "roster.duty.read_first"
    assert await state(second, world.community) == "unread"
    [note] = await rosters.unread_of(gate, cem.id)
    assert (await act(duty.read, second, note=note.id, by=cem)).words == "roster.duty.begun"
    assert await state(second, world.community) == "begun" and await rosters.unread(world.community) == []
    assert "message.note_waits" in await db.rows(str, "SELECT words FROM message WHERE account_id = ?", world.volunteer2)


async def test_a_note_that_comes_after_the_page_was_drawn_is_still_to_be_read(world, act, person, post, put):
    gate, bo, cem = await post(), await person("volunteer"), await person("volunteer2")
    first, second = await put(gate, "volunteer", 0, 4), await put(gate, "volunteer2", 4, 8)
    await act(duty.begin, first, note=None, by=bo)
    clock.advance(timedelta(hours=4))
    await act(duty.end, first, text="一", by=bo)
    [seen] = await rosters.unread_of(gate, cem.id)
    await act(duty.end, first, text="二", by=bo)
    assert (await act(duty.begin, second, note=seen.id, by=cem)).words == "roster.duty.read_first"
    assert [note.text for note in await rosters.unread_of(gate, cem.id)] == ["二"]


async def test_a_check_in_where_the_post_is_begins_the_shift(world, act, person, post, put):
    gate, bo = await post(kind="building", building=world.building), await person("volunteer")
    there, elsewhere = await put(gate, "volunteer", 0.5, 4), await put(await post(name="东门"), "volunteer", 0.5, 4)
    worker = Worker(jobs.LISTENERS, [])
    await act(attending.arrive, world.building, by=bo, again=True)
    await worker.once()
    assert (await state(there, world.community), await state(elsewhere, world.community)) == ("begun", "coming")


async def test_what_happened_at_a_post_is_kept_however_late_it_comes(world, act, person, post, put):
    gate, bo, dee = await post(), await person("volunteer"), await person("dispatcher")
    shift = await put(gate, "volunteer", 0, 4)
    clock.advance(timedelta(hours=5))
    receipt = await late(duty.begin, shift, note=None, by=bo, ago=timedelta(hours=5))
    assert (receipt.state, await state(shift, world.community)) == ("applied", "begun")
    again = await late(duty.begin, shift, note=None, by=bo, ago=timedelta(hours=4))
    assert (again.state, again.reason) == ("applied", "beside")
    ended = await late(duty.end, shift, text="没事", by=bo, ago=timedelta(hours=1))
    assert ended.state == "applied"
    found = await rosters.shift(shift, world.community)
    assert found.ended_at < clock.now() - timedelta(minutes=50) and found.came_at < found.ended_at
    assert (await late(duty.end, shift, text="还有一句", by=bo, ago=timedelta(minutes=10))).reason == "beside"
    assert [note.text for note in await rosters.unread(world.community)] == ["没事", "还有一句"] and dee


async def here(account: UUID) -> list[tuple]:
    sql = "SELECT building_id, task_id FROM presence WHERE account_id = ? AND until_at IS NULL"
    connection = db.get_connections().get("default")
    found = await connection.execute_query_dict(*db._prepared(sql, [account]))
    return [(row["building_id"] and UUID(str(row["building_id"])), row["task_id"]) for row in found]


async def test_who_takes_over_is_checked_in_there_once(world, act, person, post, put):
    bo = await person("volunteer")
    building, gate = await post(kind="building", name="1栋", building=world.building), await post()
    first, second = await put(building, "volunteer", 0, 4), await put(gate, "volunteer", 4, 8)
    assert (await act(duty.begin, first, note=None, by=bo)).state == "applied"
    assert await here(bo.id) == [(world.building, None)]
    await act(duty.begin, first, note=None, by=bo)
    clock.advance(timedelta(hours=4))
    await act(duty.begin, second, note=None, by=bo)
    assert await here(bo.id) == [(world.building, None)]
    assert await db.value("SELECT count(*) FROM presence WHERE account_id = ?", bo.id) == 1


async def test_who_is_checked_in_elsewhere_moves_to_her_post(world, act, person, post, put):
    bo = await person("volunteer")
    await act(attending.arrive, world.building2, by=bo)
    shift = await put(await post(kind="building", name="1栋", building=world.building), "volunteer", 0, 4)
    assert (await late(duty.begin, shift, by=bo, ago=timedelta(0), note=None)).state == "applied"
    assert await here(bo.id) == [(world.building, None)]


async def test_who_is_off_the_roster_today_is_on_it_this_week(world, person, post, put):
    morning = clock.day_start(clock.now()) + timedelta(hours=10)
    with clock.at(morning):
        gate = await post()
        await put(gate, "volunteer", 30, 34)
        await put(gate, "volunteer2", 1, 3)
        assert await rosters.off_today(world.community) == {world.volunteer}
    with clock.at(morning + timedelta(hours=31)):
        assert await rosters.off_today(world.community) == {world.volunteer2}
    with clock.at(morning + timedelta(days=20)):
        assert await rosters.off_today(world.community) == set()
