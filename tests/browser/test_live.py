"""Pages that follow what happens: two phones, a cut stream, a phone in the pocket, a form under the thumb, no network."""

import re
import time
import urllib.request
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from support.browser import axe

pytestmark = pytest.mark.browser
LONGER = "new Promise(done => setTimeout(done, 4000))"  # than a change takes to be drawn elsewhere
STREAM = re.compile(r"/events\?")


def call(phone_of, title: str = "17栋搬菜上楼", places: int = 2) -> str:
    """The dispatcher calls for people; the task's path."""
    page = phone_of("dispatcher").open("/tasks/new")
    page.locator("[name=title]").fill(title)
    page.locator("[name=places]").fill(str(places))
    page.locator("form[data-act=repeat] button.main").last.click()
    page.wait_for_url(re.compile("did="))
    path = re.search(r"/tasks/[0-9a-f-]{36}", page.url)[0]
    page.close()
    return path


def take(page: Page) -> None:
    page.locator("#live form[action$='/take'] button").click()
    expect(page.locator("#live form[action$='/take']")).to_have_count(0)


def following(page: Page, how: str = "stream") -> None:
    expect(page.locator("html")).to_have_attribute("data-live", how)


def shown_once(page: Page) -> None:
    """Fails when the page was loaded anew afterwards: `marked` then says so."""
    page.evaluate("window.stays = 1")


def marked(page: Page) -> bool:
    return page.evaluate("window.stays === 1")


def test_one_takes_a_place_and_the_others_pages_show_it_without_a_reload(phone_of):
    task = call(phone_of)
    first, second, dispatcher = (
        phone_of("volunteer").open(task),
        phone_of("volunteer2", lang="en").open(task),
        phone_of("dispatcher").open("/tasks"),
    )
    for page in (second, dispatcher):
        following(page)
        shown_once(page)
    before = second.evaluate("document.querySelector('#live .box').isSameNode(window.box = document.querySelector('#live .box'))")
    take(first)
    expect(second.locator("#live .progress, #live progress").first).to_be_visible()
    expect(second.locator("#live .box")).to_contain_text("1 / 2")
    expect(dispatcher.locator(f"#live a[href='{task}']")).to_be_visible()
    expect(dispatcher.locator("#live .thing .number")).to_contain_text("1")
    assert before and second.evaluate("document.querySelector('#live .box') === window.box"), "what stays is the same element"
    assert marked(second)
    take(second)
    expect(first.locator("#live .box")).to_contain_text("2 / 2")
    expect(dispatcher.locator("#live .thing .number")).to_contain_text("2")
    assert marked(dispatcher)
    assert not axe(dispatcher)


def test_a_volunteers_first_page_shows_a_new_call_and_moves_what_she_took_without_a_reload(phone_of):
    page = phone_of("volunteer").open("/now")
    following(page)
    shown_once(page)
    task = call(phone_of)
    card = page.locator(f"#live article:has(a[href='{task}'])")
    expect(card).to_be_visible()
    block = page.locator("#live section.block", has=page.locator(f"a[href='{task}']"))
    offered = block.locator(".title").inner_text()
    card.locator("form[action$='/take'] button").click()
    expect(card.locator("form[action$='/take']")).to_have_count(0)
    expect(block.locator(".title")).not_to_have_text(offered)
    assert marked(page) and not axe(page)


def test_a_full_task_is_said_once_and_a_new_message_too(neighbourhood, phone_of):
    task = call(phone_of, places=1)
    watching, inbox = phone_of("volunteer2").open(task), phone_of("volunteer").open("/inbox")
    following(watching)
    following(inbox)
    first = phone_of("volunteer").open(task)
    take(first)
    expect(watching.locator("#live-voice")).to_have_text("名额已满")
    release = phone_of("dispatcher").open(task)
    release.locator("#live details:has(form[action*='/places/']) > summary").first.click()
    release.locator("#live form[action*='/places/'][action$='/release'] button").first.click()
    expect(inbox.locator("#live [id^=message-]")).to_have_count(1)
    expect(inbox.locator("#live-voice")).to_have_text("1 条未读消息")
    expect(watching.locator("#live form[action$='/take']")).to_be_visible()


