"""One telephone at two doors: maybe one person. It is said, linked or remembered as two, and goes with either of them."""

from uuid import UUID

import pytest
from care.imports import count
from care.test_residents import WANG, door

from app.care.reads.alike import alike_of, open_pairs
from app.care.rules import likening, residents
from app.kernel import db

pytestmark = pytest.mark.postgres


@pytest.fixture
async def twice(world, act, person):
    """王伟 in the steward's building and under another's roof, with one telephone."""
    by = await person("dispatcher")
    homes = [await door(world.building), await door(world.building3)]
    first, second = [await act(residents.add, home, by=by, **WANG) for home in homes]
    assert (first.words, second.words) == ("care.resident.added", "care.resident.added_alike")
    return UUID(first.about), UUID(second.about), homes


async def test_what_was_said_of_two_is_remembered_and_can_be_said_again(twice, act, person, world):
    one, other, homes = twice
    steward = await person("steward")
    assert [each.household_id for each in (await alike_of([one]))[one]] == [homes[1]] and await open_pairs(world.community) == 1
    assert (await act(likening.liken, one, other=other, same=False, by=steward)).state == "applied"
    assert await alike_of([one, other]) == {} and await open_pairs(world.community) == 0
    assert (await act(likening.liken, one, other=other, same=True, by=steward)).state == "applied"
    linked = await alike_of([one, other])
    assert [each.same for each in linked[one]] == [each.same for each in linked[other]] == [True]
    assert await count("alike") == 1


async def test_another_telephone_or_having_left_makes_them_two_again(twice, act, person):
    one, other, _ = twice
    by = await person("dispatcher")
    await act(residents.end, other, by=by)
    assert await alike_of([one]) == {}
    await act(residents.restore, other, by=by)
    assert await alike_of([one])
    await act(residents.change, other, 2, by=by, **(WANG | {"phone": "13900001111"}))
    assert await alike_of([one]) == {} and (await act(likening.liken, one, other=other, same=True, by=by)).trouble == "gone"


async def test_others_say_nothing_of_them(twice, act, person):
    one, other, _ = twice
    for name, trouble in (("volunteer", "barred"), ("operator", "barred"), ("outside_dispatcher", "gone")):
        assert (await act(likening.liken, one, other=other, same=True, by=await person(name))).trouble == trouble
    assert (await act(likening.liken, other, other=one, same=True, by=await person("steward"))).trouble == "barred"
    assert await count("alike") == 0


async def test_two_who_share_a_door_share_its_telephone(world, act, person):
    home, by = await door(world.building), await person("dispatcher")
    await act(residents.add, home, by=by, **WANG)
    second = await act(residents.add, home, by=by, **(WANG | {"name": "王芳"}))
    assert second.words == "care.resident.added" and await alike_of([UUID(second.about)]) == {}
    assert await db.value("SELECT count(*) FROM resident WHERE ended_at IS NULL AND household_id = ?", home) == 2
