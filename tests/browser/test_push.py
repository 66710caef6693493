"""Being told, on real phones: turned on with a tap, shown by the worker, pressed, withdrawn; and the pages around it in every dress."""

import json
import re
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import cast
import pytest
from playwright.sync_api import expect
from support import pushed, server
from support.browser import axe, shoot, too_wide
from support.reading import made, meta, post, soon

pytestmark = pytest.mark.browser
calmly = partial(soon, patience=60)


@pytest.fixture
def services():
    with pushed.services() as running:
        yield running


@pytest.fixture
def neighbourhood(sqlite_template, tmp_path, services):
    """The app as its own process; it may write to the push service of this test."""
    data = tmp_path / "data"
    shutil.copytree(sqlite_template, data)
    with server.serve(data, env={"LASTMETRE_DEMO": "1", "LASTMETRE_TEST_STANDINS": services.url}, forked=True) as running:
        yield SimpleNamespace(url=running.url, world=cast.world(data), server=running, data=data)


@pytest.fixture
def telling(phone_of, neighbourhood, services):
    """`telling("volunteer")`: her phone, whose browser has a push service; `.keys` opens what is sent to it."""

    def make(name: str | None, **how):
        phone = phone_of(name, **how)
        phone.pardon("Failed to execute 'openWindow'|Not allowed to (open|focus) a window")
        phone.keys = pushed.Browser(services.url, f"{name}-{len(services.posts)}")
        phone.context.add_init_script(phone.keys.script)
        phone.context.grant_permissions(["notifications"], origin=neighbourhood.url)
        return phone

    return make


def on(phone, path: str = "/me/ways"):
    """Turned on with a tap; the page says so."""
    page = phone.open(path)
    expect(page.locator("[data-step=off]")).to_be_visible()
    page.locator("[data-do=on]:visible").click()
    expect(page.locator("[data-step=on]")).to_be_visible()
    return page


def read(data, sql: str, *params) -> list[tuple]:
    raw = sqlite3.connect(f"file:{data / 'lastmetre.db'}?mode=ro", uri=True)
    try:
        return raw.execute(sql, params).fetchall()
    finally:
        raw.close()


def write(data, sql: str, *params) -> None:
    raw = sqlite3.connect(data / "lastmetre.db", timeout=10)
    try:
        raw.execute(sql, params)
        raw.commit()
    finally:
        raw.close()


