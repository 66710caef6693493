"""Rounds: which doors, in whose hands, what came of each; whoever walks one sees these doors and no other, and only while it is hers."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

import pytest
from care.imports import count
from care.test_contacts import MORNING, pressed, watched  # noqa: F401
from care.test_residents import WANG, door
from support.shown import shown

from app.care import reads
from app.care.pages import stops as stop_pages
from app.care.reads import rounds, silent
from app.care.rules import clocks, contacting, muting, residents, rounding
from app.journal import record
from app.kernel import clock, db
from app.needs.rules import raising
from app.people import reads as people

pytestmark = pytest.mark.postgres
ROOMS = "1-101, 1-201\n1-301、1-401"


async def made(act, person, *, to=None, by="steward", **said) -> rounds.RoundLine:
    who = await person(by)
    asked = {"kind": "call", "which": "doors", "building": None, "doors": ROOMS, "to": to} | said
    receipt = await act(rounding.make, by=who, **asked)
    assert receipt.state == "applied", receipt
    return await rounds.round_of(UUID(receipt.about))


def noting(stop, outcome="well", note=""):
    return {"round_id": stop.round_id, "stop_id": stop.id, "how": "call", "outcome": outcome, "note": note}


async def test_who_is_due_today_is_on_the_round_and_nobody_who_is_to_be_left_alone(watched, act, person):  # noqa: F811
    steward = await person("steward")
    for floor in (2, 3):
        await act(residents.add, await door(watched.building, floor=floor), by=steward, **WANG | {"name": f"王{floor}"})
    await clocks.wind(watched.community)
    with clock.at(MORNING + timedelta(days=1)):
        await act(muting.mute, await door(watched.building, floor=3), reason="hospital", days=3, by=steward)
        line = await made(act, person, which="due", doors="")
        assert [stop.household_id for stop in await rounds.stops(line.id)] == [await door(watched.building)]
        none = await act(rounding.make, kind="call", which="due", building=watched.building, doors="", to=None, by=steward)
        assert none.state == "applied"  # the same door again: nobody has called yet
        whole = await made(act, person, which="building", building=watched.building, doors="")
        assert whole.stops == 23


async def test_who_rests_is_not_opened_to_whoever_walks_the_round(watched, act, person):  # noqa: F811
    home, steward = await door(watched.building), await person("steward")
    await act(residents.add, home, by=steward, **WANG)
    await act(residents.add, home, by=steward, **WANG | {"name": "王小", "phone": "13911113333"})
    wang, small = await db.rows(UUID, "SELECT id FROM resident WHERE household_id = ? ORDER BY made_at, id", home)
    await act(muting.mute, home, reason="hospital", days=3, resident=wang, by=steward)
    line = await made(act, person)
    stop = next(stop for stop in await rounds.stops(line.id) if stop.household_id == home)
    assert stop.state == "open"
    await act(rounding.reveal, line.id, stop.id, by=steward)
    assert [[h.kind for h in await record.history(her)].count("resident.revealed") for her in (wang, small)] == [0, 1]


async def test_a_whole_building_is_walked_from_the_top_and_wrong_rooms_are_named(watched, act, person):  # noqa: F811
    line = await made(act, person, which="building", building=watched.building, doors="", kind="knock")
    stops = await rounds.stops(line.id)
    assert [stop.room for stop in stops] == [home.room for home in await _walking(watched)]
    wrong = await act(
        rounding.make, kind="call", which="doors", building=watched.building, doors="1-101, 9-909", to=None, by=await person("steward")
    )
    assert set(wrong.errors) == {"doors"}
    two = await act(rounding.make, kind="call", which="building", building=None, doors="", to=None, by=await person("dispatcher"))
    assert set(two.errors) == {"building"}


async def _walking(world):
    from app.places import reads as places

    return await places.households(world.building, top_first=True)


async def test_each_door_has_an_outcome_and_it_counts_for_the_clock(watched, act, person):  # noqa: F811
    line = await made(act, person, building=watched.building)
    steward, [first, second, *_] = await person("steward"), await rounds.stops(line.id)
    receipt = await act(rounding.contact, by=steward, **noting(first, "needs", "要盐"))
    await act(rounding.contact, by=steward, **noting(second, "no_answer"))
    now = await rounds.round_of(line.id)
    assert (now.reached, now.missed, now.left) == (1, 1, 2)
    assert (await silent.clock_of(first.household_id)).heard_at and not (await silent.clock_of(second.household_id)).heard_at
    await act(rounding.contact, by=steward, **noting(first, "no_answer"))
    assert [stop.state for stop in await rounds.stops(line.id)][:2] == ["reached", "missed"]  # who was reached is not missed
    assert (await act(contacting.undo, UUID(receipt.undo.split("/")[2]), by=steward)).state == "applied"
    after = (await rounds.stops(line.id))[0]
    assert (after.state, after.version) == ("open", first.version + 2)


async def test_a_volunteer_sees_and_notes_her_doors_while_the_round_is_hers_and_no_other(watched, act, person):  # noqa: F811
    bo, steward = await person("volunteer"), await person("steward")
    her = UUID((await act(residents.add, await door(watched.building), by=steward, **WANG)).about)
    line = await made(act, person, building=watched.building, to=watched.volunteer)
    stops = await rounds.stops(line.id)
    hers = await door(watched.building)
    at = next(stop for stop in stops if stop.household_id == hers)
    assert set(await people.granted(bo.id, "household")) == {stop.household_id for stop in stops}
    assert (await rounds.visible(line.id, bo)).id == line.id
    assert (await act(rounding.contact, by=bo, **noting(at))).state == "applied"
    assert (await act(rounding.reveal, line.id, at.id, by=bo)).state == "applied"
    assert [h.by for h in await record.history(her) if h.kind == "resident.revealed"] == [bo.id]
    asked = {"kind": "food", "what": "青菜", "unit": "1", "room": at.typed_room, "name": "", "whom": "", "phone": "", "days_left": None}
    more = {"until": None, "channel": "phone", "spoken": "", "urgency": "", "confirm_double": True, "reason": "", "like": None}
    assert (await act(raising.enter, building=watched.code, by=bo, **asked, **more)).state == "applied"
    assert (await act(raising.enter, building=watched.code, by=bo, **asked | {"room": "602"}, **more)).trouble == "barred"
    elsewhere = await door(watched.building, floor=6)
    assert (await act(contacting.contact, elsewhere, how="call", outcome="well", by=bo)).trouble == "barred"
    other = await person("volunteer2")
    assert (await act(rounding.contact, by=other, **noting(at))).trouble == "barred"
    assert (await act(rounding.reveal, line.id, at.id, by=other)).trouble == "gone"
    assert (await act(rounding.contact, by=await person("outsider"), **noting(at))).trouble == "gone"
    assert (await act(rounding.finish, line.id, by=bo)).state == "applied"
    assert await people.granted(bo.id, "household") == []
    assert (await act(rounding.contact, by=bo, **noting(stops[1]))).trouble == "barred"
    assert (await act(rounding.reveal, line.id, at.id, by=bo)).trouble == "gone"


async def test_what_she_pressed_while_it_was_hers_counts_though_it_comes_when_it_is_not(watched, act, person):  # noqa: F811
    bo, line = await person("volunteer"), await made(act, person, building=watched.building, to=watched.volunteer)
    first = (await rounds.stops(line.id))[0]
    with clock.at(MORNING + timedelta(minutes=10)):
        assert (await act(rounding.give, line.id, to=watched.volunteer2, by=await person("steward"))).state == "applied"
    with clock.at(MORNING + timedelta(hours=3)):
        late = await pressed(rounding.contact, by=bo, at=MORNING + timedelta(minutes=5), **noting(first))
        too_late = await pressed(rounding.contact, by=bo, at=MORNING + timedelta(minutes=15), **noting(first))
    assert (late.state, too_late.trouble) == ("applied", "barred")


async def test_half_of_what_is_left_goes_to_another_and_no_door_is_in_both_hands_or_none(watched, act, person):  # noqa: F811
    line = await made(act, person, building=watched.building, to=watched.volunteer)
    bo, stops = await person("volunteer"), await rounds.stops(line.id)
    await act(rounding.contact, by=bo, **noting(stops[0]))
    both = await asyncio.gather(*[act(rounding.halve, line.id, to=watched.volunteer2, by=bo) for _ in range(2)])
    assert {receipt.state for receipt in both} == {"applied"}
    other = await person("volunteer2")
    mine, theirs = await rounds.rounds_of(bo.id, watched.community), await rounds.rounds_of(other.id, watched.community)
    doors = [stop.household_id for each in (*mine, *theirs) for stop in await rounds.stops(each.id)]
    assert sorted(doors) == sorted(stop.household_id for stop in stops)
    for who, hers in ((bo, mine), (other, theirs)):
        assert set(await people.granted(who.id, "household")) == {s.household_id for each in hers for s in await rounds.stops(each.id)}
    assert (await act(rounding.halve, line.id, to=watched.newcomer, by=bo)).errors.keys() == {"to"}


async def test_of_two_who_finish_at_once_one_did(watched, act, person):  # noqa: F811
    line = await made(act, person, building=watched.building)
    steward = await person("steward")
    both = await asyncio.gather(*[act(rounding.finish, line.id, by=steward) for _ in range(2)])
    assert sorted(receipt.state for receipt in both) == ["applied", "refused"]
    assert (await act(rounding.halve, line.id, to=watched.volunteer, by=steward)).reason == "finished-already"
    assert (await act(rounding.reopen, line.id, by=steward)).state == "applied"
    assert (await act(rounding.reopen, line.id, by=steward)).reason == "open-already"


async def test_a_paper_comes_back_at_once_with_the_time_it_was_walked(watched, act, person):  # noqa: F811
    line, steward = await made(act, person, building=watched.building, kind="knock"), await person("steward")
    [one, two, *_] = await rounds.stops(line.id)
    with clock.at(MORNING + timedelta(hours=5)):
        said = {one.id: ("well", "要米"), two.id: ("nobody", "")}
        wrong = await act(rounding.typed, line.id, at=MORNING - timedelta(hours=1), outcomes=said, by=steward)
        receipt = await act(rounding.typed, line.id, at=MORNING + timedelta(hours=1), outcomes=said, by=steward)
    assert set(wrong.errors) == {"at"} and receipt.state == "applied"
    assert [stop.state for stop in await rounds.stops(line.id)][:2] == ["reached", "missed"]
    assert (await silent.clock_of(one.household_id)).heard_at == MORNING + timedelta(hours=1)


async def test_numbers_are_taken_along_on_record_until_midnight_by_whose_round_it_is(watched, act, person):  # noqa: F811
    steward = await person("steward")
    her = UUID((await act(residents.add, await door(watched.building), by=steward, **WANG)).about)
    line = await made(act, person, building=watched.building, to=watched.volunteer)
    bo = await person("volunteer")
    assert (await act(rounding.take_numbers, line.id, by=steward)).trouble == "gone"
    assert (await act(rounding.take_numbers, line.id, by=bo)).state == "applied"
    assert [h.kind for h in await record.history(her)].count("resident.revealed") == 1
    assert await rounds.numbers_taken(line.id, bo) and not await rounds.numbers_taken(line.id, steward)
    with clock.at(MORNING + timedelta(hours=15)):  # midnight has passed there
        assert not await rounds.numbers_taken(line.id, bo)


async def test_who_came_behind_a_door_after_the_numbers_were_taken_is_not_opened_with_them(watched, act, person):  # noqa: F811
    """Neither on her round nor on a building's list: each look at one is on record."""
    steward, home = await person("steward"), await door(watched.building)
    her = UUID((await act(residents.add, home, by=steward, **WANG)).about)
    line = await made(act, person, building=watched.building, to=watched.steward)
    await act(rounding.take_numbers, line.id, by=steward)

    async def opened() -> list[str]:
        cards, taken, _ = await stop_pages.cards(await rounds.round_of(line.id), steward)
        return [one.name for card in cards if card.kept for one in card.people] if taken else []

    assert await opened() == [WANG["name"]]
    late = UUID((await act(residents.add, home, by=steward, **WANG | {"name": "王小"})).about)
    assert await opened() == [] and await reads.on_record([her, late], steward) == {her}
    await act(residents.reveal, late, by=steward)
    assert set(await opened()) == {WANG["name"], "王小"}


