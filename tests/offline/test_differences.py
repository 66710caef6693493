"""Two people change one thing: what both said is kept, and a person decides which counts."""

import asyncio
import json
import sqlite3
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from support import differing
from support import needs as stage
from support.differing import WANG, was
from tasks.calls import called, wishes

from app.care.reads import resident as read_resident
from app.care.rules import residents
from app.journal import differences, worker
from app.kernel import clock, db, edits, ids
from app.needs import reads as needs
from app.needs.rules import changing as need_changing
from app.offline import aside, deciding, differing_jobs
from app.people.reads import team as read_team
from app.people.rules import profile, settings, teams
from app.places import reads as places
from app.places.rules import settings_of
from app.tasks import reads as tasks
from app.tasks.rules import changing as task_changing

# --- one of each thing that is edited: its verb, what its form was drawn from, and how to read it again ---


async def _need(world, act, person):
    subject = await stage.need(act, world.code)

    async def now():
        [need] = await needs.lines([subject])
        return need_changing.fields_of(need)

    async def edit(by, base, **changed):
        same = {"kind": "food", "urgency": "soon", "unit": "", "room": "", "until": None, "days_left": None, "version": 0}
        return await act(need_changing.change, subject, **same | changed, was=base, by=by)

    return SimpleNamespace(id=subject, now=now, edit=edit, field="urgency", mine="now", theirs="today", other={"kind": "trip"})


async def _resident(world, act, person):
    subject = await differing.resident(act, person, world.building, name="王芳")

    async def now():
        return residents.fields_of(await read_resident(subject))

    async def edit(by, base, **changed):
        return await act(residents.change, subject, 0, **WANG | changed, was=base, by=by)

    return SimpleNamespace(id=subject, now=now, edit=edit, field="phone", mine="13900000001", theirs="13900000002", other={"note": "敲门"})


async def _task(world, act, person):
    subject = await called(act, await person("dispatcher"))

    async def now():
        return task_changing.fields_of(await tasks.visible(subject, await person("dispatcher")))

    async def edit(by, base, **changed):
        return await act(task_changing.change, subject, version=0, **wishes(starts=None) | changed, was=base, by=by)

    return SimpleNamespace(id=subject, now=now, edit=edit, field="title", mine="搬米", theirs="搬菜", other={"places_wanted": 8})


async def _settings(world, act, person):
    same = {"hotline": "023-6700 1234", "hours": "", "take_cap": 3, "release_minutes": 20, "untouched_minutes": 30,
            "undo_minutes": 10, "correct_hours": 12, "top_first": True}  # fmt: skip

    async def now():
        return settings_of(await places.community(world.community))

    async def edit(by, base, **changed):
        return await act(settings.change, 0, **same | changed, was=base, by=by)

    return SimpleNamespace(id=world.community, now=now, edit=edit, field="hours", mine="8-20", theirs="9-18", other={"take_cap": 5})


async def _team(world, act, person):
    subject = UUID((await act(teams.make, "红马甲", None, by=await person("dispatcher"))).about)

    async def now():
        return teams.fields_of(await read_team(subject, world.community))

    async def edit(by, base, **changed):
        same = {"name": "红马甲", "lead": None}
        return await act(teams.change, subject, version=0, **same | changed, was=base, by=by)

    return SimpleNamespace(id=subject, now=now, edit=edit, field="name", mine="蓝马甲", theirs="绿马甲", other={"lead": world.volunteer})


THINGS = {"need": _need, "resident": _resident, "task": _task, "community": _settings, "team": _team}


@pytest.fixture(params=THINGS)
async def thing(request, world, act, person):
    """One thing that two people edit. `first` and `second` are those two: a second dispatcher where a steward has no say."""
    found = await THINGS[request.param](world, act, person)
    found.kind, found.first = request.param, await person("dispatcher")
    found.second = await person("steward") if request.param in ("need", "resident") else await _colleague(world, found.first)
    found.base = was(found.id, await found.now())
    return found


async def _colleague(world, like):
    import msgspec

    return msgspec.structs.replace(like, id=world.steward, name="孙楼栋")


async def lines(world):
    return await differences.open_lines(world.community, None, offset=0, limit=50)


@pytest.mark.postgres
async def test_an_edit_of_what_nobody_touched_applies(thing, world):
    receipt = await thing.edit(thing.first, thing.base, **{thing.field: thing.mine})
    assert (receipt.state, receipt.reason, (await thing.now())[thing.field]) == ("applied", None, thing.mine)
    assert await lines(world) == []


