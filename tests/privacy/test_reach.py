"""A subject's rights reach everything that is held of her, and a helper's own account too (P11, P12)."""

import json
from uuid import UUID

import pytest
from privacy.test_closing import full
from privacy.test_erasing import LADY, NAME, NOTE, PHONE, home
from tasks.calls import called

from app.care.reads.residents import stored
from app.care.rules import contacting, residents
from app.kernel import clock, db, ids, quarantine, seal
from app.kernel.act import Press
from app.kernel.forms import Form
from app.offline import holding
from app.people import reads as people
from app.privacy.reads.mentions import door_of, mentions_of
from app.privacy.rules import erasing, leaving
from app.tasks.rules import taking


async def held(world, act, person, text: str) -> str:
    bo = await person("volunteer")
    press = Press(ids.secret(), "/needs", bo, lambda: None, b"x")

    async def kept(*, by):
        return await holding.keep(press, Form({"what": [text]}), "revoked", world.community)

    assert (await act(kept, by=bo, id=press.id)).state == "held"
    return press.id


async def aside(world, act, person, text: str, *, settled: bool) -> UUID:
    async def kept(*, by):
        sql, params = quarantine.row(ids.secret(), by.owner, "/needs", f"what='{text}'", community=world.community)
        await db.run(sql, *params)

    await act(kept, by=await person("volunteer"))
    [row] = await db.rows(UUID, "SELECT id FROM quarantine ORDER BY id DESC LIMIT 1")
    if settled:
        await db.run(
            "UPDATE quarantine SET settled_at = ?, settled_by = ?, choice = 'keep' WHERE id = ?", clock.now(), world.dispatcher, row
        )
    return row


async def printed(world, text: str) -> UUID:
    key, job = seal.new_key("print"), ids.new()
    sealed = seal.Seal("print_job", job, key, world.community).close("content", text)
    await db.run(
        """INSERT INTO print_job(id, community_id, key_id, kind, scope, scope_id, lang, by_id, at, state, things, hash, content_sealed, finished_at)
        VALUES (?, ?, ?, 'phones', 'building', ?, 'zh', ?, ?, 'done', 1, 'x', ?, ?)""",
        job, world.community, key, world.building, world.dispatcher, clock.now(), sealed, clock.now(),
    )  # fmt: skip
    return job


@pytest.mark.postgres
async def test_what_a_phone_said_of_her_is_decided_first_then_goes_with_her_prints_and_notes(world, act, person):
    dispatcher = await person("dispatcher")
    her, _ = await full(world, act, person)
    waits, other = await held(world, act, person, f"{PHONE} 要药"), await held(world, act, person, "周伯 13600002222")
    settled = await aside(world, act, person, NAME, settled=True)
    mine, theirs = await printed(world, f"{NAME} {PHONE}"), await printed(world, "周伯 13600002222")
    [row] = await stored("r.id = ?", her)
    named = await mentions_of(row, row.opened())
    assert (named.waiting, [one for one, _ in named.settled], [one for one, _ in named.prints]) == (1, [settled], [mine])
    assert (await act(erasing.erase, her, NAME, by=dispatcher)).reason == "still-waiting"
    await db.run("DELETE FROM held_act WHERE act = ?", waits)
    open_one = await aside(world, act, person, PHONE, settled=False)
    assert (await act(erasing.erase, her, NAME, by=dispatcher)).reason == "still-waiting"
    await db.run(
        "UPDATE quarantine SET settled_at = ?, settled_by = ?, choice = 'keep' WHERE id = ?", clock.now(), world.dispatcher, open_one
    )
    keys = [
        key
        for one in ("quarantine", "print_job")
        for key in await db.rows(UUID, f"SELECT key_id FROM {one} WHERE id IN (?, ?)", settled, mine)
    ]
    assert (await act(erasing.erase, her, NAME, by=dispatcher)).state == "applied"
    await erasing.settle()
    assert len(keys) == 2 and seal.destroy_keys(keys) == 0
    assert await db.value("SELECT count(*) FROM contact WHERE note_sealed IS NOT NULL") == 0
    assert await db.value("SELECT state FROM print_job WHERE id = ?", mine) == "ended"
    assert await db.value("SELECT state FROM print_job WHERE id = ?", theirs) == "done"
    assert await db.value("SELECT count(*) FROM held_act WHERE act = ?", other) == 1


