"""Being stood in for: the first has it, whoever keeps the roster may forbid it, and until then it stays hers."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from app.kernel import clock, db
from app.people.rules.rosters import duty, filling, swapping

pytestmark = pytest.mark.postgres


async def holder(shift: UUID) -> UUID:
    return (await db.rows(UUID, "SELECT account_id FROM shift WHERE id = ?", shift))[0]


@pytest.fixture
async def asked(act, person, post, put):
    """Bo's shift, of which he asks; Cem and Sun stand on the roster of the post too."""
    gate = await post()
    shift = await put(gate, "volunteer", 2, 8)
    await put(gate, "volunteer2", 8, 12)
    await put(gate, "steward", 12, 16)
    receipt = await act(swapping.ask, shift, by=await person("volunteer"))
    assert receipt.state == "applied"
    return shift, UUID(receipt.about)


async def told(account) -> list[str]:
    return [words for words in await db.rows(str, "SELECT words FROM message WHERE account_id = ? ORDER BY id", account) if "swap" in words]


async def test_one_of_the_post_accepts_and_everybody_is_told(world, act, person, asked):
    shift, swap = asked
    assert await holder(shift) == world.volunteer
    assert (await act(swapping.accept, swap, by=await person("newcomer"))).trouble == "barred"
    assert (await act(swapping.accept, swap, by=await person("volunteer"))).trouble == "barred"
    assert (await act(swapping.accept, swap, by=await person("outsider"))).trouble == "gone"
    assert (await act(swapping.accept, swap, by=await person("volunteer2"))).state == "applied"
    assert await holder(shift) == world.volunteer2
    assert await told(world.volunteer) == ["message.swap_accepted"] and await told(world.dispatcher) == ["message.swap_to_know"]
    assert await told(world.volunteer2) == ["message.swap_asked"]


async def test_of_two_who_accept_at_once_one_has_it(world, act, person, asked):
    shift, swap = asked
    two = [await person("volunteer2"), await person("steward")]
    answers = await asyncio.gather(*(act(swapping.accept, swap, by=who) for who in two))
    assert sorted(answer.state for answer in answers) == ["applied", "refused"]
    won = next(who for who, answer in zip(two, answers, strict=True) if answer.state == "applied")
    assert await holder(shift) == won.id
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'swap.accepted'") == 1


async def test_without_anybody_who_accepts_it_stays_hers(world, act, person, asked):
    shift, swap = asked
    clock.advance(timedelta(hours=2))
    assert (await act(duty.begin, shift, note=None, by=await person("volunteer"))).state == "applied"
    assert (await act(swapping.accept, swap, by=await person("volunteer2"))).state == "refused"
    assert await holder(shift) == world.volunteer


async def test_a_forbidden_swap_gives_the_shift_back(world, act, person, asked):
    shift, swap = asked
    assert (await act(swapping.forbid, swap, by=await person("volunteer2"))).trouble == "barred"
    await act(swapping.accept, swap, by=await person("volunteer2"))
    assert (await act(swapping.forbid, swap, by=await person("dispatcher"))).state == "applied"
    assert await holder(shift) == world.volunteer
    assert (await told(world.volunteer))[-1] == (await told(world.volunteer2))[-1] == "message.swap_forbidden"
    assert (await act(swapping.forbid, swap, by=await person("dispatcher"))).state == "refused"
    assert (await act(swapping.ask, shift, by=await person("volunteer"))).state == "applied"


async def test_once_the_other_has_come_nothing_is_forbidden(world, act, person, asked):
    shift, swap = asked
    await act(swapping.accept, swap, by=await person("volunteer2"))
    clock.advance(timedelta(hours=2))
    await act(duty.begin, shift, note=None, by=await person("volunteer2"))
    assert (await act(swapping.forbid, swap, by=await person("dispatcher"))).state == "refused"
    assert await holder(shift) == world.volunteer2


async def test_one_asks_once_and_may_think_better_of_it(world, act, person, asked):
    shift, swap = asked
    bo = await person("volunteer")
    assert (await act(swapping.ask, shift, by=bo)).state == "refused"
    assert (await act(swapping.withdraw, swap, by=bo)).state == "applied"
    assert (await act(swapping.accept, swap, by=await person("volunteer2"))).state == "refused"
    assert (await act(filling.remove, shift, by=await person("dispatcher"))).state == "applied"
    assert (await act(swapping.ask, shift, by=bo)).state == "refused"
