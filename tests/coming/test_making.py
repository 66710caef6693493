"""The dates of what comes back become needs ahead of time, each exactly once, and follow the series while nobody has them."""

import asyncio
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from care.test_residents import door
from coming.common import DAY_HOURS, DIALYSIS, FIRST, INSULIN, MO_WE_FR, MORNING, dates, written
from support.needs import need

from app.care import reads as care
from app.care.rules import muting, residents
from app.care.rules.people import taken_hashes
from app.coming import jobs
from app.coming.reads import dates as reads
from app.coming.reads import series as series_reads
from app.coming.rhythm import QUIET, Rhythm, bits
from app.coming.rules import series
from app.coming.rules.series import Hours
from app.journal.worker import Worker
from app.kernel import clock, db, ids
from app.kernel.trouble import Misfit
from app.needs import reads as needs
from app.needs.rules import linking, triaging
from app.people.person import STRANGER

pytestmark = pytest.mark.postgres
DAY_LONG = timedelta(days=1)


@pytest.fixture
async def monday(world):
    with clock.at(MORNING):
        yield world


@pytest.fixture
async def dialysis(monday, act, person):
    return await written(act, await person("steward"), await door(monday.building))


async def test_dates_are_made_ahead_sealed_and_say_what_the_series_says(monday, dialysis):
    assert await dates(dialysis) == {"11-23": "waiting", "11-25": "waiting", "11-27": "waiting"}
    made = await db.rows(UUID, "SELECT need_id FROM coming ORDER BY day")
    assert {str(line.urgency) for line in await needs.lines(made[1:])} == {"soon"}
    first = next(line for line in await needs.lines(made) if line.id == made[0])
    assert first.urgency == "now"
    assert (first.line, first.kind, first.household_id) == ("透析接送，带轮椅", "trip", await door(monday.building))
    assert not any("透析".encode() in each for each in await db.rows(bytes, "SELECT line_sealed FROM series"))


async def test_the_worker_makes_each_date_once_however_many_workers_and_however_late(monday, dialysis):
    for days in (1, 2, 3):
        with clock.at(MORNING + timedelta(days=days)):
            await asyncio.gather(*[jobs.make_ahead() for _ in range(3)])
    assert list(await dates(dialysis)) == ["11-23", "11-25", "11-27", "11-30"]
    assert await db.value("SELECT count(*) FROM need") == 4


async def test_a_quiet_round_writes_nothing(monday, dialysis):
    await jobs.raise_alarms()
    before = await db.value("SELECT count(*) FROM receipt")
    await jobs.make_ahead()
    await jobs.raise_alarms()
    assert await db.value("SELECT count(*) FROM receipt") == before


async def test_after_downtime_what_passed_is_there_and_only_the_last_is_an_alarm(monday, dialysis):
    with clock.at(MORNING + timedelta(days=12)):  # Saturday 5 December
        await jobs.make_ahead()
        found = await dates(dialysis)
    assert found == {
        "11-23": "waiting", "11-25": "waiting", "11-27": "waiting", "11-30": "late", "12-02": "late", "12-04": "waiting",
        "12-07": "waiting", "12-09": "waiting",
    }  # fmt: skip


async def test_a_month_end_and_a_new_year_are_days_like_others(monday, act, person):
    when = Rhythm(rhythm="month", month_day=31, first=FIRST)
    one = await written(act, await person("steward"), await door(monday.building), when=when, said=INSULIN)
    for days in range(100):
        with clock.at(MORNING + timedelta(days=days)):
            await jobs.make_ahead()
    assert list(await dates(one)) == ["11-30", "12-31", "01-31", "02-28"]


async def test_nobody_was_heard_of_when_a_need_makes_itself(monday, dialysis):
    from app import web

    await Worker(web.LISTENERS, []).once()
    assert await db.value("SELECT count(*) FROM contact") == 0


