"""What comes of a line, by what the other side answers: carried, later, never again."""

import asyncio
import json
import random
from datetime import timedelta
from uuid import UUID

import pytest
from push.test_frame import lines, say
from support.standin import errcode, standin

from app.journal import worker
from app.kernel import clock, db, settings
from app.push import draining, identity
from app.push.carriers import wanted_wait, wire
from app.push.draining import Drainer
from app.push.reads.refused import refused
from app.push.rules import choosing, claiming, robots, spreading, withdrawing

URGENT = {"urgent": True, "kind": "call", "tag": "task-7", "number": 7, "path": "/tasks/7"}


@pytest.fixture
async def service(world):
    async with standin() as one:
        yield one
    await wire.close()


@pytest.fixture
def drainer():
    """Its jitter comes from a seed: 7."""
    return Drainer(chance=random.Random(7))


async def attempts() -> list[str]:
    return await db.rows(str, "SELECT outcome || ' ' || code FROM attempt ORDER BY at, id")


async def soon(seconds: float = 0.0) -> None:
    """As if time had passed for all that waits."""
    await db.run("UPDATE carrying SET due_at = ? WHERE state = 'waiting'", clock.now() - timedelta(seconds=seconds))


@pytest.mark.postgres
async def test_a_message_goes_out_once_and_its_outcome_is_written_down(world, told, service, drainer):
    await told("volunteer", service.url)
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    await drainer.drain()
    await drainer.drain()
    assert len(service.posts) == 1
    assert service.posts[0].headers["urgency"] == "high"
    assert service.posts[0].headers["content-encoding"] == "aes128gcm"
    assert 0 < int(service.posts[0].headers["ttl"]) <= 24 * 3600
    assert await attempts() == ["carried 201"]
    assert await lines("state") == ["carried"]
    assert await db.value("SELECT last_way FROM telling WHERE account_id = ?", world.volunteer) == "push"


@pytest.mark.postgres
@pytest.mark.parametrize("status", [404, 410])
async def test_a_dead_phone_is_written_to_no_more_and_an_urgent_word_takes_the_next_way(world, told, service, drainer, status):
    await told("volunteer", service.url)
    await say(world.volunteer, community=world.community)
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    service.behave = lambda path: status
    await drainer.drain()
    assert await db.value("SELECT ended_for FROM subscription") == "dead"
    assert sorted(await lines("way || ' ' || state")) == ["paper waiting", "push dropped", "push dropped"]
    await say(world.volunteer, community=world.community)
    await drainer.drain()
    assert len(service.posts) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (400, "never 400"),
        (401, "never 401"),
        (403, "never 403"),
        (413, "never 413"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "never 302"),
        ((307, {"Location": "/elsewhere"}, b""), "never 307"),
        (429, "later 429"),
        (500, "later 500"),
        (503, "later 503"),
    ],
)
async def test_each_answer_has_its_outcome_and_no_redirect_is_followed(world, told, service, drainer, answer, outcome):
    await told("volunteer", service.url)
    service.behave = lambda path: answer
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    await drainer.drain()
    assert await attempts() == [outcome]
    assert len(service.posts) == 1
    assert await db.value("SELECT ended_at IS NULL FROM subscription") == 1, "only the dead are removed"


@pytest.mark.postgres
@pytest.mark.parametrize("status", [401, 403])
async def test_a_service_that_refuses_our_key_is_named_until_it_takes_a_line_and_the_next_way_is_gone(
    world, told, service, drainer, client, status
):
    for who in ("volunteer", "steward"):
        await told(who, service.url)
    service.behave = lambda path: status
    for who in (world.volunteer, world.steward):
        await say(who, "message.task_urgent", community=world.community, **URGENT)
    await drainer.drain()
    assert sorted(await lines("way || ' ' || state")) == ["paper waiting"] * 2 + ["push dropped"] * 2
    [one] = await refused()
    assert (one.origin, one.code, one.lines) == (service.url, str(status), 2)
    for path in ("/calls", "/robots"):
        assert one.host in (await client("dispatcher").get(path)).text
    service.behave = lambda path: 201
    await say(world.volunteer, "message.task_urgent", community=world.community, **(URGENT | {"tag": "task-8"}))
    await drainer.drain()
    assert await refused() == []
    for path in ("/calls", "/robots"):
        assert one.host not in (await client("dispatcher").get(path)).text


