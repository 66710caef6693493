"""Real Chromium, the phone it plays, and what a page must not do behind a test's back."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

TESTS = Path(__file__).resolve().parents[1]
AXE = TESTS / "vendor" / "axe.min.js"
SHOTS = TESTS / ".work" / "shots"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Names other than this machine's lead nowhere: a test cannot reach the network, and Chromium cannot ask for home.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    # The list that is given last is the one that counts: the first two lines are Playwright's own, as a launched browser shows them.
    # The third is ours: windows whose address bar nobody sees, and a process in reserve, cost half of what a new phone costs.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,"
    "MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess",
]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Chromium writes the first for every answer of 400 and above; refusals are part of the product and judged by status below.
# The second is a worker asked for while the test has taken the network away; a worker that is missing or broken has other words.
LOADING = re.compile(r"^Failed to load resource|^An unknown error occurred when fetching the script\.")
# What a phone without network says: of a part that it asks for, and through the worker's own answer in the server's place.
WITHOUT_NETWORK = re.compile(r"^console: (htmx: htmx:error: )?Failed to fetch|ERR_INTERNET_DISCONNECTED|^answer 503: ")
LOCAL = {"data", "blob", "about", "chrome-error"}


def program() -> str:
    """Where Chromium is, LASTMETRE_TEST_BROWSER first."""
    for name in (os.environ.get("LASTMETRE_TEST_BROWSER"), "chromium", "chromium-browser", "google-chrome"):
        found = name and shutil.which(name)
        if found:
            return found
    raise RuntimeError("the tests need a browser: sudo apt-get install -y chromium fonts-noto-cjk")


@contextmanager
def chromium(*more_flags: str) -> Iterator[Browser]:
    """A running browser. While it runs, asyncio believes that its loop is busy: keep it to modules without async tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), headless=True, args=[*FLAGS, *more_flags])
        try:
            yield browser
        finally:
            browser.close()


class Phone:
    """A browser context that remembers what went wrong in it. Everything else of the context is reached through it."""

    def __init__(self, context: BrowserContext, base_url: str) -> None:
        self.context, self.base_url = context, base_url
        self.complaints: list[str] = []
        self._pardons: list[re.Pattern] = []
        context.on("console", self._console)
        context.on("weberror", lambda trouble: self.complaints.append(f"page error: {trouble.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def __getattr__(self, name: str):
        return getattr(self.context, name)

    def open(self, path: str) -> Page:
        """A new page at `path` of the app."""
        page = self.context.new_page()
        page.goto(self.base_url + path)
        return page

    def set_offline(self, offline: bool) -> None:
        """Takes or gives back the network. What a request on its way says of that is expected from then on."""
        if offline:
            self._pardons.append(WITHOUT_NETWORK)
        self.context.set_offline(offline)

    def pardon(self, pattern: str) -> None:
        """Complaints that match are expected by this test."""
        self._pardons.append(re.compile(pattern))

    def check(self) -> None:
        """Raises AssertionError if a page logged an error, broke, met a fault of the server or asked a foreign host."""
        left = [line for line in self.complaints if not any(pardon.search(line) for pardon in self._pardons)]
        if left:
            counted = (f"{line}  ({times} times)" if times > 1 else line for line, times in Counter(left).items())
            raise AssertionError("behind the page:\n  " + "\n  ".join(counted))

    def close(self) -> None:
        # a request may be on its way into a handler whose test is over
        self.context.unroute_all(behavior="ignoreErrors")
        for page in self.context.pages:
            page.unroute_all(behavior="ignoreErrors")
        self.context.close()
        self.check()

    def _console(self, message) -> None:
        if message.type == "error" and not LOADING.match(message.text):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request) -> None:
        to = urlsplit(request.url)
        if to.scheme not in LOCAL and f"{to.scheme}://{to.netloc}" != self.base_url:
            self.complaints.append(f"foreign request: {request.method} {request.url}")

    def _response(self, response) -> None:
        part = response.request.resource_type not in ("document", "fetch", "xhr")
        if response.status >= 500 or (part and response.status >= 400):
            self.complaints.append(f"answer {response.status}: {response.request.method} {response.url}")


@contextmanager
def phone(
    browser: Browser,
    base_url: str,
    lang: str = "zh",
    theme: str = "light",
    type: str = "normal",
    js: bool = True,
    width: int = 360,
    height: int = 740,
    **context_options,
) -> Iterator[Phone]:
    """Somebody's phone. lang zh|en, theme auto|light|dark|sunlight, type normal|large|larger; `check` runs at the end."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        screen={"width": width, "height": height},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        java_script_enabled=js,
        locale={"zh": "zh-CN", "en": "en-GB"}[lang],
        timezone_id="Asia/Shanghai",
        base_url=base_url,
        **context_options,
    )
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": n, "value": v, "url": base_url} for n, v in (("lang", lang), ("theme", theme), ("type", type))])
    held = Phone(context, base_url.rstrip("/"))
    try:
        yield held
    except BaseException as trouble:
        context.close()
        if held.complaints:
            trouble.add_note("behind the page:\n  " + "\n  ".join(held.complaints))
        raise
    held.close()


def axe(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds on the page as it stands, a line for each rule and place. Needs JavaScript switched on."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text())  # add_script_tag would be stopped by our CSP, and rightly
    # What scrolls under the bar at the foot is not a small target, but axe takes it for one.
    page.evaluate(
        "() => { const let_go = new CSSStyleSheet(); let_go.replaceSync('.foot { position: static !important }'); document.adoptedStyleSheets.push(let_go) }"
    )
    found = page.evaluate(
        "([tags, off]) => axe.run(document, {runOnly: tags, resultTypes: ['violations'],"
        " rules: Object.fromEntries(off.map(rule => [rule, {enabled: false}]))})",
        [STANDARDS, list(without)],
    )
    page.evaluate("() => { document.adoptedStyleSheets.pop() }")
    return [
        f"{rule['id']} ({rule['impact']}) at {' '.join(map(str, node['target']))}: {_why(node)}\n    {node['html'][:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def shoot(page: Page, name: str) -> Path | None:
    """Saves the whole page as tests/.work/shots/NAME.png when LASTMETRE_SHOTS is set."""
    if not os.environ.get("LASTMETRE_SHOTS"):
        return None
    SHOTS.mkdir(parents=True, exist_ok=True)
    path = SHOTS / f"{name}.png"
    # Hiding the caret would leave style="" on fields; htmx copies it with the next swap and the CSP complains.
    page.screenshot(path=path, full_page=True, caret="initial")
    return path


def too_wide(page: Page) -> list[str]:
    """What sticks out to the right of the screen, so that the page can be pushed sideways; empty is good."""
    return page.evaluate(
        """() => {
          const edge = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= edge) return [];
          return [...document.body.querySelectorAll('*')]
            .filter(e => e.getBoundingClientRect().right > edge + 1)
            .map(e => `${e.tagName.toLowerCase()}${e.id && '#' + e.id}.${[...e.classList].join('.')} ends at ${Math.round(e.getBoundingClientRect().right)} of ${edge}`);
        }"""
    )


def twice(page: Page) -> list[str]:
    """Ids that more than one element bears: a label, a description or a link means the first of them."""
    return page.evaluate(
        """() => {
          const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
          return [...new Set(ids.filter((id, n) => ids.indexOf(id) < n))].map(id => `#${id} stands there more than once`);
        }"""
    )


def _why(node: dict) -> str:
    return "; ".join(part["message"] for part in [*node["any"], *node["all"], *node["none"]])
