"""Keys that went before what they open, a phone without room, an answer at the last moment, a button that leads elsewhere."""

import pytest
from browser.outbox_parts import ILL, acts_of, call, happened, held_back, held_first, ill, needs_form, offered, raised
from browser.test_attacked import COUNT_ANEW, SAY
from browser.test_attacked_again import taken
from browser.test_shared_phone import end_sessions
from playwright.sync_api import expect
from support.reading import lying, soon

pytestmark = pytest.mark.browser
NO_ROOM = """void (() => {
  const put = IDBObjectStore.prototype.put
  IDBObjectStore.prototype.put = function (...what) {
    if (this.name === "acts") throw new DOMException("no room", "QuotaExceededError")
    return put.apply(this, what)
  }
})()"""
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })"
SLOW_WRITES = """void (() => {
  const real = Object.getOwnPropertyDescriptor(IDBTransaction.prototype, "oncomplete")
  Object.defineProperty(IDBTransaction.prototype, "oncomplete", {
    set(told) { real.set.call(this, this.mode === "readwrite" ? event => setTimeout(() => told.call(this, event), 1500) : told) }
  })
})()"""


@pytest.fixture
def pressed(neighbourhood, phone_of):
    """A volunteer's phone without network, on which a task was taken: (task, phone, page)."""
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    phone.pardon("Failed to fetch|Connection to Indexed Database|fetching the script|answer 50")
    page = phone.open(task)
    soon(page, lambda: lying(page, "grants"))
    phone.set_offline(True)
    offered(page, task).locator("button").click()
    soon(page, lambda: len(acts_of(page)) == 1)
    return task, phone, page


def signed_out(page) -> None:
    page.locator("header details.sheet > summary").click()
    page.locator("header form[action='/sign-out'] button").click()
    page.locator("#leaving [data-step]:not([hidden]) [data-go]").click()
    expect(page.locator("[data-behaviour=locked]")).to_be_visible()


@pytest.mark.parametrize("how", ["full", "silent"])
def test_signed_out_while_the_database_takes_no_envelope_the_act_keeps_its_key_and_comes(neighbourhood, pressed, how):
    task, phone, page = pressed
    if how == "full":
        page.evaluate(NO_ROOM)
    else:
        page.evaluate("void (window.opening = IDBFactory.prototype.open)")
        page.evaluate("document.addEventListener('store-trouble', () => { document.body.dataset.trouble = 1 })")
        page.evaluate(ILL)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("body")).to_have_attribute("data-trouble", "1")
        page.evaluate("void (IDBFactory.prototype.open = window.opening)")  # well again, and left alone for half a minute
    signed_out(page)
    phone.set_offline(False)
    page.wait_for_url("**/sign-in")
    soon(page, lambda: taken(neighbourhood, task) == 1)
    soon(page, lambda: acts_of(page) == [])


def test_a_phone_without_room_for_another_word_sends_what_it_holds(neighbourhood, pressed):
    task, phone, page = pressed
    page.evaluate(NO_ROOM)
    phone.set_offline(False)
    soon(page, lambda: taken(neighbourhood, task) == 1)
    soon(page, lambda: acts_of(page) == [])


def test_what_was_tried_without_room_to_note_it_is_not_taken_back(neighbourhood, pressed):
    _, phone, page = pressed
    page.evaluate(NO_ROOM)
    with held_back(phone):
        phone.set_offline(False)
        soon(page, lambda: page.evaluate("JSON.parse(localStorage.getItem('lastmetre.acts') || '{}').tried"))
        page.goto(neighbourhood.url + "/outbox")
        expect(page.locator("[data-part=waiting] [data-act]")).to_have_count(1)
        expect(page.locator("[data-part=waiting] [data-take-back]")).to_have_count(0)


def test_without_locks_and_without_a_database_the_act_is_sent(neighbourhood, phone_of):
    task = call(phone_of("dispatcher"))
    phone = phone_of("volunteer")
    phone.pardon("Connection to Indexed Database")
    phone.add_init_script(NO_LOCKS)
    page = phone.open(task)
    soon(page, lambda: lying(page, "grants"))
    page.evaluate(ILL)
    offered(page, task).locator("button").click()
    soon(page, lambda: taken(neighbourhood, task) == 1)


def test_a_complaint_that_comes_as_the_page_stops_waiting_is_shown_with_what_was_typed(neighbourhood, phone_of):
    phone = phone_of("steward")
    page = phone.open("/needs/new")
    soon(page, lambda: lying(page, "grants"))
    needs_form(page, "要一桶水")
    page.locator("[name=kind][value=medicine]").evaluate("box => { box.checked = false; box.form.noValidate = true }")
    page.evaluate(SLOW_WRITES)
    # written at 1.5 s, noted as tried at 3 s, answered at 4.7 s, the answer noted at 6.2 s; the page waits until 5.5 s
    page.route("**/needs", lambda route: (page.wait_for_timeout(1700), route.continue_()))
    page.locator("main form[data-act=repeat] button.main").last.click()
    expect(page.locator("#main .summary")).to_be_visible(timeout=15_000)
    assert page.locator("[name=what]").input_value() == "要一桶水"