async def test_a_door_reopened_after_the_numbers_were_taken_is_not_opened_with_them(watched, act, person):  # noqa: F811
    steward, home = await person("steward"), await door(watched.building)
    await act(residents.add, home, by=steward, **WANG)
    line = await made(act, person, to=watched.steward)
    stop = next(stop for stop in await rounds.stops(line.id) if stop.household_id == home)
    said = await act(rounding.contact, by=steward, **noting(stop))
    await act(rounding.take_numbers, line.id, by=steward)
    await act(contacting.undo, UUID(said.undo.split("/")[2]), by=steward)
    cards, taken, _ = await stop_pages.cards(await rounds.round_of(line.id), steward)
    card = next(card for card in cards if card.id == stop.id)
    assert taken and (card.state, card.kept, [one.name for one in card.people]) == ("open", False, [""])


async def test_a_finished_door_leads_on_to_the_next_open_one(app, client, act, person):
    steward = await person("steward")
    line = await made(act, person, building=app.world.building)
    doors = await rounds.stops(line.id)

    async def onward() -> list[str]:
        """Of each door in order: where its last link leads."""
        page = (await client("steward").get(f"/rounds/{line.id}")).text
        cards = re.findall(r'<article id="stop-.*?</article>', page, re.DOTALL)
        links = [re.findall(r'class="button plain" href="#stop-([^"]+)"', card) for card in cards]
        return [places[each[-1]] if each else "" for each in links]

    places = {str(stop.id): stop.room for stop in doors}
    rooms = [stop.room for stop in doors]
    for stop in (doors[1], doors[3]):
        await act(rounding.contact, by=steward, **noting(stop))
    assert await onward() == [rooms[1], rooms[2], rooms[3], rooms[0]]
    for stop in (doors[0], doors[2]):
        await act(rounding.contact, by=steward, **noting(stop))
    assert await onward() == [""] * 4


