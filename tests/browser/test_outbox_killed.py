"""A browser that is killed: whatever the page called saved is there afterwards, and arrives once and in order."""

import random

import pytest
from browser.outbox_parts import acts_of, journal, raised
from playwright.sync_api import Page, expect, sync_playwright
from support.pocket import Pocket
from support.reading import soon

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture
def pocket(playwright, neighbourhood, tmp_path):
    held = Pocket(playwright, tmp_path / "profile", neighbourhood, "dispatcher")
    yield held
    held.close()


SAY = """line => {
  const form = document.querySelector("form[action$='/words']"), id = form.elements.act.value
  new MutationObserver(() => { if (document.querySelector("#toast .toast")) window.saw(id) }).observe(document.getElementById("toast"), { childList: true })
  form.querySelector("textarea, input[type=text], input:not([type])").value = line
  form.requestSubmit()
  return id
}"""


def say(page: Page, line: str) -> str:
    """Adds a line to the open need, and answers the id of that act."""
    return page.evaluate(SAY, line)


def shift(pocket: Pocket, many: int) -> None:
    page = pocket.start()
    need = raised(pocket.context)
    page.expose_binding("saw", lambda source, act: shown.append(act))
    shown: list[str] = []
    page.goto(need)
    pocket.context.set_offline(True)
    pressed = []
    for n in range(many):
        pressed.append(say(page, f"第{n}句"))
        expect(page.locator("#sync")).to_contain_text(str(n + 1))
    assert [act["id"] for act in acts_of(page)] == pressed
    assert sorted(set(shown)) == sorted(pressed)
    pocket.kill()

    page = pocket.start()
    page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
    page.goto(need)
    expect(page.locator("#sync")).to_contain_text(str(many))
    assert [act["id"] for act in acts_of(page)] == pressed
    page.reload()
    expect(page.locator("#sync")).to_contain_text(str(many))
    page.unroute_all()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear", timeout=30_000)
    assert acts_of(page) == []
    assert [one["act"] for one in journal(pocket.neighbourhood) if one["kind"] == "need.worded"] == pressed


def test_a_shift_without_network_arrives_in_order_though_the_browser_was_killed(pocket):
    """F28, short."""
    shift(pocket, 20)


@pytest.mark.long
def test_a_whole_shift_without_network_arrives_in_order_though_the_browser_was_killed(pocket):
    """F28."""
    shift(pocket, 120)


def killed_after_a_tap(pocket: Pocket, times: int, seed: int = 11) -> None:
    print(f"seed {seed}")
    chance, promised, need, seen_before = random.Random(seed), set(), None, 0
    for n in range(times):
        page = pocket.start()
        need = need or raised(pocket.context)
        page.expose_binding("saw", lambda source, act: promised.add(act))
        page.route("**/*", lambda route: route.abort() if route.request.method == "POST" else route.fallback())
        page.goto(need)
        kept = {act["id"] for act in acts_of(page)}
        assert promised <= kept, f"after kill {n}: shown as saved and not there: {promised - kept}"
        seen_before = len(promised)
        pocket.context.set_offline(True)
        say(page, f"第{n}句")
        page.wait_for_timeout(chance.uniform(0, 50))
        pocket.kill()
    page = pocket.start()
    page.goto(need)
    soon(page, lambda: acts_of(page) == [], 30)
    arrived = [one["act"] for one in journal(pocket.neighbourhood) if one["kind"] == "need.worded"]
    assert promised <= set(arrived) and len(arrived) == len(set(arrived))
    assert promised or seen_before or times < 5, "no kill came late enough to prove anything"


def test_nothing_that_was_shown_as_saved_is_missing_after_a_kill(pocket):
    """F11, short."""
    killed_after_a_tap(pocket, 6)


@pytest.mark.long
def test_nothing_that_was_shown_as_saved_is_missing_after_two_hundred_kills(pocket):
    """F11."""
    killed_after_a_tap(pocket, 200)