async def test_who_hangs_and_who_is_not_there_are_tried_again(world, told, service, drainer, monkeypatch):
    await told("volunteer", service.url)
    monkeypatch.setattr(wire, "PATIENCE", 0.3)
    service.behave = lambda path: "hang"
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    await wire.close()
    await drainer.drain()
    assert await attempts() == ["later timeout"]
    service.behave = lambda path: 201
    await soon()
    await drainer.drain()
    assert (await attempts())[-1] == "carried 201"


async def test_what_is_tried_again_waits_longer_each_time_and_not_all_come_back_at_once(drainer):
    waits = [drainer.pause(n) for n in range(1, 14)]
    for n, wait in enumerate(waits):
        whole = min(draining.LONGEST, draining.FIRST * 2**n)
        assert whole / 2 <= wait <= whole
    assert len({drainer.pause(3) for _ in range(20)}) == 20


async def test_a_service_that_asks_for_a_pause_gets_it_and_the_others_do_not(world, told, service, drainer):
    async with standin() as other:
        await told("volunteer", service.url)
        await told("volunteer2", service.url)
        await told("steward", other.url)
        service.behave = lambda path: (429, {"Retry-After": "120"}, b"")
        drainer.each = 1
        for who in (world.volunteer, world.volunteer2, world.steward):
            await say(who, "message.task_urgent", community=world.community, **URGENT)
        await drainer.drain()
        assert len(service.posts) == 1, "the second waits too: it is the same service"
        assert len(other.posts) == 1
        due = await db.value(
            "SELECT count(*) FROM carrying WHERE lane = ? AND due_at > ?", service.url, clock.now() + timedelta(seconds=110)
        )
        assert due == 1


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("30", 30),
        ("0", 1),
        ("999999", 3600),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("Sun, 22 Nov 2026 10:01:00 GMT", 60),
        ("Sun, 22 Nov 2020 10:01:00 GMT", 1),
    ],
)
def test_a_retry_after_is_a_number_or_a_date(said, seconds):
    from datetime import UTC, datetime

    with clock.at(datetime(2026, 11, 22, 10, 0, tzinfo=UTC)):
        assert wanted_wait(said) == seconds


async def test_a_push_service_that_cannot_be_reached_leads_to_the_next_way_beside_it(world, told, service, drainer):
    """In some countries a push service is not there at all: an urgent call must not wait for it until its time is over."""
    await told("volunteer", service.url)
    service.behave = lambda path: 503
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    for _ in range(claiming.TURNS):
        await drainer.drain()
        assert (await lines("way"))[1:] == [] or len(service.posts) == claiming.TURNS
        await soon()
    assert sorted(await lines("way || ' ' || state")) == ["paper waiting", "push waiting"]


async def test_what_was_read_meanwhile_is_not_carried(world, told, service, drainer):
    await told("volunteer", service.url)
    await say(world.volunteer, community=world.community)
    await spreading.spread()
    await db.run("UPDATE message SET read_at = ?", clock.now())
    await soon()
    await drainer.drain()
    assert (service.posts, await attempts()) == ([], ["nothing read"])


async def test_a_phone_that_signed_out_after_spreading_is_not_written_to(world, told, service, drainer):
    await told("volunteer", service.url)
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    await spreading.spread()
    await db.run("UPDATE session SET ended_at = ? WHERE account_id = ?", clock.now(), world.volunteer)
    await drainer.drain()
    assert (service.posts, await attempts()) == ([], ["never signed_out"])


async def test_an_address_is_checked_again_when_it_is_written_to(world, told, service, drainer):
    from app.push import endpoints

    await told("volunteer", service.url)
    endpoints.STANDINS.discard(service.url)
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    await drainer.drain()
    assert (service.connections, await attempts()) == (0, ["never not_https"])


@pytest.mark.parametrize(
    ("chat", "answer", "outcome"),
    [
        ("wecom", errcode(0), "carried 200"),
        ("wecom", errcode(45009), "later 200/45009"),
        ("wecom", errcode(93000), "never 200/93000"),
        ("dingtalk", errcode(310000), "never 200/310000"),
        ("feishu", (200, {}, b'{"code":0,"msg":"ok"}'), "carried 200"),
        ("feishu", (200, {}, b'{"code":19001}'), "never 200/19001"),
        ("feishu", (200, {}, b"<html>sign in to the network</html>"), "later unreadable"),
        ("plain", (200, {}, b"ok"), "carried 200"),
        ("plain", 404, "never 404"),
        ("plain", (302, {"Location": "http://127.0.0.1:9/"}, b""), "never 302"),
        ("plain", 500, "later 500"),
    ],
)
async def test_a_robot_says_a_line_and_a_link_in_its_group(world, act, person, service, drainer, chat, answer, outcome):
    made = await act(robots.add, by=await person("dispatcher"), name="群", chat=chat, address=f"{service.url}/hook?key=secret")
    assert made.state == "applied"
    service.behave = lambda path: answer

    async def work():
        await robots.announce(world.community, "message.task_urgent", "/tasks/7", tag="task-7", number=7)

    await worker.do(work)
    await drainer.drain()
    assert await attempts() == [outcome]
    said = json.loads(service.posts[0].body)
    text = said.get("text", said.get("content", {}))
    text = text if isinstance(text, str) else text.get("content") or text["text"]
    assert text.endswith("/tasks/7") and "7" in text


