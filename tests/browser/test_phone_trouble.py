"""A phone with a wrong clock, an emptied or a full storage, and a form that was not finished: nothing of it is silent."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from support.browser import axe, shoot, too_wide
from support.reading import lying

pytestmark = pytest.mark.browser
long = pytest.mark.long
DAY = timedelta(days=1)

# The page's clock, wrong by what `shift` in the local storage says; the worker's and the server's are right.
CLOCK = """(() => {
  const Real = Date
  const off = () => Number(localStorage.getItem("shift") || %d)
  class Wrong extends Real {
    constructor(...parts) { super(...(parts.length ? parts : [Real.now() + off()])) }
    static now() { return Real.now() + off() }
  }
  globalThis.Date = Wrong
})()"""


def until(page: Page, question, what: str = "it"):
    """What `question` answers once that is something; polls, because pages do such things by themselves."""
    for _ in range(150):
        if found := question():
            return found
        page.wait_for_timeout(100)
    raise AssertionError(f"{what} did not come about")


def press(page: Page, what: str, room: str = "602") -> None:
    page.bring_to_front()  # a tab behind draws no frames, and taps wait for frames
    page.locator("[name=room]").fill(f"1单元{room}")
    page.locator("[name=kind][value=other]").check()
    page.locator("[name=what]").fill(what)
    page.locator("main form[data-act=repeat] button.main").last.click()


def pressed(page: Page, what: str, room: str = "602") -> None:
    before = len(waiting(page))
    press(page, what, room)
    until(page, lambda: len(waiting(page)) == before + 1, "the act")


def waiting(page: Page) -> list:
    return [one for one in lying(page, "acts") if one["state"] == "waiting"]


def ready(page: Page) -> None:
    until(page, lambda: lying(page, "grants"), "the grant")


def rows(neighbourhood, sql: str, *params) -> list:
    data = sqlite3.connect(neighbourhood.server.data / "lastmetre.db", timeout=10)
    try:
        return data.execute(sql, params).fetchall()
    finally:
        data.close()


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def fits(page: Page, name: str) -> None:
    found = axe(page) + too_wide(page)
    shoot(page, f"trouble-{name}")
    assert not found, "\n".join(found)


@pytest.fixture
def steward(phone_of):
    def make(shift: timedelta | None = None, path: str = "/needs/new", **how):
        phone = phone_of("steward", **how)
        phone.pardon(r"answer 503: GET .*/needs/doubles|htmx:error: Failed to fetch")
        if shift is not None:
            phone.add_init_script(CLOCK % (shift.total_seconds() * 1000))
        page = phone.open(path)
        ready(page)
        return phone, page

    return make


@pytest.mark.parametrize(
    ("shift", "lang", "number"),
    [(-3 * DAY, "en", "3"), pytest.param(365 * DAY, "zh", "365", marks=long), pytest.param(timedelta(minutes=-5), "zh", "5", marks=long)],
    ids=["behind", "a-year-ahead", "minutes"],
)
def test_a_wrong_clock_is_told_and_corrected(neighbourhood, steward, shift, lang, number):
    phone, page = steward(shift, lang=lang, type="larger" if lang == "en" else "normal", width=320)
    note = page.locator("div[data-note=clock]")
    expect(note).to_contain_text(number)
    fits(page, f"clock-{number}-{lang}")
    phone.set_offline(True)
    began = datetime.now(UTC)
    pressed(page, "换灯泡")
    page.wait_for_timeout(1500)
    phone.set_offline(False)
    [(at, offset, received)] = until(
        page, lambda: rows(neighbourhood, "SELECT at, offset_ms, received_at FROM receipt WHERE path = '/needs'")
    )
    assert abs(moment(at) - (began + shift)) < timedelta(seconds=30), "what the phone's clock said is kept"
    assert abs(timedelta(milliseconds=offset) + shift) < timedelta(seconds=5)
    [(happened,)] = rows(neighbourhood, "SELECT at FROM happening WHERE kind = 'need.raised'")
    assert abs(moment(happened) - began) < timedelta(seconds=15) and moment(happened) < moment(received)
    page.evaluate("localStorage.setItem('shift', '0.0001')")
    page.goto(neighbourhood.url + "/today")
    expect(page.locator("div[data-note=clock]")).to_have_count(0)


@long
def test_a_right_clock_says_nothing(neighbourhood, steward):
    _, page = steward(timedelta(seconds=50))
    until(page, lambda: page.evaluate(META, "offset"), "the comparison")
    expect(page.locator("div[data-note=clock]")).to_have_count(0)


META = """(key => new Promise(ok => {
  const asked = indexedDB.open("lastmetre")
  asked.onsuccess = () => {
    const found = asked.result.transaction("meta").objectStore("meta").get(key)
    found.onsuccess = () => { asked.result.close(); ok(found.result ?? null) }
  }
}))"""


@pytest.mark.parametrize("jump", [timedelta(hours=2), pytest.param(timedelta(hours=-2), marks=long)], ids=["forward", "back"])
def test_a_clock_that_jumps_in_mid_shift_keeps_order_and_times(neighbourhood, steward, jump):
    phone, page = steward(timedelta(0))
    until(page, lambda: page.evaluate(META, "offset"), "the comparison")
    tabs = [phone.open("/needs/new") for _ in range(3)]
    phone.set_offline(True)
    began = datetime.now(UTC)
    pressed(tabs[0], "一", "501")
    pressed(tabs[1], "二", "502")
    page.evaluate(f"localStorage.setItem('shift', '{jump.total_seconds() * 1000}')")
    pressed(tabs[2], "三", "601")
    page.wait_for_timeout(1200)
    phone.set_offline(False)
    until(page, lambda: len(rows(neighbourhood, "SELECT 1 FROM receipt WHERE path = '/needs'")) == 3, "three receipts")
    found = rows(
        neighbourhood,
        "SELECT r.seq, r.offset_ms, h.at FROM receipt r JOIN happening h ON h.act = r.id WHERE h.kind = 'need.raised' ORDER BY h.id",
    )
    assert [seq for seq, _, _ in found] == sorted(seq for seq, _, _ in found)
    assert [round(offset / 3_600_000) for _, offset, _ in found] == [0, 0, round(-jump.total_seconds() / 3600)]
    for _, _, at in found:
        assert abs(moment(at) - began) < timedelta(seconds=30), found


def clear(phone, page: Page, what: str) -> None:
    phone.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": page.evaluate("location.origin"), "storageTypes": what})


@pytest.mark.parametrize(("lang", "type"), [("zh", "large"), pytest.param("en", "normal", marks=long)])
def test_an_emptied_storage_is_noticed_on_both_sides(neighbourhood, steward, lang, type):
    phone, page = steward(lang=lang, type=type, width=320)
    phone.route("**/acts", lambda route: route.abort())
    phone.route("**/needs", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    press(page, "要一桶水")
    noted = lambda: [one["value"] for one in phone.cookies() if one["name"] == "outbox" and one["value"].endswith(".1")]  # noqa: E731
    [cookie] = until(page, noted, "the cookie that says one waits")
    device, last, _ = cookie.rsplit(".", 2)
    clear(phone, page, "indexeddb")
    page.goto(neighbourhood.url + "/today")
    note = page.locator("div[data-note=lost]")
    expect(note).to_contain_text("1")
    fits(page, f"lost-{lang}")
    phone.unroute("**/acts")
    page.goto(neighbourhood.url + "/now")
    expect(page.locator("div[data-note=lost]")).to_be_visible()
    [(told,)] = until(
        page,
        lambda: rows(neighbourhood, "SELECT last_seq FROM device WHERE device = ? AND wiped_at IS NOT NULL", device),
        "the announcement",
    )
    assert told == int(last)
    page.locator("div[data-note=lost] [data-seen]").click()
    page.goto(neighbourhood.url + "/today")
    ready(page)
    expect(page.locator("div[data-note=lost]")).to_have_count(0)


@long
def test_a_phone_that_was_emptied_with_nothing_waiting_says_nothing(neighbourhood, steward):
    phone, page = steward()
    press(page, "要一桶水")
    page.wait_for_url("**did=*")
    clear(phone, page, "indexeddb")
    page.goto(neighbourhood.url + "/today")
    ready(page)
    expect(page.locator("div[data-note=lost]")).to_have_count(0)


@long
def test_the_server_still_knows_when_everything_was_wiped(neighbourhood, steward):
    phone, page = steward()
    stop = lambda route: route.abort() if json.loads(route.request.post_data)["acts"] else route.continue_()  # noqa: E731
    phone.route("**/acts", stop)
    phone.route("**/needs", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    press(page, "要一桶水")
    until(page, lambda: waiting(page), "the act")
    page.evaluate(FORGET)
    page.goto(neighbourhood.url + "/today")
    [(device,)] = until(
        page, lambda: rows(neighbourhood, "SELECT device FROM device WHERE waiting = 1 AND last_seq = 1"), "the announcement"
    )
    clear(phone, page, "all")
    page.goto(neighbourhood.url + "/today")
    assert "/sign-in" in page.url and lying_names(page) is None
    assert rows(neighbourhood, "SELECT waiting FROM device WHERE device = ?", device) == [(1,)]


FORGET = """() => new Promise(ok => {
  const asked = indexedDB.open("lastmetre")
  asked.onsuccess = () => {
    const tx = asked.result.transaction("meta", "readwrite")
    tx.objectStore("meta").delete("offset")
    tx.oncomplete = () => { asked.result.close(); ok() }
  }
})"""


def lying_names(page: Page):
    return page.evaluate("document.cookie.includes('outbox=') ? 'there' : null")


NO_ROOM = """() => {
  const put = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = function (...what) {
    if (this.name === "acts") throw new DOMException("no room", "QuotaExceededError")
    return put.apply(this, what)
  }
}"""


@pytest.mark.parametrize("how", [pytest.param("quota", marks=long), "refusal"])
def test_a_full_storage_loses_no_text(neighbourhood, steward, how):
    """A quota of one byte, which Chromium lets a short text pass; and a database that takes nothing more."""
    phone, page = steward()
    if how == "quota":
        phone.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", {"origin": page.evaluate("location.origin"), "quotaSize": 1})
    else:
        page.evaluate(NO_ROOM)
    phone.set_offline(True)
    press(page, "要一桶水")
    until(page, lambda: len(waiting(page)) + len(shelf(page)) == 1, "the act")
    if how == "refusal":
        expect(page.locator("div[data-note=full]")).to_be_visible()
        fits(page, "full")
    phone.set_offline(False)
    until(page, lambda: rows(neighbourhood, "SELECT 1 FROM receipt WHERE path = '/needs'"), "the receipt")


def shelf(page: Page) -> list:
    return json.loads(page.evaluate("localStorage.getItem('lastmetre.acts')") or '{"acts": []}')["acts"]


@long
def test_a_nearly_full_phone_is_told(neighbourhood, steward):
    phone, page = steward(path="/today", lang="en", width=320)
    # Chromium tells pages a quota of its own invention; others tell the true one
    phone.add_init_script("navigator.storage.estimate = async () => ({ usage: 100000000, quota: 112000000 })")
    page.goto(neighbourhood.url + "/today")
    expect(page.locator("div[data-note=full]")).to_be_visible()
    fits(page, "nearly-full")


@long
def test_a_database_that_fails_is_told(neighbourhood, steward):
    phone, page = steward()
    phone.set_offline(True)
    page.evaluate(
        "() => { IDBFactory.prototype.open = () => { throw new DOMException('Connection to Indexed Database server lost', 'UnknownError') } }"
    )
    press(page, "要一桶水")
    expect(page.locator("div[data-note=trouble]")).to_be_visible()
    fits(page, "broken")
    phone.set_offline(False)
    until(page, lambda: rows(neighbourhood, "SELECT 1 FROM receipt WHERE path = '/needs'"), "the receipt")


@pytest.mark.parametrize("who", ["steward", pytest.param(None, marks=long)], ids=["helper", "resident"])
def test_what_was_typed_survives_a_reload(neighbourhood, phone_of, who):
    phone = phone_of(who)
    path = "/needs/new" if who else f"/ask/{neighbourhood.world.code}?kind=food"
    page = phone.open(path)
    if who:
        ready(page)
    page.locator("[name=what]").fill("两袋米，一桶油")
    page.locator("[name=room]").fill("602")
    until(page, lambda: drafts(page), "the draft")
    page.reload()
    expect(page.locator("[name=what]")).to_have_value("两袋米，一桶油")
    expect(page.locator("[name=room]")).to_have_value("602")
    fits(page, f"draft-{who}")
    if who:
        assert "两袋米" not in json.dumps(drafts(page), ensure_ascii=False), "a helper's lies sealed"
    page.locator("[data-empty]").click()
    expect(page.locator("[name=what]")).to_have_value("")
    page.reload()
    expect(page.locator("[name=what]")).to_have_value("")


def drafts(page: Page) -> list:
    return page.evaluate(
        """() => new Promise(ok => {
          const asked = indexedDB.open("lastmetre")
          asked.onsuccess = () => {
            const meta = asked.result.transaction("meta").objectStore("meta")
            meta.getAllKeys().onsuccess = event => {
              asked.result.close()
              ok([...event.target.result.filter(key => key.startsWith("draft ")), ...Object.keys(sessionStorage).filter(key => key.startsWith("draft "))])
            }
          }
        })"""
    )


def test_a_draft_is_gone_once_it_was_sent(neighbourhood, steward):
    _, page = steward()
    page.locator("[name=what]").fill("要一桶水")
    until(page, lambda: drafts(page), "the draft")
    press(page, "要一桶水")
    page.wait_for_url("**did=*")
    until(page, lambda: not drafts(page), "the end of the draft")
    page.goto(neighbourhood.url + "/needs/new")
    ready(page)
    expect(page.locator("[name=what]")).to_have_value("")
