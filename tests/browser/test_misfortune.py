"""Misfortune at random: kill the tab, kill the server, airplane mode, a second tab, sign out, clear the storage, a wrong clock.

Each round ends in peace: network, server and somebody signed in. Then every act that had lain on the phone is in the journal once,
as hers who pressed it, and nothing waits. What was waiting when the storage was cleared may be missing, and only that.
LASTMETRE_STORM_MINUTES and LASTMETRE_STORM_SEED: another length, another storm.
"""

import os
import random
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager
from uuid import uuid4

import pytest
from browser.outbox_parts import acts_of, journal, raised
from playwright.sync_api import Error, Page, sync_playwright
from support.pocket import Pocket
from support.reading import soon

from app.kernel import ids
from app.people.rules.sessions import token_hash

pytestmark = pytest.mark.browser

SKEWED = """(() => {
  let skew = 0
  try { skew = Number(localStorage.getItem("skew")) } catch {}
  if (!skew) return
  const Real = Date
  window.Date = class extends Real {
    constructor(...given) { given.length ? super(...given) : super(Real.now() + skew) }
    static now() { return Real.now() + skew }
  }
})()"""
SAY = """line => {
  const form = document.querySelector("form[action$='/words']")
  if (form.querySelector("button[aria-disabled]")) return "" // one is on its way from here
  form.querySelector("textarea, input[type=text], input:not([type])").value = line
  form.requestSubmit()
  return form.elements.act.value
}"""
SHELVED = "() => (JSON.parse(localStorage.getItem('lastmetre.acts')) || { acts: [] }).acts.map(one => one.id)"
SKEWS = (0, 180_000, -180_000, 7_200_000, -7_200_000, 3 * 86_400_000, -3 * 86_400_000)


@pytest.fixture
def storm(neighbourhood, tmp_path):
    with sync_playwright() as playwright:
        held = Storm(Pocket(playwright, tmp_path / "profile", neighbourhood, "dispatcher"), neighbourhood)
        yield held
        held.pocket.close()


