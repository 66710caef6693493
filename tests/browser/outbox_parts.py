"""What the tests of the outbox share."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Locator, Page
from support.reading import soon


def acts_of(page: Page) -> list[dict]:
    """What lies on the phone, in its order, without its content."""
    found = page.evaluate(
        """() => new Promise((ok, no) => {
          const asked = indexedDB.open('lastmetre')
          asked.onerror = () => no(asked.error)
          setTimeout(() => no(new Error("the database does not answer")), 8000)
          asked.onsuccess = () => {
            const db = asked.result
            if (!db.objectStoreNames.contains('acts')) { db.close(); return ok([]) }
            const all = db.transaction('acts').objectStore('acts').getAll()
            all.onsuccess = () => { db.close(); ok(all.result.map(({ box, plain, ...one }) => one)) }
          }
        })"""
    )
    return sorted(found, key=lambda one: one["seq"])


def journal(neighbourhood) -> list[dict]:
    return [json.loads(line) for line in neighbourhood.server.run("journal", "--json").splitlines()]


def happened(neighbourhood, kind: str, act: str | None = None) -> int:
    return sum(one["kind"] == kind and act in (None, one["act"]) for one in journal(neighbourhood))


def call(dispatcher, title: str = "搬菜上楼", places: int = 3) -> str:
    """A dispatcher calls for helpers; the path of the task."""
    form = {"act": secrets.token_urlsafe(16), "title": title, "places": str(places), "hours": "2", "starts": "now"}
    answer = dispatcher.request.post("/tasks", form=form, headers={"Sec-Fetch-Site": "same-origin", "X-Act-Reply": "to"})
    assert answer.status == 204, answer.text()
    return answer.headers["x-act-to"].partition("?")[0]


def offered(page: Page, task: str) -> Locator:
    return page.locator(f"form[action='{task}/take']").first


def needs_form(page: Page, what: str) -> Page:
    """The steward's form for a neighbour, filled in."""
    building = page.locator("[name=building]")
    if building.first.get_attribute("type") == "radio":
        building.first.check()
    page.locator("[name=room]").fill("1单元602")
    page.locator("[name=kind][value=medicine]").check()
    page.locator("[name=what]").fill(what)
    return page


@contextmanager
def held_back(phone) -> Iterator[None]:
    """Pages load, but no post gets through: a network that looks like one."""

    def stop(route):
        if route.request.method == "POST":
            route.abort()
        else:
            route.fallback()

    phone.route("**/*", stop)
    yield
    phone.unroute("**/*", stop)


def raised(dispatcher) -> str:
    """A need of hers; its path."""
    answer = dispatcher.request.get("/needs/new")
    building = re.search(r'name="building"[^>]*value="(\w+)"|<option value="(\w+)"', answer.text())
    form = {
        "act": secrets.token_urlsafe(16),
        "building": building[1] or building[2],
        "room": "1单元301",
        "kind": "food",
        "what": "两袋米",
        "confirm_double": "1",
    }
    told = dispatcher.request.post("/needs", form=form, headers={"Sec-Fetch-Site": "same-origin", "X-Act-Reply": "to"})
    assert told.status == 204, told.text()
    return told.headers["x-act-to"].partition("?")[0]


ILL = "void (IDBFactory.prototype.open = () => { throw new DOMException('Connection to Indexed Database server lost', 'UnknownError') })"


@contextmanager
def ill(page: Page) -> Iterator[None]:
    """The phone's database does not open on this page for a while."""
    page.evaluate("void (window.opening = IDBFactory.prototype.open)")
    page.evaluate(ILL)
    yield
    page.evaluate("void (IDBFactory.prototype.open = window.opening)")


def held_first(page: Page, first: str, second: str) -> None:
    """An act lies in the database; the page of a second thing is open and says so."""
    offered(page, first).locator("button").click()
    soon(page, lambda: acts_of(page))
    page.goto(second)