@pytest.mark.postgres
async def test_other_fields_that_others_moved_stay_moved_and_hers_applies(thing, world):
    await thing.edit(thing.first, thing.base, **thing.other)
    moved = await thing.now()
    receipt = await thing.edit(thing.second, thing.base, **{thing.field: thing.mine})
    assert (receipt.state, receipt.reason) == ("applied", "merged")
    assert await thing.now() == moved | {thing.field: thing.mine} and moved != thing.base
    assert await lines(world) == []


@pytest.mark.postgres
async def test_the_same_field_keeps_both_and_applies_the_rest(thing, world):
    await thing.edit(thing.first, thing.base, **{thing.field: thing.theirs})
    stood = await thing.now()
    receipt = await thing.edit(thing.second, thing.base, **{thing.field: thing.mine} | thing.other)
    assert (receipt.state, receipt.reason) == ("conflict", "beside")
    now = await thing.now()
    assert now[thing.field] == thing.theirs and now != stood
    [line] = await lines(world)
    assert (line.subject, line.subject_id, line.field) == (thing.kind, thing.id, thing.field)
    assert (line.opened("standing"), line.opened("other")) == (thing.theirs, thing.mine)
    assert (line.standing_by, line.other_by, line.other_act) == (thing.first.id, thing.second.id, receipt.id)


async def test_the_same_value_typed_by_both_is_no_difference(thing, world):
    await thing.edit(thing.first, thing.base, **{thing.field: thing.mine})
    receipt = await thing.edit(thing.second, thing.base, **{thing.field: thing.mine})
    assert receipt.state == "applied" and await lines(world) == []


async def test_a_form_without_its_base_is_kept_beside_once_anything_moved(thing, world):
    await thing.edit(thing.first, thing.base, **{thing.field: thing.theirs})
    receipt = await thing.edit(thing.second, edits.UNSAID, **{thing.field: thing.mine})
    assert receipt.state == "conflict" and (await thing.now())[thing.field] == thing.theirs
    assert [line.opened("other") for line in await lines(world)] == [thing.mine]


async def test_who_edits_twice_from_one_form_differs_with_nobody(thing, world):
    await thing.edit(thing.first, thing.base, **{thing.field: thing.theirs})
    receipt = await thing.edit(thing.first, thing.base, **{thing.field: thing.mine})
    assert receipt.state == "applied" and (await thing.now())[thing.field] == thing.mine and await lines(world) == []


@pytest.mark.postgres
async def test_of_two_edits_at_once_one_stands_and_one_is_kept(thing, world):
    receipts = await asyncio.gather(
        thing.edit(thing.first, thing.base, **{thing.field: thing.mine}),
        thing.edit(thing.second, thing.base, **{thing.field: thing.theirs}),
    )
    assert sorted(receipt.state for receipt in receipts) == ["applied", "conflict"]
    [line] = await lines(world)
    assert {line.opened("standing"), line.opened("other")} == {thing.mine, thing.theirs}
    assert (await thing.now())[thing.field] == line.opened("standing")


async def contested(thing, world):
    await thing.edit(thing.first, thing.base, **{thing.field: thing.theirs})
    await thing.edit(thing.second, thing.base, **{thing.field: thing.mine})
    [line] = await lines(world)
    return line


@pytest.mark.postgres
async def test_a_decision_counts_once_and_can_be_undone(thing, world, act):
    line = await contested(thing, world)
    taken = await act(deciding.take, line.id, by=thing.first)
    assert taken.state == "applied" and (await thing.now())[thing.field] == thing.mine and await lines(world) == []
    second = await act(deciding.keep, line.id, by=thing.first)
    assert (second.reason, second.filled["who"]) == ("decided-already", str(thing.first.id))
    assert (await act(deciding.undo, line.id, by=thing.first)).state == "applied"
    assert (await thing.now())[thing.field] == thing.theirs and len(await lines(world)) == 1
    assert (await act(deciding.keep, line.id, by=thing.first)).state == "applied"
    assert (await thing.now())[thing.field] == thing.theirs and await lines(world) == []


@pytest.mark.postgres
async def test_two_who_decide_at_once(world, act, person):
    line = await differing.resident_line(act, person, world.building)
    both = await asyncio.gather(
        act(deciding.take, line.id, by=await person("dispatcher")), act(deciding.keep, line.id, by=await person("steward"))
    )
    assert sorted(receipt.state for receipt in both) == ["applied", "refused"]


