"""One version of the worker after the other: offered, never forced over a form; broken ones heal; the switch takes all away."""

import re
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.gateway import Gateway, gateway
from support.reading import IN_DATABASE, NETWORK, fetched, go, marked, meta, post, soon
from support.releases import release

pytestmark = pytest.mark.browser
BROKEN = b"addEventListener('install', () => skipWaiting()); addEventListener('activate', e => e.waitUntil(clients.claim())); addEventListener('fetch', e => { if (e.request.mode === 'navigate') e.respondWith(Promise.reject(new Error('broken'))) })"


def version(page: Page) -> str | None:
    """Of the worker that answers this page now."""
    return page.evaluate(
        """() => { const worker = navigator.serviceWorker.controller; if (!worker) return null
          const { port1, port2 } = new MessageChannel(); worker.postMessage({ ask: 'version' }, [port2])
          return Promise.race([new Promise(ok => { port1.onmessage = event => ok(event.data) }), new Promise(ok => setTimeout(ok, 3000, 'silent'))]) }"""
    )


def controlled(page: Page) -> str:
    return soon(page, lambda: version(page))


def look_for_update(page: Page) -> None:
    page.evaluate("async () => { const it = await navigator.serviceWorker.getRegistration(); await it.update().catch(() => {}) }")


def take_update(page: Page) -> None:
    """For a worker that takes over by itself. Asking the old one for its version again and again would keep it at work."""
    page.evaluate(
        """() => new Promise((ok, no) => {
          setTimeout(no, 30000, new Error('no other worker came'))
          navigator.serviceWorker.addEventListener('controllerchange', ok, { once: true })
          navigator.serviceWorker.getRegistration().then(it => it.update()).catch(no)
        })"""
    )


def other(version: str) -> Callable[[bytes], bytes]:
    """The same worker as another build."""
    return lambda text: re.sub(rb'"version": "\w+"', b'"version": "%s"' % version.encode(), text, count=1)


class Shipped:
    """What /sw.js says: our server's text, or that text changed, or another text."""

    def __init__(self, gate: Gateway) -> None:
        self.gate, self.text, self.assets = gate, None, {}
        gate.behave = self.behave

    def behave(self, path: str, method: str):
        if path == "/sw.js" and self.text is not None:
            return (200, {"Content-Type": "text/javascript", "Cache-Control": "no-cache", "X-Last-Metre": "1"}, self.text)
        return next((what for part, what in self.assets.items() if part in path), None)


@contextmanager
def shipping(neighbourhood, phones, name: str = "volunteer"):
    """(a phone behind a gateway, what it is shipped as /sw.js)"""
    with gateway(neighbourhood.server.port) as gate:
        shipped = Shipped(gate)
        phone = phones(gate.url)
        phone.pardon(NETWORK + "|answer [45]0[0-9]|service-worker|ServiceWorker|sw.js")
        phone.add_cookies([{"name": "sid", "value": getattr(neighbourhood.world, f"{name}_token"), "url": gate.url}])
        shipped.now = lambda: phone.request.get(gate.url + "/sw.js").body()
        yield phone, shipped


def offered(page: Page):
    return page.locator("[data-note=newer] [data-take]")


def test_a_newer_version_is_offered_and_reloads_only_the_tab_that_asked(neighbourhood, phones):
    with shipping(neighbourhood, phones) as (phone, shipped):
        page = phone.open("/now")
        fetched(page)
        first, second = controlled(page), phone.open("/mine")
        expect(offered(page)).to_have_count(0)
        second.evaluate("window.untouched = true")
        shipped.text = other("second")(shipped.now())
        look_for_update(page)
        expect(offered(page)).to_be_visible()
        expect(offered(second)).to_be_visible()
        assert version(page) == first
        with page.expect_navigation():
            offered(page).click()
        assert controlled(page) == "second" and version(second) == "second"
        assert second.evaluate("window.untouched")
        expect(offered(page)).to_have_count(0)


@pytest.mark.parametrize("tab", [pytest.param("this tab", marks=pytest.mark.long), "another tab"])
def test_no_version_is_taken_while_a_form_is_half_filled(neighbourhood, phones, tab):
    with shipping(neighbourhood, phones, "dispatcher") as (phone, shipped):
        page = phone.open("/me")
        first = controlled(page)
        fetched(page)
        form = phone.open("/tasks/new")
        assert controlled(form) == first
        form.locator("[name=title]").fill("还没写完")
        shipped.text = other("second")(shipped.now())
        look_for_update(page)
        asking = form if tab == "this tab" else page
        offered(asking).click()
        expect(asking.locator("[data-note=newer] [data-typing]")).to_be_visible()
        assert version(page) == first and form.locator("[name=title]").input_value() == "还没写完"
        form.locator("[name=title]").fill("搬菜上楼")
        form.locator("form[action='/tasks'] button.main").click()
        form.wait_for_url(re.compile("did="))
        with page.expect_navigation():
            offered(page).click()
        assert controlled(page) == "second"