def test_the_number_of_unread_messages_follows_on_every_page_that_has_a_stream(neighbourhood, phone_of):
    task = call(phone_of, places=1)
    volunteer, other = phone_of("volunteer"), phone_of("volunteer2")
    volunteer.page, other.page = volunteer.open(task), other.open(task)
    take(volunteer.page)
    volunteer.page.wait_for_url(re.compile("did="))
    for phone in (volunteer, other):
        following(phone.page)
        shown_once(phone.page)
    number = "nav.bar [data-unread] b"
    expect(volunteer.page.locator(number)).to_have_count(0)
    release = phone_of("dispatcher").open(task)
    release.locator("#live details:has(form[action*='/places/']) > summary").first.click()
    release.locator("#live form[action*='/places/'][action$='/release'] button").first.click()
    expect(volunteer.page.locator(number)).to_contain_text("1")
    inbox = volunteer.open("/inbox")
    inbox.locator("form[action='/inbox/read'] button").click()
    expect(volunteer.page.locator(number)).to_have_count(0)
    expect(other.page.locator(number)).to_have_count(0)
    assert marked(volunteer.page) and marked(other.page)


def test_what_is_typed_opened_or_scrolled_to_stays_and_catches_up_afterwards(phone_of):
    task = call(phone_of, places=3)
    page = phone_of("dispatcher").open(task)
    following(page)
    page.locator("#live details:has(form[action$='/done']) > summary").click()
    page.evaluate("scrollTo(0, 120)")
    where = page.evaluate("scrollY")
    take(phone_of("volunteer").open(task))
    expect(page.locator("#live .box")).to_contain_text("1 / 3")
    assert page.locator("#live details:has(form[action$='/done'])").get_attribute("open") is not None
    assert abs(page.evaluate("scrollY") - where) < 200 and page.evaluate("scrollY") > 0

    run = phone_of("dispatcher")
    form = run.open(task)
    following(form)
    form.evaluate("""() => {
      const field = Object.assign(document.createElement("textarea"), { name: "note", id: "half" })
      document.querySelector("#live .box").append(field)
    }""")
    form.locator("#half").fill("写到一半")
    asked = []
    form.on("request", lambda request: asked.append(request.url) if request.url.endswith("/live") else None)
    take(phone_of("volunteer2").open(task))
    expect(page.locator("#live .box")).to_contain_text("2 / 3")
    form.evaluate(LONGER)
    expect(form.locator("#live .box")).to_contain_text("1 / 3")
    assert form.locator("#half").input_value() == "写到一半" and not asked
    form.locator("#half").fill("")
    form.locator("h1").click()
    form.evaluate("document.activeElement.blur()")
    expect(form.locator("#live .box")).to_contain_text("2 / 3")


def test_a_stream_that_is_cut_gives_way_to_asking_and_comes_back(phone_of):
    task = call(phone_of)
    phone = phone_of("volunteer2")
    page = phone.context.new_page()
    page.clock.install()
    page.route(STREAM, lambda route: route.abort())
    page.goto(phone.base_url + task)
    shown_once(page)
    page.clock.run_for(20_000)
    following(page, "poll")
    take(phone_of("volunteer").open(task))
    page.clock.run_for(12_000)
    expect(page.locator("#live .box")).to_contain_text("1 / 2")
    page.unroute(STREAM)
    page.clock.run_for(62_000)
    following(page)
    assert marked(page)


def test_a_phone_in_the_pocket_holds_no_stream_and_misses_nothing(neighbourhood, phone_of):
    task = call(phone_of)
    page, first = phone_of("volunteer2").open(task), phone_of("volunteer").open("/me")
    following(page)
    eventually(lambda: streams(neighbourhood) == 1)
    hide(page, True)
    eventually(lambda: streams(neighbourhood) == 0)
    first.goto(neighbourhood.url + task)
    take(first)
    expect(first.locator("#live .box")).to_contain_text("1 / 2")
    expect(page.locator("#live .box")).to_contain_text("0 / 2")
    hide(page, False)
    expect(page.locator("#live .box")).to_contain_text("1 / 2")
    following(page)


def test_a_page_that_was_frozen_opens_its_stream_again_and_catches_up(neighbourhood, phone_of):
    """What a browser says before it freezes a page and after: no stream is held meanwhile, and none is missing afterwards."""
    task = call(phone_of)
    page = phone_of("volunteer2").open(task)
    following(page)
    shown_once(page)
    eventually(lambda: streams(neighbourhood) == 1)
    page.evaluate("document.dispatchEvent(new Event('freeze'))")
    eventually(lambda: streams(neighbourhood) == 0)
    first = phone_of("volunteer").open("/me")
    first.goto(neighbourhood.url + task)
    take(first)
    expect(page.locator("#live .box")).to_contain_text("0 / 2")
    page.evaluate("document.dispatchEvent(new Event('resume'))")
    expect(page.locator("#live .box")).to_contain_text("1 / 2")
    following(page)
    assert marked(page)