async def test_a_change_moves_what_nobody_has_and_nothing_that_somebody_has(monday, dialysis, act, person):
    steward = await person("steward")
    taken = (await db.rows(UUID, "SELECT need_id FROM coming WHERE day = '2026-11-25'"))[0]
    await act(triaging.take, taken, by=steward)
    when = Rhythm(rhythm="week", weekdays=bits((1, 4)), first=FIRST)
    said = DIALYSIS | {"what": "透析接送，改到二院", "phone": ""}
    done = await act(series.change, dialysis, by=steward, version=0, when=when, hours=Hours(13 * 60, 240), **said)
    assert done.state == "applied", done
    assert await dates(dialysis) == {"11-23": "changed", "11-24": "waiting", "11-25": "triaged", "11-27": "waiting"}
    lines = {line.id: line for line in await needs.lines(await db.rows(UUID, "SELECT need_id FROM coming WHERE need_id IS NOT NULL"))}
    friday = (await db.rows(UUID, "SELECT need_id FROM coming WHERE day = '2026-11-27'"))[0]
    assert lines[taken].line == "透析接送，带轮椅" and lines[friday].line == "透析接送，改到二院"
    assert clock.local(lines[friday].until_at).hour == 17 and clock.local(lines[taken].until_at).hour == 12
    assert await linking.phone_of(friday, by=steward) == "13911112222"
    again = await act(series.change, dialysis, by=steward, version=0, when=when, hours=DAY_HOURS, **said)
    assert (again.state, again.reason) == ("refused", "changed-meanwhile")


async def test_ending_calls_off_what_nobody_has_and_undoing_it_brings_it_back(monday, dialysis, act, person):
    steward = await person("steward")
    ended = await act(series.end, dialysis, by=steward)
    assert ended.undo == f"/series/{dialysis}/resume" and set((await dates(dialysis)).values()) == {"ended"}
    assert {line.state for line in await needs.lines(await db.rows(UUID, "SELECT id FROM need"))} == {"cancelled"}
    with clock.at(MORNING + timedelta(days=3)):
        await jobs.make_ahead()
        assert "11-30" not in await dates(dialysis)
        assert (await act(series.end, dialysis, by=steward)).reason == "ended-already"
        assert (await act(series.resume, dialysis, by=steward)).state == "applied"
        assert await dates(dialysis) == {"11-23": "ended", "11-25": "ended", "11-27": "waiting", "11-30": "waiting"}
        assert (await act(series.resume, dialysis, by=steward)).reason == "runs-already"


async def test_what_would_have_been_while_it_was_ended_is_not_made_afterwards(monday, dialysis, act, person):
    await act(series.end, dialysis, by=await person("steward"))
    with clock.at(MORNING + timedelta(days=11)):
        assert (await act(series.resume, dialysis, by=await person("steward"))).state == "applied"
        assert list(await dates(dialysis)) == ["11-23", "11-25", "11-27", "12-04", "12-07"]


async def test_nothing_takes_a_date_from_under_whoever_is_on_the_way(monday, dialysis, act, person):
    steward = await person("steward")
    taken = (await db.rows(UUID, "SELECT need_id FROM coming WHERE day = '2026-11-25'"))[0]
    await act(triaging.take, taken, by=steward)
    await db.run("UPDATE need SET state = 'underway', run_id = ? WHERE id = ?", ids.new(), taken)
    assert (await act(series.skip, dialysis, day=date(2026, 11, 25), by=steward)).reason == "underway"
    await act(series.end, dialysis, by=steward)
    assert await dates(dialysis) == {"11-23": "ended", "11-25": "underway", "11-27": "ended"}


async def test_one_date_is_left_out_and_put_back(monday, dialysis, act, person):
    steward = await person("steward")
    for day, week in ((date(2026, 11, 27), "11-27"), (date(2026, 12, 11), "12-11")):
        skipped = await act(series.skip, dialysis, day=day, by=steward)
        assert skipped.state == "applied" and (await dates(dialysis))[week] == "skipped"
        assert (await act(series.skip, dialysis, day=day, by=steward)).reason == "skipped-already"
    with clock.at(MORNING + timedelta(days=16)):
        await jobs.make_ahead()
        assert (await dates(dialysis))["12-11"] == "skipped"
        row = UUID(str(await db.value("SELECT id FROM coming WHERE day = '2026-12-11'")))
        assert (await act(series.restore, row, by=steward)).state == "applied"
        assert (await dates(dialysis))["12-11"] == "waiting"
        assert (await act(series.restore, row, by=steward)).reason == "not-skipped"


async def test_whoever_has_a_date_that_is_left_out_is_told(monday, dialysis, act, person):
    dispatcher, steward = await person("dispatcher"), await person("steward")
    taken = (await db.rows(UUID, "SELECT need_id FROM coming WHERE day = '2026-11-25'"))[0]
    await act(triaging.take, taken, by=dispatcher)
    assert (await act(series.skip, dialysis, day=date(2026, 11, 25), by=steward)).state == "applied"
    assert await db.rows(str, "SELECT words FROM message WHERE account_id = ?", monday.dispatcher) == ["message.need_cancelled"]


