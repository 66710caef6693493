"""Carers: who looks after whom; she sees her people, and only while she is paired; a gap shows before it hurts."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from care.imports import count
from care.test_contacts import MORNING, watched  # noqa: F401
from care.test_residents import WANG, door

from app import web
from app.care import jobs
from app.care.reads import carers, contacts, rounds
from app.care.rules import clocks, contacting, pairing, residents, rounding
from app.journal.worker import Worker
from app.kernel import clock, db
from app.people import reads as people
from app.people.rules import accounts, vouching
from app.people.rules.rosters import filling, posting
from app.places import reads as places

pytestmark = pytest.mark.postgres


@pytest.fixture
async def wang(watched, act, person):  # noqa: F811
    """Lives alone, needs dialysis; answers her id and her household's."""
    home = await door(watched.building)
    her = UUID((await act(residents.add, home, by=await person("steward"), **WANG)).about)
    await clocks.wind(watched.community, [home])
    return her, home


async def paired(act, person, home, account, rank="first", ask=False, by="steward"):
    return await act(pairing.pair, picked=(home,), account=account, rank=rank, ask=ask, by=await person(by))


async def standing(person, name):
    return [each for each in await carers.people_of(await person(name)) if each.from_at]


async def test_a_carer_sees_and_notes_her_people_and_only_while_she_is_paired(watched, act, person, wang):  # noqa: F811
    her, home = wang
    bo = await person("volunteer")
    assert (await act(residents.reveal, her, by=bo)).trouble == "barred"
    assert (await paired(act, person, home, watched.volunteer)).state == "applied"
    assert [each.household_id for each in await standing(person, "volunteer")] == [home]
    assert (await act(residents.reveal, her, by=bo)).state == "applied"
    assert (await act(contacting.contact, home, how="call", outcome="well", note="好", by=bo)).state == "applied"
    assert [each.note for each in await contacts.contacts_of(home)] == ["好"]
    other = await door(watched.building, floor=5)
    assert (await act(contacting.contact, other, how="call", outcome="well", by=bo)).trouble == "barred"
    [pairing_of] = await carers.carers_of(home)
    assert (await act(pairing.end, pairing_of.id, by=await person("volunteer2"))).trouble == "gone"
    assert (await act(pairing.end, pairing_of.id, by=bo)).state == "applied"
    assert (await act(residents.reveal, her, by=bo)).trouble == "barred"
    assert (await act(contacting.contact, home, how="call", outcome="well", by=bo)).trouble == "barred"
    assert await carers.people_of(bo) == [] and await people.granted(bo.id, "household") == []


async def test_who_is_asked_sees_nobody_before_she_says_yes(watched, act, person, wang):  # noqa: F811
    her, home = wang
    bo = await person("volunteer")
    await paired(act, person, home, watched.volunteer, ask=True)
    [asked] = await carers.carers_of(home)
    assert (await act(residents.reveal, her, by=bo)).trouble == "barred" and await standing(person, "volunteer") == []
    assert (await act(pairing.take, asked.id, by=await person("volunteer2"))).trouble == "gone"
    assert (await act(pairing.take, asked.id, by=bo)).state == "applied"
    assert (await act(pairing.take, asked.id, by=bo)).reason == "hers-already"
    assert (await act(residents.reveal, her, by=bo)).state == "applied"


async def test_a_rank_has_one_person_and_of_two_at_once_one_is_first(watched, act, person, wang):  # noqa: F811
    _, home = wang
    both = await asyncio.gather(*[paired(act, person, home, who) for who in (watched.volunteer, watched.volunteer2)])
    assert sorted(receipt.state for receipt in both) == ["applied", "refused"]
    assert await count("carer", "ended_at IS NULL") == 1
    for name in ("volunteer", "operator"):
        assert (await paired(act, person, home, watched.volunteer2, "night", by=name)).trouble == "barred"
    assert (await paired(act, person, home, watched.newcomer, "night")).errors.keys() == {"account"}
    assert (await paired(act, person, home, watched.outsider, "night")).trouble == "gone"
    assert (await paired(act, person, await door(watched.building3), watched.volunteer, "night")).trouble == "barred"


async def test_one_looks_after_many_in_one_act_or_after_none(watched, act, person):  # noqa: F811
    homes = [await door(watched.building, floor=floor) for floor in (1, 2, 3)]
    dee = await person("dispatcher")
    receipt = await act(pairing.pair, picked=homes, account=watched.volunteer, rank="first", ask=False, by=dee)
    assert receipt.state == "applied" and len(await standing(person, "volunteer")) == 3
    more = [await door(watched.building, floor=4), homes[0]]
    refused = await act(pairing.pair, picked=more, account=watched.volunteer2, rank="first", ask=False, by=dee)
    assert refused.reason == "taken-here" and await standing(person, "volunteer2") == []


async def test_a_silence_is_told_to_the_first_then_to_the_second_with_the_steward(watched, act, person, wang):  # noqa: F811
    _, home = wang
    await paired(act, person, home, watched.volunteer)
    await paired(act, person, home, watched.volunteer2, "second")
    due, told = MORNING + timedelta(days=1, hours=11), []
    for minutes in (0, 30, 61):
        with clock.at(due + timedelta(minutes=minutes)):
            await jobs.raise_alarms()
            rows = await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.unreached' ORDER BY id")
            told.append(set(rows[sum(len(each) for each in told) :]))
    assert told == [{watched.volunteer}, set(), {watched.volunteer2, watched.steward}]