@pytest.mark.parametrize(
    "harm", [pytest.param("missing", marks=pytest.mark.long), pytest.param("cut", marks=pytest.mark.long), "other bytes"]
)
def test_a_version_that_is_not_whole_never_comes(neighbourhood, phones, harm):
    with shipping(neighbourhood, phones) as (phone, shipped):
        page = phone.open("/now")
        fetched(page)
        first = controlled(page)
        text = shipped.now()
        shipped.assets["/static/app.0123456789.css"] = {
            "missing": (404, {"X-Last-Metre": "1"}, b""),
            "cut": "cut",
            "other bytes": (200, {"Content-Type": "text/css", "X-Last-Metre": "1"}, b"body{}"),
        }[harm]
        shipped.text = re.sub(rb"/static/app\.\w+\.css", b"/static/app.0123456789.css", other("second")(text), count=1)
        look_for_update(page)
        soon(
            page,
            lambda: page.evaluate(
                "async () => { const it = await navigator.serviceWorker.getRegistration(); return !it.installing && !it.waiting }"
            ),
        )
        assert version(page) == first and [name for name in page.evaluate("() => caches.keys()") if "second" in name] == []
        phone.set_offline(True)
        page.goto("/mine")
        expect(marked(page)).to_be_visible()
        phone.set_offline(False)


@pytest.mark.parametrize("cure", ["good", pytest.param("off", marks=pytest.mark.long)])
def test_a_broken_worker_heals_within_one_navigation(neighbourhood, phones, cure):
    with shipping(neighbourhood, phones) as (phone, shipped):
        page = phone.open("/now")
        good = shipped.now()
        fetched(page)
        shipped.text = BROKEN
        take_update(page)
        assert version(page) == "silent"
        with pytest.raises(Exception, match="ERR_FAILED"):
            page.goto("/mine")
        shipped.text = off() if cure == "off" else good
        with pytest.raises(Exception, match="ERR_FAILED"):
            page.goto("/mine")  # this one still fails; behind it the browser looks for a newer worker, and needs a moment of quiet
        page.wait_for_timeout(6500 if cure == "good" else 3000)
        page.goto("/mine")
        expect(page.locator("main h1")).to_be_visible()
        if cure == "good":
            assert controlled(page) in good.decode()


def off() -> bytes:
    from app.offline import worker

    return worker.text((), False).encode()


def test_a_build_that_is_known_to_be_broken_does_not_wait_for_a_person(neighbourhood, phones):
    with shipping(neighbourhood, phones) as (phone, shipped):
        shipped.text = other("bad")(shipped.now())
        page = phone.open("/now")
        assert controlled(page) == "bad"
        shipped.text = None
        good = shipped.now()
        shipped.text = re.sub(rb'"broken": \[[^]]*\]', b'"broken": ["bad"]', good)
        with page.expect_navigation():  # it is not typed into: the page comes back under the newer worker by itself
            look_for_update(page)
        assert controlled(page) in good.decode()


def test_the_switch_takes_the_worker_away_and_leaves_what_waits(neighbourhood, phone_of, tmp_path):
    post(phone_of("dispatcher"), "/tasks", title="搬菜上楼", places="2", hours="2", starts="now")
    phone = phone_of("volunteer")
    phone.pardon(NETWORK + "|sw.js|answer 503")
    page = phone.open("/now")
    fetched(page)
    page.goto("/now")
    phone.set_offline(True)
    page.goto("/now")
    page.locator("form[action$='/take'] button").first.click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")

    neighbourhood.server.stop()
    neighbourhood.server.env["LASTMETRE_WORKER"] = "off"
    neighbourhood.server.start()
    phone.context.route("**/acts", lambda route: route.abort())  # so that it still waits when the worker goes
    phone.context.route("**/take", lambda route: route.abort())
    phone.set_offline(False)
    go(page, "/mine")
    soon(page, lambda: page.evaluate("async () => !await navigator.serviceWorker.getRegistration() && !(await caches.keys()).length"), 40)
    assert len(page.evaluate(IN_DATABASE, {"store": "acts", "what": "getAll", "pick": "path"})) == 1
    page.goto("/mine")
    assert page.evaluate("() => !navigator.serviceWorker.controller")
    phone.context.unroute("**/acts")
    phone.context.unroute("**/take")
    page.goto("/now")
    soon(page, lambda: '"task.taken"' in neighbourhood.server.run("journal", "--json"), 30)


@pytest.mark.long
def test_a_deploy_and_a_roll_back_lose_nothing_that_waits(neighbourhood, phone_of, tmp_path):
    for title in ("搬菜上楼", "量体温"):
        post(phone_of("dispatcher"), "/tasks", title=title, places="2", hours="2", starts="now")
    phone = phone_of("volunteer")
    phone.pardon(NETWORK + "|sw.js|answer 50[0-9]")
    page = phone.open("/now")
    fetched(page)
    first = controlled(page)
    old = neighbourhood.server

    def take(n: int) -> None:
        phone.set_offline(True)
        page.goto("/now")
        page.locator("form[action$='/take'] button:not([aria-disabled])").nth(0).click()
        expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")

    def counted(n: int) -> None:
        soon(page, lambda: old.run("journal", "--json").count('"task.taken"') == n, 30)

    def second(folder: Path) -> None:
        with (folder / "static" / "js" / "copy.js").open("a") as script:
            script.write("// a later version\n")

    take(1)
    old.stop()
    newer = release(tmp_path / "v2", old, second)
    newer.start()
    try:
        phone.set_offline(False)
        go(page, "/now")
        counted(1)
        expect(offered(page)).to_be_visible()
        with page.expect_navigation(timeout=45_000):  # the old worker may still be fetching
            offered(page).click()
        assert controlled(page) != first
        soon(page, lambda: meta(page, "today"))
        page.goto("/now")
        take(2)
    finally:
        newer.stop()
    old.start()
    phone.set_offline(False)
    go(page, "/now")
    counted(2)
    with page.expect_navigation(timeout=45_000):  # the old worker may still be fetching
        offered(page).click()
    assert controlled(page) == first
