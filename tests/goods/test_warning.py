"""A light that turns red or amber is told once to those who keep the hubs and those at the desk."""

from datetime import timedelta

import pytest

from app.goods import jobs
from app.goods.reads import lights
from app.goods.rules import handling, limits
from app.kernel import clock, db
from app.people.rules import roles

pytestmark = pytest.mark.postgres


@pytest.fixture
async def low(hub, act):
    """Masks of which ten went on each of the last five days; enough is left for one more. `await low(n)` receives more of them."""
    now = clock.now()
    with clock.at(now - timedelta(days=6)):
        await act(handling.receive, hub.masks, hub.here, 60, None, False, by=hub.dee)
    for ago in range(5, 0, -1):
        with clock.at(now - timedelta(days=ago)):
            await act(handling.issue, hub.masks, hub.here, 10, by=hub.dee)

    async def more(many: int, verb=handling.receive) -> None:
        said = (hub.masks, hub.here, many, None, False) if verb is handling.receive else (hub.masks, hub.here, many)
        await act(verb, *said, by=hub.dee)

    return more


async def told() -> int:
    return await db.value("SELECT count(*) FROM message WHERE words = 'message.stock_lights'") or 0


async def test_it_is_told_once_to_each_and_again_only_after_it_was_green(hub, low, act, world):
    await act(roles.give, world.volunteer, "hub_keeper", (), None, by=hub.dee)
    await jobs.warn()
    assert await told() == 3, "two at the desk, one who keeps the hub"
    assert await db.value("SELECT count(*) FROM message WHERE words = 'message.stock_lights' AND account_id = ?", world.volunteer) == 1
    assert await lights.tally(hub.dee.community_id) == lights.Tally(1, 0)
    start = clock.now()
    with clock.at(start + timedelta(minutes=11)):
        await low(1)
        await jobs.warn()
    assert await told() == 3, "it is as red as it was"
    with clock.at(start + timedelta(minutes=22)):
        await low(500)
        await jobs.warn()
    assert await told() == 3 and await lights.tally(hub.dee.community_id) == lights.Tally(0, 0)
    with clock.at(start + timedelta(minutes=33)):
        await low(500, handling.issue)
        await jobs.warn()
    assert await told() == 6


async def test_amber_that_turns_red_is_told_and_red_that_turns_amber_is_not(hub, low, act):
    await low(25)
    await jobs.warn()
    assert await lights.tally(hub.dee.community_id) == lights.Tally(0, 1) and await told() == 2
    await act(limits.set_days, 4, 5, by=hub.dee)
    await jobs.warn()
    assert await lights.tally(hub.dee.community_id) == lights.Tally(1, 0) and await told() == 4
    await act(limits.set_days, 2, 5, by=hub.dee)
    await jobs.warn()
    assert await lights.tally(hub.dee.community_id) == lights.Tally(0, 1) and await told() == 4


async def test_a_quiet_round_writes_nothing_and_a_community_without_goods_is_not_looked_at(hub, low):
    await jobs.warn()
    looked = await lights.looked_at(hub.dee.community_id)
    with clock.at(clock.now() + timedelta(minutes=30)):
        await jobs.warn()
    assert await lights.looked_at(hub.dee.community_id) == looked
    assert await db.value("SELECT count(*) FROM goods_rule") == 1
