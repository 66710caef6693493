"""Check-ins and check-outs count from when they were pressed; places go to the first received, and who came without one is kept."""

import asyncio
from datetime import datetime, timedelta

import msgspec
import pytest
from tasks.calls import called, crowd, later, takers, told

from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.people.attendance import here, own
from app.people.reads import told_late
from app.tasks import reads
from app.tasks.jobs import release_absent
from app.tasks.rules import attending, calling, taking, waiting


async def pressed(verb, *args, by, ago: int, path: str = "t"):
    """Pressed so many minutes ago, received now."""
    press = Press(ids.secret(), path, by, lambda: verb(*args, by=by), b"", at=clock.now() - timedelta(minutes=ago))
    [receipt] = await perform([press])
    return receipt


class Stay(msgspec.Struct):
    since: datetime
    until_at: datetime | None


async def spells(account) -> list[tuple[int, int | None]]:
    """Her stays in minutes before now, oldest first."""
    found = await db.rows(Stay, "SELECT since, until_at FROM presence WHERE account_id = ? ORDER BY since, id", account)
    ago = lambda moment: None if moment is None else round((clock.now() - moment).total_seconds() / 60)  # noqa: E731
    return [(ago(each.since), ago(each.until_at)) for each in found]


@pytest.mark.postgres
async def test_of_fifty_who_take_the_one_place_one_has_it_and_the_others_know_who(world, person, act):
    """F09. A loser who stood there all the same is kept as evidence and flagged."""
    dispatcher = await person("dispatcher")
    task, people = await called(act, dispatcher, places_wanted=1, building=world.building), await crowd(world, 50)

    async def take(who):
        [receipt] = await perform([Press(ids.secret(), f"/tasks/{task}/take", who, lambda: taking.take(task, by=who), b"")])
        return receipt

    receipts = await asyncio.gather(*(take(who) for who in people))
    [owner] = await takers(task)
    refused = [receipt for receipt in receipts if receipt.state == "refused"]
    assert len(refused) == 49 and {receipt.reason for receipt in refused} == {"full"}
    assert {receipt.filled["who"] for receipt in refused} == {str(owner)}
    loser = next(who for who in people if who.id != owner)
    came = await act(attending.check_in, task, by=loser)
    assert (came.state, came.reason) == ("applied", "no-place") and await takers(task) == [owner]
    assert (await act(attending.check_out, task, by=loser)).state == "applied"
    assert [(each.account_id, each.mark) for each in await told_late(task)] == [(loser.id, "no-place")]
    assert "late.message.no_place" in await told(dispatcher.id)
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'task.came_without_place'") == 1


@pytest.mark.postgres
@pytest.mark.parametrize("closed", [calling.cancel, calling.finish])
async def test_a_check_in_told_after_the_task_was_closed_keeps_its_true_times(world, person, act, closed):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    task = await called(act, dispatcher, building=world.building)
    await act(taking.take, task, by=bo)
    with later(60):
        await act(closed, task, by=dispatcher)
    with later(100):
        assert (await pressed(attending.check_in, task, by=bo, ago=90)).reason == "late"
        assert await spells(bo.id) == [(90, 40)] and await here(bo.id) is None
        assert (await pressed(attending.check_out, task, by=bo, ago=20)).reason == "late"
        assert await spells(bo.id) == [(90, 20)], "she says herself when she left"
        spot = (await reads.visible(task, bo)).spot_of(bo.id)
        assert not spot.here and spot.checked_in_at is not None
        assert (await act(attending.check_in, task, by=bo)).reason == "over", "pressed live it is told at once"