def moment(seconds: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")


def refuse(data, origin: str) -> None:
    """As if this push service had refused our key for a while."""
    write(data, "INSERT INTO push_refusal(origin, code, since_at, last_at, lines) VALUES (?, '403', ?, ?, 12)", origin, moment(), moment())


def got(services, phone) -> list[dict]:
    return [phone.keys.open(body) for path, body in list(services.posts) if path == phone.keys.path]


def test_nothing_is_asked_on_load_and_a_tap_turns_it_on_and_off_and_sign_out_ends_it(neighbourhood, telling):
    phone = telling("volunteer")
    phone.context.add_init_script(
        "const ask = Notification.requestPermission; Notification.requestPermission = () => { window.asked = 1; return ask.call(Notification) }"
    )
    page = phone.open("/now")
    assert page.evaluate("window.asked") is None
    page.goto("/me/ways")
    expect(page.locator("[data-step=off]")).to_be_visible()
    assert page.evaluate("window.asked") is None
    page.locator("[data-do=on]:visible").click()
    expect(page.locator("[data-step=on]")).to_be_visible()
    living = "SELECT count(*) FROM subscription WHERE ended_at IS NULL"
    assert read(neighbourhood.data, living) == [(1,)]
    page.reload()
    expect(page.locator("[data-step=on]")).to_be_visible()
    page.locator("[data-do=off]").click()
    expect(page.locator("[data-step=off]")).to_be_visible()
    assert read(neighbourhood.data, living) == [(0,)]
    on(phone)
    assert read(neighbourhood.data, living) == [(1,)]
    page.goto("/me")
    page.locator("main form[data-sign-out] button").click()
    page.wait_for_url("**/sign-in**")
    soon(page, lambda: read(neighbourhood.data, living) == [(0,)])
    assert meta(page, "push") is None  # who signs in here next is asked anew
    assert read(neighbourhood.data, "SELECT ended_for FROM subscription ORDER BY made_at DESC LIMIT 1") == [("signed_out",)]


def living(data) -> list[tuple]:
    return read(data, "SELECT id FROM subscription WHERE ended_at IS NULL")


def test_a_subscription_that_vanished_is_made_anew_at_the_next_start_without_a_tap(neighbourhood, telling, services):
    phone = telling("volunteer")
    page = on(phone)
    before, fresh = living(neighbourhood.data), pushed.Browser(services.url, "volunteer-anew")
    pushed.lose(phone, page, fresh)
    page.goto("/now")
    calmly(page, lambda: living(neighbourhood.data) not in ([], before))
    assert read(neighbourhood.data, "SELECT ended_for FROM subscription WHERE ended_at IS NOT NULL") == [("replaced",)]
    assert len(living(neighbourhood.data)) == 1
    calmly(page, lambda: meta(page, "push")["endpoint"] == fresh.said["endpoint"])
    post(phone, "/push/test")
    calmly(page, lambda: [path for path, _ in services.posts if path == fresh.path])


def test_a_browser_that_changes_the_subscription_by_itself_is_followed(neighbourhood, telling, services):
    phone = telling("volunteer")
    page = on(phone)
    before, fresh = living(neighbourhood.data), pushed.Browser(services.url, "volunteer-changed")
    pushed.lose(phone, page, fresh)
    phone.context.service_workers[0].evaluate("dispatchEvent(new ExtendableEvent('pushsubscriptionchange'))")
    calmly(page, lambda: living(neighbourhood.data) not in ([], before))
    calmly(page, lambda: meta(page, "push")["endpoint"] == fresh.said["endpoint"])
    assert len(living(neighbourhood.data)) == 1


def test_her_page_of_ways_turns_a_lost_subscription_on_again(neighbourhood, telling):
    phone = telling("volunteer")
    page = on(phone)
    page.evaluate("localStorage.removeItem('faked')")
    page.goto("/me/ways")
    expect(page.locator("[data-step=on]")).to_be_visible()
    assert len(living(neighbourhood.data)) == 1 and page.evaluate("localStorage.getItem('faked')") == "1"


def test_where_the_push_service_cannot_be_reached_it_is_tried_again_later_and_not_given_up(neighbourhood, telling, services):
    phone = telling("volunteer")
    page = on(phone)
    before, fresh = living(neighbourhood.data), pushed.Browser(services.url, "volunteer-late")
    pushed.lose(phone, page, fresh)
    worker = phone.context.service_workers[0]
    worker.evaluate("""() => { const subscribe = PushManager.prototype.subscribe
      PushManager.prototype.subscribe = async () => { self.asked = 1; throw new DOMException('', 'AbortError') }
      self.reachable = () => PushManager.prototype.subscribe = subscribe }""")
    page.goto("/now")
    calmly(page, lambda: worker.evaluate("self.asked"))
    assert living(neighbourhood.data) == before and meta(page, "push")
    worker.evaluate("self.reachable()")
    worker.evaluate("dispatchEvent(new ExtendableEvent('pushsubscriptionchange'))")
    calmly(page, lambda: living(neighbourhood.data) not in ([], before))


def test_an_urgent_call_on_three_phones_and_in_a_group(neighbourhood, telling, phone_of, services):
    """Bo takes it on the notification, Cem is too late, Ned's phone sleeps in a pocket; the group's robot says both."""
    taking, late, asleep = telling("volunteer"), telling("volunteer2"), telling("newcomer")
    pages = {id(phone): on(phone) for phone in (taking, late, asleep)}
    dispatcher = phone_of("dispatcher")
    desk = dispatcher.open("/robots")
    desk.locator("#f-name").fill("一村志愿者群")
    desk.locator("input[name=chat][value=plain]").check(force=True)
    desk.locator("#f-address").fill(f"{services.url}/robot")
    desk.locator("form[action='/robots'] button").click()
    expect(desk.locator("article.card")).to_have_count(1)
    task = made(post(dispatcher, "/tasks", title="给三户送药", places="1", hours="2", starts="now", urgent="1", proof="claimed"))
    told = {id(phone): calmly(desk, lambda phone=phone: got(services, phone)) for phone in (taking, late, asleep)}
    robot = lambda: [json.loads(body)["text"] for path, body in list(services.posts) if path == "/robot"]  # noqa: E731
    calmly(desk, robot)
    for phone in (taking, late, asleep):
        [call] = told[id(phone)]
        assert call["urgent"] and call["notification"]["navigate"] == neighbourhood.url + task
        pushed.deliver(phone, pages[id(phone)], call)
        calmly(pages[id(phone)], lambda phone=phone: pushed.shown(pages[id(phone)]))
    [note] = pushed.shown(pages[id(taking)])
    assert note["path"] == task and note["actions"] == ["take", "later"] and not note["silent"]
    calmly(desk, lambda: read(neighbourhood.data, "SELECT count(*) FROM carrying WHERE shown_at IS NOT NULL") == [(3,)])

    pushed.press(taking, note["tag"], "take")
    pages[id(taking)].wait_for_url(f"**{task}**")
    expect(pages[id(taking)].locator(f"form[action='{task}/release']").first).to_be_visible()
    assert read(neighbourhood.data, "SELECT count(*) FROM place WHERE taken_by IS NOT NULL") == [(1,)]

    pushed.press(late, note["tag"], "take")
    pages[id(late)].wait_for_url(f"**{task}**")
    expect(pages[id(late)].locator("main")).to_be_visible()
    assert read(neighbourhood.data, "SELECT count(*) FROM place WHERE taken_by IS NOT NULL") == [(1,)]
    expect(pages[id(late)].locator(f"form[action='{task}/take']")).to_have_count(0)

    over = calmly(desk, lambda: [one for one in got(services, asleep) if one["withdraw"]])[0]
    pages[id(asleep)].evaluate("Object.defineProperty(document, 'visibilityState', { value: 'hidden' })")
    pushed.deliver(asleep, pages[id(asleep)], over)
    calmly(pages[id(asleep)], lambda: not [one for one in pushed.shown(pages[id(asleep)]) if one["actions"]])
    said = calmly(desk, lambda: len(robot()) == 2 and robot())
    assert all(neighbourhood.url + task in line for line in said)
    assert not re.search("薄|岑|宁|狄|送药|1380000", " ".join(said) + json.dumps(told[id(late)] + [over], ensure_ascii=False))


def test_test_me_says_without_a_reload_whether_it_arrived_and_what_to_do_where_nothing_comes(neighbourhood, telling, services):
    phone = telling("volunteer")
    page = on(phone)
    page.locator("form[action='/push/test'] button").click()
    page.wait_for_url(re.compile("did="))
    fate = page.locator("#lately-live [data-fate]")
    expect(fate).to_have_attribute("data-fate", "carried")
    expect(page.locator("html")).to_have_attribute("data-live", "stream")
    page.evaluate("window.stays = 1")
    [told] = calmly(page, lambda: got(services, phone))
    pushed.deliver(phone, page, told)
    expect(fate).to_have_attribute("data-fate", "shown", timeout=30_000)
    assert page.evaluate("window.stays === 1")
    expect(page.locator("#live-voice")).not_to_be_empty()

    post(phone, "/push/test")  # nothing brings this one to the phone, and she pressed nearly a minute ago
    calmly(page, lambda: len(got(services, phone)) == 2)
    write(neighbourhood.data, "UPDATE carrying SET made_at = ? WHERE shown_at IS NOT NULL", moment(-300))
    write(neighbourhood.data, "UPDATE carrying SET made_at = ? WHERE shown_at IS NULL", moment(-56))
    page = phone.open("/me/ways")
    page.evaluate("window.stays = 1")
    expect(page.locator("#lately-live [data-fate]")).to_have_attribute("data-fate", "late_carried", timeout=30_000)
    assert page.evaluate("window.stays === 1") and not axe(page) and not too_wide(page)


def test_a_line_that_comes_twice_calls_once(telling, services):
    """A server that was killed posts again what was on its way."""
    phone = telling("volunteer")
    page = on(phone)
    call = {"title": "要人手", "body": "任务 7", "tag": "task-7", "navigate": "/tasks"}
    for line, silent in (("a", False), ("a", True), ("b", False)):
        pushed.deliver(phone, page, {"web_push": 8030, "notification": call | {"body": f"任务 7 {line} {silent}"}, "id": line})
        soon(page, lambda line=line, silent=silent: [one["body"] for one in pushed.shown(page)] == [f"任务 7 {line} {silent}"])
        assert [one["silent"] for one in pushed.shown(page)] == [silent]


def test_what_cannot_be_read_is_shown_all_the_same_and_a_locked_phone_says_nothing_of_hers(telling, services):
    phone = telling("volunteer")
    page = on(phone)
    for spoilt in ("", "{", '{"notification":{}}'):
        pushed.deliver(phone, page, spoilt)
        soon(page, lambda: pushed.shown(page))
        [note] = pushed.shown(page)
        assert note["title"] and note["tag"] == "news" and note["path"] == "/"
    told = {"web_push": 8030, "notification": {"title": "要人手", "body": "任务 7", "tag": "task-7", "navigate": "https://evil.example/x"}}
    pushed.deliver(phone, page, told)
    soon(page, lambda: [one for one in pushed.shown(page) if one["tag"] == "task-7"])
    assert [one["path"] for one in pushed.shown(page) if one["tag"] == "task-7"] == ["/"]
    pushed.deliver(phone, page, told | {"notification": told["notification"] | {"body": "人已够"}, "withdraw": True})
    soon(page, lambda: not [one for one in pushed.shown(page) if one["tag"] == "task-7"])  # a page of ours is in sight
    page.evaluate("""new Promise((ok, no) => { const asked = indexedDB.open('lastmetre'); asked.onsuccess = () => {
      const tx = asked.result.transaction('meta', 'readwrite'); tx.objectStore('meta').put({ at: 1 }, 'locked'); tx.oncomplete = () => { asked.result.close(); ok() } } })""")
    pushed.deliver(phone, page, told)
    page.wait_for_timeout(0)
    soon(page, lambda: pushed.shown(page))
    assert {one["tag"] for one in pushed.shown(page)} == {"news"}


def test_a_resident_is_told_on_her_links_page(neighbourhood, telling, phone_of, services):
    code = neighbourhood.world.code
    phone = telling(None)
    asked = post(phone, f"/ask/{code}", kind="food", what="一袋米", unit="1", room="602")
    track = re.sub(r"\?.*", "", asked.headers["location"])
    page = on(phone, track)
    [(need,)] = read(neighbourhood.data, "SELECT id FROM need")
    post(phone_of("dispatcher"), f"/needs/{need}/answer", line="明天上午送到")
    [told] = soon(page, lambda: got(services, phone))
    assert told["notification"]["navigate"] == neighbourhood.url + track and "米" not in json.dumps(told, ensure_ascii=False)
    pushed.deliver(phone, page, told)
    soon(page, lambda: pushed.shown(page))


DRESSES = [
    ("zh", "larger", "light", 320), pytest.param("en", "larger", "sunlight", 320, marks=pytest.mark.long),
    pytest.param("zh", "normal", "light", 360, marks=pytest.mark.long), pytest.param("en", "normal", "dark", 360, marks=pytest.mark.long),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "type", "theme", "width"), DRESSES)
