"""A phone that knows only text messages: the call comes, 1 takes a place, 2 does not, and nobody else can say so."""

import json
import random
from uuid import UUID

import httpx
import pytest
from push.test_frame import say
from support.standin import standin
from tasks.calls import called, takers

from app.kernel import clock, db, settings
from app.push import identity
from app.push.carriers import wire
from app.push.draining import Drainer
from app.push.rules import answering, choosing, trying
from app.push.rules.answering import meant

TOKEN = "a secret of the gateway"
PHONE = "13800000002"  # the volunteer's


@pytest.fixture
async def gateway(app):
    async with standin() as one:
        env = {"LASTMETRE_DATA": str(app.settings.data), "LASTMETRE_SMS_URL": f"{one.url}/sms", "LASTMETRE_SMS_TOKEN": TOKEN}
        identity.use(settings.load(env))
        yield one
    await wire.close()
    identity.use(app.settings)


@pytest.fixture
def answers(app):
    """`await answers("1")`: what the gateway brings, from the volunteer's number; the state that it is told."""

    async def send(text: str, phone: str = PHONE, token: str | None = TOKEN, **how) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app.edge), base_url="http://localhost:8000", headers=headers) as client:
            how = how or {"json": {"from": phone, "text": text}}
            return await client.post("/sms/answers", **how)

    return send


async def asked(app, act, person, gateway, *tasks) -> None:
    await act(choosing.choose, by=await person("volunteer"), sms=True)
    for task in tasks:
        how = {"urgent": True, "kind": "call", "path": f"/tasks/{task}", "community": app.world.community, "number": 1}
        await say(app.world.volunteer, "message.task_urgent", **how)
        await Drainer(chance=random.Random(7)).drain()


async def sent(gateway) -> list[str]:
    await Drainer(chance=random.Random(7)).drain()
    return [json.loads(post.body)["text"] for post in gateway.posts]


@pytest.mark.postgres
async def test_one_takes_a_place_and_is_confirmed_however_often_it_comes(app, act, person, gateway, answers):
    task = await called(act, await person("dispatcher"))
    await asked(app, act, person, gateway, task)
    for _ in range(3):
        assert (await answers("1")).json() == {"state": "taken"}
    assert await takers(task) == [app.world.volunteer]
    assert len(await sent(gateway)) == 2, "the call, and one word that the place is hers"
    await db.run("UPDATE place SET taken_by = NULL, taken_at = NULL WHERE task_id = ?", task)
    assert (await answers("1")).json() == {"state": "taken"}
    assert await takers(task) == [], "she gave it up since, and an old answer that comes again takes it not back"


async def test_two_takes_none_and_neither_is_said_again(app, act, person, gateway, answers):
    task = await called(act, await person("dispatcher"))
    await asked(app, act, person, gateway, task)
    assert (await answers(" 2. ")).json() == {"state": "taken"}
    assert (await takers(task), len(await sent(gateway))) == ([], 1)


async def test_who_answers_too_late_is_told_so(app, act, person, gateway, answers):
    task = await called(act, await person("dispatcher"), places_wanted=1)
    await asked(app, act, person, gateway, task)
    await db.run("UPDATE place SET taken_by = ?, taken_at = ? WHERE task_id = ?", app.world.volunteer2, clock.now(), task)
    await answers("1")
    assert await takers(task) == [app.world.volunteer2]
    assert len(await sent(gateway)) == 2


async def test_the_last_call_is_meant(app, act, person, gateway, answers):
    first, second = [await called(act, await person("dispatcher")) for _ in range(2)]
    await asked(app, act, person, gateway, first, second)
    await answers("1")
    assert (await takers(first), await takers(second)) == ([], [app.world.volunteer])


async def test_nobody_without_the_secret_answers_for_anybody(app, act, person, gateway, answers):
    task = await called(act, await person("dispatcher"))
    await asked(app, act, person, gateway, task)
    for token in (None, "", "wrong", TOKEN + "x", "é"):
        headers = {"token": token} if token != "é" else {"token": None}
        assert (await answers("1", **headers)).status_code == 404
    identity.use(app.settings)
    assert (await answers("1", token="")).status_code == 404, "without a gateway there is no secret to show"
    assert await takers(task) == []


async def test_what_nobody_can_use_is_answered_and_changes_nothing(app, act, person, gateway, answers):
    assert (await answers("1")).json() == {"state": "call"}
    task = await called(act, await person("dispatcher"))
    await asked(app, act, person, gateway, task)
    assert (await answers("好的")).json() == {"state": "text"}
    assert (await answers("1", phone="13899999999")).json() == {"state": "number"}
    assert (await answers("1", phone="nonsense")).json() == {"state": "number"}
    assert (
        await answers("", content=b"{", headers={"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"})
    ).status_code == 200
    assert (await answers("", data={"text": "1"})).json() == {"state": "number"}
    assert await takers(task) == []
    assert (await answers("", data={"from": PHONE, "text": "1"})).json() == {"state": "taken"}
    assert await takers(task) == [app.world.volunteer]


@pytest.mark.postgres
async def test_an_answer_that_we_could_not_keep_is_not_called_taken(app, act, person, gateway, answers, monkeypatch):
    task = await called(act, await person("dispatcher"))
    await asked(app, act, person, gateway, task)
    kept = dict(answering._HEARS)

    async def broken(*_):
        raise RuntimeError("the disk is full")

    monkeypatch.setitem(answering._HEARS, "/tasks/", broken)
    assert (await answers("1")).status_code == 503, "the gateway is to send it again"
    monkeypatch.setitem(answering._HEARS, "/tasks/", kept["/tasks/"])
    assert (await answers("1")).json() == {"state": "taken"}
    assert await takers(task) == [app.world.volunteer]


@pytest.mark.postgres
async def test_an_answer_overtakes_the_note_that_its_call_was_sent(app, act, person, gateway, answers):
    task = await called(act, await person("dispatcher"))
    await asked(app, act, person, gateway, task)
    lease = "UPDATE carrying SET state = 'waiting', ended_at = NULL, lease_until = ? WHERE way = 'sms'"
    await db.run(lease, clock.now())  # killed between sending it and writing that down
    assert (await answers("1")).json() == {"state": "taken"}
    assert await takers(task) == [app.world.volunteer]


async def test_testing_myself_does_not_flood_a_phone(app, act, person, gateway):
    await asked(app, act, person, gateway)
    bo = await person("volunteer")
    states = [(await act(trying.try_out, way="sms", by=bo)).state for _ in range(20)]
    assert states[0] == "applied"
    assert len(await db.rows(UUID, "SELECT id FROM carrying WHERE kind = 'test'")) == trying.TESTS
    clock.advance(trying.TESTED)
    assert (await act(trying.try_out, way="sms", by=bo)).state == "applied"


def test_an_answer_is_read_as_people_type_it():
    assert [meant(text) for text in ("1", " １ ", "1。", "[1]", "2", "２!", "12", "", "yes", "一")] == [
        True,
        True,
        True,
        True,
        False,
        False,
        None,
        None,
        None,
        None,
    ]
