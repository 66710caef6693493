"""Two people, one phone: nothing of the first is left to read for the second, and what the first pressed arrives as hers."""

import json
import re
import sqlite3
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.browser import FLAGS, Phone, axe, program, shoot, too_wide
from support.reading import lying, soon

pytestmark = pytest.mark.browser
long = pytest.mark.long
# the worker's own answer to a fragment that has no network
NO_NETWORK = r"answer 503: GET .*/needs/doubles|htmx:error: Failed to fetch"
WORDS, PHONE = "糖尿病胰岛素三支", "13987654321"


def press(page: Page, what: str, room: str = "1单元602") -> None:
    """A request that a steward enters for a neighbour."""
    page.bring_to_front()  # a tab behind draws no frames, and taps wait for frames
    page.locator("[name=room]").fill(room)
    page.locator("[name=kind][value=medicine]").check()
    page.locator("[name=what]").fill(what)
    page.locator("[name=phone]").fill(PHONE)
    page.locator("main form[data-act=repeat] button.main").last.click()


def waiting(page: Page) -> int:
    return sum(act["state"] == "waiting" for act in lying(page, "acts"))


WRITE = """(entry => new Promise(ok => {
  const asked = indexedDB.open("lastmetre")
  asked.onsuccess = () => {
    const tx = asked.result.transaction("acts", "readwrite")
    tx.objectStore("acts").put(entry)
    tx.oncomplete = () => { asked.result.close(); ok() }
  }
}))"""


def waits(page: Page, count: int) -> None:
    for _ in range(60):
        if waiting(page) == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{waiting(page)} acts wait, not {count}")


def who(neighbourhood, kind: str = "need.raised") -> list[str]:
    told = [json.loads(line) for line in neighbourhood.server.run("journal", "--json").splitlines()]
    return [one["by"] for one in told if one["kind"] == kind]


def arrive(neighbourhood, page: Page, count: int) -> list[str]:
    for _ in range(100):
        found = who(neighbourhood)
        if len(found) == count:
            return found
        page.wait_for_timeout(200)
    raise AssertionError(f"{len(who(neighbourhood))} arrived, not {count}")


