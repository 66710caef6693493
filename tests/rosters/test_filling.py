"""Posts, shifts and rotations: who may, what is refused, what is kept and said, what is taken back."""

from datetime import timedelta
from uuid import UUID

import pytest
from rosters.conftest import GATE

from app.kernel import clock, db
from app.kernel.trouble import Misfit
from app.people.reads import rosters
from app.people.rules.rosters import duty, filling, posting, swapping

pytestmark = pytest.mark.postgres


async def told(account) -> list[str]:
    return await db.rows(str, "SELECT words FROM message WHERE account_id = ? ORDER BY id", account)


async def test_a_dispatcher_keeps_posts_everywhere_and_a_steward_in_her_buildings(world, act, person):
    for name, building, outcome in (
        ("dispatcher", None, "applied"), ("dispatcher", world.building2, "applied"), ("steward", world.building, "applied"),
        ("steward", world.building2, "barred"), ("steward", None, "barred"), ("volunteer", world.building, "barred"),
    ):  # fmt: skip
        receipt = await act(posting.make, **GATE | {"name": f"{name}{building}", "building": building}, by=await person(name))
        assert outcome in (receipt.state, receipt.trouble), (name, receipt)
    far = await act(posting.make, **GATE | {"building": world.far_building}, by=await person("dispatcher"))
    assert isinstance(far, Misfit) and set(far.errors) == {"building"}
    again = await act(posting.make, **GATE | {"name": f"dispatcher{None}"}, by=await person("dispatcher"))
    assert isinstance(again, Misfit) and set(again.errors) == {"name"}


async def test_a_shift_without_length_is_refused_and_one_over_midnight_is_one_shift(world, act, person, post):
    gate, dee, now = await post(), await person("dispatcher"), clock.now()
    for starts, until in ((2, 2), (5, 3), (1, 60), (-5, -2)):
        fields = {"starts": now + timedelta(hours=starts), "until": now + timedelta(hours=until)}
        refused = await act(filling.put, gate, who=world.volunteer, **fields, by=dee)
        assert isinstance(refused, Misfit) and set(refused.errors) == {"until"}, (starts, until)
    eve = clock.day_start(now) + timedelta(hours=22)
    receipt = await act(filling.put, gate, who=world.volunteer, starts=eve, until=eve + timedelta(hours=8), by=dee)
    assert receipt.state == "applied"
    covers = await rosters.covers(world.community, eve, eve + timedelta(hours=8))
    assert len(covers[0].pieces) == 1 and not covers[0].gaps


async def test_overlapping_shifts_of_one_person_are_said_and_kept(world, act, person, post, put):
    north, east = await post(), await post(name="东门")
    await put(north, "volunteer", 2, 6)
    now = clock.now()
    fields = {"who": world.volunteer, "starts": now + timedelta(hours=5), "until": now + timedelta(hours=9)}
    receipt = await act(filling.put, east, **fields, by=await person("dispatcher"))
    assert (receipt.state, receipt.words) == ("applied", "roster.shift.put_double")
    fields = {"who": world.volunteer, "starts": now + timedelta(hours=9), "until": now + timedelta(hours=10)}
    assert (await act(filling.put, north, **fields, by=await person("dispatcher"))).words == "roster.shift.put"
    assert await db.value("SELECT count(*) FROM shift WHERE removed_at IS NULL") == 3


async def test_strangers_and_people_nobody_vouched_for_are_not_put_in(world, act, person, post):
    gate, now = await post(), clock.now()
    for name in ("outsider", "newcomer"):
        fields = {"who": getattr(world, name), "starts": now, "until": now + timedelta(hours=2)}
        refused = await act(filling.put, gate, **fields, by=await person("dispatcher"))
        assert isinstance(refused, Misfit) and set(refused.errors) == {"who"}, name
    gone = await act(
        filling.put, gate, who=world.outsider, starts=now, until=now + timedelta(hours=1), by=await person("outside_dispatcher")
    )
    assert gone.trouble == "gone"


async def turned(act, by, gate, people, hours=24, days=6):
    starts = clock.day_start(clock.now()) + timedelta(days=1, hours=8)
    return await act(filling.rotate, gate, people=people, hours=hours, starts=starts, until=starts + timedelta(days=days), by=by)