def test_a_complaint_about_a_form_that_was_drawn_anew_meanwhile_keeps_what_was_typed(neighbourhood, phone_of):
    desk = phone_of("dispatcher")
    page = desk.open(raised(desk))
    soon(page, lambda: lying(page, "grants"))
    form = page.locator("form[action$='/words']")
    typed = "长" * 3000

    def drawn_anew(route) -> None:
        form.evaluate("form => form.replaceWith(form.cloneNode(true))")
        route.continue_()

    page.route("**/words", drawn_anew)
    form.evaluate(PRESS, typed)
    soon(page, lambda: [(one["state"], one["seen"]) for one in acts_of(page)] == [("refused", False)])
    page.goto(neighbourhood.url + "/outbox")
    expect(page.locator("#main")).to_contain_text(typed[:50])


def test_an_act_that_is_larger_than_the_server_takes_holds_up_nobody(neighbourhood, phone_of):
    desk = phone_of("dispatcher")
    desk.pardon("Failed to fetch|fetching the script|answer 503")
    page, other = desk.open(raised(desk)), raised(desk)
    soon(page, lambda: lying(page, "grants"))
    desk.set_offline(True)
    page.locator("form[action$='/words']").evaluate(PRESS, "长" * 400_000)
    soon(page, lambda: len(acts_of(page)) == 1)
    large = acts_of(page)[0]["id"]
    desk.set_offline(False)
    desk.open(other).locator("form[action$='/words']").evaluate(PRESS, "两袋米")
    soon(page, lambda: happened(neighbourhood, "need.worded") == 1)
    assert [one["id"] for one in acts_of(page)] == [large]


PRESS = """(form, typed) => {
  form.noValidate = true
  const field = form.querySelector("textarea, input[type=text], input:not([type])")
  field.removeAttribute("maxlength")
  field.value = typed
  form.requestSubmit()
}"""


@pytest.mark.parametrize("network", [True, False], ids=["online", "offline"])
def test_a_button_that_leads_elsewhere_than_its_form_is_sent_where_it_leads(neighbourhood, phone_of, network):
    desk = phone_of("dispatcher")
    desk.pardon("Failed to fetch")
    raised(desk)
    page = desk.open("/needs")
    soon(page, lambda: lying(page, "grants"))
    desk.set_offline(not network)
    page.locator("#main input[type=checkbox]").first.check()
    page.locator("#bulk details.sheet summary").click()
    page.locator("#bulk [name=line]").fill("今天没有")
    page.locator("#bulk button[formaction]").click()
    if not network:
        assert [act["path"] for act in soon(page, lambda: acts_of(page))] == ["/needs/answer"]
        desk.set_offline(False)
    soon(page, lambda: happened(neighbourhood, "need.answered") == 1)
    assert happened(neighbourhood, "need.triaged") == 0


def test_a_copied_profile_whose_session_is_over_sends_under_its_grant(neighbourhood, phone_of):
    desk = phone_of("dispatcher")
    desk.pardon("Failed to fetch")
    page = desk.open(raised(desk))
    soon(page, lambda: lying(page, "grants"))
    for line in ("一", "二"):
        with page.expect_navigation():
            page.evaluate(SAY, line)
        expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    page.evaluate(COUNT_ANEW)
    page.reload()
    desk.set_offline(True)
    act = page.evaluate(SAY, "三")
    soon(page, lambda: len(acts_of(page)) == 1)
    end_sessions(neighbourhood, neighbourhood.world.dispatcher)
    desk.set_offline(False)
    soon(page, lambda: happened(neighbourhood, "need.worded", act) == 1)
    soon(page, lambda: acts_of(page) == [])


@pytest.mark.long
def test_a_database_that_rests_is_asked_again_though_something_beside_it_is_never_decided(neighbourhood, phone_of):
    dispatcher, phone = phone_of("dispatcher"), phone_of("volunteer")
    tasks = [call(dispatcher, name) for name in ("一号", "二号")]
    phone.pardon("Connection to Indexed Database|Failed to fetch|answer 500")
    page = phone.open(tasks[0])
    soon(page, lambda: lying(page, "grants"))
    with held_back(phone):
        held_first(page, *tasks)
        with ill(page):
            offered(page, tasks[1]).evaluate("form => form.requestSubmit()")
            soon(page, lambda: page.evaluate("localStorage.getItem('lastmetre.acts')"))

    def never(route):
        if beside in (route.request.post_data or ""):
            route.fulfill(status=500, body="x")
        else:
            route.fallback()

    beside = page.evaluate("JSON.parse(localStorage.getItem('lastmetre.acts')).device.id")
    page.route("**/acts", never)
    page.evaluate("dispatchEvent(new Event('online'))")
    soon(page, lambda: taken(neighbourhood, tasks[0]) == 1, 100)