def test_a_page_that_comes_back_out_of_the_browsers_keep_catches_up(neighbourhood, phone_of):
    """Chromium keeps no page that says `no-store`, as ours do: it comes anew. A browser that keeps it says so with `persisted`."""
    task = call(phone_of)
    page = phone_of("volunteer2").open(task)
    following(page)
    eventually(lambda: streams(neighbourhood) == 1)
    page.goto(neighbourhood.url + "/me")
    eventually(lambda: streams(neighbourhood) == 0)
    take(phone_of("volunteer").open(task))
    page.go_back(wait_until="commit")
    expect(page.locator("#live .box")).to_contain_text("1 / 2")
    following(page)
    shown_once(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    following(page, "")
    take(phone_of("steward").open(task))
    expect(page.locator("#live .box")).to_contain_text("1 / 2")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator("#live .box")).to_contain_text("2 / 2")
    following(page)
    assert marked(page)


def test_without_network_the_page_stays_and_afterwards_shows_what_happened_meanwhile(neighbourhood, phone_of):
    task = call(phone_of)
    phone, first = phone_of("volunteer2"), phone_of("volunteer")
    page = phone.open(task)
    following(page)
    phone.set_offline(True)
    following(page, "")
    take(first.open(task))
    expect(page.locator("#live .box")).to_contain_text("0 / 2")
    phone.set_offline(False)
    expect(page.locator("#live .box")).to_contain_text("1 / 2")


def test_an_act_that_waits_on_the_phone_keeps_its_mark_while_others_act(neighbourhood, phone_of):
    """The one who pressed while the server hung still sees that it waits; once it is received the page catches up."""
    task = call(phone_of, places=3)
    phone = phone_of("volunteer2")
    page = phone.open(task)
    following(page)
    page.route(re.compile(r"/(take|acts)$"), lambda route: route.abort())
    page.locator("#live form[action$='/take'] button").click()
    waits = page.locator("#live [data-waits]")
    expect(waits).to_have_count(1)
    take(phone_of("volunteer").open(task))
    page.evaluate(LONGER)
    expect(waits).to_have_count(1)
    expect(page.locator("#live .box")).to_contain_text("0 / 3")
    page.unroute(re.compile(r"/(take|acts)$"))
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#live .box")).to_contain_text("2 / 3", timeout=20_000)


def test_signing_out_in_one_tab_stops_the_other_from_showing_another_persons_page(neighbourhood, phone_of):
    """Two tabs of one phone: in one of them somebody else signs in. What the older page asks for is then not for her eyes."""
    task = call(phone_of)
    phone = phone_of("volunteer2")
    page, beside = phone.open(task), phone.open(task)
    for tab in (page, beside):
        following(tab)
    phone.add_cookies([{"name": "sid", "value": neighbourhood.world.dispatcher_token, "url": neighbourhood.url}])
    with page.expect_response(re.compile("/live$")):
        take(phone_of("volunteer").open(task))
    expect(page.locator("#live form[action$='/cancel']")).to_have_count(0)
    expect(page.locator("#live .box")).to_contain_text("0 / 2")


def test_a_stream_that_the_server_ends_with_a_restart_comes_back(neighbourhood, phone_of):
    task = call(phone_of)
    phone = phone_of("volunteer2")
    phone.pardon("console|answer 5")
    page = phone.open(task)
    following(page)
    shown_once(page)
    neighbourhood.server.stop()
    neighbourhood.server.start()
    take(phone_of("volunteer").open(task))
    expect(page.locator("#live .box")).to_contain_text("1 / 2", timeout=30_000)
    assert marked(page)


@pytest.mark.parametrize("path", ["/tasks", "/inbox", "/runs", "/board"])
def test_without_script_the_pages_are_whole(phone_of, path):
    page = phone_of("dispatcher", js=False).open(path)
    expect(page.locator("#live")).to_be_visible()
    assert page.locator("#live").inner_text().strip()


def hide(page: Page, hidden: bool) -> None:
    page.evaluate(
        """hidden => {
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden })
          document.dispatchEvent(new Event("visibilitychange"))
        }""",
        hidden,
    )


def streams(neighbourhood) -> int:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{neighbourhood.url}/metrics") as answer:
        return int(re.search(r"^lastmetre_streams (\d+)$", answer.read().decode(), re.M)[1])


def eventually(true: Callable[[], bool], patience: float = 10) -> None:
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
