"""What a second hostile hour found: a sealed act whose count was used, a shelf brought home twice, a phone that may keep nothing."""

import secrets

import pytest
from browser.outbox_parts import acts_of, call, happened, held_back, held_first, ill, journal, offered
from playwright.sync_api import expect
from support.reading import go, lying, soon

pytestmark = pytest.mark.browser
SLOW = """IDBFactory.prototype.open = (real => function (...how) {
  const asked = real.apply(this, how)
  Object.defineProperty(asked, "onsuccess", { set(told) { asked.addEventListener("success", event => setTimeout(() => told.call(asked, event), 1500)) } })
  return asked
})(IDBFactory.prototype.open)"""
NOTHING_KEPT = """for (const name of ["indexedDB", "localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied", "SecurityError") }, configurable: true })
}"""


def pressed_after(page, path: str, ms: int) -> None:
    """An act that the page does not offer yet, as a page that was open longer would."""
    page.evaluate(
        """([path, ms]) => {
          const form = Object.assign(document.createElement("form"), { method: "post", action: path })
          form.dataset.act = "repeat"
          form.innerHTML = "<input type=hidden name=act><button>x</button>"
          document.getElementById("main").append(form)
          setTimeout(() => form.requestSubmit(), ms)
        }""",
        [path, ms],
    )


def taken(neighbourhood, task: str) -> int:
    return sum(one["kind"] == "task.taken" and task.rpartition("/")[2] in str(one) for one in journal(neighbourhood))


