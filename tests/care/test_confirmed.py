"""Each care kind with who confirmed it, when and until when; and what help is needed, said without a diagnosis."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from care.imports import bring_in, file
from care.test_residents import WANG, door
from support.ledgers import WANG as ROW
from support.shown import shown

from app.care import reads
from app.care.pages import stops as stop_pages
from app.care.reads import confirmed, rounds
from app.care.rules import residents, rounding
from app.kernel import clock, db

pytestmark = pytest.mark.postgres


async def lines(her: UUID) -> dict[str, confirmed.KindLine]:
    found = await reads.resident(her)
    return {line.kind: line for line in confirmed.kind_lines(found, await confirmed.confirmers([found]))}


async def test_what_is_ticked_is_confirmed_by_who_ticked_it_and_what_was_known_stays_as_it_was(world, act, person):
    steward, dee = await person("steward"), await person("dispatcher")
    her = UUID((await act(residents.add, await door(world.building), by=steward, **WANG)).about)
    first = (await reads.resident(her)).confirmed
    assert {kind: account for kind, (_, account) in first.items()} == dict.fromkeys(WANG["kinds"], str(steward.id))
    with clock.at(clock.now() + timedelta(days=3)):
        more = WANG | {"kinds": ("dialysis", "disabled")}
        assert (await act(residents.change, her, 0, by=dee, **more)).state == "applied"
        now = (await reads.resident(her)).confirmed
        assert set(now) == {"dialysis", "disabled"} and now["dialysis"] == first["dialysis"] and now["disabled"][1] == str(dee.id)
        assert (await act(residents.change, her, 1, by=dee, asked=True, **more)).state == "applied"
        assert {account for _, account in (await reads.resident(her)).confirmed.values()} == {str(dee.id)}
        assert now["dialysis"][0] < (await reads.resident(her)).confirmed["dialysis"][0]


async def test_what_a_list_says_is_confirmed_by_nobody_until_somebody_asks(world, act, person):
    await bring_in(act, await person("dispatcher"), file(ROW))
    [her] = await db.rows(UUID, "SELECT id FROM resident")
    found = await reads.resident(her)
    assert found.kinds and found.confirmed == {}
    said = {"name": found.name, "phone": found.phone, "kinds": found.kinds, "note": ""}
    home = await reads.residents_of(found.household_id)
    line = UUID(
        (
            await act(
                rounding.make,
                kind="census",
                which="doors",
                building=found.building_id,
                to=None,
                doors=await room(found),
                by=await person("dispatcher"),
            )
        ).about
    )
    [stop] = await rounds.stops(line)
    assert home and (await act(rounding.census, line, stop.id, outcome="well", by=await person("dispatcher"), **said)).state == "applied"
    assert set((await reads.resident(her)).confirmed) == set(found.kinds)


async def room(her) -> str:
    from app.places import reads as places

    return (await places.household(her.household_id)).room


async def test_a_kind_past_its_day_counts_and_says_so(world, act, person):
    steward = await person("steward")
    her = UUID((await act(residents.add, await door(world.building), by=steward, **WANG)).about)
    ends = clock.local(clock.now()).date() + timedelta(days=2)
    assert (await act(residents.change, her, 0, by=steward, **WANG, until=f"dialysis={ends.isoformat()}")).state == "applied"
    assert {kind: (line.until, line.past) for kind, line in (await lines(her)).items()} == {
        "living_alone": ("", False),
        "dialysis": (ends.isoformat(), False),
    }
    with clock.at(clock.now() + timedelta(days=4)):
        assert (await lines(her))["dialysis"].past
        assert await reads.kind_counts(world.community) == {"living_alone": 1, "dialysis": 1}
    without = WANG | {"kinds": ("living_alone",)}
    assert (await act(residents.change, her, 1, by=steward, **without)).state == "applied"
    assert (await reads.resident(her)).until == ""


async def test_the_form_holds_days_and_helps_and_gives_them_back(app, client, act, person):
    world, steward = app.world, await person("steward")
    her = UUID((await act(residents.add, await door(world.building), by=steward, **WANG, helps="carried")).about)
    path = f"/residents/{her}"
    html = (await client("steward").get(f"{path}/edit")).text
    assert 'value="carried" checked' in html and "until-dialysis" in html and "until-infant" not in html
    typed = {
        "act": "A" * 22,
        "version": "1",
        "name": "王伟",
        "phone": "13911112222",
        "kinds": ["dialysis"],
        "helps": ["", "medicine", "inside"],
    }
    wrong = await client("steward").post(path, data=typed | {"until-dialysis": "2027-02-31"})
    assert wrong.status_code == 422 and 'value="2027-02-31"' in wrong.text and 'value="medicine" checked' in wrong.text
    right = await client("steward").post(path, data=typed | {"act": "B" * 22, "version": "0", "until-dialysis": "2027-02-28"})
    assert right.status_code == 303, right.text[:400]
    found = await reads.resident(her)
    assert (found.helps, found.until) == ("inside,medicine", "dialysis=2027-02-28")
    blank = await client("steward").post(path, data=typed | {"act": "C" * 22, "version": "1", "helps": [""], "until-dialysis": ""})
    assert blank.status_code == 303
    found = await reads.resident(her)
    assert (found.helps, found.until) == ("", "")
    card = shown((await client("steward").get(f"/households/{found.household_id}")).text)
    assert steward.name in card


async def test_whoever_walks_a_round_reads_what_help_is_needed_and_no_care_kind(world, act, person):
    home, bo = await door(world.building), await person("volunteer")
    await act(residents.add, home, by=await person("steward"), **WANG | {"note": ""}, helps="inside,heard")
    from app.places import reads as places

    asked = {
        "kind": "knock",
        "which": "doors",
        "building": world.building,
        "to": world.volunteer,
        "doors": (await places.household(home)).room,
    }
    line = UUID((await act(rounding.make, **asked, by=await person("steward"))).about)
    [card] = (await stop_pages.cards(await rounds.round_of(line), bo))[0]
    assert card.helps == [label for _, label in confirmed.helps(["inside", "heard"])]


def test_the_texts_go_both_ways():
    from app.care.confirming import days_of, text_of

    days = {"dialysis": date(2027, 2, 1), "infant": date(2028, 2, 29)}
    assert days_of(text_of(days)) == days and text_of(dict(reversed(days.items()))) == text_of(days) and days_of("") == {}
