"""A date that nobody has in time is a gap that is told, and one that passed is an alarm that rises until somebody settles it."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest
from care.test_residents import door
from coming.common import DIALYSIS, INSULIN, MO_WE_FR, MORNING, written
from support.needs import need

from app.coming import jobs
from app.coming import reads as coming
from app.coming.rhythm import Rhythm
from app.kernel import clock, db
from app.needs import reads as needs
from app.needs.rules import closing, triaging

pytestmark = pytest.mark.postgres


@pytest.fixture
async def wednesday(world, act, person):
    """Dialysis from Wednesday on; answers the first date's need."""
    with clock.at(MORNING):
        when = Rhythm(rhythm="week", weekdays=MO_WE_FR.weekdays, first=date(2026, 11, 25))
        await written(act, await person("steward"), await door(world.building), when=when, said=DIALYSIS)
    found = await db.rows(UUID, "SELECT need_id FROM coming WHERE day = '2026-11-25'")
    return found[0]


async def told() -> dict[str, list[str]]:
    """Since it was asked last: whose inbox, which words."""
    found: dict[str, list[str]] = {}
    for account in await db.rows(UUID, "SELECT id FROM account"):
        if words := await db.rows(str, "SELECT words FROM message WHERE account_id = ? AND read_at IS NULL ORDER BY id", account):
            found[str(account)] = words
    await db.run("UPDATE message SET read_at = at WHERE read_at IS NULL")
    return found


async def at(world, **ago) -> dict[str, list[str]]:
    """What is told at that time after Monday morning, by the name of the cast, with two workers."""
    names = {str(value): name for name, value in vars(world).items()}
    with clock.at(MORNING + timedelta(**ago)):
        await jobs.make_ahead()
        await asyncio.gather(jobs.raise_alarms(), jobs.raise_alarms())
        return {names[account]: words for account, words in (await told()).items()}


GAP, MISSED = ["message.coming_untaken"], ["message.coming_missed"]


async def test_a_trip_nobody_has_is_told_on_the_evening_before_and_once(world, wednesday):
    assert await at(world, days=1, hours=8, minutes=59) == {}
    assert await at(world, days=1, hours=9) == {"steward": GAP, "dispatcher": GAP}
    assert (await needs.lines([wednesday]))[0].urgency == "now"
    assert await at(world, days=1, hours=10) == {}


async def test_a_trip_that_somebody_has_is_no_gap_but_one_that_passes_is_missed(world, wednesday, act, person):
    await act(triaging.take, wednesday, by=await person("dispatcher"))
    assert await at(world, days=1, hours=10) == {}
    assert await at(world, days=2, hours=2) == {}
    assert await at(world, days=2, hours=3) == {"steward": MISSED, "dispatcher": MISSED}
    assert await at(world, days=2, hours=4) == {"dispatcher": MISSED}
    assert await at(world, days=2, hours=7) == {"command": MISSED}
    assert await at(world, days=2, hours=8) == {}


async def test_a_trip_that_was_taken_and_let_go_again_is_told_anew(world, wednesday, act, person):
    dee = await person("dispatcher")
    assert await at(world, days=1, hours=9) == {"steward": GAP, "dispatcher": GAP}
    for verb, hours, found in (
        (triaging.take, 12, {}),
        (triaging.release, 13, {"steward": GAP, "dispatcher": GAP}),
        (triaging.take, 14, {}),
    ):
        with clock.at(MORNING + timedelta(days=1, hours=hours)):
            assert (await act(verb, wednesday, by=dee)).state == "applied"
        for minutes in (1, 2):
            assert await at(world, days=1, hours=hours, minutes=minutes) == (found if minutes == 1 else {})
    assert await at(world, days=2, hours=3) == {"steward": MISSED, "dispatcher": MISSED}


async def test_what_was_settled_in_time_alarms_nobody(world, wednesday, act, person):
    await act(closing.answer, wednesday, line="女儿送去了", by=await person("steward"))
    assert await at(world, days=2, hours=9) == {}


async def test_medicine_warns_three_days_before_it_runs_out_and_is_an_alarm_on_the_last(world, act, person):
    with clock.at(MORNING):
        when = Rhythm(rhythm="month", month_day=30, first=date(2026, 11, 23))
        await written(act, await person("steward"), await door(world.building), when=when, said=INSULIN)
    assert await at(world, days=3, hours=20) == {}
    assert await at(world, days=4) == {"steward": GAP}
    [line] = await needs.lines(await db.rows(UUID, "SELECT need_id FROM coming"))
    assert (line.urgency, line.days_left) == ("today", 3)
    assert await at(world, days=5) == {}
    assert await at(world, days=6) == {"steward": GAP, "dispatcher": GAP}
    [line] = await needs.lines(await db.rows(UUID, "SELECT need_id FROM coming"))
    assert (line.urgency, line.days_left) == ("now", 1)


async def test_where_nobody_answers_for_the_building_the_desk_hears_of_it_at_once(world, act, person):
    with clock.at(MORNING):
        when = Rhythm(rhythm="month", month_day=30, first=date(2026, 11, 23))
        await written(act, await person("dispatcher"), await door(world.building2), when=when, said=INSULIN)
    assert await at(world, days=4) == {"dispatcher": GAP}


async def test_where_nobody_sits_at_the_desk_either_command_hears_of_it_at_once(world, act, person):
    with clock.at(MORNING):
        when = Rhythm(rhythm="month", month_day=30, first=date(2026, 11, 23))
        await written(act, await person("dispatcher"), await door(world.building2), when=when, said=INSULIN)
    await db.run("UPDATE role SET ended_at = ? WHERE role IN ('dispatcher', 'steward')", clock.now())
    assert await at(world, days=4) == {"command": GAP}


async def test_the_counts_of_first_page_and_board_agree_and_other_needs_are_not_in_them(world, wednesday, act, person):
    await need(act, world.code, kind="trip")
    steward = await person("steward")
    with clock.at(MORNING + timedelta(days=1, hours=10)):
        await jobs.make_ahead()
        assert await coming.late_counts(coming.seen_by(steward)) == coming.Late(untaken=1)
        [one] = await coming.late(coming.seen_by(steward))
        assert (one.need_id, one.state) == (wednesday, "red")
        [count] = await coming.late_in([world.community, world.away])
        assert (count.community_id, count.untaken, count.missed) == (world.community, 1, 0)
        assert [row.n for row in await coming.late_at([world.community], "untaken")] == [1]
        assert await coming.late_at([world.community], "missed") == []
        await act(triaging.take, wednesday, by=steward)
        assert await coming.late_counts(coming.seen_by(steward)) == coming.Late() and await coming.late(coming.seen_by(steward)) == []
    with clock.at(MORNING + timedelta(days=2, hours=4)):
        assert await coming.late_counts(coming.seen_by(steward)) == coming.Late(missed=1)
        assert await coming.late_counts(coming.seen_by(await person("outside_dispatcher"))) == coming.Late()
        assert await coming.late_counts(coming.seen_by(await person("volunteer"))) == coming.Late()


async def test_nobody_is_late_in_looking_at_what_was_made_ahead_until_its_time_comes_near(world, wednesday, person):
    dispatcher = await person("dispatcher")
    with clock.at(MORNING + timedelta(days=1, hours=8)):
        assert (await needs.tabs(dispatcher)).untouched == 0
    with clock.at(MORNING + timedelta(days=1, hours=17)):
        assert (await needs.tabs(dispatcher)).untouched == 1
