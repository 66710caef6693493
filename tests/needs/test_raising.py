"""Raising a need: by the resident, by a helper; rooms, doubles, urgency."""

from datetime import timedelta

import pytest

from app.kernel import clock, db, seal
from app.kernel.forms import Form
from app.kernel.trouble import Misfit
from app.needs import forms, reads
from app.needs.reads.detail import facts
from app.needs.rules import linking, raising
from app.needs.rules.judging import judge
from app.people.person import STRANGER

ASKED = {"confirm_room": "", "confirm_double": False, "add_word": False, "reason": ""}
ENTERED = {"channel": "phone", "spoken": "", "urgency": "", "confirm_double": False, "reason": "", "like": None}


async def ask(act, code, by=STRANGER, **said):
    asked = ASKED | {"kind": "food", "what": "一袋米", "unit": "1", "room": "602", "phone": "13900001111"} | said
    return await act(raising.ask, code, by=by, **asked)


async def enter(act, by, code, **said):
    entered = ENTERED | {"building": code, "kind": "food", "what": "一袋米", "unit": "1", "room": "602"} | said
    return await act(raising.enter, by=by, **entered)


@pytest.mark.postgres
async def test_a_stranger_asks_and_gets_a_number_a_door_and_a_link(world, act):
    receipt = await ask(act, world.code, kind="medicine", days_left=1, whom="我妈妈", name="李")
    [need] = await reads.lines([receipt.about])
    assert (need.state, need.kind, need.urgency, need.channel, need.owner_id) == ("waiting", "medicine", "now", "link", None)
    assert (need.unit, need.floor, need.door) == (1, 6, 2) and need.household_id and need.line == "一袋米"
    assert receipt.filled == {"number": need.number}
    assert await linking.token_of(need.id)
    told = await db.value("SELECT payload FROM happening WHERE kind = 'need.raised' AND about = ?", need.id)
    assert str(need.number) in told and "一袋米" not in told


async def test_nothing_that_was_typed_stands_open_in_the_database(world, act, database):
    await ask(act, world.code, what="qwertyrice", whom="Zebrawhom", phone="13912345678", name="Namexyz")
    raw = b"".join(path.read_bytes() for path in database.data.glob("lastmetre.db*"))
    for secret in (b"qwertyrice", b"Zebrawhom", b"13912345678", b"Namexyz"):
        assert secret not in raw
    assert world.code.encode() in raw


async def test_phone_and_names_are_masked_until_revealed(world, act, person):
    steward = await person("steward")
    receipt = await enter(act, steward, world.code, phone="13912345678", spoken="王丽", whom="王大爷")
    [need] = await reads.lines([receipt.about])
    masked, full = await facts(need), await facts(need, revealed=True)
    assert (masked.phone, masked.spoken, masked.whom) == ("139****5678", "王*", "王**")
    assert (full.phone, full.spoken, full.whom, full.written_by) == ("13912345678", "王丽", "王大爷", steward.name)


async def test_an_unknown_code_is_gone_and_a_missing_room_is_asked_about_once(world, act):
    assert (await ask(act, "AAAAAA")).trouble == "gone"
    asked = await ask(act, world.code, room="9902")
    assert isinstance(asked, Misfit) and set(asked.errors) == {"room"}
    receipt = await ask(act, world.code, room="9902", confirm_room="9902")
    [need] = await reads.lines([receipt.about])
    assert need.household_id is None and need.floor is None and "9902" in need.typed_room


@pytest.mark.parametrize(
    ("unit", "room", "door"),
    [("", "1-602", (1, 6, 2)), ("2", "三楼01", (2, 3, 1)), ("", "602", None), ("", "靠江那户", None), ("１", "６０２室", (1, 6, 2))],
)
async def test_a_room_that_no_door_answers_to_is_kept_as_it_was_said(world, act, person, unit, room, door):
    receipt = await enter(act, await person("operator"), world.code, unit=unit, room=room)
    [need] = await reads.lines([receipt.about])
    assert ((need.unit, need.floor, need.door) if need.floor else None) == door
    assert bool(need.typed_room) == (door is None)


