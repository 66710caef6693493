"""A browser that is killed: whatever the page called saved is there afterwards, and arrives once and in order."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.outbox_parts import acts_of, journal, raised
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from support.browser import FLAGS, program

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def playwright():
    with sync_playwright() as running:
        yield running


class Pocket:
    """A phone with a profile of its own, which survives its browser."""

    def __init__(self, playwright, profile: Path, neighbourhood, name: str) -> None:
        self.playwright, self.profile, self.neighbourhood, self.name = playwright, profile, neighbourhood, name
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        self.context = self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=program(),
            headless=True,
            args=FLAGS,
            base_url=self.neighbourhood.url,
            viewport={"width": 360, "height": 740},
        )
        self.context.set_default_timeout(15_000)
        token = getattr(self.neighbourhood.world, f"{self.name}_token")
        self.context.add_cookies([{"name": "sid", "value": token, "url": self.neighbourhood.url}])
        return self.context.pages[0] if self.context.pages else self.context.new_page()

    def kill(self) -> None:
        os.kill(main_process(self.profile), signal.SIGKILL)
        try:
            self.context.close()
        except Exception:
            pass  # it is dead, which is what was wanted
        self.context = None
        while any(self._left()):
            time.sleep(0.02)
        for lock in self.profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def _left(self) -> Iterator[int]:
        return processes(self.profile)

    def close(self) -> None:
        if self.context:
            self.context.close()


def processes(profile: Path) -> Iterator[int]:
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            words = Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in words and not any(word.startswith(b"--type=") for word in words):
            yield int(number)


def main_process(profile: Path) -> int:
    return next(processes(profile))


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
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear", timeout=30_000)
    arrived = [one["act"] for one in journal(pocket.neighbourhood) if one["kind"] == "need.worded"]
    assert promised <= set(arrived) and len(arrived) == len(set(arrived))
    assert promised or seen_before or times < 5, "no kill came late enough to prove anything"


def test_nothing_that_was_shown_as_saved_is_missing_after_a_kill(pocket):
    """F11, short."""
    killed_after_a_tap(pocket, 10)


@pytest.mark.long
def test_nothing_that_was_shown_as_saved_is_missing_after_two_hundred_kills(pocket):
    """F11."""
    killed_after_a_tap(pocket, 200)
