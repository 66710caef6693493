"""Who has it, and how it ends: taking, giving, answering, calling off, opening again, mending."""

import asyncio
from datetime import timedelta

import pytest
from support import needs as stage

from app.kernel import clock, db
from app.kernel.trouble import Misfit
from app.needs import reads
from app.needs.reads import inbox
from app.needs.reads.inbox import Filter
from app.needs.reads.owners import owners
from app.needs.reads.spoken import words
from app.needs.rules import changing, closing, revealing, triaging, wording
from app.people.rules import grants


async def one(need_id):
    [need] = await reads.lines([need_id])
    return need


@pytest.mark.postgres
async def test_ten_who_take_one_need_and_one_has_it(world, act, person):
    need = await stage.need(act, world.code)
    people = [await person("dispatcher"), await person("steward")] * 5
    receipts = await asyncio.gather(*(act(triaging.take, need, by=by) for by in people))
    assert sorted(receipt.state for receipt in receipts) == ["applied"] + ["refused"] * 9
    assert {receipt.reason for receipt in receipts if receipt.trouble} == {"triaged-already"}
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.triaged'") == 1


async def test_letting_go_makes_it_a_gap_again(world, act, person):
    steward, need = await person("steward"), await stage.need(act, world.code)
    await act(triaging.take, need, by=steward)
    assert (await act(triaging.release, need, by=steward)).state == "applied"
    assert ((await one(need)).state, (await one(need)).owner_id) == ("waiting", None)
    assert (await act(triaging.release, need, by=steward)).reason == "waiting-already"


async def test_it_can_be_given_to_those_who_may_have_it_and_they_are_told(world, act, person):
    dispatcher, need = await person("dispatcher"), await stage.need(act, world.code)
    assert {owner.id for owner in await owners(world.community, world.building)} == {world.dispatcher, world.steward}
    assert {owner.id for owner in await owners(world.community, world.building3)} == {world.dispatcher}
    assert (await act(triaging.assign, need, owner=world.steward, by=dispatcher)).state == "applied"
    assert (await one(need)).owner_id == world.steward
    assert await db.value("SELECT words FROM message WHERE account_id = ?", world.steward) == "message.need_given"
    for stranger in (world.volunteer, world.outsider, world.outside_dispatcher):
        assert isinstance(await act(triaging.assign, need, owner=stranger, by=dispatcher), Misfit)


@pytest.mark.postgres
async def test_many_at_once_leave_what_others_took(world, act, person):
    dispatcher, steward = await person("dispatcher"), await person("steward")
    needs = [await stage.need(act, world.code) for _ in range(3)]
    await act(triaging.take, needs[0], by=steward)
    receipt = await act(triaging.take_many, picked=tuple(needs), by=dispatcher)
    assert receipt.filled == {"n": 2, "left": 1} and (await one(needs[0])).owner_id == steward.id
    assert (await act(triaging.take_many, picked=tuple(needs), by=dispatcher)).reason == "none-left"
    answered = await act(closing.answer_many, picked=tuple(needs), line="社工已打电话", by=dispatcher)
    assert answered.filled == {"n": 3, "left": 0}
    assert [word.line for word in await words(await one(needs[1]))] == ["社工已打电话"]


@pytest.mark.postgres
async def test_answered_and_called_off_say_why_and_can_be_opened_again(world, act, person):
    steward = await person("steward")
    for verb, state in ((closing.answer, "answered"), (closing.cancel, "cancelled")):
        need = await stage.need(act, world.code)
        assert (await act(verb, need, line="说明", by=steward)).state == "applied"
        line = await one(need)
        assert line.state == state and [word.shown for word in await words(line)] == [True]
        assert (await act(verb, need, line="说明", by=steward)).reason == f"{state}-already"
        assert (await act(closing.reopen, need, by=steward)).state == "applied"
        assert ((await one(need)).state, (await one(need)).owner_id, (await one(need)).times_reopened) == ("waiting", None, 1)
        assert (await act(closing.reopen, need, by=steward)).reason == "waiting-already"


async def test_a_change_made_on_an_old_page_is_kept_beside(world, act, person):
    steward, need = await person("steward"), await stage.need(act, world.code)
    same = {"kind": "medicine", "urgency": "now", "unit": "2", "room": "302", "until": None, "days_left": 2}
    assert (await act(changing.change, need, version=0, **same, by=steward)).state == "applied"
    line = await one(need)
    assert (line.kind, line.urgency, line.days_left, line.unit, line.floor, line.door) == ("medicine", "now", 2, 2, 3, 2)
    other = same | {"urgency": "soon"}
    assert (await act(changing.change, need, version=0, **other, by=await person("dispatcher"))).state == "conflict"
    assert (await one(need)).urgency == "now"


