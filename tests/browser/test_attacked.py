"""What a hostile hour found: links that act by being opened, copied profiles, another person's arrival."""

import json
import secrets
from pathlib import Path

import pytest
from browser.outbox_parts import acts_of, call, happened, offered, raised
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SAY = """line => {
  const form = document.querySelector("form[action$='/words']")
  form.querySelector("textarea, input[type=text], input:not([type])").value = line
  const id = form.elements.act.value
  form.requestSubmit()
  return id
}"""
COUNT_ANEW = """() => new Promise((ok, no) => {
  const asked = indexedDB.open('lastmetre')
  asked.onsuccess = () => {
    const db = asked.result, tx = db.transaction('meta', 'readwrite'), meta = tx.objectStore('meta')
    meta.get('device').onsuccess = event => meta.put({ ...event.target.result, seq: 0 }, 'device')
    tx.oncomplete = () => { db.close(); ok() }
    tx.onabort = () => no(tx.error)
  }
})"""


def test_a_link_to_the_locked_page_signs_nobody_out(neighbourhood, phone_of):
    hers = phone_of("volunteer")
    page = hers.open("/now")
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    owner, signed_out = page.locator("html").get_attribute("data-owner"), []
    page.on("request", lambda request: signed_out.append(request.url) if request.url.endswith("/sign-out") else None)
    page.goto(neighbourhood.url + "/locked")
    page.wait_for_url(lambda url: not url.endswith("/locked"))
    expect(page.locator("html")).to_have_attribute("data-owner", owner)
    assert not signed_out


def test_a_copied_profile_takes_a_new_name_and_its_act_counts(neighbourhood, phone_of):
    desk = phone_of("dispatcher")
    page = desk.open(raised(desk))
    for line in ("一", "二"):
        with page.expect_navigation():
            page.evaluate(SAY, line)
        expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    page.evaluate(COUNT_ANEW)
    page.reload()
    with page.expect_navigation():
        act = page.evaluate(SAY, "三")
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    assert acts_of(page) == [] and happened(neighbourhood, "need.worded", act) == 1


def test_a_refusal_that_its_owner_has_not_seen_outlives_another_persons_arrival(neighbourhood, phone_of):
    hers, other = phone_of("volunteer"), phone_of("volunteer2")
    task = call(phone_of("dispatcher"), places=1)
    page = hers.open("/now")
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    hers.set_offline(True)
    offered(page, task).evaluate("form => form.requestSubmit()")
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    form = {"act": secrets.token_urlsafe(16)}
    assert other.request.post(task + "/take", form=form, headers={"Sec-Fetch-Site": "same-origin", "X-Act-Reply": "to"}).status == 204
    hers.set_offline(False)
    expect(page.locator("#sync")).to_have_attribute("data-state", "held")

    def is_now(name: str) -> None:
        page.goto("about:blank")
        hers.add_cookies([{"name": "sid", "value": getattr(neighbourhood.world, f"{name}_token"), "url": neighbourhood.url}])
        page.goto(neighbourhood.url + "/outbox")
        expect(page.locator("#main")).to_be_visible()

    is_now("steward")
    expect(page.locator("[data-part=attention] [data-act]")).to_have_count(0)
    expect(page.locator("[data-none]")).to_be_visible()  # it came, so nobody need carry it to the network
    assert rescued(page) == []
    is_now("volunteer")
    expect(page.locator("[data-part=attention] [data-act]")).to_have_count(1)
    assert page.locator("[data-part=attention] [data-act] [data-page]").count() == 1, "it cannot be read any more"
    assert len(rescued(page)) == 1


def rescued(page) -> list[dict]:
    """The acts in the rescue file that whoever holds this phone now can save."""
    with page.expect_download() as saved:
        page.evaluate("() => document.querySelector('[data-rescue]').click()")
    return json.loads(Path(saved.value.path()).read_text())["acts"]


def test_what_was_pressed_after_an_act_that_was_taken_back_waits_for_nobody(neighbourhood, phone_of):
    desk = phone_of("dispatcher")
    page, list_page = desk.open(raised(desk)), desk.open("/outbox")
    for each in (page, list_page):
        expect(each.locator("#sync")).to_have_attribute("data-state", "clear")
    desk.set_offline(True)
    pressed = []
    for n, line in enumerate("一二三", 1):
        pressed.append(page.evaluate(SAY, line))
        expect(list_page.locator("[data-part=waiting] [data-act]")).to_have_count(n)
    list_page.locator(f"[data-act='{pressed[1]}'] [data-take-back]").click()
    expect(list_page.locator("[data-part=waiting] [data-act]")).to_have_count(2)
    assert [act["after"] for act in acts_of(page)] == [None, pressed[0]]
    desk.set_offline(False)
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear", timeout=15_000)
    assert [happened(neighbourhood, "need.worded", act) for act in pressed] == [1, 0, 1]


def test_a_storage_that_is_emptied_under_an_open_page_is_noticed_at_the_next_press(neighbourhood, phone_of):
    desk = phone_of("dispatcher")
    one, two = call(desk, "搬菜上楼"), call(desk, "发药")
    hers = phone_of("volunteer")
    page = hers.open("/now")
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    hers.set_offline(True)
    offered(page, one).locator("button").click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    page.evaluate(
        "() => new Promise((ok, no) => { const asked = indexedDB.deleteDatabase('lastmetre'); asked.onsuccess = () => ok(); asked.onerror = no })"
    )
    offered(page, two).locator("button").click()
    expect(page.locator("div[data-note=lost]")).to_be_visible()
    assert [entry["seq"] for entry in acts_of(page)] == [1]