async def test_an_edit_after_the_decision_ends_its_undoing(thing, world, act):
    line = await contested(thing, world)
    await act(deciding.take, line.id, by=thing.first)
    fresh = was(thing.id, await thing.now())
    await thing.edit(thing.second, fresh, **{thing.field: thing.theirs})
    assert (await act(deciding.undo, line.id, by=thing.first)).reason == "edited-again"
    assert (await thing.now())[thing.field] == thing.theirs


async def test_an_edit_to_the_other_value_answers_the_line(thing, world):
    line = await contested(thing, world)
    fresh = was(thing.id, await thing.now())
    await thing.edit(thing.first, fresh, **{thing.field: thing.mine})
    assert await lines(world) == []
    [decided] = await differences.decided_lines(world.community, None, offset=0, limit=5)
    assert (decided.id, decided.choice) == (line.id, "edited")


async def test_both_are_told_when_it_opens_and_when_it_is_decided(world, act, person):
    works = worker.Worker(differing_jobs.LISTENERS, [])
    line = await differing.resident_line(act, person, world.building)
    await works.once()
    await act(deciding.take, line.id, by=await person("dispatcher"))
    await works.once()
    for who in (world.dispatcher, world.steward):
        told = await db.rows(str, "SELECT words FROM message WHERE account_id = ? ORDER BY id", who)
        assert told == ["message.difference_opened", "message.difference_take"]


async def test_who_may_decide(world, act, person):
    mine = await differing.resident_line(act, person, world.building)
    away = await differing.resident(act, person, world.building2)
    base = was(away, residents.fields_of(await read_resident(away)))
    name = (await read_resident(away)).name
    await act(residents.change, away, 0, **WANG | {"name": name, "note": "a"}, was=base, by=await person("dispatcher"))
    other = await _colleague(world, await person("dispatcher"))
    await act(residents.change, away, 0, **WANG | {"name": name, "note": "b"}, was=base, by=other)
    [theirs] = [line for line in await lines(world) if line.subject_id == away]
    for name in ("outside_dispatcher", "outsider", "volunteer", "operator"):
        assert (await act(deciding.take, mine.id, by=await person(name))).trouble == "gone"
    assert (await act(deciding.take, theirs.id, by=await person("steward"))).trouble == "gone"
    assert (await act(deciding.take, mine.id, by=await person("steward"))).state == "applied"


async def test_a_profile_from_an_old_form_does_not_undo_what_she_said_on_another_phone(world, act, person):
    bo = await person("volunteer")
    base = was(bo.id, profile.fields_of(bo.name, "区税务局", ("sampling",), "zh"))
    await act(profile.change, bo.name, "区税务局", ("sampling", "driving"), "zh", was=base, by=bo)
    late = await act(profile.change, "薄一波", "区税务局", ("sampling",), "zh", was=base, by=bo)
    assert (late.state, late.reason) == ("applied", "merged")
    assert set(await db.rows(str, "SELECT skill FROM account_skill WHERE account_id = ?", bo.id)) == {"sampling", "driving"}


# --- over HTTP ---


def hidden(text: str) -> dict[str, str]:
    import re

    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', text.partition("<main")[2]))


async def test_an_edit_that_waited_an_hour_on_the_phone_is_judged_by_what_it_was_drawn_from(app, client, act, person):
    her = await differing.resident(act, person, app.world.building, name="王芳")
    drawn = {name: value for name, value in hidden((await client("steward").get(f"/residents/{her}/edit")).text).items()
             if name.startswith("was_") or name == "version"}  # fmt: skip
    pressed = clock.now()
    clock.advance(timedelta(hours=1))
    dispatcher = client("dispatcher")
    mine = hidden((await dispatcher.get(f"/residents/{her}/edit")).text)
    await dispatcher.post(f"/residents/{her}", data=mine | {"name": "王芳", "phone": "13900000001", "note": "新的话"})
    sent = {"id": ids.secret(), "seq": 1, "at": pressed.isoformat(), "path": f"/residents/{her}", "method": "POST",
            "form": drawn | {"name": "王芳芳", "phone": "13900000002", "note": "门铃坏了"}}  # fmt: skip
    [told] = (await client("steward").post("/acts", json={"device": "d9", "acts": [sent]})).json()["receipts"]
    assert (told["state"], told["reason"]) == ("conflict", "beside")
    now = await read_resident(her)
    assert (now.name, now.phone, now.note) == ("王芳芳", "13900000001", "新的话")
    [line] = await lines(app.world)
    assert (line.field, line.opened("other"), line.other_at) == (
        "phone",
        "13900000002",
        pressed.replace(microsecond=line.other_at.microsecond),
    )