def test_the_pages_in_every_dress(neighbourhood, telling, phone_of, services, lang, type, theme, width):
    dress = {"lang": lang, "type": type, "theme": theme, "width": width}
    dispatcher, bo, resident = phone_of("dispatcher", **dress), telling("volunteer", **dress), phone_of(None, **dress)
    asked = post(resident, f"/ask/{neighbourhood.world.code}", kind="food", what="一袋米", unit="1", room="602")
    track = re.sub(r"\?.*", "", asked.headers["location"])
    post(dispatcher, "/robots", name="一村志愿者群", chat="wecom", address="https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k")
    wrong = []

    def look(phone, path, name):
        page = phone.open(path)
        page.wait_for_load_state("networkidle")
        wrong.extend(f"{name}: {line}" for line in [*axe(page), *too_wide(page)])
        shoot(page, f"push-{lang}-{type}-{theme}-{name}")
        return page

    refuse(neighbourhood.data, "https://updates.push.services.mozilla.com")
    look(bo, "/me/ways", "ways-off").close()
    on(bo).close()
    post(telling("volunteer2"), "/me/ways", first="sms", sms="1", quiet="1", quiet_from="22:00", quiet_until="07:00", kinds="call")
    post(dispatcher, "/tasks", title="给三户送药", places="2", hours="2", starts="now", urgent="1", proof="claimed")
    look(bo, "/me/ways", "ways-on").close()
    post(bo, "/push/test")
    soon(bo.open("/me/ways"), lambda: read(neighbourhood.data, "SELECT 1 FROM carrying WHERE kind = 'test' AND state = 'carried'"))
    write(neighbourhood.data, "UPDATE carrying SET made_at = ? WHERE kind = 'test'", moment(-70))
    look(bo, "/me/ways", "ways-late").close()
    look(bo, "/me", "me").close()
    for phone, path, name in (
        (resident, track, "track"), (dispatcher, "/robots", "robots"), (dispatcher, "/push-hosts", "hosts"), (dispatcher, "/settings", "settings"),
    ):  # fmt: skip
        look(phone, path, name).close()
    desk = dispatcher.open("/calls")
    soon(desk, lambda: desk.reload() and desk.locator("article.card").count())
    look(dispatcher, "/calls", "calls").close()
    post(dispatcher, "/calls/take")
    look(dispatcher, "/calls/print", "calls-print").close()
    assert not wrong, "\n".join(wrong)