@pytest.mark.postgres
async def test_no_hour_counts_twice_whatever_the_order(world, person, act):
    """In at one, moved to two, out: received backwards it is the same day."""
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    one, two = await called(act, dispatcher, building=world.building), await called(act, dispatcher, building=world.building2)
    for task in (one, two):
        await act(taking.take, task, by=bo)
    steps = [(attending.check_in, one, 110), (attending.check_out, one, 80), (attending.check_in, two, 60), (attending.check_out, two, 20)]
    with later(118):
        day = (clock.now() - timedelta(hours=12), clock.now())
        for verb, task, ago in reversed(steps):
            assert (await pressed(verb, task, by=bo, ago=ago)).state == "applied"
        assert await spells(bo.id) == [(110, 80), (60, 20)]
        assert (await own(bo.id, world.community, *day)).hours == round(70 / 60, 1)
        for task, span in ((one, (110, 80)), (two, (60, 20))):
            spot = (await reads.visible(task, bo)).spot_of(bo.id)
            assert tuple(round((clock.now() - at).total_seconds() / 60) for at in (spot.checked_in_at, spot.checked_out_at)) == span


async def test_a_late_check_in_ends_where_she_is_known_to_have_been_next(world, person, act):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    one, two = await called(act, dispatcher, building=world.building), await called(act, dispatcher, building=world.building2)
    for task in (one, two):
        await act(taking.take, task, by=bo)
    with later(60):
        await act(attending.check_in, two, by=bo)
    with later(100):
        await pressed(attending.check_in, one, by=bo, ago=90)
        assert await spells(bo.id) == [(90, 40), (40, None)]
        assert (await here(bo.id)).task_id == two and (await reads.visible(two, bo)).spot_of(bo.id).here
        await pressed(attending.check_out, one, by=bo, ago=55)
        assert await spells(bo.id) == [(90, 55), (40, None)]


async def test_released_while_her_check_in_was_on_its_way(world, person, act):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    task = await called(act, dispatcher, places_wanted=1)
    await act(taking.take, task, by=bo)
    with later(30):
        await release_absent()
        assert await takers(task) == []
        receipt = await pressed(attending.check_in, task, by=bo, ago=25)
        assert receipt.reason == "late" and await takers(task) == [bo.id]
        assert (await reads.visible(task, bo)).spot_of(bo.id).here


async def test_and_where_her_place_is_another_s_by_then_her_hours_count(world, person, act):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    task = await called(act, dispatcher, places_wanted=1)
    await act(taking.take, task, by=bo)
    [next_one] = await crowd(world, 1)
    await act(waiting.wait, task, by=next_one)
    with later(30):
        await release_absent()
        receipt = await pressed(attending.check_in, task, by=bo, ago=25)
        assert receipt.reason == "no-place" and await takers(task) == [next_one.id]
        assert (await here(bo.id)).task_id == task


async def test_a_check_out_whose_check_in_has_not_come_waits_for_it(world, person, act):
    bo, dispatcher = await person("volunteer"), await person("dispatcher")
    task = await called(act, dispatcher)
    await act(taking.take, task, by=bo)
    assert (await act(attending.check_out, task, by=bo)).reason == "not-here", "pressed live it is told at once"
    with later(90):
        assert (await pressed(attending.check_out, task, by=bo, ago=30)).reason == "late"
        assert [each.mark for each in await told_late(task)] == ["no-check-in"]
        assert (await pressed(attending.check_in, task, by=bo, ago=80)).state == "applied"
        assert await spells(bo.id) == [(80, 30)]


async def test_too_early_stays_too_early(world, person, act):
    bo = await person("volunteer")
    task = await called(act, await person("dispatcher"), starts=clock.now() + timedelta(hours=3))
    await act(taking.take, task, by=bo)
    with later(120):
        assert (await pressed(attending.check_in, task, by=bo, ago=110)).reason == "too-early"
        assert (await pressed(attending.check_in, task, by=await person("outsider"), ago=30)).trouble == "gone"


@pytest.mark.postgres
async def test_the_database_knows_the_marks(world, person, act):
    bo = await person("volunteer")
    refused = []

    async def work(*, by) -> None:
        for mark in ("late", "no-place", "no-check-in", "lost"):
            try:
                async with db.savepoint():
                    await db.run(
                        "INSERT INTO presence(id, account_id, community_id, proof, since, until_at, mark) VALUES (?, ?, ?, 'claimed', ?, ?, ?)",
                        ids.new(), by.id, by.community_id, clock.now(), clock.now(), mark,
                    )  # fmt: skip
            except db.IntegrityError:
                refused.append(mark)

    await act(work, by=bo)
    assert refused == ["lost"]