@pytest.mark.parametrize(("reason", "quiet"), [("hospital", True), ("away", True), ("refused", False)])
async def test_in_hospital_or_away_her_dates_are_off_until_she_is_back(monday, dialysis, act, person, reason, quiet):
    from app import web

    steward, works = await person("steward"), Worker(web.LISTENERS, [])
    muted = await act(muting.mute, await door(monday.building), reason=reason, days=3, by=steward)
    await works.once()
    off = reason if quiet else "waiting"
    assert await dates(dialysis) == {"11-23": off, "11-25": off, "11-27": "waiting"}
    await act(muting.end, UUID(muted.undo.split("/")[2]), by=steward)
    await works.once()
    assert set((await dates(dialysis)).values()) == {"waiting"}
    assert await db.value("SELECT count(*) FROM need") == 3


async def test_the_dates_of_one_who_rests_are_off_and_her_neighbours_at_the_same_door_are_not(monday, dialysis, act, person):
    from app import web

    steward, works, home = await person("steward"), Worker(web.LISTENERS, []), await door(monday.building)
    whom = (await series_reads.series(dialysis)).opened("for")
    for name in (whom, "王小"):
        await act(residents.add, home, name=name, phone="", kinds=("dialysis",), note="", by=steward)
    hers, other = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ? ORDER BY made_at, id", home)
    for who, off in ((other, "waiting"), (hers, "hospital")):
        await act(muting.mute, home, reason="hospital", days=3, resident=who, by=steward)
        await works.once()
        assert await dates(dialysis) == {"11-23": off, "11-25": off, "11-27": "waiting"}


async def test_of_two_of_one_name_both_must_rest_before_a_date_is_off_and_who_leaves_takes_the_pause_along(
    monday, dialysis, act, person, monkeypatch
):
    from app import web

    monkeypatch.setattr(residents, "_free", lambda home, name: taken_hashes([home]))  # as a ledger's file may bring them
    steward, works, home = await person("steward"), Worker(web.LISTENERS, []), await door(monday.building)
    whom, off = (await series_reads.series(dialysis)).whom, []
    for _ in range(2):
        await act(residents.add, home, name=whom, phone="", kinds=("dialysis",), note="", by=steward)
    one, two = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ? ORDER BY made_at, id", home)
    rests = partial(act, muting.mute, home, reason="hospital", days=3, by=steward)
    for step in (
        partial(rests, resident=one), partial(rests, resident=two), partial(act, residents.end, one, by=steward),
        partial(act, residents.end, two, by=steward), partial(act, residents.restore, two, by=steward),
    ):  # fmt: skip
        assert (await step()).state == "applied"
        await works.once()
        off.append((await dates(dialysis))["11-23"])
    assert off == ["waiting", "hospital", "hospital", "moved", "hospital"]


@pytest.mark.parametrize("named", [True, False])
async def test_what_comes_back_for_one_who_left_is_paused_and_told_until_somebody_says_otherwise(monday, dialysis, act, person, named):
    """Hers by name; where the ledger knows no such name, everybody's at that door."""
    from app import web

    steward, works, home, off = await person("steward"), Worker(web.LISTENERS, []), await door(monday.building), []
    names = ((await series_reads.series(dialysis)).whom, "王小") if named else ("王大", "王小")
    her, other = [UUID((await act(residents.add, home, name=name, phone="", kinds=(), note="", by=steward)).about) for name in names]
    told = "SELECT account_id FROM message WHERE words = 'message.series_left' ORDER BY id"
    for minute, (verb, who) in enumerate(((residents.end, other), (residents.end, her), (residents.restore, her), (residents.end, her)), 1):
        with clock.at(MORNING + timedelta(minutes=minute)):
            assert (await act(verb, who, by=steward)).state == "applied"
            await works.once()
            off.append({*(await dates(dialysis)).values()})
            off.append(len(await db.rows(UUID, told)))
    assert off == [{"waiting"}, 0, {"moved"}, 1, {"waiting"}, 1, {"moved"}, 2]
    with clock.at(MORNING + timedelta(minutes=9)):
        later = await reads.between(reads.seen_by(steward), FIRST + timedelta(days=7), FIRST + timedelta(days=13))
        assert {one.state for one in later} == {"moved"}
        one = await series_reads.series(dialysis)
        said = DIALYSIS | {"whom": "", "name": "", "phone": ""}
        receipt = await act(series.change, dialysis, version=one.version, when=MO_WE_FR, hours=DAY_HOURS, by=steward, **said)
        assert receipt.state == "applied" and {*(await dates(dialysis)).values()} == {"waiting"}
    assert set(await db.rows(UUID, told)) == {monday.steward}