async def test_one_day_on_one_off_is_made_with_one_act_and_taken_back_with_one(world, act, person, post):
    gate, dee = await post(), await person("dispatcher")
    receipt = await turned(act, dee, gate, (world.volunteer, world.volunteer2))
    assert receipt.filled["n"] == 6 and await told(world.volunteer) == ["message.shifts_given"]
    whose = await db.rows(UUID, "SELECT account_id FROM shift WHERE post_id = ? ORDER BY from_at", gate)
    assert whose == [world.volunteer, world.volunteer2] * 3
    undone = await act(filling.undo_rotation, UUID(receipt.about), by=dee)
    assert (undone.state, undone.filled["n"]) == ("applied", 6)
    assert await db.value("SELECT count(*) FROM shift WHERE removed_at IS NULL") == 0
    assert (await act(filling.undo_rotation, UUID(receipt.about), by=dee)).state == "refused"
    assert await told(world.volunteer2) == ["message.shifts_given", "message.shifts_taken_off"]


async def test_what_has_begun_or_was_swapped_outlasts_the_rotation(world, act, person, post):
    gate, dee, bo, cem = await post(), await person("dispatcher"), await person("volunteer"), await person("volunteer2")
    receipt = await turned(act, dee, gate, (world.volunteer, world.volunteer2))
    first, second = await db.rows(UUID, "SELECT id FROM shift WHERE post_id = ? ORDER BY from_at LIMIT 2", gate)
    swap = await act(swapping.ask, second, by=cem)
    assert (await act(swapping.accept, UUID(swap.about), by=bo)).state == "applied"
    with clock.at(clock.day_start(clock.now()) + timedelta(days=1, hours=8)):
        assert (await act(duty.begin, first, note=None, by=bo)).state == "applied"
        assert (await act(filling.undo_rotation, UUID(receipt.about), by=dee)).filled["n"] == 4
    assert set(await db.rows(UUID, "SELECT id FROM shift WHERE removed_at IS NULL")) == {first, second}


async def test_what_would_be_made_is_shown_before_and_writes_nothing(world, person, post):
    gate, dee = await post(), await person("dispatcher")
    starts = clock.now() + timedelta(hours=1)
    seen = await filling.foresee(
        gate, people=(world.volunteer, world.steward), hours=12, starts=starts, until=starts + timedelta(days=2), by=dee
    )
    assert [turn.account_id for turn in seen] == [world.volunteer, world.steward] * 2
    assert await db.value("SELECT count(*) FROM shift") == 0
    with pytest.raises(Misfit):
        await filling.foresee(gate, people=(world.volunteer,), hours=1, starts=starts, until=starts + timedelta(days=30), by=dee)


async def test_a_shift_off_the_roster_comes_back(world, act, person, post, put):
    dee, shift = await person("dispatcher"), await put(await post(), "volunteer", 2, 8)
    assert (await act(filling.remove, shift, by=dee)).undo == f"/shifts/{shift}/restore"
    assert (await act(filling.remove, shift, by=dee)).state == "refused"
    assert (await act(filling.restore, shift, by=dee)).state == "applied"
    assert await told(world.volunteer) == ["message.shift_given", "message.shift_taken_off", "message.shift_given"]


async def test_the_database_itself_takes_no_shift_without_length(world, post):
    gate, now = await post(), clock.now()
    with pytest.raises(db.IntegrityError):
        await db.run(
            "INSERT INTO shift(id, community_id, post_id, account_id, from_at, until_at, made_by, made_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            gate, world.community, gate, world.volunteer, now, now, world.dispatcher, now,
        )  # fmt: skip


async def test_a_closed_post_is_opened_again_with_its_shifts_and_not_beside_another_of_its_name(world, act, person, post, put):
    dee, gate = await person("dispatcher"), await post()
    shift = await put(gate, "volunteer", 1, 4)
    assert (await act(posting.reopen, gate, by=dee)).trouble == "overtaken"
    closed = await act(posting.end, gate, by=dee)
    assert closed.undo == f"/posts/{gate}/reopen" and await rosters.post(gate, world.community) is None
    assert (await act(posting.reopen, gate, by=await person("outside_dispatcher"))).trouble == "gone"
    assert (await act(posting.reopen, gate, by=await person("steward"))).trouble == "barred"
    assert (await act(posting.reopen, gate, by=dee)).undo == f"/posts/{gate}/end"
    assert [each.id for each in await rosters.at_post(gate, clock.now())] == [shift]
    await act(posting.end, gate, by=dee)
    again = await post()
    assert (await act(posting.reopen, gate, by=dee)).words == "roster.post.name_taken"
    assert [each.id for each in await rosters.posts(world.community)] == [again]