def test_a_sealed_act_whose_count_was_used_is_kept_for_a_steward_and_holds_up_nobody(neighbourhood, phone_of):
    """A copied profile, signed out without network: what is sealed cannot be counted anew."""
    tasks = [call(phone_of("dispatcher"), name) for name in ("一号", "二号")]
    phone, posts = phone_of("volunteer2"), []
    phone.pardon("Failed to fetch")
    page = phone.open(tasks[0])
    soon(page, lambda: lying(page, "grants"))
    phone.set_offline(True)
    offered(page, tasks[0]).locator("button").click()
    [act] = soon(page, lambda: acts_of(page))
    page.locator("header details.sheet > summary").click()
    page.locator("header form[action='/sign-out'] button").click()
    page.locator("#leaving [data-step=seal] [data-go]").click()
    soon(page, lambda: acts_of(page)[0].get("envelope"))
    copy = {"id": secrets.token_urlsafe(16), "seq": act["seq"], "path": "/inbox/read", "form": {}}
    told = phone_of("volunteer").request.post(
        "/acts", data={"device": act["device"], "acts": [copy]}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert told.json()["receipts"][0]["state"] == "applied"
    phone.on("request", lambda request: posts.append(request.url) if request.url.endswith("/acts") else None)
    phone.set_offline(False)
    soon(page, lambda: all(one["state"] == "refused" for one in acts_of(page)))
    page.wait_for_timeout(1500)
    assert len(posts) <= 3
    page.goto("about:blank")
    phone.add_cookies([{"name": "sid", "value": neighbourhood.world.volunteer_token, "url": neighbourhood.url}])
    page.goto(neighbourhood.url + tasks[1])
    offered(page, tasks[1]).locator("button").click()
    soon(page, lambda: taken(neighbourhood, tasks[1]) == 1)


def test_what_follows_an_act_that_is_taken_back_while_it_is_about_to_be_sent_waits_for_nobody(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    phone, asked = phone_of("volunteer"), []
    phone.pardon("Failed to fetch|fetching the script")
    phone.add_init_script("if (self.SyncManager) SyncManager.prototype.register = async () => {}")  # else the worker may be first
    phone.route("**/grants", lambda route: route.abort())
    page = phone.open(task)
    with held_back(phone):
        phone.set_offline(True)
        offered(page, task).locator("button").click()
        soon(page, lambda: len(acts_of(page)) == 1)
        pressed_after(page, f"{task}/release", 300)
        first, second = soon(page, lambda: len(acts_of(page)) == 2 and acts_of(page))
        assert second["after"] == first["id"]
        phone.unroute("**/grants")
        page.goto("about:blank")
        phone.route("**/grants", lambda route: asked.append(route))  # before there is network: nothing slips through
        phone.set_offline(False)
    go(page, neighbourhood.url + "/outbox")
    page.evaluate("dispatchEvent(new Event('online'))")
    soon(page, lambda: asked)
    page.locator(f"[data-act='{first['id']}'] [data-take-back]").click()
    soon(page, lambda: len(acts_of(page)) == 1)
    for route in asked:
        route.continue_()
    phone.unroute("**/grants")
    soon(page, lambda: all(one["state"] != "waiting" for one in acts_of(page)))
    assert [one["state"] for one in acts_of(page)] == ["refused"], "it was decided, not held for one that never comes"
    assert happened(neighbourhood, "task.taken") == 0


def test_a_browser_that_keeps_nothing_sends_the_form_as_it_is(neighbourhood, phone_of):
    phone = phone_of(None)
    phone.pardon("Access is denied")
    phone.add_init_script(NOTHING_KEPT)
    page = phone.open(f"/ask/{neighbourhood.world.code}?kind=food")
    page.locator("[name=what]").fill("一袋米")
    page.locator("[name=unit][value='1']").check()
    page.locator("[name=room]").fill("301")
    page.locator("form[data-act=repeat] button.main").click()
    page.wait_for_url("**/track/**")
    assert happened(neighbourhood, "need.raised") == 1


CLOCK = """globalThis.Date = class extends Date {
  constructor(...parts) { super(...(parts.length ? parts : [globalThis.Date.now()])) }
  static now() { return super.now() + (window.shift || 0) }
}"""


@pytest.mark.parametrize("asked", [500, 503], ids=["put-aside", "told-to-wait"])
def test_a_clock_that_is_set_back_keeps_no_act_waiting(neighbourhood, phone_of, asked):
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    phone.pardon("answer 50")
    phone.add_init_script(CLOCK)
    page = phone.open(task)
    soon(page, lambda: lying(page, "grants"))
    for address in ("**/take", "**/acts"):
        page.route(address, lambda route: route.fulfill(status=asked, headers={"Retry-After": "1"} if asked == 503 else {}, body="x"))
    offered(page, task).locator("button").click()
    soon(page, lambda: acts_of(page) and acts_of(page)[0]["tries"])
    page.wait_for_timeout(300)
    page.evaluate("void (window.shift = -7200000)")
    page.unroute_all()
    soon(page, lambda: taken(neighbourhood, task) == 1, 60)


@pytest.mark.long
def test_a_database_that_failed_once_does_not_end_the_sending(neighbourhood, phone_of):
    """Left alone for half a minute, it is asked again though nothing is counted meanwhile."""
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    phone.pardon("Connection to Indexed Database|Failed to fetch")
    page = phone.open(task)
    soon(page, lambda: lying(page, "grants"))
    with held_back(phone):
        offered(page, task).locator("button").click()
        soon(page, lambda: acts_of(page))
        with ill(page):
            page.evaluate("document.addEventListener('store-trouble', () => { document.body.dataset.trouble = 1 })")
            expect(page.locator("body")).to_have_attribute("data-trouble", "1", timeout=40_000)
    for _ in range(80):
        if page.locator("#sync").get_attribute("data-state") == "clear":
            break
        page.wait_for_timeout(1000)
    assert happened(neighbourhood, "task.taken") == 1


@pytest.mark.long
def test_the_count_never_forgets_what_a_failing_database_holds(neighbourhood, phone_of):
    dispatcher, phone = phone_of("dispatcher"), phone_of("volunteer")
    tasks = [call(dispatcher, name) for name in ("一号", "二号")]
    phone.pardon("Connection to Indexed Database|Failed to fetch")
    page = phone.open(tasks[0])
    soon(page, lambda: lying(page, "grants"))
    with held_back(phone):
        held_first(page, *tasks)
        expect(page.locator("#sync")).to_contain_text("1")
        with ill(page):
            offered(page, tasks[1]).evaluate("form => form.requestSubmit()")
            expect(page.locator("#sync")).to_contain_text("2", timeout=15_000)
    page.evaluate("dispatchEvent(new Event('online'))")
    soon(page, lambda: taken(neighbourhood, tasks[1]) == 1)
    if taken(neighbourhood, tasks[0]) == 0:
        assert page.locator("#sync").get_attribute("data-state") == "waiting"
    soon(page, lambda: taken(neighbourhood, tasks[0]) == 1, 75)


def test_what_was_held_for_the_one_before_is_told_as_done_once_it_was(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    phone.pardon("Failed to load resource|Failed to fetch")
    phone.add_init_script("Math.random = () => 8")  # what failed stays aside for longer than the next press takes
    page = phone.open(task)
    soon(page, lambda: lying(page, "grants"))
    phone.route("**/acts", lambda route: route.abort())
    phone.route("**/take", lambda route: route.abort())
    offered(page, task).locator("button").click()
    expect(page.locator("#toast")).not_to_be_empty()  # it was tried, and is at rest
    pressed_after(page, f"{task}/release", 0)
    soon(page, lambda: [one["state"] for one in acts_of(page)] == ["waiting", "held"])
    phone.unroute("**/acts")
    go(page, neighbourhood.url + task)
    soon(page, lambda: happened(neighbourhood, "task.let_go") == 1)
    go(page, neighbourhood.url + task)
    soon(page, lambda: acts_of(page) == [])
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
