"""The end of an emergency: counted before, two people, in steps that outlive a crash, a report that fits, nothing left (P5, P6)."""

import json
from uuid import UUID

import pytest
from privacy.test_erasing import LADY, LINE, NAME, PHONE, asked, home, lady
from tasks.calls import called

from app.care.reads.residents import resident as read_resident
from app.care.rules import contacting, residents, watching
from app.journal import chain
from app.journal.worker import Worker
from app.kernel import db, seal
from app.needs import reads as needs
from app.privacy import jobs
from app.privacy.reads import closings as reads
from app.privacy.rules import closing, destroying, erasing


async def full(world, act, person) -> tuple[UUID, UUID]:
    """A resident with a closed request, a visit, a watch."""
    dispatcher, door = await person("dispatcher"), await home(world)
    her, need = await lady(world, act, person)
    for verb, said in (
        (contacting.contact, {"how": "visit", "outcome": "needs", "note": LADY["note"], "resident": her}),
        (watching.begin, {"sign": "food", "note": LADY["note"], "days": 1}),
    ):
        told = await act(verb, door, by=dispatcher, **said)
        assert told.state == "applied", told
    return her, need


async def confirmed(act, person) -> UUID:
    made = UUID((await act(closing.ask, by=await person("dispatcher"))).about)
    told = await act(closing.approve, made, "封控", by=await person("command"))
    assert told.state == "applied", told
    return made


async def ended(act, person) -> UUID:
    made = await confirmed(act, person)
    while await closing.go_on():
        pass
    return made


@pytest.mark.postgres
async def test_it_takes_two_and_the_name_and_nobody_who_waits(world, act, person):
    dispatcher, command = await person("dispatcher"), await person("command")
    waits = await asked(world, act, person)
    assert (await act(closing.ask, by=dispatcher)).reason == "still-open"
    from app.needs.rules import closing as needs_closing

    await act(needs_closing.cancel, waits, line="不用了", by=dispatcher)
    made = UUID((await act(closing.ask, by=dispatcher)).about)
    assert (await act(closing.ask, by=command)).reason == "waits-already"
    assert (await act(closing.approve, made, "封控", by=dispatcher)).reason == "takes-two"
    assert (await act(closing.approve, made, "别的", by=command)).errors.keys() == {"name"}
    late = await asked(world, act, person)
    assert (await act(closing.approve, made, "封控", by=command)).reason == "still-open"
    await act(needs_closing.cancel, late, line="不用了", by=dispatcher)
    with pytest.raises(db.IntegrityError):
        await db.run("UPDATE closing SET decided_by = asked_by, decided_at = asked_at, granted = ?", True)
    assert (await act(closing.refuse, made, by=dispatcher)).state == "applied"
    assert (await act(closing.approve, made, "封控", by=command)).reason == "decided-already"
    assert await closing.go_on() == 0 and not (await person("dispatcher")).closed


@pytest.mark.postgres
async def test_everything_of_her_goes_and_the_report_says_how_much(world, act, person):
    her, need = await full(world, act, person)
    keys = await db.rows(
        UUID, "SELECT key_id FROM resident UNION SELECT key_id FROM need UNION SELECT key_id FROM community WHERE id = ?", world.community
    )
    dry = await destroying.standing(world.community, None)
    assert (dry["ledger"], dry["words"]) == (1, 1) and dry["care"] == 2
    assert (await read_resident(her)).name == NAME  # a dry run touches nothing
    made = await ended(act, person)
    one = await reads.closing(made, world.community)
    counts = await reads.gone(made)
    assert one.state == "finished" and counts == {what: n for what, n in one.planned.items() if n}
    assert one.planned == dry
    assert (await read_resident(her)).erased and LINE not in repr(await needs.lines([need]))
    assert seal.destroy_keys(keys) == 0
    assert {entry.key_id for entry in erasing.read_log(erasing.log_file())} >= set(keys)
    for table in ("contact", "watch", "carer", "mute", "contact_clock", "care_round", "round_stop"):
        assert await db.value(f"SELECT count(*) FROM {table} WHERE community_id = ?", world.community) == 0, table
    assert await db.value("SELECT count(*) FROM resident WHERE phone_hash IS NOT NULL") == 0
    assert await db.value("SELECT ended_at FROM emergency WHERE id = ?", one.emergency_id) is not None
    assert (await chain.verify())[1] == []
    assert await chain.stands(world.community, one.link, one.link_hash)
    assert reads.report_hash(one, counts) == one.report_hash
    assert reads.report_hash(one, counts | {"ledger": 2}) != one.report_hash