async def test_a_building_s_list_that_was_taken_says_how_many_came_since_and_takes_them_along_again(app, client, act, person):
    steward, home = await person("steward"), await door(app.world.building)
    await act(residents.add, home, by=steward, **WANG)
    path = f"/buildings/{app.world.building}/phones"
    press_it = {"Sec-Fetch-Site": "same-origin"}

    async def take() -> str:
        once = re.search(r'name="act" value="([^"]+)"', (await client("steward").get(path)).text.split("<main", 1)[1])[1]
        assert (await client("steward").post(path, data={"act": once}, headers=press_it)).status_code == 303
        return shown((await client("steward").get(path)).text)

    assert WANG["name"] in await take()
    await act(residents.add, home, by=steward, **WANG | {"name": "王小"})
    for page in (path, f"{path}/print"):
        assert "王小" not in shown((await client("steward").get(page)).text)
    assert "王小" in await take()


async def test_a_door_stands_once_on_a_round_and_a_finished_one_names_who(watched, act, person):  # noqa: F811
    line = await made(act, person, building=watched.building)
    stop = (await rounds.stops(line.id))[0]
    for sql, params in (
        ("INSERT INTO round_stop(id, community_id, round_id, household_id, place) VALUES (?, ?, ?, ?, 9)",
         (UUID(int=1), watched.community, line.id, stop.household_id)),
        ("UPDATE care_round SET finished_at = ? WHERE id = ?", (MORNING, line.id)),
        ("UPDATE care_round SET kind = 'walk' WHERE id = ?", (line.id,)),
        ("UPDATE round_stop SET community_id = ? WHERE id = ?", (watched.away, stop.id)),
    ):  # fmt: skip
        with pytest.raises(db.IntegrityError):
            await db.run(sql, *params)
    assert await count("round_stop") == 4


