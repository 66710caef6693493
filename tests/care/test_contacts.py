"""Contacts and the clocks that follow from them: who counts as heard of, whatever the order in which it arrives."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from care.imports import count
from care.test_residents import WANG, door

from app import web
from app.care import jobs, silence
from app.care.reads import contacts, rounds, silent
from app.care.rules import alarming, clocks, contacting, muting, residents, rounding, timing
from app.journal import record, worker
from app.kernel import act as acts
from app.kernel import clock, db, ids
from app.kernel.act import Done, Press
from app.needs import reads as needs
from app.needs.rules import changing, closing, raising
from app.people import reads as people
from app.places import reads as places

pytestmark = pytest.mark.postgres
ZONE = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 20, 1, tzinfo=UTC)  # nine o'clock there
SEED = 20261122


@pytest.fixture
async def watched(world):
    """All doors of the community, watched since nine in the morning."""
    with clock.at(MORNING):
        await jobs.begin_clocks()
        yield world


async def test_after_a_release_that_reckons_otherwise_all_clocks_are_wound_once(watched):
    home = await door(watched.building)

    async def days_after(wound_by: str) -> int:
        await db.run("UPDATE contact_clock SET every_days = 9 WHERE household_id = ?", home)
        await db.run(f"UPDATE contact_setting SET wound_by = {wound_by} WHERE community_id = ?", watched.community)
        await jobs.begin_clocks()
        return (await silent.clock_of(home)).every_days

    assert [await days_after(by) for by in ("wound_by - 1", "wound_by", "wound_by + 1")] == [silence.EVERY["door"], 9, 9]


async def pressed(verb, *args, by, at: datetime, **fields):
    """As a phone sends it that pressed at `at`."""
    press = Press(ids.secret(), f"test/{verb.__name__}", by, lambda: verb(*args, by=by, **fields), b"test", at=at)
    [receipt] = await acts.perform([press])
    return receipt


async def late_doors(world) -> int:
    return sum(each.n for each in await silent.unreached([world.community]))


async def test_every_door_is_watched_from_the_first_moment_and_none_is_late_yet(watched):
    doors = await count("household", f"community_id = '{watched.community}'")
    assert await count("contact_clock", f"community_id = '{watched.community}'") == doors
    assert await late_doors(watched) == 0
    with clock.at(MORNING + timedelta(days=14, hours=11)):
        assert await late_doors(watched) == doors


async def test_a_door_falls_silent_and_a_call_brings_it_back_everywhere_at_once(watched, act, person):
    home, steward = await door(watched.building), await person("steward")
    await act(residents.add, home, by=steward, **WANG)
    await clocks.wind(watched.community, [home])
    where = silent.Where(watched.community)
    with clock.at(MORNING + timedelta(days=1, hours=11)):
        [one] = await silent.overdue(where)
        assert (one.id, one.heard_at, one.tries) == (home, None, 0)
        receipt = await act(contacting.contact, home, how="call", outcome="no_answer", by=steward)
        [one] = await silent.overdue(where)
        assert receipt.state == "applied" and (one.tries, one.tried_at) == (1, clock.now())
        receipt = await act(contacting.contact, home, how="visit", outcome="well", note="要一袋米", by=steward)
        assert await silent.overdue(where) == [] and await late_doors(watched) == 0
        [last, before] = await contacts.contacts_of(home)
        assert (last.note, last.outcome, before.reached) == ("要一袋米", "well", False)
        assert (await act(contacting.undo, UUID(receipt.undo.split("/")[2]), by=steward)).state == "applied"
        assert [each.tries for each in await silent.overdue(where)] == [1]
        again = await act(contacting.undo, UUID(receipt.undo.split("/")[2]), by=steward)
        assert (again.state, again.trouble) == ("refused", "overtaken")


async def test_the_note_is_sealed_with_her_whom_it_is_about(watched, act, person):
    home, steward = await door(watched.building), await person("steward")
    her = UUID((await act(residents.add, home, by=steward, **WANG)).about)
    await act(contacting.contact, home, how="call", outcome="needs", note="药快没了", resident=her, by=steward)
    [row] = await db.rows(bytes, "SELECT note_sealed FROM contact")
    assert "药快没了".encode() not in row
    from app.kernel import seal

    key = await db.value("SELECT key_id FROM resident WHERE id = ?", her)
    seal.destroy_keys([key])
    assert [each.note for each in await contacts.contacts_of(home)] == [""]
    elsewhere = await door(watched.building, floor=4)
    assert (await act(contacting.contact, elsewhere, how="call", outcome="well", resident=her, by=steward)).trouble == "gone"


async def test_strangers_and_stewards_of_other_buildings_note_nothing(watched, act, person):
    home = await door(watched.building3, unit=1)
    for name in ("outsider", "outside_dispatcher"):
        assert (await act(contacting.contact, home, how="call", outcome="well", by=await person(name))).trouble == "gone"
    for name in ("steward", "volunteer", "command"):
        assert (await act(contacting.contact, home, how="call", outcome="well", by=await person(name))).trouble == "barred"
    assert await count("contact") == 0


async def test_nobody_calls_a_muted_door_and_its_day_brings_it_back(watched, act, person):
    home, steward = await door(watched.building), await person("steward")
    await act(residents.add, home, by=steward, **WANG)
    muted = await act(muting.mute, home, reason="hospital", days=5, by=steward)
    assert muted.state == "applied"
    assert (await act(muting.mute, home, reason="away", days=5, by=steward)).reason == "stands"
    close = MORNING + timedelta(days=5, hours=11)
    for at, n in ((close - timedelta(minutes=1), 0), (close, 1)):
        with clock.at(at):
            assert await late_doors(watched) == n
    assert (await act(muting.end, UUID(muted.undo.split("/")[2]), by=steward)).state == "applied"
    with clock.at(MORNING + timedelta(days=1, hours=11)):
        assert await late_doors(watched) == 1


async def test_one_of_a_household_rests_and_the_others_are_asked_after_as_ever(watched, act, person):
    home, steward = await door(watched.building), await person("steward")
    await act(residents.add, home, by=steward, **WANG)
    await act(residents.add, home, by=steward, name="王小", phone="", kinds=("chronic_medicine",), note="")
    [wang] = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ? ORDER BY made_at, id LIMIT 1", home)
    rests = await act(muting.mute, home, reason="hospital", days=4, resident=wang, by=steward)
    assert rests.state == "applied" and (await act(muting.mute, home, reason="away", days=4, resident=wang, by=steward)).reason == "stands"
    assert (await silent.clock_of(home)).every_days == silence.EVERY["chronic_medicine"]
    back = MORNING + timedelta(days=4, hours=11)
    for at, n in ((back - timedelta(minutes=1), 0), (back, 1)):  # hers is every day, and she is back before the other's fifth
        with clock.at(at):
            assert await late_doors(watched) == n
    assert await contacts.mute_of(home, clock.now()) is None
    await act(muting.end, UUID(rests.undo.split("/")[2]), by=steward)
    with clock.at(MORNING + timedelta(days=1, hours=11)):
        assert await late_doors(watched) == 1


@pytest.mark.parametrize("named", [True, False])
async def test_a_pause_of_one_who_lives_alone_is_hers_and_not_of_whoever_moves_in(watched, act, person, named):
    home, steward = await door(watched.building), await person("steward")
    await act(residents.add, home, by=steward, **WANG)
    [wang] = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ?", home)
    elsewhere = await act(muting.mute, await door(watched.building, floor=3), reason="away", days=4, resident=wang, by=steward)
    assert elsewhere.trouble == "gone"
    await act(muting.mute, home, reason="hospital", days=4, resident=wang if named else None, by=steward)
    close = MORNING + timedelta(days=4, hours=11)
    assert (await contacts.quiet_doors(watched.community, clock.now()))[home].reason == "hospital"
    assert (await contacts.mute_of(home, clock.now())).reason == "hospital"
    assert (await silent.clock_of(home)).due_at == close
    await act(residents.add, home, by=steward, **WANG | {"name": "王小"})
    await clocks.wind(watched.community, [home])
    assert home not in await contacts.quiet_doors(watched.community, clock.now()) and not await contacts.mute_of(home, clock.now())
    assert (await silent.clock_of(home)).due_at == MORNING + timedelta(days=1, hours=11)


async def test_a_door_whose_people_rest_one_by_one_is_left_alone_until_the_first_is_back(watched, act, person):
    home, steward, now = await door(watched.building), await person("steward"), clock.now()
    there = [UUID((await act(residents.add, home, by=steward, **WANG | {"name": name})).about) for name in ("王小", "王大")]
    found = []
    for her, days in zip(there, (6, 3), strict=True):
        await act(muting.mute, home, reason="away", days=days, resident=her, by=steward)
        found.append(home in await contacts.quiet_doors(watched.community, now))
    back = (await contacts.quiet_doors(watched.community, now))[home].until_at
    found += [home in await contacts.quiet_doors(watched.community, back - timedelta(minutes=n)) for n in (1, 0)]
    assert found == [False, True, True, False]
    with clock.at(back - timedelta(hours=1)):
        assert home not in await rounds.due_today(watched.community, [watched.building])
        line = await act(rounding.make, kind="call", which="building", building=watched.building, doors="", to=None, by=steward)
        assert home not in [stop.household_id for stop in await rounds.stops(UUID(line.about))]
        await act(residents.end, there[1], by=steward)
        assert home in await contacts.quiet_doors(watched.community, clock.now())  # who is left rests longer


async def test_a_pause_that_comes_late_does_not_stand_where_they_were_heard_of_or_called_again_since(watched, act, person):
    home, steward, dee = await door(watched.building), await person("steward"), await person("dispatcher")
    first = await act(muting.mute, home, reason="away", days=5, by=steward)

    async def comes(at: datetime, **said):
        return await pressed(muting.mute, home, by=steward, at=at, **{"reason": "away", "days": 20} | said)

    with clock.at(MORNING + timedelta(hours=2)):
        assert (await act(muting.end, UUID(first.undo.split("/")[2]), by=dee)).state == "applied"
        lifted = await comes(MORNING + timedelta(hours=1))
    with clock.at(MORNING + timedelta(hours=5)):
        missed = await pressed(contacting.contact, home, how="call", outcome="no_answer", by=dee, at=MORNING + timedelta(hours=4))
        stands = await comes(MORNING + timedelta(hours=3))
        await act(muting.end, UUID(stands.undo.split("/")[2]), by=dee)
        await pressed(contacting.contact, home, how="call", outcome="well", by=dee, at=MORNING + timedelta(hours=5))
    with clock.at(MORNING + timedelta(hours=6)):
        heard = await comes(MORNING + timedelta(hours=4, minutes=59))
        again = await act(muting.mute, home, reason="away", days=20, by=steward)
    assert missed.state == "applied" and (lifted.trouble, heard.trouble) == ("overtaken", "overtaken")
    assert (stands.state, again.state) == ("applied", "applied")


@pytest.mark.parametrize(("days", "stands"), [(2, True), (3, False), (10, False)])
async def test_a_pause_whose_day_passed_on_the_phone_is_over_when_it_comes(watched, person, days, stands):
    home = await door(watched.building)
    with clock.at(MORNING + timedelta(days=days)):
        came = await pressed(muting.mute, home, reason="away", days=3, by=await person("steward"), at=MORNING)
        assert (came.state == "applied", await contacts.mute_of(home, clock.now()) is not None) == (stands, stands)


async def test_a_pause_of_one_of_several_stands_though_another_of_them_was_heard_of(watched, act, person):
    home, steward = await door(watched.building), await person("steward")
    for name in ("王小", "王大"):
        await act(residents.add, home, by=steward, **WANG | {"name": name})
    small, big = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ? ORDER BY made_at, id", home)
    with clock.at(MORNING + timedelta(hours=2)):
        await act(contacting.contact, home, how="call", outcome="well", resident=small, by=steward)
        came = [
            await pressed(muting.mute, home, reason="hospital", days=5, resident=her, by=steward, at=MORNING + timedelta(hours=1))
            for her in (small, big)
        ]
    assert [receipt.state for receipt in came] == ["refused", "applied"]


async def test_who_refuses_is_asked_again_in_three_days(watched, act, person):
    refused = await act(muting.mute, await door(watched.building), reason="refused", days=4, by=await person("steward"))
    assert set(refused.errors) == {"days"}


async def test_of_two_who_reach_one_door_at_once_both_count(watched, person):
    home, by = await door(watched.building), await person("steward")
    moments = [MORNING - timedelta(hours=n) for n in range(1, 7)]
    receipts = await asyncio.gather(*[pressed(contacting.contact, home, how="call", outcome="well", by=by, at=at) for at in moments])
    assert {receipt.state for receipt in receipts} == {"applied"}
    assert (await silent.clock_of(home)).heard_at == max(moments)


@pytest.mark.parametrize(("days", "counted"), [(6, 6), (8, 7), (400, 7), (-1, 0)])
async def test_what_comes_later_than_is_believed_is_not_taken_for_new(watched, person, days, counted):
    """Neither what was noted by hand nor what follows from something else."""
    homes, steward = [await door(watched.building, floor=floor) for floor in (1, 2)], await person("steward")
    at = MORNING - timedelta(days=days)
    worker.Worker(web.LISTENERS, [])
    await pressed(contacting.contact, homes[0], how="call", outcome="well", by=steward, at=at)
    await pressed(_told, homes[1], watched.community, by=steward, at=at)
    await jobs.heard_of(await last("need.confirmed"))
    assert [(await silent.clock_of(home)).heard_at for home in homes] == [MORNING - timedelta(days=counted)] * 2


async def _told(home: UUID, community: UUID, *, by) -> None:
    record.record("need.confirmed", home, community=community, household=home)


async def test_whatever_arrives_in_whatever_order_the_clock_says_what_the_facts_say(watched, person):
    """Against a slow telling from all that was noted: random contacts of a week, sent late and in any order, some taken back."""
    chance, by = random.Random(SEED), await person("dispatcher")
    home, noted = await door(watched.building), []
    for n in range(40):
        at = MORNING - timedelta(minutes=chance.randrange(1, 6 * 24 * 60))
        noted.append((at, chance.choice(silence.OUTCOMES), chance.random() < 0.2, n))
    chance.shuffle(noted)
    facts = []
    for at, outcome, back, _ in noted:
        how = "visit" if outcome == "nobody" else "call"
        receipt = await pressed(contacting.contact, home, how=how, outcome=outcome, by=by, at=at)
        if back:
            await pressed(contacting.undo, UUID(receipt.undo.split("/")[2]), by=by, at=MORNING)
        else:
            facts.append((at, outcome in silence.REACHED))
        heard = max((when for when, reached in facts if reached), default=None)
        tries = [when for when, reached in facts if not reached and (heard is None or when > heard)]
        now = await silent.clock_of(home)
        due = datetime.combine((max(heard or MORNING, MORNING)).astimezone(ZONE).date() + timedelta(days=14), datetime.min.time(), ZONE)
        expected = heard, max(tries, default=None), len(tries), due.replace(hour=20)
        assert (now.heard_at, now.tried_at, now.tries, now.due_at) == expected, f"seed {SEED}, after {facts}"


async def test_other_rules_wind_every_clock_anew(watched, act, person):
    changed = await act(timing.change, 0, every_door=1, close_hour=18, by=await person("dispatcher"))
    await jobs.all_anew(await last("contact_rules.changed"))
    with clock.at(MORNING + timedelta(days=1, hours=9)):
        doors = await count("contact_clock", f"community_id = '{watched.community}'")
        assert changed.state == "applied" and await late_doors(watched) == doors
    wrong = await act(timing.change, 1, dispatcher_minutes=5, by=await person("dispatcher"))
    assert set(wrong.errors) == {"dispatcher_minutes"}
    assert (await act(timing.change, 1, close_hour=9, by=await person("steward"))).trouble == "barred"


async def test_of_two_who_set_other_days_both_are_kept(watched, act, person):
    one, two = await person("dispatcher"), await person("dispatcher")
    assert (await act(timing.change, 0, every_dialysis=2, by=one)).state == "applied"
    other = await act(timing.change, 0, every_dialysis=3, by=msgspec.structs.replace(two, id=watched.operator))
    assert (other.state, other.reason) == ("conflict", "beside")
    assert (await silent.rules(watched.community))["dialysis"] == 2


async def last(kind: str):
    about = (await db.rows(UUID, "SELECT about FROM happening WHERE kind = ? ORDER BY id DESC LIMIT 1", kind))[0]
    return (await record.history(about, limit=1))[0]


async def test_a_silence_rises_to_each_once_and_is_told_no_more_once_she_was_heard(watched, act, person):
    """Steward, dispatcher, command hear of it when it is theirs; a second round tells nobody again."""
    home, steward = await door(watched.building), await person("steward")
    await act(residents.add, home, by=steward, **WANG)
    await clocks.wind(watched.community, [home])
    due, told = MORNING + timedelta(days=1, hours=11), []
    for minutes in (-1, 0, 30, 61, 241, 961):
        with clock.at(due + timedelta(minutes=minutes)):
            await jobs.raise_alarms()
            await jobs.raise_alarms()
            rows = await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.unreached' ORDER BY id")
            told.append(rows[len([each for some in told for each in some]) :])
    her, desk, command = watched.steward, watched.dispatcher, watched.command
    assert told == [[], [her], [], [her], [desk], [command]]
    with clock.at(due + timedelta(days=1)):
        await act(contacting.contact, home, how="call", outcome="well", by=steward)
        assert await alarming.risen(watched.community) == []


async def test_where_nobody_sits_at_the_desk_command_hears_of_it_at_once(watched, act, person):
    home = await door(watched.building3)
    await act(residents.add, home, by=await person("dispatcher"), **WANG)
    await clocks.wind(watched.community, [home])
    await db.run("UPDATE role SET ended_at = ? WHERE role IN ('dispatcher', 'steward')", clock.now())
    with clock.at(MORNING + timedelta(days=1, hours=11)):
        await jobs.raise_alarms()
    assert await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.unreached'") == [watched.command]


async def test_where_nobody_is_there_to_be_told_it_waits_for_the_first_who_comes(watched, act, person):
    home = await door(watched.building3)
    await act(residents.add, home, by=await person("dispatcher"), **WANG)
    await clocks.wind(watched.community, [home])
    await db.run("UPDATE role SET ended_at = ?", clock.now())
    told, receipts = "SELECT account_id FROM message WHERE words = 'message.unreached'", "SELECT count(*) FROM receipt"
    with clock.at(MORNING + timedelta(days=9)):
        before = await db.value(receipts)
        await jobs.raise_alarms()
        assert (await db.rows(UUID, told), await db.value(receipts)) == ([], before)
        await db.run("UPDATE role SET ended_at = NULL WHERE account_id = ?", watched.dispatcher)
        for _ in range(2):
            await jobs.raise_alarms()
    assert await db.rows(UUID, told) == [watched.dispatcher]


async def test_of_two_workers_one_tells_of_a_silence(watched, act, person):
    home = await door(watched.building3)
    await act(residents.add, home, by=await person("dispatcher"), **WANG)
    await clocks.wind(watched.community, [home])
    with clock.at(MORNING + timedelta(days=1, hours=11)):
        await asyncio.gather(*[jobs.raise_alarms() for _ in range(4)])
    assert await db.value("SELECT count(*) FROM message WHERE words = 'message.unreached'") == 1


async def test_a_building_without_a_steward_rises_to_the_desk_at_once(watched, act, person):
    home = await door(watched.building3)
    await act(residents.add, home, by=await person("dispatcher"), **WANG)
    await clocks.wind(watched.community, [home])
    assert not (await people.responsible(watched.community)).get(watched.building3)
    with clock.at(MORNING + timedelta(days=1, hours=11)):
        await jobs.raise_alarms()
    assert await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.unreached'") == [watched.dispatcher]


async def test_what_follows_from_elsewhere_counts_once(watched):
    home, happened = await door(watched.building), ids.new()

    async def twice() -> None:
        for _ in range(2):
            await contacting.heard(home, watched.community, "need", happened, None, MORNING, MORNING)

    assert (await worker.do(twice)).state == "applied"
    assert await count("contact") == 1 and (await silent.clock_of(home)).heard_at == MORNING

    async def back() -> None:
        await contacting.not_after_all([happened], watched.community, home)

    await worker.do(back)
    assert (await silent.clock_of(home)).heard_at is None


async def test_a_need_written_down_for_the_wrong_room_is_a_word_of_the_right_one_alone(watched, act, person):
    dee, works = await person("dispatcher"), worker.Worker(web.LISTENERS, [])
    wrong, right = [await door(watched.building, floor=floor) for floor in (2, 3)]
    same = {"kind": "food", "urgency": "today", "until": None, "days_left": None, "unit": "1"}

    async def raise_it(*, by) -> Done:
        where = await places.building(watched.building)
        said = raising.Said(kind="food", what="两斤土豆", unit="1", room="201", phone="13912345678")
        return Done(about=str((await raising.add(where, said, by=by, channel="phone")).id))

    need = UUID((await act(raise_it, by=dee)).about)
    found = []
    for room in ("", "301", "301", "201", "301"):
        with clock.at(MORNING + timedelta(hours=len(found) + 1)):
            if room:
                version = await db.value("SELECT version FROM need WHERE id = ?", need)
                assert (await act(changing.change, need, version=version, room=room, by=dee, **same)).state == "applied"
            await works.once()
        found.append([(await silent.clock_of(home)).heard_at for home in (wrong, right)])
    at_wrong, at_right = [MORNING, None], [None, MORNING]
    assert found == [at_wrong, at_right, at_right, at_wrong, at_right]


@pytest.mark.parametrize("hers", [True, False])
async def test_a_need_opened_again_is_a_word_of_her_only_where_she_says_so(watched, act, person, hers):
    """A helper who takes a mistake back has heard of nobody."""
    dee, works, home = await person("dispatcher"), worker.Worker(web.LISTENERS, []), await door(watched.building, floor=2)

    async def raise_it(*, by) -> Done:
        where = await places.building(watched.building)
        said = raising.Said(kind="food", what="两斤土豆", unit="1", room="201", phone="13912345678")
        return Done(about=str((await raising.add(where, said, by=by, channel="phone")).id))

    async def again(need: UUID, *, by) -> Done:
        [line] = await needs.lines([need])
        assert await closing.begin_again(line, line.urgency, side="resident")
        return Done()

    need = UUID((await act(raise_it, by=dee)).about)
    await act(closing.answer, need, line="x", by=dee)
    await works.once()
    with clock.at(MORNING + timedelta(hours=3)):
        assert (await act(again if hers else closing.reopen, need, by=dee)).state == "applied"
        await works.once()
    assert (await silent.clock_of(home)).heard_at == MORNING + timedelta(hours=3 if hers else 0)