def granted(page: Page) -> None:
    """The phone holds her grant and her pages belong to her: what a page does by itself after it was opened."""
    for _ in range(100):
        if lying(page, "grants"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no grant came")


def sign_out(page: Page) -> None:
    page.locator("header details.sheet > summary").click()
    page.locator("header form[action='/sign-out'] button").click()


@pytest.fixture
def phone_of(phone_of):
    def make(*name, **how):
        phone = phone_of(*name, **how)
        phone.pardon(NO_NETWORK)
        return phone

    return make


def signed_in(phone: Phone, url: str, token: str) -> None:
    phone.add_cookies([{"name": "sid", "value": token, "url": url}])


def fits(page: Page, name: str) -> None:
    found = axe(page) + too_wide(page)
    shoot(page, f"shared-{name}")
    assert not found, "\n".join(found)


def test_signed_out_online_what_waits_is_sent_first(neighbourhood, phone_of):
    phone = phone_of("steward")
    page = phone.open("/needs/new")
    granted(page)
    phone.set_offline(True)
    press(page, WORDS)
    waits(page, 1)
    page.route("**/acts", lambda route: (page.wait_for_timeout(600), route.continue_()))
    phone.set_offline(False)
    sign_out(page)
    page.wait_for_url(re.compile("/sign-in"))
    assert who(neighbourhood) == [str(neighbourhood.world.steward)]
    for name in ("acts", "keys", "grants", "pages"):
        assert lying(page, name) == []
    assert "sid" not in {cookie["name"] for cookie in phone.cookies()}


@pytest.mark.parametrize(("lang", "type"), [("zh", "normal"), pytest.param("en", "larger", marks=long)])
def test_signed_out_offline_the_act_is_sealed_and_comes_as_hers(neighbourhood, phone_of, lang, type):
    phone = phone_of("steward", lang=lang, type=type, width=320)
    page = phone.open("/needs/new")
    granted(page)
    phone.set_offline(True)
    press(page, WORDS)
    waits(page, 1)
    sign_out(page)
    dialog = page.locator("#leaving")
    expect(dialog.locator("[data-step=seal]")).to_be_visible()
    fits(page, f"seal-{lang}-{type}")
    dialog.locator("[data-step=seal] [data-go]").click()
    expect(page.locator("[data-behaviour=locked] [data-left]")).to_be_visible()
    fits(page, f"locked-{lang}-{type}")
    [act] = lying(page, "acts")
    assert act["envelope"] and "box" not in act and "plain" not in act
    assert [lying(page, name) for name in ("keys", "grants", "pages")] == [[], [], []]
    assert WORDS not in page.content()

    # whoever holds the phone now, without network, gets no further than the locked page
    second = phone.new_page()
    with suppressed():
        second.goto(neighbourhood.url + "/needs")
    assert second.locator("[data-behaviour=locked]").count() or second.url.startswith(("chrome-error", "about:blank"))

    phone.set_offline(False)
    page.wait_for_url(re.compile("/sign-in"), timeout=30_000)
    assert arrive(neighbourhood, page, 1) == [str(neighbourhood.world.steward)]


@contextmanager
def suppressed():
    try:
        yield
    except Exception as error:  # the browser's own page: nothing of ours is shown
        assert "net::" in str(error)


def controlled(page: Page) -> None:
    """The worker answers this phone's navigations from now on."""
    for _ in range(100):
        if page.evaluate("navigator.serviceWorker.controller ? 1 : 0"):
            return
        page.wait_for_timeout(100)
    raise AssertionError("no worker")


@long
def test_the_worker_shows_nothing_but_the_locked_page(neighbourhood, phone_of):
    phone = phone_of("steward")
    page = phone.open("/today")
    granted(page)
    controlled(page)
    page.goto(neighbourhood.url + "/needs/new")
    phone.set_offline(True)
    sign_out(page)
    expect(page.locator("#leaving [data-step=offline]")).to_be_visible()
    fits(page, "offline")
    page.locator("#leaving [data-step=offline] [data-go]").click()
    page.wait_for_url(re.compile("/locked"))
    expect(page.locator("[data-behaviour=locked]")).to_be_visible()
    page.goto(neighbourhood.url + "/today")
    expect(page.locator("[data-behaviour=locked]")).to_be_visible()
    page.go_back()
    expect(page.locator("[data-behaviour=locked]")).to_be_visible()
    phone.set_offline(False)
    page.wait_for_url(re.compile("/sign-in"), timeout=30_000)
    assert page.goto(neighbourhood.url + "/today").url.split("?")[0].endswith("/sign-in")


@long
def test_a_page_in_the_browsers_memory_stays_dark(neighbourhood, phone_of):
    """Under test Chromium keeps no page in memory, so the two events that it would send are sent by hand, to a page that heard nothing."""
    phone = phone_of("steward")
    phone.pardon("answer 401: GET .*/events")  # a page that heard nothing asks for its stream before it knows
    phone.add_init_script("delete window.BroadcastChannel")
    kept, page = phone.open("/today"), phone.open("/today")
    granted(page)
    kept.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    expect(kept.locator("body")).to_be_hidden()
    sign_out(page)
    page.wait_for_url(re.compile("/sign-in"))
    kept.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    kept.wait_for_url(re.compile("/sign-in"))
    expect(kept.locator("body")).to_be_visible()
    page.go_back()
    assert "孙楼栋" not in page.locator("body").inner_text()


def test_the_next_person_sees_none_of_it_and_the_act_stays_the_first_ones(neighbourhood, phone_of):
    world, url = neighbourhood.world, neighbourhood.url
    phone = phone_of("steward")
    page = phone.open("/needs/new")
    granted(page)
    phone.set_offline(True)
    press(page, WORDS)
    waits(page, 1)
    sign_out(page)
    page.locator("#leaving [data-step=seal] [data-go]").click()
    expect(page.locator("[data-behaviour=locked]")).to_be_visible()

    # the second signs in where the first act still waits: its delivery is held up until she looked around
    phone.route("**/acts", lambda route: route.abort())
    phone.set_offline(False)
    page.wait_for_url(re.compile("/sign-in"), timeout=30_000)
    signed_in(phone, url, world.volunteer_token)
    page.goto(url + "/outbox")
    expect(page.locator("[data-other]")).to_be_visible()
    granted(page)
    for path in ("/outbox", "/mine", "/now"):
        page.goto(url + path)
        text = page.content()
        assert WORDS not in text and "孙楼栋" not in text
    tag = page.locator("html").get_attribute("data-owner")
    for name in ("keys", "grants", "pages"):
        assert {one["owner"] for one in lying(page, name)} <= {tag}
    assert waiting(page) == 1
    fits(page, "others-outbox")

    phone.unroute("**/acts")
    page.goto(url + "/outbox")
    assert arrive(neighbourhood, page, 1) == [str(world.steward)]


@long
def test_somebody_else_signs_in_where_nobody_signed_out(neighbourhood, phone_of):
    world, url = neighbourhood.world, neighbourhood.url
    phone = phone_of("steward")
    page = phone.open("/needs/new")
    granted(page)
    first = page.locator("html").get_attribute("data-owner")
    phone.set_offline(True)
    press(page, WORDS)
    waits(page, 1)
    other = phone.new_page()
    phone.route("**/acts", lambda route: route.abort())
    phone.set_offline(False)
    signed_in(phone, url, world.volunteer_token)
    other.goto(url + "/now")
    for _ in range(50):
        if first not in {one["owner"] for one in lying(other, "keys")}:
            break
        other.wait_for_timeout(100)
    assert first not in {one["owner"] for name in ("keys", "grants", "pages") for one in lying(other, name)}
    [act] = lying(other, "acts")
    assert act["envelope"] and "box" not in act
    # the first one's page, still open in its tab, went with her
    page.wait_for_url(re.compile("/now"))
    phone.unroute("**/acts")
    other.goto(url + "/outbox")
    assert arrive(neighbourhood, other, 1) == [str(world.steward)]


def test_a_session_ended_elsewhere_strands_nothing(neighbourhood, phone_of):
    world = neighbourhood.world
    phone = phone_of("steward")
    page = phone.open("/needs/new")
    granted(page)
    phone.set_offline(True)
    press(page, WORDS)
    waits(page, 1)
    end_sessions(neighbourhood, world.steward)
    phone.set_offline(False)
    waits(page, 0)
    page.goto(neighbourhood.url + "/needs")
    assert "/sign-in" in page.url
    data = sqlite3.connect(neighbourhood.server.data / "lastmetre.db")
    kept = data.execute("SELECT count(*) FROM receipt WHERE path = '/needs'").fetchone()[0]
    data.close()
    assert kept == 1


def end_sessions(neighbourhood, account) -> None:
    """As from her other phone."""
    data = sqlite3.connect(neighbourhood.server.data / "lastmetre.db", timeout=10)
    with data:
        data.execute("UPDATE session SET ended_at = ? WHERE account_id = ?", ("2026-01-01 00:00:00+00:00", str(account)))
    data.close()


@long
def test_signing_out_in_one_tab_closes_the_other(neighbourhood, phone_of):
    phone = phone_of("steward")
    one, two = phone.open("/needs/new"), phone.open("/today")
    granted(one)
    phone.set_offline(True)
    press(one, WORDS)
    waits(one, 1)
    sign_out(one)
    one.locator("#leaving [data-step=seal] [data-go]").click()
    expect(one.locator("[data-behaviour=locked]")).to_be_visible()
    expect(two.locator("[data-behaviour=locked]")).to_be_visible()
    assert "孙楼栋" not in two.content()
    phone.set_offline(False)
    for page in (one, two):
        page.wait_for_url(re.compile("/sign-in"), timeout=30_000)
    assert arrive(neighbourhood, one, 1) == [str(neighbourhood.world.steward)]


@long
def test_what_was_refused_is_shown_before_she_leaves(neighbourhood, phone_of):
    phone = phone_of("steward", lang="en")
    page = phone.open("/needs/new")
    granted(page)
    owner = page.locator("html").get_attribute("data-owner")
    page.evaluate(
        WRITE,
        {"id": "A" * 22, "seq": 1, "device": "d", "owner": owner, "path": "/tasks/x/take", "state": "refused", "seen": False, "pressed": 1},
    )
    sign_out(page)
    expect(page.locator("#leaving [data-step=attention]")).to_be_visible()
    fits(page, "attention")
    page.locator("#leaving [data-step=attention] [data-stay]").click()
    expect(page.locator("#leaving")).to_be_hidden()
    sign_out(page)
    page.locator("#leaving [data-step=attention] [data-go]").click()
    page.wait_for_url(re.compile("/sign-in"))
    assert lying(page, "acts") == []


def test_without_script_the_form_alone_signs_out(neighbourhood, phone_of):
    phone = phone_of("steward", js=False)
    page = phone.open("/me")
    page.locator("main form[action='/sign-out'] button").click()
    page.wait_for_url(re.compile("/sign-in"))
    assert page.goto(neighbourhood.url + "/me").url.split("?")[0].endswith("/sign-in")


def test_a_captive_portal_does_not_unlock(neighbourhood, phone_of):
    phone = phone_of("steward")
    page = phone.open("/today")
    granted(page)
    phone.route("**/sign-out", lambda route: route.fulfill(status=200, content_type="text/html", body="<html>hotel</html>"))
    sign_out(page)
    expect(page.locator("[data-behaviour=locked]")).to_be_visible()
    assert soon(page, lambda: not lying(page, "keys"))
    # the server shows nothing of hers either, though her session still stands
    direct = phone.request.get(neighbourhood.url + "/today", max_redirects=0)
    assert direct.status == 303 and "/sign-in" in direct.headers["location"]
    phone.unroute("**/sign-out")
    page.locator("[data-behaviour=locked] form button").click()
    page.wait_for_url(re.compile("/sign-in"))
    ended = sqlite3.connect(neighbourhood.server.data / "lastmetre.db")
    assert (
        ended.execute(
            "SELECT count(*) FROM session WHERE account_id = ? AND ended_at IS NULL", (str(neighbourhood.world.steward),)
        ).fetchone()[0]
        == 0
    )


@pytest.fixture
def profile(browser, tmp_path):
    """`profile(url)` is a phone whose browser can be closed and its folder looked into: (context, folder)."""
    launched = []

    def launch(url: str, token: str):
        context = browser.browser_type.launch_persistent_context(
            tmp_path / "profile",
            executable_path=program(),
            headless=True,
            args=FLAGS,
            locale="zh-CN",
            viewport={"width": 360, "height": 740},
        )
        launched.append(context)
        context.add_cookies([{"name": "sid", "value": token, "url": url}, {"name": "lang", "value": "zh", "url": url}])
        return context, tmp_path / "profile"

    yield launch
    for context in launched:
        with suppressed_close():
            context.close()


@contextmanager
def suppressed_close():
    try:
        yield
    except Exception:  # closed by the test
        pass


def found_in(folder: Path, canaries: list[str]) -> list[str]:
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found += [
                f"{text} in {path.relative_to(folder)}"
                for text in canaries
                if any(text.encode(how) in data for how in ("utf-8", "utf-16-le"))
            ]
    return found


HERS = ("钱秀英", "13612340987", "听力不好请大声敲门", "今天说膝盖疼")


def at_a_door(page, neighbourhood) -> None:
    """A resident is entered, looked at, called on; and the pages on which she counts are opened."""
    name, phone, note, said = HERS
    page.goto(f"{neighbourhood.url}/buildings/{neighbourhood.world.building}")
    door = page.locator("a[href^='/households/']").first.get_attribute("href")
    page.goto(f"{neighbourhood.url}{door}/residents/new")
    for field, value in (("input[name=name]", name), ("input[name=phone]", phone), ("textarea[name=note]", note)):
        page.locator(field).fill(value)
    page.locator("main form button.main").click()
    page.wait_for_url(f"**{door}*")
    card = page.locator("article.thing", has=page.locator("form[action$='/reveal']"))
    card.locator("summary").click()
    page.locator("form[action$='/reveal'] button[value=visit]").click()
    expect(page.get_by_text(phone)).to_be_visible()
    status = page.evaluate(
        """([path, note]) => fetch(path, {method: 'POST', body: new URLSearchParams({how: 'visit', outcome: 'well', note})}).then(r => r.status)""",
        [f"{door}/contacts", said],
    )
    assert status < 400
    for path in (door, "/unreached", "/rounds", "/today"):
        page.goto(neighbourhood.url + path)


@pytest.mark.parametrize("signs_out", [True, pytest.param(False, marks=long)], ids=["signed-out", "control"])
def test_nothing_of_hers_is_left_in_the_browsers_folder(neighbourhood, profile, phone_of, signs_out):
    """S20. The control leaves a page in a cache of its own: the search must find it."""
    phone_of("steward")  # keeps the fixture's browser
    context, folder = profile(neighbourhood.url, neighbourhood.world.steward_token)
    page = context.new_page()
    page.goto(neighbourhood.url + "/needs/new")
    granted(page)
    press(page, WORDS + "一", room="1单元501")
    page.wait_for_url(re.compile("did="))
    for path in ("/today", "/needs", "/households", f"/buildings/{neighbourhood.world.building}"):
        page.goto(neighbourhood.url + path)
    at_a_door(page, neighbourhood)
    page.goto(neighbourhood.url + "/needs/new")
    context.set_offline(True)
    press(page, WORDS + "二")
    waits(page, 1)
    if not signs_out:
        page.evaluate(f"caches.open('x').then(cache => cache.put('/x', new Response('{WORDS}')))")
    else:
        sign_out(page)
        page.locator("#leaving [data-step=seal] [data-go]").click()
        expect(page.locator("[data-behaviour=locked]")).to_be_visible()
    context.close()
    left = found_in(folder, [WORDS, PHONE, "孙楼栋", "13800000001", *HERS])
    assert bool(left) != signs_out, left