async def test_the_page_shows_both_masked_until_a_tap_that_is_kept(app, client, act, person):
    line = await differing.resident_line(act, person, app.world.building)
    page = (await client("steward").get("/differences")).text
    assert "13900000001" not in page and "13900000002" not in page and "139****0002" in page
    assert 'class="count"' in page or "differences" in page
    shown = await client("steward", htmx=True).post(f"/differences/{line.id}/reveal")
    assert "13900000001" in shown.text and "13900000002" in shown.text
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'resident.revealed' AND by = ?", app.world.steward) == 1
    household = await db.value("SELECT household_id FROM resident WHERE id = ?", line.subject_id)
    assert "/differences" in (await client("steward").get(f"/households/{household}")).text.partition("<main")[2]
    assert "/differences" in (await client("steward").get("/today")).text.partition("<main")[2]
    decided = await client("steward", htmx=True).post(f"/differences/{line.id}/take")
    assert decided.status_code == 200 and "/undo" in decided.text


async def test_the_second_decider_is_told_who_was_first(app, client, act, person):
    line = await differing.resident_line(act, person, app.world.building)
    await client("steward").post(f"/differences/{line.id}/take")
    second = await client("dispatcher").post(f"/differences/{line.id}/keep")
    assert second.status_code == 409 and "孙楼栋" in second.text


async def test_a_name_is_for_those_of_the_same_community(app, client, act, person):
    need = await stage.need(act, app.world.code)
    await client("steward").post(f"/needs/{need}/take")
    late = await client("dispatcher").post(f"/needs/{need}/take", data={"act": ids.secret()})
    assert late.status_code == 409 and "孙楼栋" in late.text
    stored = await db.value("SELECT params FROM receipt WHERE reason = 'triaged-already'")
    assert json.loads(stored) == {"who": str(app.world.steward)}
    from app.people.reads import names_within

    assert await names_within(app.world.away, {str(app.world.steward), "nobody"}) == {}


async def test_what_two_people_typed_is_sealed(app, client, act, person):
    await differing.resident_line(act, person, app.world.building)
    await differing.doubled(await person("steward"), "/needs", "phone='13987654321'\nwhat='鸣叫的秘密'")
    raw = sqlite3.connect(app.settings.data / "lastmetre.db")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    for path in app.settings.data.glob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not [c for c in ("13900000001", "13900000002", "13987654321", "鸣叫的秘密") if c.encode() in data], path.name


# --- acts that came twice ---


async def test_an_act_that_came_twice_is_seen_counted_as_its_owners_and_only_once(app, client, act, person):
    her = await differing.resident(act, person, app.world.building, name="王芳")
    steward = await person("steward")
    body = "name='王芳'\nnote='改过'\nphone='13912345678'\nversion='0'"
    row = await differing.doubled(steward, f"/residents/{her}", body)
    page = (await client("dispatcher").get("/quarantine")).text
    assert "改过" in page and "139****5678" in page and "13912345678" not in page and "孙楼栋" in page
    assert (await client("dispatcher").post(f"/quarantine/{row}/count")).status_code == 303
    assert (await read_resident(her)).note == "改过"
    by = await db.value("SELECT by FROM happening WHERE kind = 'resident.changed' AND about = ?", her)
    assert str(by) == str(app.world.steward)
    again = await client("steward").post(f"/quarantine/{row}/aside", data={"word": "x"})
    assert again.status_code == 409 and await aside.count(steward) == 0


async def test_what_its_own_rule_refuses_stays_and_can_be_put_aside(app, client, act, person):
    her = await differing.resident(act, person, app.world.building)
    steward = await person("steward")
    row = await differing.doubled(steward, f"/residents/{her}/restore")
    refused = await client("steward").post(f"/quarantine/{row}/count", data={"act": ids.secret()})
    assert refused.status_code == 409 and await aside.count(steward) == 1
    assert (await client("steward").post(f"/quarantine/{row}/aside", data={"word": "已问过本人"})).status_code == 303
    assert await aside.count(steward) == 0


async def test_acts_that_came_twice_elsewhere_are_nobodys_here(app, act, person, client):
    away = await differing.resident(act, person, app.world.building2)
    row = await differing.doubled(await person("dispatcher"), f"/residents/{away}/reveal")
    assert await aside.count(await person("steward")) == 0 and await aside.count(await person("dispatcher")) == 1
    for name in ("steward", "outside_dispatcher"):
        assert (await client(name).post(f"/quarantine/{row}/count")).status_code == 404
