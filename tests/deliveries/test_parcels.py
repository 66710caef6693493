"""Parcels of a run: labelled, loaded, left with a steward, handed over with their stop; and a run that cannot end while one is out."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

import pytest
from supplies.conftest import held, packed  # noqa: F401
from support.shown import shown

from app.deliveries import reads
from app.deliveries.rules import carrying, giving, handing, mending, packing, planning
from app.kernel import clock, db, ids
from app.kernel.act import Press, perform
from app.people.rules import roles
from app.places import codes
from app.supplies import reads as supplies


@pytest.fixture
def world(app):
    return app.world


async def late(verb, *args, by, minutes: int = 5, **fields):
    """Pressed so many minutes before it comes."""
    [receipt] = await perform(
        [Press(ids.secret(), "t", by, lambda: verb(*args, by=by, **fields), b"", at=clock.now() - timedelta(minutes=minutes))]
    )
    return receipt


# making them


async def test_every_open_stop_gets_a_label_and_a_second_press_makes_none(world, act, person, run):
    made, dispatcher = await run("602", "501", "301", state="draft"), await person("dispatcher")
    for _ in range(3):
        assert (await act(packing.pack, made.id, by=dispatcher)).state == "applied"
    found = await supplies.of_run(made.id)
    assert len(found) == 3 and {one.stop_id for one in found} == set(made.stops.values())
    assert all(codes.read(one.code, codes.LONG) == one.code and one.holder_kind == "hub" for one in found)
    run_line = await reads.visible(made.id, dispatcher)
    labels = await reads.labels_of(run_line)
    assert [(one.unit, one.room, one.n, one.of, one.run) for one in labels] == [
        (1, room, 1, 1, run_line.number) for room in ("602", "501", "301")
    ]
    assert labels[0].building.endswith("1栋") or "1" in labels[0].building


async def test_more_for_one_stop_fewer_again_and_the_label_comes_back_to_use(world, act, person, run):
    made, dispatcher = await run("602", "501", state="draft"), await person("dispatcher")
    stop = made.stops["602"]

    async def packs(n: int) -> list[str]:
        await act(packing.pack, made.id, by=dispatcher, stops=(stop,), n=(n,))
        return [one.code for one in await supplies.of_stop(stop) if not one.unpacked]

    three = await packs(3)
    one = await packs(1)
    assert len(three) == 3 and one == three[:1]
    assert await packs(2) == three[:2]
    assert [label.of for label in await reads.labels_of(await reads.visible(made.id, dispatcher))] == [2, 2]


async def test_of_several_who_pack_at_once_nobody_makes_a_second_label(world, act, person, run):
    made, dispatcher = await run("602", "501", state="draft"), await person("dispatcher")
    await asyncio.gather(*(act(packing.pack, made.id, by=dispatcher) for _ in range(6)))
    assert len(await supplies.of_run(made.id)) == 2


async def test_a_stop_that_is_taken_off_keeps_its_label_unpacked(world, act, person, run):
    made, dispatcher = await run("602", "501", state="draft"), await person("dispatcher")
    await act(packing.pack, made.id, by=dispatcher)
    assert (await act(planning.remove_stop, made.id, made.stops["602"], by=dispatcher)).state == "applied"
    [one] = await supplies.of_stop(made.stops["602"])
    assert one.unpacked and len(await reads.labels_of(await reads.visible(made.id, dispatcher))) == 1


# hands


@pytest.mark.parametrize("where", ["door", "hand", "drop_point"])
async def test_a_handover_takes_its_parcels_and_undo_brings_them_back(world, act, person, packed, held, where):  # noqa: F811
    made, bo = await packed(), await person("volunteer")
    assert (await act(packing.load, made.parcels["602"], by=bo)).state == "applied"
    household = (await reads.stop(made.id, made.stops["602"])).household_id
    assert (await act(handing.hand_over, made.id, made.stops["602"], by=bo, where=where)).state == "applied"
    assert [await held(made.parcels[one]) for one in ("602", "602b", "501")] == [
        ("household", household),
        ("household", household),
        ("hub", None),
    ]
    assert (await act(mending.undo, made.id, made.stops["602"], by=bo)).state == "applied"
    assert [await held(made.parcels[one]) for one in ("602", "602b")] == [("carrier", bo.id), ("hub", None)]


async def test_what_stays_stays_and_goes_over_with_a_second_word(world, act, person, packed, held):  # noqa: F811
    made, bo = await packed(), await person("volunteer")
    await act(packing.load_all, made.id, by=bo)
    both = (made.parcels["602"], made.parcels["602b"])
    await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="hand", parcel=both, stays=both[1:])
    assert [(await held(one))[0] for one in both] == ["household", "carrier"]
    assert (await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="hand", parcel=both[1:])).reason == "beside"
    assert [(await held(one))[0] for one in both] == ["household", "household"]


async def test_a_failure_leaves_them_and_a_correction_moves_them(world, act, person, packed, held):  # noqa: F811
    made, bo = await packed(), await person("volunteer")
    await act(packing.load_all, made.id, by=bo)
    await act(handing.fail, made.id, made.stops["602"], by=bo, reason="nobody")
    assert await held(made.parcels["602"]) == ("carrier", bo.id)
    assert (await act(mending.correct, made.id, made.stops["602"], by=bo, outcome="at_door")).state == "applied"
    assert (await held(made.parcels["602"]))[0] == "household"
    await act(mending.correct, made.id, made.stops["602"], by=bo, outcome="refused")
    assert await held(made.parcels["602"]) == ("carrier", bo.id)


async def test_of_two_who_load_one_the_second_is_told_who(world, act, person, packed, held):  # noqa: F811
    made, bo, cem = await packed(), await person("volunteer"), await person("volunteer2")
    told = await asyncio.gather(*(act(packing.load, made.parcels["602"], by=who) for who in (bo, cem)))
    assert sorted(one.state for one in told) == ["applied", "refused"]
    [lost] = [one for one in told if one.state == "refused"]
    kind, who = await held(made.parcels["602"])
    assert lost.reason == "taken" and kind == "carrier" and lost.filled["who"] == str(who)


async def test_a_run_out_of_her_hands_leaves_what_she_loaded_for_the_next(world, act, person, packed, held):  # noqa: F811
    made, bo, cem = await packed(), await person("volunteer"), await person("volunteer2")
    await act(packing.load, made.parcels["602"], by=bo)
    await act(giving.take_back, made.id, bo.id, by=await person("dispatcher"))
    assert (await act(packing.load, made.parcels["602b"], by=bo)).reason == "taken-back"
    assert (await act(packing.load, made.parcels["602"], by=cem)).state == "applied" and await held(made.parcels["602"]) == (
        "carrier",
        cem.id,
    )


async def test_a_steward_takes_in_and_hands_over_at_her_own_time(world, act, person, packed, held, need_state):  # noqa: F811
    made, bo, sun = await packed(), await person("volunteer"), await person("steward")
    await act(packing.load_all, made.id, by=bo)
    assert (await act(packing.to_steward, made.parcels["602"], by=bo, steward=sun.id)).state == "applied"
    assert (await act(packing.to_steward, made.parcels["602b"], by=sun)).state == "applied"
    assert [await held(made.parcels[one]) for one in ("602", "602b")] == [("steward", sun.id)] * 2
    assert (await act(handing.hand_over, made.id, made.stops["501"], by=sun, where="door")).trouble == "gone"
    await act(handing.hand_over, made.id, made.stops["501"], by=bo, where="door")
    assert (await act(carrying.finish, made.id, by=bo)).state == "applied"
    assert await need_state(made.needs["602"]) == "underway"
    told = await act(handing.hand_over, made.id, made.stops["602"], by=sun, where="hand")
    assert (told.state, told.reason) == ("applied", None) and await need_state(made.needs["602"]) == "delivered"
    assert (await act(mending.correct, made.id, made.stops["602"], by=sun, outcome="nobody")).state == "applied"
    assert await held(made.parcels["602"]) == ("steward", sun.id)


# a run and its end


async def test_a_word_for_the_steward_from_a_run_out_of_her_hands_is_marked(world, act, person, packed, held):  # noqa: F811
    made, bo, cem, sun = await packed(), await person("volunteer"), await person("volunteer2"), await person("steward")
    await act(packing.load, made.parcels["602"], by=cem)
    await act(giving.take_back, made.id, bo.id, by=await person("dispatcher"))
    told = await act(packing.to_steward, made.parcels["602"], by=bo, steward=sun.id)
    assert (told.state, told.reason) == ("applied", "late") and await held(made.parcels["602"]) == ("steward", sun.id)


async def test_only_who_answers_for_the_building_takes_in_a_parcel(app, client, act, person, packed, held):  # noqa: F811
    made, bo, dispatcher = await packed(), await person("volunteer"), await person("dispatcher")
    await act(packing.load_all, made.id, by=bo)
    code = (await supplies.parcel(made.parcels["602"])).code
    for name in ("volunteer", "newcomer", "outsider"):
        whose = (await person(name)).id
        assert (await act(packing.to_steward, made.parcels["602"], by=bo, steward=whose)).trouble == "gone", name
    assert await held(made.parcels["602"]) == ("carrier", bo.id) and "602" not in shown((await client("newcomer").get(f"/p/{code}")).text)
    role = await db.rows(UUID, "SELECT id FROM role WHERE account_id = ? AND role = 'steward'", app.world.steward)
    assert (await act(roles.end, role[0], by=dispatcher)).state == "applied"
    assert (await late(packing.to_steward, made.parcels["602b"], by=bo, steward=app.world.steward, minutes=0)).state == "applied"


async def test_a_run_does_not_end_with_a_parcel_that_nobody_answers_for(world, act, person, packed):  # noqa: F811
    made, bo = await packed(), await person("volunteer")
    await act(packing.load, made.parcels["602"], by=bo)
    await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="door", parcel=(made.parcels["602b"],))
    await act(handing.fail, made.id, made.stops["501"], by=bo, reason="nobody")
    refused = await act(carrying.finish, made.id, by=bo)
    code = (await supplies.parcel(made.parcels["602"])).spoken
    assert (refused.state, refused.reason, refused.words) == ("refused", "parcels", "supplies.still_carried")
    assert refused.filled["codes"] == code and refused.filled["who"] == str(bo.id)
    await act(packing.put_back, made.parcels["602"], by=bo)
    at_hub = await act(carrying.finish, made.id, by=bo, rest=True)
    assert (at_hub.reason, at_hub.words) == ("parcels", "supplies.still_at_hub")
    assert (await act(packing.lose, made.parcels["501"], by=bo, reason="damaged")).state == "applied"
    assert (await act(carrying.finish, made.id, by=bo)).state == "applied"


async def test_a_run_called_off_unpacks_and_waits_for_what_is_loaded(world, act, person, packed, held):  # noqa: F811
    made, bo, dispatcher = await packed(state="given"), await person("volunteer"), await person("dispatcher")
    await act(packing.load, made.parcels["602"], by=bo)
    assert (await act(carrying.cancel, made.id, by=dispatcher)).reason == "parcels"
    await act(packing.put_back, made.parcels["602"], by=bo)
    assert (await act(carrying.cancel, made.id, by=dispatcher)).state == "applied"
    assert {(await held(one))[0] for one in made.parcels.values()} == {"returned"}
    assert (await act(packing.load, made.parcels["602"], by=bo)).state == "refused"


async def test_a_run_is_not_called_off_while_a_steward_has_a_parcel_of_it(world, act, person, packed, need_state):  # noqa: F811
    made, bo, sun, dispatcher = await packed(state="given"), await person("volunteer"), await person("steward"), await person("dispatcher")
    await act(packing.load, made.parcels["602"], by=bo)
    await act(packing.to_steward, made.parcels["602"], by=sun)
    refused = await act(carrying.cancel, made.id, by=dispatcher)
    assert (refused.reason, refused.words, refused.filled["who"]) == ("parcels", "supplies.still_kept", str(sun.id))
    assert await need_state(made.needs["602"]) == "planned"
    await act(packing.put_back, made.parcels["602"], by=dispatcher)
    assert (await act(carrying.cancel, made.id, by=dispatcher)).state == "applied"


# late


async def test_a_handover_of_what_was_said_to_be_lost_counts_with_a_mark(world, act, person, packed, held):  # noqa: F811
    made, bo, cem = await packed(), await person("volunteer"), await person("volunteer2")
    await act(packing.load, made.parcels["602"], by=bo)
    with clock.at(clock.now() + timedelta(minutes=20)):
        await act(packing.lose, made.parcels["602"], by=cem, reason="not_found")
        told = await late(handing.hand_over, made.id, made.stops["602"], by=bo, where="door")
        assert (told.state, told.reason) == ("applied", "parcel")
        one = await supplies.parcel(made.parcels["602"])
        assert one.holder_kind == "household" and one.mark == "against"
        assert (await act(mending.undo, made.id, made.stops["602"], by=bo)).state == "applied"
    assert (await held(made.parcels["602"]))[0] == "lost"


async def test_pressed_now_a_handover_does_not_find_what_is_lost(world, act, person, packed, held):  # noqa: F811
    made, bo = await packed(), await person("volunteer")
    await act(packing.lose, made.parcels["602"], by=bo, reason="not_found")
    await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="door")
    assert [(await held(made.parcels[one]))[0] for one in ("602", "602b")] == ["lost", "household"]


async def test_a_word_for_the_steward_that_comes_after_the_handover_changes_nothing(world, act, person, packed, held):  # noqa: F811
    made, bo, sun = await packed(), await person("volunteer"), await person("steward")
    await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="door")
    told = await late(packing.to_steward, made.parcels["602"], by=await person("volunteer2"), steward=sun.id)
    assert (told.state, told.reason) == ("applied", "beside")
    assert (await held(made.parcels["602"]))[0] == "household"
    assert (await act(packing.to_steward, made.parcels["602"], by=bo, steward=sun.id)).reason == "parcel"
    assert await held(made.parcels["602"]) == ("steward", sun.id)


# pages


async def test_a_label_opens_its_stop_for_who_works_with_it_and_nothing_for_others(app, client, packed):  # noqa: F811
    made = await packed()
    one = await supplies.parcel(made.parcels["602"])
    for name in ("volunteer", "dispatcher", "steward"):
        page = await client(name).get(f"/p/{one.code}")
        assert page.status_code == 200 and "data-place" in page.text and f'id="stop-{one.stop_id}"' in page.text, name
        assert "1单元 602" in re.search(r"<h1[^>]*data-place[^>]*>([^<]*)", page.text)[1]
    for name in (None, "newcomer", "operator", "command"):
        page = await client(name).get(f"/p/{one.code}")
        assert page.status_code == 200 and "桃花桥社区" in page.text and "023-6700 1234" in page.text, name
        main = page.text.split("<main", 1)[1].split("</main", 1)[0]
        assert "602" not in shown(main) and "土豆" not in main and "/runs/" not in main and one.code not in main
    for name in ("outsider", "outside_dispatcher"):
        assert (await client(name).get(f"/p/{one.code}")).status_code == 404
    for wrong in (one.code[:-1], one.code + "2", "22222222", codes.fresh(codes.LONG), "x" * 300, one.code[::-1]):
        assert (await client(None).get(f"/p/{wrong}")).status_code == 404, wrong
    assert (await client("volunteer").get(f"/p/{one.code[:4].lower()}-{one.code[4:].lower()}")).status_code == 200


async def test_a_run_is_packed_loaded_and_handed_over_without_script(app, client, run):
    made = await run("602", "501", state="given")
    dispatcher, bo, path = client("dispatcher"), client("volunteer"), f"/runs/{made.id}"
    page = (await dispatcher.get(path)).text
    form = {"stops": re.findall(r'name="stops" value="([\w-]+)"', page), "n": re.findall(r'name="n"[^>]*value="(\d+)"', page)}
    assert form["n"] == ["1", "1"]
    assert (await dispatcher.post(f"{path}/parcels", data=form | {"n": ["2", "1"]})).status_code == 303
    page = (await bo.get(path)).text
    listed = {stop: found.split() for stop, found in re.findall(r'id="stop-([\w-]+)"[^>]*data-parcels="([\w ]*)"', page)}
    assert {len(found) for found in listed.values()} == {1, 2} and all(
        codes.spoken(code) in page for found in listed.values() for code in found
    )
    for code in [code for found in listed.values() for code in found]:
        page = (await bo.get(f"/p/{code}")).text
        assert _mains(page) == 1
        action = re.search(r'class="main"', page).start()
        to = re.findall(r'action="(/parcels/[\w-]+/load)"', page[:action])[-1]
        assert (await bo.post(to, data={"back": f"/p/{code}"})).headers["location"].startswith(f"/p/{code}?did=")
    for stop, found in listed.items():
        page = (await bo.get(f"/p/{found[0]}")).text
        assert _mains(page) == 1 and "我手里" in page
        form = {"where": "door", "parcel": re.findall(r'name="parcel" value="([\w-]+)"', page.split("/handover", 1)[1])}
        assert (await bo.post(f"{path}/stops/{stop}/handover", data=form)).status_code == 303
    assert await db.value("SELECT count(*) FROM parcel WHERE holder_kind = 'household'") == 3
    assert (await bo.post(f"{path}/finish")).status_code == 303


def _mains(page: str) -> int:
    return len(re.findall(r'class="(?:[\w ]* )?main"', page.split("<main", 1)[1].split("</main", 1)[0]))


async def test_a_refused_end_says_which_and_what_to_do(app, client, packed):  # noqa: F811
    made = await packed()
    answer = await client("volunteer", lang="en").post(f"/runs/{made.id}/finish", data={"rest": "1"})
    code = (await supplies.parcel(made.parcels["501"])).spoken
    assert answer.status_code == 409 and code in answer.text and "never left the hub" in answer.text


async def test_she_is_told_loudly_at_the_wrong_building(app, client, packed, act, person):  # noqa: F811
    from app.tasks.rules import attending

    made = await packed()
    code = (await supplies.parcel(made.parcels["602"])).code
    assert "data-wrong-building" not in (await client("volunteer").get(f"/p/{code}")).text
    await act(attending.arrive, app.world.building2, by=await person("volunteer"))
    page = (await client("volunteer", lang="en").get(f"/p/{code}")).text
    assert "data-wrong-building" in page and "Wrong building" in page


async def test_a_steward_does_her_part_from_the_label_alone(app, client, packed, act, person, held):  # noqa: F811
    made, sun = await packed(), client("steward", htmx=True)
    one = await supplies.parcel(made.parcels["501"])
    page = (await client("steward").get(one.path)).text
    assert f'action="/parcels/{one.id}/to-steward"' in page and f"/parcels/{one.id}/load" not in page and "/handover" not in page
    told = await sun.post(f"/parcels/{one.id}/to-steward", data={"steward": str(app.world.steward)})
    assert told.status_code == 200 and "/handover" in told.text and await held(one.id) == ("steward", app.world.steward)
    told = await sun.post(f"/runs/{made.id}/stops/{one.stop_id}/handover", data={"where": "hand", "parcel": str(one.id)})
    assert told.status_code == 200 and "/undo" in told.text and (await held(one.id))[0] == "household"
    assert (await sun.post(f"/runs/{made.id}/stops/{one.stop_id}/undo")).status_code == 200 and await held(one.id) == (
        "steward",
        app.world.steward,
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_no_key_stands_where_words_should(app, client, packed, act, person, lang):  # noqa: F811
    made, bo = await packed(), await person("volunteer")
    await act(packing.load, made.parcels["602"], by=bo)
    await act(packing.lose, made.parcels["602b"], by=bo, reason="spoilt")
    for name in ("volunteer", "dispatcher", "command"):
        for path in (f"/runs/{made.id}", (await supplies.parcel(made.parcels["602"])).path):
            page = await client(name, lang=lang).get(path)
            assert page.status_code == 200
            assert not re.search(r"supplies\.[a-z_]+", re.sub(r"""(?:href|action|hx-[a-z]+|src)="[^"]*\"""", "", page.text))