@pytest.mark.postgres
async def test_what_is_held_of_the_door_goes_with_the_last_who_lives_there_and_not_before(world, act, person):
    dispatcher, door = await person("dispatcher"), await home(world)
    her, _ = await full(world, act, person)
    him = UUID((await act(residents.add, door, by=dispatcher, **LADY | {"name": "周伯", "phone": "13600002222"})).about)
    await act(contacting.contact, door, how="visit", outcome="well", note="门口有狗", by=dispatcher)
    [row] = await stored("r.id = ?", her)
    assert not (await door_of(row)).alone
    assert (await act(erasing.erase, her, NAME, by=dispatcher)).state == "applied"
    assert (
        await db.value("SELECT count(*) FROM watch") == 1
        and await db.value("SELECT count(*) FROM contact WHERE note_sealed IS NOT NULL") == 1
    )
    assert (await act(erasing.erase, him, "周伯", by=dispatcher)).state == "applied"
    for table in ("watch", "mute", "carer"):
        assert await db.value(f"SELECT count(*) FROM {table} WHERE household_id = ?", door) == 0, table
    assert await db.value("SELECT count(*) FROM contact WHERE note_sealed IS NOT NULL") == 0


async def test_the_screen_and_each_copy_hold_visits_and_calls_too(app, client, act, person):
    her, _ = await full(app.world, act, person)
    desk = client("dispatcher")
    page = (await desk.get(f"/residents/{her}/data")).text
    assert page.count(NOTE) >= 2 and 'id="visits"' in page and 'id="door"' in page
    for kind in ("json", "print", "xlsx"):
        assert (await desk.get(f"/residents/{her}/data.{kind}")).status_code == 303
        answer = await desk.post(f"/residents/{her}/data", data={"kind": kind})
        got = await desk.get(answer.headers["location"])
        assert got.status_code == 200 and f"data.{kind}" in answer.headers["location"]
        if kind == "json":
            told = json.loads(got.content)
            assert told["visits"][0]["note"] == NOTE and NAME in told["held"].values() and told["requests"][0]["number"]
        if kind == "print":
            assert NAME in got.text and got.text.count(NOTE) >= 2


@pytest.mark.postgres
async def test_a_helper_ends_her_account_once_nothing_is_in_her_hands(world, act, person):
    dispatcher, bo = await person("dispatcher"), await person("volunteer")
    assert (await act(leaving.leave, "狄调度", by=dispatcher)).reason == "last-dispatcher"
    assert (await act(leaving.leave, "别人", by=bo)).errors.keys() == {"name"}
    task = await called(act, dispatcher)
    assert (await act(taking.take, task, by=bo)).state == "applied"
    assert (await act(leaving.leave, bo.name, by=bo)).reason == "still-holds"
    await db.run("UPDATE place SET taken_by = NULL, taken_at = NULL")
    [key] = await db.rows(UUID, "SELECT key_id FROM account WHERE id = ?", bo.id)
    assert (await act(leaving.leave, bo.name, by=bo)).state == "applied"
    await erasing.settle()
    assert seal.destroy_keys([key]) == 0 and (await people.names({bo.id}))[bo.id] == "—"
    sql = "SELECT count(*) FROM account WHERE id = ? AND (phone_hash IS NOT NULL OR password_hash IS NOT NULL OR phone_sealed IS NOT NULL)"
    assert await db.value(sql, bo.id) == 0
    for table in ("role", "session", "carer", "subscription"):
        assert await db.value(f"SELECT count(*) FROM {table} WHERE account_id = ? AND ended_at IS NULL", bo.id) == 0, table


async def test_her_own_screen_shows_what_is_held_and_lets_her_take_it(app, client):
    bo = client("volunteer")
    page = (await bo.get("/me/data")).text
    assert "薄志愿" in page and "13800000002" in page and "区税务局" in page
    told = json.loads((await bo.get("/me/data.json")).content)
    assert (told["name"], told["phone"], told["skills"]) == ("薄志愿", "13800000002", ["sampling"])
    assert (await bo.post("/me/erase", data={"name": "别人"})).status_code == 422
    answer = await bo.post("/me/erase", data={"name": "薄志愿"})
    assert answer.status_code == 303
    assert (await bo.get("/me")).status_code in (303, 401)