async def test_a_server_that_falls_over_goes_on_where_it_was(world, act, person, monkeypatch):
    dispatcher, door = await person("dispatcher"), await home(world)
    monkeypatch.setattr(destroying, "AT_ONCE", 1)
    for number in range(5):
        await act(residents.add, door, by=dispatcher, **LADY | {"name": f"钱{number}", "phone": f"1360000{number:04d}"})
    made = await confirmed(act, person)
    whole = destroying.STEPS["ledger"]
    calls = []

    async def falls(community_id, since):
        calls.append(1)
        done = await whole(community_id, since)
        if len(calls) == 3:
            raise RuntimeError("power")
        return done

    monkeypatch.setitem(destroying.STEPS, "ledger", falls)
    with pytest.raises(Exception):  # noqa: B017
        await closing.go_on()
    assert (await reads.gone(made))["ledger"] < 5 and (await reads.closing(made, world.community)).state == "running"
    worker = Worker([], jobs.DUTIES)
    for _ in range(3):
        await worker.once()
    assert (await reads.gone(made))["ledger"] == 5 and (await reads.closing(made, world.community)).state == "finished"


async def test_once_over_nothing_new_is_taken_and_every_page_still_opens(app, client, act, person):
    await full(app.world, act, person)
    task = await called(act, await person("dispatcher"))
    made = await ended(act, person)
    assert (await person("dispatcher")).closed
    desk = client("dispatcher")
    door = await home(app.world)
    said = {"name": "周伯", "phone": "13600002222", "kinds": "infant", "note": "", "act": "", "version": "0"}
    assert (await desk.post(f"/households/{door}/residents", data=said)).status_code == 409
    assert await db.value("SELECT count(*) FROM resident WHERE ended_at IS NULL") == 0
    stranger = client()
    said = {
        "kind": "food",
        "unit": "1",
        "room": "101",
        "what": "米",
        "urgency": "today",
        "name": "周",
        "phone": "13600002222",
        "until": "",
        "days_left": "",
    }
    answer = await stranger.post(f"/ask/{app.world.code}", data=said)
    assert answer.status_code == 409 and await db.value("SELECT count(*) FROM need WHERE closed_at IS NULL") == 0
    for path in ("/needs", "/tasks", f"/tasks/{task}", "/runs", "/people", "/board", "/report", "/emergency", "/closings", f"/closings/{made}", "/households",
                 f"/households/{door}", f"/buildings/{app.world.building}", "/today", "/unreached", "/rounds", "/notices", "/teams"):  # fmt: skip
        assert (await desk.get(path)).status_code in (200, 303), path


async def test_another_community_of_the_emergency_goes_on(world, act, person):
    await db.run("UPDATE community SET district_id = ?, emergency_id = ? WHERE id = ?", world.district, world.emergency, world.away)
    her, _ = await lady(world, act, person)
    await db.run("UPDATE resident SET community_id = ? WHERE id = ?", world.away, her)
    await ended(act, person)
    assert await db.value("SELECT ended_at FROM emergency WHERE id = ?", world.emergency) is None
    assert (await read_resident(her)).name == NAME and not (await person("outside_dispatcher")).closed


async def test_the_report_is_a_page_for_two_and_command_reads_no_handful(app, client, act, person):
    await full(app.world, act, person)
    made = await ended(act, person)
    one = await reads.closing(made, app.world.community)
    for name, told in (("dispatcher", ">1</td>"), ("command", "&lt;5</td>")):
        page = (await client(name).get(f"/closings/{made}")).text
        assert told in page and one.report_hash.hex()[:16] in page and one.link_hash.hex() in page, name
        assert NAME not in page and PHONE not in page
    await db.run("UPDATE closing_gone SET n = 7 WHERE what = 'ledger'")
    before = (await client("dispatcher").get(f"/closings/{made}")).text
    assert "privacy.closing" not in before and "对不上" in before
    assert json.loads(one.plan)["ledger"] == 1