async def test_a_pause_neither_hides_a_date_from_before_it_nor_comes_from_one_who_is_gone(monday, dialysis, act, person):
    steward, home = await person("steward"), await door(monday.building)
    whom = (await series_reads.series(dialysis)).whom
    for name in (whom, "王小"):
        await act(residents.add, home, name=name, phone="", kinds=("dialysis",), note="", by=steward)
    hers, _ = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ? ORDER BY made_at, id", home)
    pauses = await care.quiet(monday.community)
    assert pauses.over(home, whom, MORNING, MORNING + DAY_LONG, QUIET) is None
    await act(muting.mute, home, reason="hospital", days=20, resident=hers, by=steward)
    pauses = await care.quiet(monday.community)
    assert pauses.over(home, whom, MORNING - DAY_LONG, MORNING - DAY_LONG / 2, QUIET) is None
    assert pauses.over(home, whom, MORNING + DAY_LONG, MORNING + 2 * DAY_LONG, QUIET) == "hospital"
    await act(residents.end, hers, by=steward)
    assert (await care.quiet(monday.community)).over(home, whom, MORNING + DAY_LONG, MORNING + 2 * DAY_LONG, QUIET) is None


async def test_a_date_nobody_made_and_one_of_the_past_cannot_be_left_out(monday, dialysis, act, person):
    for day in (date(2026, 11, 24), date(2026, 11, 20)):
        found = await act(series.skip, dialysis, day=day, by=await person("steward"))
        assert isinstance(found, Misfit) and "day" in found.errors
    assert "skipped" not in (await dates(dialysis)).values()


async def test_her_own_need_comes_back_on_her_word_once(monday, act):
    asked = await need(act, monday.code, kind="trip", what="透析", phone="13711112222")
    token = await linking.token_of(asked)
    done = await act(series.repeat, asked, token=token, when=MO_WE_FR, hours=DAY_HOURS, by=STRANGER)
    assert done.state == "applied", done
    assert (await act(series.repeat, asked, token=token, when=MO_WE_FR, hours=DAY_HOURS, by=STRANGER)).reason == "stands"
    made = await db.rows(UUID, "SELECT need_id FROM coming ORDER BY day")
    assert len(made) == 3 and {line.channel for line in await needs.lines(made)} == {"link"}


async def test_who_may_write_one_down(monday, dialysis, act, person):
    home = await door(monday.building)
    fields = {"household": home, "when": MO_WE_FR, "hours": DAY_HOURS, "like": None} | DIALYSIS
    for name, trouble in (("volunteer", "barred"), ("command", "barred"), ("outsider", "gone"), ("outside_dispatcher", "gone")):
        by = await person(name)
        assert (await act(series.make, by=by, **fields)).trouble == trouble, name
        for verb, more in ((series.end, {}), (series.skip, {"day": date(2026, 11, 27)})):
            assert (await act(verb, dialysis, by=by, **more)).trouble == trouble, name
    assert (await act(series.make, by=await person("operator"), **fields)).state == "applied"


async def test_the_calendar_shows_what_is_made_and_what_will_be(monday, dialysis, act, person):
    found = await reads.between(reads.seen_by(await person("steward")), FIRST, FIRST + timedelta(days=13))
    assert [(one.day.day, one.state) for one in found] == [
        (23, "red"), (25, "waiting"), (27, "waiting"), (30, "expected"), (2, "expected"), (4, "expected"),
    ]  # fmt: skip
    await act(muting.mute, await door(monday.building), reason="hospital", days=8, by=await person("steward"))
    found = await reads.between(reads.seen_by(await person("steward")), FIRST + timedelta(days=7), FIRST + timedelta(days=13))
    assert [one.state for one in found] == ["hospital", "expected", "expected"]
    assert await reads.between(reads.seen_by(await person("volunteer")), FIRST, FIRST + timedelta(days=13)) == []


async def test_the_database_itself_holds_each_date_once(monday, dialysis):
    sql = """INSERT INTO coming(id, community_id, building_id, series_id, day, starts_at, until_at, warn_at, red_at, off, off_at, series_version)
    SELECT ?, community_id, building_id, series_id, day, starts_at, until_at, warn_at, red_at, 'skipped', ?, 0 FROM coming WHERE day = '2026-11-25'"""
    with pytest.raises(db.IntegrityError):
        await db.run(sql, ids.new(), MORNING)