class Storm:
    def __init__(self, pocket: Pocket, neighbourhood) -> None:
        self.pocket, self.here = pocket, neighbourhood
        self.who, self.pages, self.online, self.skew = "dispatcher", [], True, 0
        self.lay: dict[str, str] = {}  # act that was seen on the phone: by whom
        self.cleared: set[str] = set()  # what waited when the storage was cleared
        self.pressed, self.done = 0, Counter()
        self.need = ""

    # ---- the phone

    def begin(self) -> None:
        first = self.pocket.start()
        self.need = raised(self.pocket.context)
        self.furnish([first])

    def furnish(self, pages: list[Page]) -> None:
        self.pocket.context.add_init_script(SKEWED)
        self.pages = pages
        self.pocket.context.set_offline(False)
        self.online = True
        self.visit(pages[0], self.need)

    def visit(self, page: Page, path: str) -> None:
        try:
            page.goto(self.here.url + path, timeout=8_000)
        except Error:
            pass  # no server, no network: that is what is tried here

    def look(self) -> None:
        """Notes what lies on the phone now; from here on it must not get lost."""
        for page in self.pages:
            try:
                for act in acts_of(page):
                    if act["path"] == f"{self.need}/words":
                        self.lay.setdefault(act["id"], self.name_of(act["owner"]))
                return
            except Error:
                continue

    def name_of(self, owner: str) -> str:
        return self.owners.get(owner, self.who)

    owners: dict[str, str] = {}

    # ---- what happens

    def press(self, chance: random.Random) -> None:
        try:
            page = chance.choice(self.pages)
            if self.online and not page.locator("form[action$='/words']").count():
                self.visit(page, self.need)
            owner = page.evaluate("document.documentElement.dataset.owner")
            if owner:
                self.owners.setdefault(owner, self.who)
            self.pressed += bool(page.evaluate(SAY, f"第{self.pressed}句"))
        except Error:
            return  # not on the need's page, or the page went
        if chance.random() < 0.8:
            page.wait_for_timeout(chance.uniform(0, 300))
            self.look()

    def airplane(self, chance: random.Random) -> None:
        self.online = not self.online
        self.pocket.context.set_offline(not self.online)

    def cut(self, chance: random.Random) -> None:
        """Pages load, posts vanish: on the way there, or the answers to them."""
        lost = chance.random() < 0.5

        def vanish(route) -> None:
            try:
                if route.request.method != "POST":
                    return route.fallback()
                if lost:
                    route.fetch(max_redirects=0)
                route.abort()
            except Error:
                pass

        self.pocket.context.route("**/*", vanish)
        for _ in range(3):
            self.press(chance)
        self.pocket.context.unroute_all(behavior="ignoreErrors")

    def kill_browser(self, chance: random.Random) -> None:
        self.pocket.kill()
        self.furnish([self.pocket.start()])
        self.be(self.who)

    def kill_tab(self, chance: random.Random) -> None:
        """Without a word to the page."""
        page = chance.choice(self.pages)
        if len(self.pages) == 1:
            self.pages.append(self.pocket.context.new_page())
        self.close(page)
        self.visit(self.pages[0], self.need)

    def close(self, page: Page) -> None:
        """Not awaited: Chromium may keep a tab that was closed in the midst of a navigation."""
        self.pages.remove(page)
        session = self.pocket.context.new_cdp_session(page)
        session.send("Target.closeTarget", {"targetId": session.send("Target.getTargetInfo")["targetInfo"]["targetId"]})

    def kill_server(self, chance: random.Random) -> None:
        self.here.server.kill()
        for _ in range(chance.randint(0, 3)):
            self.press(chance)
        self.here.server.start()

    def second_tab(self, chance: random.Random) -> None:
        if len(self.pages) < 3:
            page = self.pocket.context.new_page()
            self.pages.append(page)
            self.visit(page, self.need)

    def reload(self, chance: random.Random) -> None:
        if self.online:
            self.visit(chance.choice(self.pages), chance.choice((self.need, self.need, "/outbox", "/needs")))

    def back(self, chance: random.Random) -> None:
        try:
            chance.choice(self.pages).go_back(timeout=3_000)
        except Error:
            pass

    def send_now(self, chance: random.Random) -> None:
        page = chance.choice(self.pages)
        self.visit(page, "/outbox")
        try:
            page.locator("[data-send]").click(timeout=1_000)
        except Error:
            pass
        self.visit(page, self.need)

    def wrong_clock(self, chance: random.Random) -> None:
        self.skew = chance.choice(SKEWS)
        for page in self.pages:
            try:
                page.evaluate("skew => localStorage.setItem('skew', skew)", self.skew)
            except Error:
                pass
        self.reload(chance)

    def clear_storage(self, chance: random.Random) -> None:
        page = self.pages[0]
        self.look()
        try:
            waiting = {act["id"] for act in acts_of(page)}
            shelved = set(page.evaluate(SHELVED))
            what = chance.choice(("indexeddb", "indexeddb,local_storage,cookies,cache_storage,service_workers", "local_storage"))
            self.pocket.context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": self.here.url, "storageTypes": what})
        except Error:
            return
        self.cleared |= (waiting if "indexeddb" in what else set()) | (shelved if "local_storage" in what else set())
        self.be(self.who)
        self.visit(page, self.need)

    def sign_out(self, chance: random.Random) -> None:
        """As she does it: whatever it asks on the way is answered with going on. Then the next one signs in."""
        self.look()
        page = chance.choice(self.pages)
        try:
            page.locator("header details.sheet > summary").click(timeout=2_000)
            page.locator("header form[action='/sign-out'] button").click(timeout=2_000)
            deadline = time.monotonic() + 25
            while time.monotonic() < deadline and not re.search("/sign-in|/locked", page.url):
                go = page.locator("#leaving [data-go]:visible")
                if go.count():
                    go.first.click(timeout=2_000)
                page.wait_for_timeout(200)
        except Error:
            pass
        self.airplane_off()
        self.be("steward" if self.who == "dispatcher" else "dispatcher")
        for each in self.pages:
            self.visit(each, self.need)

    def airplane_off(self) -> None:
        self.online = True
        self.pocket.context.set_offline(False)

    def be(self, name: str) -> None:
        """Signed in as her, by a session of her own."""
        self.who = name
        self.pocket.sign_in(session_of(self.here, name))

    OPS: tuple[tuple[Callable, int], ...] = (
        (press, 40), (airplane, 10), (cut, 4), (kill_browser, 2), (kill_tab, 3), (kill_server, 4), (second_tab, 4), (reload, 6), (back, 3),
        (send_now, 3), (wrong_clock, 3), (clear_storage, 1), (sign_out, 3),
    )  # fmt: skip

    def round(self, chance: random.Random, steps: int = 25) -> None:
        names, weights = zip(*self.OPS, strict=True)
        for op in chance.choices(names, weights, k=steps):
            self.done[op.__name__] += 1
            with no_longer_than(90, op.__name__):
                op(self, chance)
        with no_longer_than(240, "peace"):
            self.peace(chance)

    def sent_by(self, page: Page, name: str, patience: float = 30) -> list[dict]:
        """What still lies there after a while in which she is signed in: what could not be sealed waits for its owner."""
        self.be(name)
        deadline, left = time.monotonic() + patience, None
        while left != [] and time.monotonic() < deadline:
            try:
                page.evaluate("localStorage.removeItem('skew')")
                self.visit(page, self.need)
                for _ in range(10):
                    page.wait_for_timeout(300)
                    left = acts_of(page)
                    if not left:
                        break
            except Error:
                page.wait_for_timeout(100)  # it went elsewhere while it was asked
        return left or []

    def with_server(self, entry: dict) -> dict:
        """What it knows of an act of the phone and of the one before it."""
        with sqlite3.connect(self.here.server.data / "lastmetre.db", timeout=20) as db:
            db.row_factory = sqlite3.Row
            of = {"receipt": "id", "held_act": "act", "unread_act": "id"}
            rows = {
                f"{name} {act}": [dict(row) for row in db.execute(f"SELECT * FROM {name} WHERE {key} = ?", (act,))]
                for act in (entry["id"], entry.get("after"))
                for name, key in of.items()
            }
        return {"act": entry["id"]} | {name: found for name, found in rows.items() if found}

    def peace(self, chance: random.Random) -> None:
        self.look()
        self.airplane_off()
        self.pocket.context.unroute_all(behavior="ignoreErrors")
        self.skew = 0
        page = self.pages[0]
        for each in self.pages[1:]:
            self.close(each)
        self.be(self.who)
        self.visit(page, self.need)
        left = self.sent_by(page, self.who) and self.sent_by(page, "steward" if self.who == "dispatcher" else "dispatcher")
        # the server keeps it until the one before it comes, or for 72 hours: that one went with the storage
        stranded = {one["id"] for one in left if one["state"] == "held" and one["after"] in self.cleared}
        self.cleared |= stranded
        left = [one for one in left if one["id"] not in self.cleared]
        told = [one for one in journal(self.here) if one["kind"] == "need.worded"]
        times = Counter(one["act"] for one in told)
        accounts = {str(getattr(self.here.world, name)): name for name in ("dispatcher", "steward")}
        assert not left, (
            f"still on the phone: {left}\nwith the server: {[self.with_server(one) for one in left]}\nshelf: {page.evaluate(SHELVED)}"
        )
        assert stranded or page.locator("#sync").get_attribute("data-state") == "clear"
        assert max(times.values(), default=1) == 1, [act for act, n in times.items() if n > 1]
        missing = set(self.lay) - set(times) - self.cleared
        assert not missing, f"lost: {[self.with_server({'id': one}) for one in missing]}"
        wrong = [one for one in told if accounts[one["by"]] != self.lay.get(one["act"], accounts[one["by"]])]
        assert not wrong, f"as somebody else's: {wrong}"