async def test_a_building_with_one_unit_needs_no_unit(world, act, person):
    receipt = await enter(act, await person("operator"), world.code2, unit="", room="302")
    [need] = await reads.lines([receipt.about])
    assert (need.unit, need.floor, need.door) == (1, 3, 2)


@pytest.mark.postgres
async def test_a_likely_double_is_asked_about_and_can_be_overridden_with_a_reason(world, act):
    first = await ask(act, world.code)
    again = await ask(act, world.code)
    assert isinstance(again, Misfit) and again.errors["double"][1]["number"] == first.filled["number"]
    stranger = await ask(act, world.code, phone="")
    assert isinstance(stranger, Misfit) and "number" not in stranger.errors["double"][1], "anybody can type a neighbour's room"
    silent = await ask(act, world.code, confirm_double=True)
    assert set(silent.errors) == {"reason"}
    second = await ask(act, world.code, confirm_double=True, reason="那份是给我爸的")
    assert second.state == "applied"
    [need] = await reads.lines([second.about])
    assert (await facts(need)).double_of == first.filled["number"]
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.overridden'") == 1


async def test_the_same_phone_at_another_door_is_a_likely_double_and_another_kind_is_not(world, act):
    await ask(act, world.code)
    assert isinstance(await ask(act, world.code, room="101"), Misfit)
    assert (await ask(act, world.code, kind="repair")).state == "applied"
    assert (await ask(act, world.code, room="201", phone="")).state == "applied"


async def test_after_two_days_or_once_it_is_settled_it_is_no_double(world, act):
    first = await ask(act, world.code)
    with clock.at(clock.now() + timedelta(hours=49)):
        assert (await ask(act, world.code)).state == "applied"
    await db.run("UPDATE need SET state = 'cancelled', closed_at = created_at WHERE id <> ?", first.about)
    await db.run("UPDATE need SET state = 'cancelled', closed_at = created_at WHERE id = ?", first.about)
    assert (await ask(act, world.code)).state == "applied"


async def test_a_word_added_to_the_double_makes_no_need_and_gives_no_link(world, act):
    first = await ask(act, world.code)
    worded = await ask(act, world.code, phone="", what="还要一把葱", add_word=True)
    assert worded.state == "applied" and worded.about is None and str(first.filled["number"]) not in str(worded.filled)
    assert await db.value("SELECT count(*) FROM need") == 1 and await db.value("SELECT count(*) FROM need_word") == 1


@pytest.mark.postgres
async def test_a_helper_enters_for_somebody_and_the_contract_skips_the_question(world, act, person):
    steward = await person("steward")
    first = await enter(act, steward, world.code)
    assert isinstance(await enter(act, steward, world.code), Misfit)
    second = await enter(act, steward, world.code, confirm_double=True)
    assert [first.state, second.state] == ["applied", "applied"]
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.raised'") == 2


async def test_who_may_enter_and_where(world, act, person):
    for name in ("volunteer", "newcomer", "command", "outsider"):
        assert (await enter(act, await person(name), world.code)).trouble == "barred", name
    assert (await enter(act, await person("steward"), world.code2)).trouble == "barred"
    assert (await enter(act, await person("operator"), world.code2)).state == "applied"
    for by, code in (("dispatcher", world.far_code), ("outside_dispatcher", world.code), ("dispatcher", "nonsense")):
        assert set((await enter(act, await person(by), code)).errors) == {"building"}, by


async def test_another_for_the_same_door_takes_the_phone_along_and_nobody_elses(world, act, person):
    steward, outside = await person("steward"), await person("outside_dispatcher")
    first = await enter(act, steward, world.code, phone="13912345678")
    second = await enter(act, steward, world.code, kind="repair", like=first.about)
    [need] = await reads.lines([second.about])
    assert (await facts(need, revealed=True)).phone == "13912345678"
    assert (await enter(act, outside, world.far_code, unit="1", room="101", like=first.about)).trouble == "gone"