async def test_a_silence_that_rose_by_itself_for_days_is_told_to_all_whom_its_steps_would_have_told(watched, act, person, wang):  # noqa: F811
    """No worker ran: nobody is passed over because the next step had begun when it came back."""
    _, home = wang
    await paired(act, person, home, watched.volunteer)
    await paired(act, person, home, watched.volunteer2, "second")
    with clock.at(MORNING + timedelta(days=3, hours=11)):
        await jobs.raise_alarms()
        await jobs.raise_alarms()

    class Told(msgspec.Struct):
        account_id: UUID
        path: str

    rows = await db.rows(Told, "SELECT account_id, path FROM message WHERE words = 'message.unreached'")
    told = [(one.account_id, one.path) for one in rows]
    hers, all_ = "/mine/people", "/unreached"
    world = watched
    expected = [(world.volunteer, hers), (world.volunteer2, hers), (world.steward, all_), (world.dispatcher, all_), (world.command, all_)]
    assert sorted(told) == sorted(expected)


async def test_for_whom_nobody_vouches_any_more_no_door_is_open(watched, act, person, wang):  # noqa: F811
    """At once what she may see; then her pairings end, and her rounds are theirs again who made them, or over."""
    (her, home), worker = wang, Worker(web.LISTENERS, [])
    other = await door(watched.building, floor=5)
    await paired(act, person, home, watched.volunteer)
    steward, dee, bo = await person("steward"), await person("dispatcher"), await person("volunteer")
    asked = {"kind": "knock", "which": "doors", "building": watched.building, "to": watched.volunteer}
    doors = (await places.household(other)).room
    first, second = [UUID((await act(rounding.make, **asked, doors=doors, by=by)).about) for by in (steward, dee)]
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert (await act(vouching.unvouch, watched.volunteer, by=dee)).state == "applied"
        assert await people.granted(bo.id, "household") == []
        assert (await act(residents.reveal, her, by=bo)).trouble == "barred"
        assert await carers.standing([home]) == {}
        await worker.once()
    assert await carers.carers_of(home) == [] and await carers.without(watched.community, None) == [home]
    assert [(await rounds.round_of(one)).given_to for one in (first, second)] == [watched.steward, watched.dispatcher]
    assert set(await people.granted(watched.steward, "household")) == {other}
    told = await db.rows(str, "SELECT words FROM message WHERE account_id = ? ORDER BY id", watched.steward)
    assert {"message.carer_ended", "message.round"} <= set(told)


async def test_who_is_suspended_is_passed_over_and_her_people_are_a_gap(watched, act, person, wang):  # noqa: F811
    _, home = wang
    assert await carers.without(watched.community, None) == [home]
    assert await carers.without(watched.community, [watched.building2]) == []
    await paired(act, person, home, watched.volunteer)
    assert await carers.without(watched.community, None) == []
    assert (await act(accounts.suspend, watched.volunteer, by=await person("dispatcher"))).state == "applied"
    assert await carers.without(watched.community, None) == [home]
    assert not (await carers.carers_of(home))[0].able
    with clock.at(MORNING + timedelta(days=1, hours=11)):
        await jobs.raise_alarms()
    assert await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.unreached'") == [watched.steward]


async def test_the_rounds_of_one_who_is_suspended_go_back_to_whoever_made_them(watched, act, person, wang):  # noqa: F811
    """Her pairings wait for her; a round that she made herself is over."""
    (_, home), worker, dee = wang, Worker(web.LISTENERS, []), await person("dispatcher")
    await paired(act, person, home, watched.steward, by="dispatcher")
    asked = {"kind": "knock", "which": "doors", "building": watched.building, "doors": "1-501", "to": watched.steward}
    given, own = [UUID((await act(rounding.make, **asked, by=by)).about) for by in (dee, await person("steward"))]
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert (await act(accounts.suspend, watched.steward, by=dee)).state == "applied"
        await worker.once()
    found = [await rounds.round_of(one) for one in (given, own)]
    assert [(one.given_to, one.open) for one in found] == [(watched.dispatcher, True), (watched.steward, False)]
    assert "message.round" in await db.rows(str, "SELECT words FROM message WHERE account_id = ?", watched.dispatcher)
    assert [each.account_id for each in await carers.carers_of(home)] == [watched.steward]
    assert await people.granted(watched.steward, "household") == [home]


async def test_a_carer_off_the_roster_today_is_a_trouble_and_the_gaps_lead_to_one_another(client, app, act, person):
    home, dee = await door(app.world.building), await person("dispatcher")
    await act(residents.add, home, by=dee, **WANG)
    await act(pairing.pair, picked=(home,), account=app.world.volunteer, rank="first", ask=False, by=dee)
    gate = UUID((await act(posting.make, kind="gate", name="北门", building=None, covers=(0, 1440), shows_name=False, by=dee)).about)
    page = (await client("dispatcher").get("/gaps/carers")).text
    assert f'href="/households/{home}"' not in page[page.index("<main") :].partition("<form")[0]
    now = clock.now()
    await act(filling.put, gate, who=app.world.volunteer, starts=now + timedelta(days=2), until=now + timedelta(days=2, hours=4), by=dee)
    page = (await client("dispatcher").get("/gaps/carers")).text
    assert f'href="/households/{home}"' in page[page.index("<main") :] and 'href="/roster"' in page[page.index("<main") :]
    gaps = (await client("dispatcher").get("/gaps")).text
    assert {'href="/roster"', 'href="/gaps/carers"'} <= set(re.findall(r'href="[^"]+"', gaps[gaps.index("<main") :]))