async def test_a_room_that_could_not_be_read_is_mended_with_a_door_that_exists(world, act, person):
    steward, need = await person("steward"), await stage.need(act, world.code, room="靠江", confirm_room="靠江")
    same = {"kind": "food", "urgency": "soon", "until": None, "days_left": None, "version": 0}
    assert set((await act(changing.change, need, unit="9", room="9902", **same, by=steward)).errors) == {"room"}
    assert (await act(changing.change, need, unit="1", room="101", **same, by=steward)).state == "applied"
    line = await one(need)
    assert line.household_id and line.typed_room == "" and line.floor == 1


VERBS = [
    (triaging.take, {}), (triaging.release, {}), (triaging.assign, {"owner": None}), (closing.answer, {"line": "x"}), (closing.cancel, {"line": "x"}),
    (closing.confirm, {}), (closing.reopen, {}),
    (changing.change, {"version": 0, "kind": "food", "urgency": "now", "unit": "", "room": "", "until": None, "days_left": None}),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "fields"), VERBS)
async def test_who_may_not_sort_is_refused_and_outsiders_find_nothing(world, act, person, verb, fields):
    need = await stage.need(act, world.code)
    assert (await act(verb, need, by=await person("operator"), **fields)).trouble == "barred"
    for name in ("volunteer", "newcomer", "command", "outsider", "outside_dispatcher"):
        assert (await act(verb, need, by=await person(name), **fields)).trouble == "gone", name
    elsewhere = await stage.need(act, world.code2)
    assert (await act(verb, elsewhere, by=await person("steward"), **fields)).trouble == "gone"


async def test_who_carries_a_need_sees_it_speaks_and_may_look_at_the_phone(world, act, person):
    volunteer, need = await person("volunteer"), await stage.need(act, world.code, phone="13912345678")
    assert (await act(revealing.reveal, need, by=volunteer)).trouble == "gone"

    async def hand(*, by):
        await grants.give(by.id, "need", need)

    await act(hand, by=volunteer)
    assert (await reads.visible(need, volunteer)).id
    assert (await act(revealing.reveal, need, by=volunteer)).state == "applied"
    assert (await act(wording.say, need, line="敲门没人", inside=True, by=volunteer)).state == "applied"
    assert (await act(triaging.take, need, by=volunteer)).trouble == "barred"
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.revealed' AND by = ?", volunteer.id) == 1


async def test_a_word_inside_is_not_for_the_resident(world, act, person):
    need = await stage.need(act, world.code)
    await act(wording.say, need, line="给居民", inside=False, by=await person("steward"))
    await act(wording.say, need, line="自己看", inside=True, by=await person("steward"))
    line = await one(need)
    assert [word.line for word in await words(line, shown_only=True)] == ["给居民"] and len(await words(line)) == 2


@pytest.mark.postgres
async def test_what_nobody_touched_shows_and_a_word_unanswered_too(world, act, person):
    dispatcher = await person("dispatcher")
    old, taken, fresh = [await stage.need(act, world.code) for _ in range(3)]
    await act(triaging.take, taken, by=dispatcher)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert {n.id for n in await inbox.page_of(dispatcher, Filter(state="untouched"), 0)} == {old, fresh}

        async def resident(*, by):
            await wording.from_resident(await one(taken), "还没来吗")

        await act(resident, by=dispatcher)
        await act(triaging.take, old, by=dispatcher)
    with clock.at(clock.now() + timedelta(minutes=65)):
        assert {n.id for n in await inbox.page_of(dispatcher, Filter(state="untouched"), 0)} == {taken, fresh}
        assert (await inbox.tabs(dispatcher)).untouched == 2


@pytest.mark.postgres
async def test_the_inbox_is_sorted_by_urgency_then_age_and_every_filter_narrows_it(world, act, person):
    dispatcher, steward = await person("dispatcher"), await person("steward")
    soon = await stage.need(act, world.code)
    today = await stage.need(act, world.code, kind="trip")
    now = await stage.need(act, world.code2, kind="medicine", days_left=0)

    async def ids(by=dispatcher, **wanted):
        return [n.id for n in await inbox.page_of(by, Filter(**wanted), 0)]

    assert await ids(state="waiting") == [now, today, soon]
    assert await ids(steward, state="open") == [today, soon]
    assert await ids(kind="trip") == [today] and await ids(building=world.building2) == [now]
    assert await ids(number=(await one(soon)).number) == [soon]
    await act(triaging.take, soon, by=dispatcher)
    assert await ids(owner="me") == [soon] and len(await ids(owner="none")) == 2
    assert len(await ids(age="hour")) == 3 and await ids(age="older") == []
    assert len(await ids(happened="raised")) == 3 and await ids(happened="raised", day="2020-01-01") == []
    assert await ids(grid=await db.value("SELECT grid_id FROM building WHERE id = ?", world.building3)) == []
    assert await ids(await person("outside_dispatcher"), state="all") == []


@pytest.mark.postgres
async def test_what_is_open_is_counted_by_building(world, act, person):
    await stage.need(act, world.code, room="401")
    assert await reads.for_building(frozenset({world.building, world.building2})) == {world.building: 1}
