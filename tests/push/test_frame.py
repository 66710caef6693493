"""From a message to the lines that carry it, and what the database keeps of it by itself."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from push.conftest import HOST, browser

from app.journal import worker
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.kernel.trouble import Gone
from app.needs.rules.raising import Said, add
from app.people.reads import key_of
from app.people.rules import sessions
from app.people.rules.messages import tell
from app.places import reads as places
from app.push import endpoints, letters
from app.push.rules import choosing, ending, following, robots, spreading, subscribing, withdrawing

pytestmark = pytest.mark.postgres


async def say(who, words="message.vouched", **how):
    async def work():
        await tell(who, words, **how)

    receipt = await worker.do(work)
    assert receipt.state == "applied"


async def lines(columns="words", where="1 = 1"):
    return [str(one) for one in await db.rows(Any, f"SELECT {columns} FROM carrying WHERE {where} ORDER BY id")]


async def test_a_message_of_an_act_that_is_refused_is_not_spread(world, told, act, person):
    await told("volunteer")

    async def work(*, by):
        await tell(world.volunteer, "message.vouched")
        raise Gone("way")

    assert (await act(work, by=await person("dispatcher"))).state == "refused"
    assert await spreading.spread() == 0


async def test_each_phone_of_a_person_gets_a_line_once(world, told):
    await told("volunteer")
    await say(world.volunteer, urgent=True, kind="call", tag="task-7", community=world.community)
    assert await spreading.spread() == 1
    assert await spreading.spread() == 0
    assert await lines("way") == ["push"]
    [message] = await lines("message_id")
    row = "INSERT INTO carrying(id, message_id, account_id, way, subscription_id, lane, words, lang, made_at, due_at, until_at) SELECT ?, message_id, account_id, way, subscription_id, lane, words, lang, made_at, due_at, until_at FROM carrying WHERE message_id = ?"
    with pytest.raises(db.IntegrityError):
        await db.run(row, ids.new(), message)


async def test_whoever_has_no_other_way_is_on_the_list_to_be_called(world):
    await say(world.volunteer, urgent=True, kind="call")
    await say(world.volunteer2)
    await spreading.spread()
    assert await lines("way") == ["paper"]


async def test_what_is_not_urgent_waits_for_company_and_becomes_one_line(world, told):
    await told("volunteer")
    for _ in range(3):
        await say(world.volunteer, "message.role_given", role="people.role.steward", community=world.community)
        await spreading.spread()
    [(params)] = await lines("params", "words = 'push.bundle'")
    assert json.loads(params) == {"n": 3}
    assert await lines() == ["push.bundle"]
    assert await db.value("SELECT count(*) FROM carrying WHERE due_at > ?", clock.now() + timedelta(seconds=10)) == 1


async def test_a_later_word_with_the_same_tag_takes_the_place_of_one_that_waits(world, told):
    await told("volunteer")
    for words in ("message.task_urgent", "message.task_filled"):
        await say(world.volunteer, words, tag="task-7", urgent=True, community=world.community, number=7)
        await spreading.spread()
    assert await lines(where="state = 'waiting'") == ["message.task_filled"]
    assert await lines(where="state = 'dropped'") == ["message.task_urgent"]


async def test_a_kind_that_she_does_without_goes_nowhere_but_to_her_inbox(world, told, act, person):
    await told("volunteer")
    await act(choosing.choose, by=await person("volunteer"), off=frozenset({"notice"}))
    await say(world.volunteer, kind="notice")
    await spreading.spread()
    assert await lines() == []
    assert await db.value("SELECT count(*) FROM message WHERE account_id = ?", world.volunteer) == 1


async def test_quiet_hours_hold_all_but_urgent_calls_to_somebody_on_duty(world, told, act, person):
    await told("volunteer")
    await act(choosing.choose, by=await person("volunteer"), quiet_from=22 * 60, quiet_until=7 * 60)
    night = clock.now().replace(hour=15, minute=30, second=0, microsecond=0)  # 23:30 there
    with clock.at(night):
        await say(world.volunteer, urgent=True, kind="call", tag="a", community=world.community)
        await spreading.spread()
        await db.run(
            "INSERT INTO presence(id, account_id, community_id, since) VALUES (?, ?, ?, ?)",
            ids.new(),
            world.volunteer,
            world.community,
            night,
        )
        await say(world.volunteer, urgent=True, kind="call", tag="b", community=world.community)
        await spreading.spread()
    at = {tag: await db.value("SELECT count(*) FROM carrying WHERE tag = ? AND due_at <= ?", tag, night) for tag in "ab"}
    assert at == {"a": 0, "b": 1}
    morning = night.replace(hour=23, minute=0)
    assert await db.value("SELECT count(*) FROM carrying WHERE tag = 'a' AND due_at = ?", morning) == 1


async def test_an_urgent_call_is_not_carried_after_its_time(world, told):
    await told("volunteer")
    await say(world.volunteer, urgent=True, kind="call", until=clock.now() + timedelta(minutes=5))
    await spreading.spread()
    assert await ending.end_late() == 0
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert await ending.end_late() == 1
    assert await lines("state") == ["over"]
    assert await db.rows(str, "SELECT outcome FROM attempt") == ["nothing"]


async def test_a_signed_out_phone_is_told_no_more(world, told, act, person):
    await told("volunteer")
    bo = await person("volunteer")
    await act(sessions.end, bo.session_id, by=bo)
    await say(world.volunteer, urgent=True)
    await spreading.spread()
    assert await lines("way") == ["paper"], "before any listener ran"
    assert await subscribing.end_lapsed() == 1


async def test_a_phone_tells_only_who_signed_in_last(world, told, act, person):
    one = await told("volunteer")
    assert (await act(subscribing.subscribe, by=await person("volunteer"), **one.said)).state == "applied"
    assert await db.value("SELECT count(*) FROM subscription") == 1
    await act(subscribing.subscribe, by=await person("volunteer2"), **one.said)
    assert await db.rows(UUID, "SELECT account_id FROM subscription WHERE ended_at IS NULL") == [world.volunteer2]
    assert (await act(subscribing.seen, by=await person("volunteer"), endpoint=one.said["endpoint"])).trouble == "gone"


async def test_a_person_has_five_phones_at_most(world, told):
    for _ in range(7):
        await told("volunteer")
    assert await db.value("SELECT count(*) FROM subscription WHERE ended_at IS NULL") == 5


async def test_filled_takes_back_what_waits_and_what_is_shown(world, told):
    await told("volunteer")
    await told("volunteer2")
    for who in (world.volunteer, world.volunteer2, world.steward):
        await say(who, urgent=True, kind="call", tag="task-7", community=world.community)
        await spreading.spread()
    await db.run("UPDATE carrying SET state = 'carried', ended_at = ? WHERE account_id = ?", clock.now(), world.volunteer)
    await say(world.operator, urgent=True, kind="call", tag="task-7", community=world.community)

    async def work():
        assert await withdrawing.withdraw(world.community, "task-7", "message.task_filled", number=7) == 1

    await worker.do(work)
    assert await spreading.spread() == 0
    assert await lines("account_id", "state = 'waiting'") == [str(world.volunteer)]
    assert sorted(await lines("state")) == ["carried", "dropped", "dropped", "waiting"]


async def test_a_follower_is_told_until_her_link_is_renewed(world, act, person):
    one, need = browser(), await some_need(world, act, await person("steward"))

    async def work():
        key = await key_of(world.volunteer)
        await following.follow(need, community=world.community, key=key, path="/track/x", lang="zh", **one.said)
        assert await following.tell_followers(need, "message.need_given", tag="need-1", number=1) == 1
        await following.end_followers(need)
        assert await following.tell_followers(need, "message.need_given", number=1) == 0

    assert (await worker.do(work)).state == "applied"


async def some_need(world, act, by):
    async def raised(*, by):
        row = await add(await places.building(world.building), Said(kind="food", what="米", unit="1", room="602"), by=by, channel="steward")
        return Done(about=str(row.id))

    return UUID((await act(raised, by=by)).about)


async def test_each_robot_of_a_community_gets_an_announcement(world, act, person):
    dispatcher = await person("dispatcher")
    add = {"name": "群", "chat": "wecom", "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"}
    made = await act(robots.add, by=dispatcher, **add)
    assert made.state == "applied"
    assert (await act(robots.add, by=await person("outside_dispatcher"), **add)).state == "applied"

    async def work():
        assert await robots.announce(world.community, "message.task_urgent", "/tasks/1", tag="task-7", number=7) == 1

    await worker.do(work)
    assert await lines("robot_id") == [made.about]
    assert (await act(robots.end, made.about, by=dispatcher)).state == "applied"
    assert await lines("state") == ["dropped"]


SUB = """INSERT INTO subscription(id, account_id, need_id, community_id, session_id, key_id, endpoint_sealed, keys_sealed, endpoint_hash, origin, lang,
made_at, seen_at, ended_at, ended_for) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
CARRY = """INSERT INTO carrying(id, account_id, way, subscription_id, lane, words, lang, made_at, due_at, until_at, state, ended_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


async def test_the_tables_keep_their_promises(world, told, person):
    one, now, bo = await told("volunteer"), clock.now(), await person("volunteer")
    from app.push.sealing import endpoint_hash

    hashed = endpoint_hash(one.said["endpoint"])

    async def broken(sql, *params):
        try:
            async with db.transaction():
                await db.run(sql, *params)
        except db.IntegrityError:
            return True
        return False

    def sub(account=None, need=None, community=None, session=None, hash=b"x", ended=None, why=None):
        return (ids.new(), account, need, community, session, ids.new(), b"e", b"k", hash, HOST, "zh", now, now, ended, why)

    assert await broken(SUB, *sub(bo.id, None, None, bo.session_id, hashed)), "an endpoint tells one"
    assert await broken(SUB, *sub(bo.id)), "without a session"
    assert await broken(SUB, *sub()), "nobody's"
    assert await broken(SUB, *sub(bo.id, None, None, bo.session_id, b"y", now)), "ended for no reason"
    assert await broken(SUB, *sub(bo.id, None, None, bo.session_id, b"y", now, "bored"))
    assert not await broken(SUB, *sub(bo.id, None, None, bo.session_id, hashed, now, "dead"))
    assert await broken(CARRY, ids.new(), bo.id, "push", None, "x", "w", "zh", now, now, now, "waiting", None)
    assert await broken(CARRY, ids.new(), bo.id, "pigeon", None, "x", "w", "zh", now, now, now, "waiting", None)
    assert await broken(CARRY, ids.new(), None, "sms", None, "x", "w", "zh", now, now, now, "waiting", None)
    assert await broken(CARRY, ids.new(), bo.id, "sms", None, "x", "w", "zh", now, now, now, "carried", None)
    assert not await broken(CARRY, ids.new(), bo.id, "sms", None, "x", "w", "zh", now, now, now, "carried", now)
    [line] = await lines("id")
    assert await broken("INSERT INTO attempt(id, carrying_id, at, outcome) VALUES (?, ?, ?, 'lost')", ids.new(), line, now)
    assert await broken("INSERT INTO attempt(id, carrying_id, at, outcome) VALUES (?, ?, ?, 'carried')", ids.new(), ids.new(), now)
    assert await broken("UPDATE message SET kind = 'gossip'") is False, "there is none yet"
    telling = "INSERT INTO telling(account_id, ways, quiet_from, quiet_until) VALUES (?, ?, ?, ?)"
    assert await broken(telling, bo.id, "push", None, None)
    assert await broken(telling, bo.id, "push,sms", 60, None)
    assert await broken(telling, bo.id, "push,sms", 60, 60)
    assert await broken(telling, bo.id, "push,sms", 60, 1440)
    host = "INSERT INTO push_host(id, host, made_by, made_at) VALUES (?, ?, ?, ?)"
    assert not await broken(host, ids.new(), "push.example.org", bo.id, now)
    assert await broken(host, ids.new(), "push.example.org", bo.id, now)
    assert await broken(host, ids.new(), "Push.example.com", bo.id, now)


async def test_a_letter_says_nothing_that_would_tell_of_anybody(world):
    def told(**how):
        base = {
            "id": ids.new(),
            "kind": "call",
            "words": "message.task_urgent",
            "params": '{"number": 7}',
            "lang": "zh",
            "path": "/tasks/7",
            "tag": "task-7",
            "urgent": True,
            "withdraw": False,
            "until_at": clock.now(),
        }
        return letters.Told(**(base | how))

    whole = json.loads(letters.notification(told()))
    assert whole["web_push"] == 8030 and whole["notification"]["tag"] == "task-7"
    assert "7" in whole["notification"]["body"]
    assert [one["action"] for one in whole["notification"]["actions"]] == ["take", "later"]
    leaky = json.loads(letters.notification(told(params='{"number": "张三 13800001234"}')))
    assert "张三" not in str(leaky) and "1380000" not in str(leaky)
    assert len(letters.sms(told())) <= 70
    for path in ("//evil.example/x", "https://evil.example", "/\\evil.example", None):
        assert "evil" not in letters.link(path)
    assert endpoints.is_host("updates.push.services.mozilla.com")