def test_urgency_follows_the_days_left_and_the_hour():
    now = clock.now()
    assert [judge("medicine", None, days) for days in (0, 1, 2, 3, 4)] == ["now", "now", "today", "today", "soon"]
    assert judge("food", None, None) == "soon" and judge("trip", None, None) == "today"
    assert judge("repair", now + timedelta(hours=2), None) == "now"
    assert judge("repair", now + timedelta(days=3), None) == "soon"


@pytest.mark.parametrize(
    ("field", "sent"),
    [("kind", "gold"), ("kind", ""), ("what", ""), ("what", "x" * 501), ("room", ""), ("room", "x" * 41), ("phone", "12"), ("days_left", "-1"),
     ("days_left", "many"), ("until", "yesterday"), ("until", "2020-01-01T10:00"), ("whom", "x" * 61)],
)  # fmt: skip
def test_each_field_complains_for_itself_and_keeps_what_was_typed(field, sent):
    good = {"kind": ["food"], "what": ["米"], "room": ["602"], "unit": ["1"]}
    assert forms.ask(Form(good))["kind"] == "food"
    with pytest.raises(Misfit) as caught:
        forms.ask(Form(good | {field: [sent]}))
    assert set(caught.value.errors) == {field} and caught.value.typed["room"] == (good | {field: [sent]})["room"]


def test_another_time_is_read_from_its_own_field():
    moment = (clock.local(clock.now()) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = Form({"kind": ["food"], "what": ["米"], "room": ["602"], "until": ["other"], "until_other": [moment]})
    assert clock.local(forms.ask(form)["until"]).strftime("%Y-%m-%dT%H:%M") == moment


CHECKS = [
    ("kind = 'gold'", ""), ("urgency = 'never'", ""), ("state = 'lost'", ""), ("state = 'triaged'", "no owner"), ("state = 'planned', owner_id = :me", "no run"),
    ("state = 'delivered', owner_id = :me", "no time"), ("state = 'confirmed', owner_id = :me", "no time"), ("state = 'answered'", "no time"),
    ("owner_id = :me", "waits with an owner"), ("floor = NULL", "half a door"), ("household_id = NULL", "neither door nor room"), ("days_left = 3", "food"),
    ("days_left = -1", ""), ("phone_hash = NULL", "half a phone"), ("channel = 'phone'", "nobody wrote it"), ("number = 0", ""), ("how = 'thrown'", ""),
]  # fmt: skip


@pytest.mark.postgres
@pytest.mark.parametrize("sets", [sets for sets, _ in CHECKS])
async def test_the_table_itself_refuses_what_the_verbs_never_write(world, act, sets):
    receipt = await ask(act, world.code)
    with pytest.raises(db.IntegrityError):
        params = [world.dispatcher] if ":me" in sets else []
        await db.run(f"UPDATE need SET {sets.replace(':me', '?')} WHERE id = ?", *params, receipt.about)


@pytest.mark.postgres
async def test_a_number_and_an_open_link_stand_once(world, act):
    first, second = await ask(act, world.code), await ask(act, world.code, kind="repair")
    with pytest.raises(db.IntegrityError):
        await db.run("UPDATE need SET number = ? WHERE id = ?", first.filled["number"], second.about)
    with pytest.raises(db.IntegrityError):
        await linking.open_link(first.about, world.community)
    hashed = await db.value("SELECT token_hash FROM tracking WHERE need_id = ?", first.about)
    with pytest.raises(db.IntegrityError):
        await db.run("UPDATE tracking SET token_hash = ? WHERE need_id = ?", hashed, second.about)
    assert seal.token("track", "x") != seal.token("track", "y")