@contextmanager
def no_longer_than(seconds: int, what: str):
    """A browser that answers no more is told as that, instead of being waited for without end."""

    def late(*_) -> None:
        raise TimeoutError(f"{what} did not end in {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def session_of(here, name: str) -> str:
    """A new session for her, as a sign-in would begin one."""
    token = ids.secret()
    with sqlite3.connect(here.server.data / "lastmetre.db", timeout=20) as db:
        names = [row[1] for row in db.execute("PRAGMA table_info(session)")]
        hers = db.execute("SELECT * FROM session WHERE account_id = ?", (str(getattr(here.world, name)),)).fetchone()
        kept = dict(zip(names, hers, strict=True)) | {"id": str(uuid4()), "token_hash": token_hash(token), "ended_at": None}
        db.execute(f"INSERT INTO session({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [kept[n] for n in names])
    return token


def weather(storm: Storm, minutes: float, seed: int) -> None:
    print(f"seed {seed}, {minutes} minutes")
    chance = random.Random(seed)
    storm.begin()
    until, rounds = time.monotonic() + 60 * minutes, 0
    while time.monotonic() < until:
        storm.round(chance)
        rounds += 1
    came = sum(one["kind"] == "need.worded" for one in journal(storm.here))
    print(f"{rounds} rounds, {storm.pressed} pressed, {came} came, {len(storm.lay)} seen lying, {len(storm.cleared)} cleared away")
    print(dict(storm.done))
    assert storm.lay


@pytest.mark.long
def test_a_minute_of_misfortune_loses_nothing(storm):
    weather(storm, 0.3, 7)


@pytest.mark.long
def test_misfortune_for_as_long_as_one_likes_loses_nothing(storm):
    weather(storm, float(os.environ.get("LASTMETRE_STORM_MINUTES", "5")), int(os.environ.get("LASTMETRE_STORM_SEED", time.time())))


def pressed_and_killed(storm: Storm) -> None:
    """An act lies on the phone and leaves it; the server that took it is killed at once."""
    page = storm.pages[0]
    storm.visit(page, storm.need)
    storm.airplane(random.Random(0))
    page.evaluate(SAY, "一句")
    soon(page, lambda: acts_of(page))
    storm.look()
    storm.airplane_off()
    soon(page, lambda: not acts_of(page))
    storm.here.server.kill()
    storm.here.server.start()
    storm.peace(random.Random(0))


def test_a_server_that_answers_before_it_commits_is_caught(storm):
    """The negative control: what such a server lost is missed in the peace after."""
    storm.begin()
    server = storm.here.server
    server.kill()
    server.become("tests.support.hasty")
    server.start()
    with pytest.raises(AssertionError, match="lost"):
        for _ in range(20):
            pressed_and_killed(storm)