async def test_a_text_message_is_one_segment_with_the_gateways_secret(world, act, person, service, drainer, database):
    env = {"LASTMETRE_SMS_URL": f"{service.url}/sms", "LASTMETRE_SMS_TOKEN": "a secret of the gateway"}
    identity.use(settings.load({"LASTMETRE_DATA": str(database.data)} | env))
    try:
        await act(choosing.choose, by=await person("volunteer"), sms=True)
        await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
        await drainer.drain()
    finally:
        identity.use(database)
    [post] = service.posts
    said = json.loads(post.body)
    assert post.headers["authorization"] == "Bearer a secret of the gateway"
    assert said["to"].startswith("1380000") and len(said["text"]) <= 70
    assert said["id"] == post.headers["idempotency-key"] == (await lines("id"))[0]
    assert await db.value("SELECT last_way FROM telling WHERE account_id = ?", world.volunteer) == "sms"


async def test_a_hanging_service_holds_nobody_else_up(world, told, service, drainer):
    """Every place of its lane hangs; the other lane and the loop go on."""
    async with standin() as slow:
        slow.behave = lambda path: "hang"
        drainer.each = 2
        for name in ("volunteer", "volunteer2", "steward"):
            await told(name, slow.url)
        await told("dispatcher", service.url)
        for who in (world.volunteer, world.volunteer2, world.steward, world.dispatcher):
            await say(who, "message.task_urgent", community=world.community, **URGENT)
        await drainer.turn()
        await service.wait_for(1)
        await slow.wait_for(2)
        assert len(drainer.flying) >= 2, "they still hang"
        await slow_down(drainer)


async def slow_down(drainer: Drainer) -> None:
    for task in list(drainer.flying):
        task.cancel()
    await asyncio.gather(*drainer.flying, return_exceptions=True)


@pytest.mark.postgres
async def test_two_processes_never_take_the_same_line(world, told, service):
    await told("volunteer", service.url)
    for number in range(12):
        await say(world.volunteer, "message.task_urgent", community=world.community, **(URGENT | {"tag": f"task-{number}"}))
    first, second = Drainer(chance=random.Random(1)), Drainer(chance=random.Random(2))
    await asyncio.gather(first.drain(), second.drain())
    assert len(service.posts) == 12
    assert len({post.headers["topic"] for post in service.posts}) == 12


async def test_at_the_end_what_is_on_its_way_may_end(world, told, service):
    await told("volunteer", service.url)
    service.delay = 0.3
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    running = asyncio.create_task(Drainer(chance=random.Random(7)).run())
    await service.wait_for(1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await lines("state") == ["carried"]


async def test_what_is_cut_off_goes_back_to_those_that_wait(world, told, service, monkeypatch):
    monkeypatch.setattr(draining, "GRACE", 0.1)
    await told("volunteer", service.url)
    service.behave = lambda path: "hang"
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    running = asyncio.create_task(Drainer(chance=random.Random(7)).run())
    await service.wait_for(1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert await db.value("SELECT count(*) FROM carrying WHERE state = 'waiting' AND lease_until IS NULL") == 1
    assert UUID((await lines("id"))[0])


async def test_what_was_on_its_way_when_the_call_filled_is_not_tried_again_and_is_overtaken_by_nothing(world, told, service, drainer):
    await told("volunteer", service.url)
    service.delay = 0.2
    service.behave = lambda path: 503
    await say(world.volunteer, "message.task_urgent", community=world.community, **URGENT)
    await drainer.turn()
    await service.wait_for(1)

    async def work():
        assert await withdrawing.withdraw(world.community, "task-7", "message.task_filled", number=7) == 1

    await worker.do(work)
    await drainer.drain()
    assert len(service.posts) == 1
    service.behave = lambda path: 201
    with clock.at(clock.now() + timedelta(minutes=1)):
        await drainer.drain()
    assert len(service.posts) == 2
    assert await lines("words", "state = 'carried'") == ["message.task_filled"]