async def test_a_census_enters_who_is_there_and_adds_to_who_was_known(watched, act, person):  # noqa: F811
    bo, line = await person("volunteer"), await made(act, person, building=watched.building, kind="census", to=watched.volunteer)
    [one, two, *_] = await rounds.stops(line.id)
    told = {"name": "赵敏", "phone": "13912340000", "kinds": ("infant",), "note": "三楼吵", "roll": "floating", "speaks": "苗语",
        "ask": "妹妹 13911110000", "keys": "", "pets": "一只猫", "lives_with": "3"}  # fmt: skip
    assert (await act(rounding.census, line.id, one.id, outcome="well", by=bo, **told)).state == "applied"
    again = told | {"phone": "", "kinds": ("dialysis",), "note": "", "speaks": "", "keys": "物业"}
    assert (await act(rounding.census, line.id, one.id, outcome="needs", by=bo, **again)).state == "applied"
    [her] = (await rounds.residents_behind([one.household_id]))[one.household_id]
    assert (her.phone, her.kinds, her.note, her.roll) == ("13912340000", ("infant", "dialysis"), "三楼吵", "floating")
    assert (her.speaks, her.ask, her.keys, her.pets, her.lives_with) == ("苗语", "妹妹 13911110000", "物业", "一只猫", "3")
    nobody = dict.fromkeys(told, "") | {"kinds": ()}
    assert (await act(rounding.census, line.id, two.id, outcome="nobody", by=bo, **nobody)).state == "applied"
    assert [stop.state for stop in await rounds.stops(line.id)][:2] == ["reached", "missed"] and await count("resident") == 1
    sealed = await db.rows(bytes, "SELECT facts_sealed FROM resident")
    assert not any("苗语".encode() in each or b"13911110000" in each for each in sealed)
    elsewhere = await act(rounding.census, line.id, one.id, outcome="well", by=await person("volunteer2"), **told)
    assert elsewhere.trouble == "barred"
