"""What lies on a phone for reading without network, seen from a test."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Error, Page

NETWORK = "^console: Failed to fetch|ERR_INTERNET_DISCONNECTED|answer 503"

IN_DATABASE = """(work) => new Promise((ok, no) => {
  const asked = indexedDB.open('lastmetre')
  asked.onerror = () => no(asked.error)
  asked.onsuccess = () => {
    const db = asked.result
    if (!db.objectStoreNames.length) { db.close(); return ok(null) }
    const got = db.transaction(work.store).objectStore(work.store)[work.what](work.key || undefined)
    got.onsuccess = () => { db.close(); ok(work.pick ? (got.result || []).map(one => one[work.pick]) : got.result === undefined ? null : got.result) }
  }
})"""


def lying(page: Page, store: str) -> list:
    """All of one store, as anybody with this phone can read it without the app's own help."""
    return page.evaluate(IN_DATABASE, {"store": store, "what": "getAll"}) or []


def meta(page: Page, key: str):
    return page.evaluate(IN_DATABASE, {"store": "meta", "what": "get", "key": key})


def kept(page: Page) -> set[str]:
    return set(page.evaluate(IN_DATABASE, {"store": "pages", "what": "getAll", "pick": "url"}) or [])


def soon(page: Page, question: Callable[[], object], patience: float = 15):
    deadline = time.monotonic() + patience
    while not (answer := _asked(question)):
        assert time.monotonic() < deadline, "it did not come to that"
        page.wait_for_timeout(100)
    return answer


def _asked(question: Callable[[], object]):
    try:
        return question()
    except Error as gone:  # the page went elsewhere while it was asked
        if "context was destroyed" not in str(gone):
            raise
        return None


def fetched(page: Page) -> list[str]:
    """Waits until today's work lies on this phone."""
    return soon(page, lambda: meta(page, "today"))["pages"]


def go(page: Page, address: str) -> None:
    """As `page.goto`, also where the page is on its own way somewhere: after an act, or when the network has come back."""
    try:
        page.goto(address)
    except Error as gone:
        if "ERR_ABORTED" not in str(gone):
            raise
        page.goto(address)


def kept_anew(page: Page, address: str) -> None:
    """Opens a page of today and waits until what lies on the phone is that answer."""
    before = page.evaluate("Date.now()")
    go(page, address)
    soon(page, lambda: [one for one in lying(page, "pages") if one["url"] == urlsplit(address).path and one["at"] >= before])


def marked(page: Page):
    return page.locator("[data-note=kept]")


def post(held, path: str, **form):
    answer = held.request.post(held.base_url + path, form=form, headers={"Origin": held.base_url}, max_redirects=0)
    assert answer.status in (200, 303), f"{path}: {answer.status} {answer.text()[:300]}"
    return answer


def made(answer) -> str:
    """The address of what a post made."""
    return re.match(r"/\w+/[0-9a-f-]{36}", answer.headers["location"])[0]
