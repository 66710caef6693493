"""The outbox of a phone, in real Chromium: every act arrives once, and the page says the truth about where it is."""

import re

import pytest
from browser.outbox_parts import acts_of, call, happened, held_back, needs_form, offered
from playwright.sync_api import expect
from support.browser import axe, shoot, too_wide

pytestmark = pytest.mark.browser


def test_a_press_with_network_counts_once_and_names_its_receipt(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    page = phone_of("volunteer").open("/now")
    act = offered(page, task).locator("[name=act]").input_value()
    with page.expect_response(lambda answer: answer.url.endswith("/take")) as taken:
        offered(page, task).locator("button").click()
    assert taken.value.headers["x-act-receipt"] == f"{act}; applied; again=0"
    sent = taken.value.request.headers
    assert sent["idempotency-key"] == act and sent["x-seq"] == "1" and re.fullmatch(r"[\w-]{22}", sent["x-device"])
    expect(page.locator("#toast .toast")).to_be_visible()
    assert acts_of(page) == []
    assert happened(neighbourhood, "task.taken", act) == 1


def test_pressed_without_network_it_waits_on_the_phone_and_goes_when_there_is_network(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    page = phone.open(task)
    phone.set_offline(True)
    offered(page, task).locator("button").click()
    thing = page.locator("[data-thing][data-waits]")
    expect(thing).to_have_count(1)
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    assert thing.locator("form button").first.evaluate("button => !!button.closest('[inert]')")
    [act] = acts_of(page)
    assert (act["state"], act["tries"], act["path"]) == ("waiting", 0, f"{task}/take")
    phone.set_offline(False)
    # F22: nothing of the browser's own background sync is used, and no page is opened anew.
    expect(page.locator("[data-waits]")).to_have_count(0, timeout=10_000)
    expect(page.locator(f"form[action='{task}/release']").first).to_be_attached()
    assert acts_of(page) == []
    assert happened(neighbourhood, "task.taken", act["id"]) == 1


def test_what_was_never_sent_can_be_taken_back(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    page = phone.open(task)
    phone.set_offline(True)
    offered(page, task).locator("button").click()
    page.locator("[data-waits] .waits button").click()
    expect(page.locator("[data-waits]")).to_have_count(0)
    assert acts_of(page) == []
    phone.set_offline(False)
    offered(page, task).locator("button").click()
    expect(page.locator("#toast .toast")).to_be_visible()
    assert happened(neighbourhood, "task.taken") == 1


def test_a_whole_form_says_where_it_is_and_is_not_lost_with_the_page(neighbourhood, phone_of):
    phone = phone_of("steward")
    page = needs_form(phone.open("/needs/new"), "两袋米")
    phone.set_offline(True)
    page.locator("form[action='/needs'] button.main").last.click()
    expect(page.locator(".saved h1")).to_be_focused()
    assert [act["path"] for act in acts_of(page)] == ["/needs"]
    phone.set_offline(False)
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear", timeout=10_000)
    assert happened(neighbourhood, "need.raised") == 1


def test_a_reply_that_is_lost_after_the_commit_is_answered_again(neighbourhood, phone_of):
    """F05."""
    task = call(phone_of("dispatcher"))
    page = phone_of("volunteer").open(task)
    lost, told = [], []

    def lose(route):
        answer = route.fetch()
        lost.append(answer.headers["x-act-receipt"])
        route.abort()

    def listen(route):
        answer = route.fetch()
        told.extend(answer.json()["receipts"])
        route.fulfill(response=answer)

    page.route("**/take", lose)
    page.route("**/acts", listen)
    offered(page, task).locator("button").click()
    expect(page.locator("[data-waits]")).to_have_count(1)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-waits]")).to_have_count(0, timeout=10_000)
    assert [receipt["again"] for receipt in told] == [True]
    assert len(lost) == 1 and acts_of(page) == [] and happened(neighbourhood, "task.taken") == 1


PORTAL = "<!doctype html><title>Wi-Fi</title><h1>Sign in to the network</h1>"
STRANGERS = {
    "a portal's page": {"status": 200, "content_type": "text/html", "body": PORTAL},
    "a proxy's 502": {"status": 502, "content_type": "text/html", "body": "<h1>Bad gateway</h1>"},
    "json without a receipt": {"status": 200, "content_type": "application/json", "body": "{}"},
    "a receipt for another act": {"status": 200, "headers": {"X-Act-Receipt": "A" * 22 + "; applied; again=0"}, "body": "x"},
    "nothing": {"status": 204},
    "elsewhere": {"status": 302, "headers": {"Location": "/found"}},
    "receipts of others": {
        "status": 200,
        "content_type": "application/json",
        "body": '{"receipts":[{"id":"%s","state":"applied"}]}' % ("A" * 22),
    },
    "null": {"status": 200, "content_type": "application/json", "body": '{"receipts":[null]}'},
}


def tried_again(page, tries: int) -> dict:
    """The one act of this phone once it was sent more than `tries` times and answered."""
    for _ in range(100):
        [act] = acts_of(page)
        if act["tries"] > tries:
            page.wait_for_timeout(100)
            [act] = acts_of(page)
            return act
        page.wait_for_timeout(50)
    raise AssertionError("not sent again")


def answering(how: dict):
    return lambda route: route.fulfill(**how)


def test_only_a_receipt_of_ours_removes_an_act(neighbourhood, phone_of):
    """F24."""
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    phone.pardon("answer 502")
    page = phone.open(task)
    for stranger in STRANGERS.values():
        page.route("**/take", answering(stranger))
        page.route("**/acts", answering(stranger))
        if not acts_of(page):
            offered(page, task).locator("button").click()
            expect(page.locator("[data-waits]")).to_have_count(1)
        tries = acts_of(page)[0]["tries"]
        page.evaluate("dispatchEvent(new Event('online'))")
        act = tried_again(page, tries)
        assert act["state"] == "waiting", stranger
        expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("[data-waits]")).to_have_count(0, timeout=10_000)
    assert acts_of(page) == [] and happened(neighbourhood, "task.taken") == 1


def test_an_act_that_nobody_can_decide_blocks_none_behind_it(neighbourhood, phone_of):
    """F07."""
    dispatcher = phone_of("dispatcher")
    tasks = [call(dispatcher, f"{n}号任务", 2) for n in range(3)]
    phone, poison = phone_of("volunteer"), []
    page = phone.open(tasks[0])

    def undecided(route):
        """The server's own answer, but for one act nothing."""
        answer = route.fetch()
        told = answer.json()
        told["receipts"] = [None if one and one["id"] in poison else one for one in told["receipts"]]
        route.fulfill(response=answer, json=told)

    with held_back(phone):
        for task in tasks:
            page.goto(task)
            offered(page, task).locator("button").click()
            expect(page.locator("[data-waits]")).to_have_count(1)
        poison += [act["id"] for act in acts_of(page) if act["path"].startswith(tasks[0])]
        page.route("**/acts", undecided)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#sync")).to_contain_text("1")
    assert [act["id"] for act in acts_of(page) if act["state"] == "waiting"] == poison


def test_two_tabs_have_one_sender_and_keep_the_order(neighbourhood, phone_of):
    """F18."""
    dispatcher = phone_of("dispatcher")
    tasks = [call(dispatcher, f"{n}号任务", 2) for n in range(4)]
    phone = phone_of("volunteer")
    tabs, sent = [phone.open(tasks[0]), phone.open(tasks[1])], []

    def note(answer):
        if answer.url.endswith("/acts"):
            sent.extend(one["id"] for one in answer.request.post_data_json["acts"])
        elif answer.url.endswith("/take"):
            sent.append(answer.request.headers["idempotency-key"])

    with held_back(phone):
        for n, task in enumerate(tasks):
            page = tabs[n % 2]
            page.goto(task)
            offered(page, task).locator("button").click()
            expect(page.locator("[data-waits]")).to_have_count(1)
        queue, slow = [act["id"] for act in acts_of(page)], []
        phone.on("response", note)
        phone.route("**/acts", lambda route: slow.append(route) if route.request.post_data_json["acts"] else route.fallback())
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    for _ in range(100):
        tabs[0].wait_for_timeout(100)
        if slow:
            break
    tabs[1].wait_for_timeout(700)  # in which a second sender would send
    [request] = slow
    request.continue_()
    phone.unroute("**/acts")
    for tab in tabs:
        expect(tab.locator("[data-waits]")).to_have_count(0, timeout=10_000)
        expect(tab.locator("#sync")).to_have_attribute("data-state", re.compile("clear|held"))
    assert len(queue) == 4 and sent == queue
    assert {act["state"] for act in acts_of(tabs[1])} <= {"refused"}


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_doubled_submit_counts_once(neighbourhood, phone_of, js):
    page = phone_of(None, js=js).open(f"/ask/{neighbourhood.world.code}?kind=food")
    page.locator("[name=what]").fill("一袋米")
    page.locator("[name=unit][value='1']").check()
    page.locator("[name=room]").fill("301")
    if js:
        page.locator("form[data-act=repeat]").evaluate("form => { form.requestSubmit(); form.requestSubmit() }")
    else:
        page.route(
            "**/ask/**",
            lambda route: (route.fetch(max_redirects=0), route.continue_()) if route.request.method == "POST" else route.continue_(),
        )
        page.locator("form[data-act=repeat] button.main").click()
    page.wait_for_url(re.compile("/track/"))
    assert happened(neighbourhood, "need.raised") == 1


BREAKS = {
    "for good": "IDBFactory.prototype.open = () => { throw new DOMException('no', 'UnknownError') }",
    "every write": "IDBDatabase.prototype.transaction = (real => function (names, mode, how) { if (mode === 'readwrite') throw new DOMException('Connection to Indexed Database server lost', 'UnknownError'); return real.call(this, names, mode, how) })(IDBDatabase.prototype.transaction)",
    "full": "IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("fault", BREAKS)
def test_a_broken_database_loses_no_text(neighbourhood, phone_of, fault):
    """F15."""
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    page = phone.open(task)
    phone.pardon("page error: (no|full|Connection)")  # what else wanted the database may say so
    page.evaluate("document.addEventListener('store-trouble', event => { document.body.dataset.trouble = event.detail.reason })")
    page.evaluate(f"void (() => {{ {BREAKS[fault]} }})()")
    phone.set_offline(True)
    offered(page, task).locator("button").click()
    expect(page.locator("body")).to_have_attribute("data-trouble", "full" if fault == "full" else "broken", timeout=15_000)
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting", timeout=15_000)
    phone.set_offline(False)
    page.goto("/now")
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear", timeout=10_000)
    assert happened(neighbourhood, "task.taken") == 1


LAID = """() => {
  const put = IDBObjectStore.prototype.put
  let laid = false
  IDBObjectStore.prototype.put = function (entry, ...key) {
    const shelf = JSON.parse(localStorage.getItem('lastmetre.acts') || 'null')
    if (!laid && this.name === 'acts' && shelf && shelf.acts.length === 1) {
      laid = true
      shelf.acts.push({ ...shelf.acts[0], id: 'A'.repeat(22), seq: 99 })
      localStorage.setItem('lastmetre.acts', JSON.stringify(shelf))
    }
    return put.call(this, entry, ...key)
  }
}"""


def test_what_another_tab_lays_beside_a_broken_database_meanwhile_stays(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    page = phone.open(task)
    phone.pardon("page error: (no|full|Connection)")
    with held_back(phone):
        page.evaluate(f"void (() => {{ {BREAKS['full']} }})()")
        offered(page, task).locator("button").click()
        expect(page.locator("#sync")).to_have_attribute("data-state", "waiting", timeout=15_000)
        page.add_init_script(f"({LAID})()")
        page.goto(task)
        expect(page.locator("#sync")).to_contain_text("2")
        [moved] = acts_of(page)
        [left] = page.evaluate("JSON.parse(localStorage.getItem('lastmetre.acts')).acts")
        assert moved["path"] == f"{task}/take" and left["id"] == "A" * 22
        page.evaluate("localStorage.removeItem('lastmetre.acts')")


def test_a_connection_that_is_lost_once_is_opened_again(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    page = phone.open(task)
    phone.set_offline(True)
    page.evaluate(
        "void (() => { let left = 1; IDBDatabase.prototype.transaction = (real => function (names, mode, how) { if (mode === 'readwrite' && left-- > 0) throw new DOMException('Connection to Indexed Database server lost', 'UnknownError'); return real.call(this, names, mode, how) })(IDBDatabase.prototype.transaction) })()"
    )
    offered(page, task).locator("button").click()
    expect(page.locator("[data-waits]")).to_have_count(1)
    assert len(acts_of(page)) == 1 and page.evaluate("localStorage.getItem('lastmetre.acts')") is None


def test_what_lies_on_the_phone_cannot_be_read_there(neighbourhood, phone_of):
    phone = phone_of("steward")
    page = needs_form(phone.open("/needs/new"), "降压药两盒")
    phone.set_offline(True)
    page.locator("form[action='/needs'] button.main").last.click()
    expect(page.locator(".saved h1")).to_be_visible()
    raw = page.evaluate(
        """async () => {
          const db = await new Promise(ok => { const asked = indexedDB.open('lastmetre'); asked.onsuccess = () => ok(asked.result) })
          const [one] = await new Promise(ok => { const all = db.transaction('acts').objectStore('acts').getAll(); all.onsuccess = () => ok(all.result) })
          const key = await new Promise(ok => { const all = db.transaction('keys').objectStore('keys').getAll(); all.onsuccess = () => ok(all.result[0].key) })
          db.close()
          return { plain: 'plain' in one, text: new TextDecoder().decode(one.box.data) + JSON.stringify(one), extractable: key.extractable }
        }"""
    )
    assert not raw["plain"] and not raw["extractable"] and "降压药" not in raw["text"]


@pytest.mark.parametrize(("lang", "type", "width"), [("zh", "normal", 360), ("en", "larger", 320)])
def test_what_waits_can_be_read_by_everybody(neighbourhood, phone_of, lang, type, width):
    task = call(phone_of("dispatcher"))
    phone = phone_of("steward", lang=lang, type=type, width=width)
    page = phone.open(task)
    assert (axe(page), too_wide(page)) == ([], [])
    size = page.locator("#sync").bounding_box()
    assert min(size["width"], size["height"]) >= 48
    phone.set_offline(True)
    offered(page, task).locator("button").click()
    expect(page.locator("[data-waits] .waits")).to_be_visible()
    expect(page.locator("#toast .toast")).to_be_visible()
    shoot(page, f"waiting-{lang}")
    assert (axe(page), too_wide(page)) == ([], [])
    phone.set_offline(False)
    expect(page.locator("[data-waits]")).to_have_count(0, timeout=10_000)
    page.goto("/needs/new")
    needs_form(page, "两袋米")
    phone.set_offline(True)
    page.locator("form[action='/needs'] button.main").last.click()
    expect(page.locator(".saved h1")).to_be_visible()
    shoot(page, f"saved-{lang}")
    assert (axe(page), too_wide(page)) == ([], [])


def test_a_number_is_looked_at_now_or_not_at_all(neighbourhood, phone_of):
    phone = phone_of("dispatcher")
    phone.pardon("htmx:error|fetching the script")
    page = phone.open(f"/people/{neighbourhood.world.volunteer}")
    phone.set_offline(True)
    page.locator("form[action$='/reveal'] button").click()
    expect(page.locator("#toast [data-part=needs]")).to_be_visible()
    assert acts_of(page) == []
    phone.set_offline(False)
    page.locator("form[action$='/reveal'] button").click()
    expect(page.locator("[data-secret]").first).to_be_visible()
