"""A call round on a real phone: one door after the other, the second half of it without network; and its pages in every dress."""

import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.browser import axe, shoot, too_wide
from support.reading import NETWORK, fetched, go, kept_anew, made, post, soon

pytestmark = pytest.mark.browser

ROOMS = ("1-101", "1-201", "1-301", "1-401", "1-501", "1-601")


def ready(phone_of, world, *, kind="call", to=None) -> str:
    """Six doors of the cast's building, somebody with a number behind four of them; its path."""
    steward = phone_of("steward")
    doors = dict(rows(steward, world))
    for n, room in enumerate(ROOMS[:4], 1):
        kinds = [("kinds", "dialysis"), ("kinds", "living_alone")] if n < 3 else []
        form = {"name": f"王{n}芳", "phone": f"1391234000{n}", "note": "", **dict(kinds)}
        post(steward, f"/households/{doors[room]}/residents", **form)
    return made(post(steward, "/rounds", kind=kind, which="doors", building=str(world.building), doors=",".join(ROOMS), to=str(to or "")))


def rows(phone, world) -> list[tuple[str, str]]:
    page = phone.open(f"/buildings/{world.building}")
    links = page.locator("a.line-go").evaluate_all(
        "all => all.map(a => [a.closest('.group').parentElement.closest('.group').querySelector('h2').id, a.querySelector('.room').textContent, a.getAttribute('href')])"
    )
    page.close()
    return [(f"{unit.rpartition('-')[2]}-{room}", path.rpartition("/")[2]) for unit, room, path in links]


def came(neighbourhood) -> list[tuple[str, str, bool]]:
    raw = sqlite3.connect(f"file:{Path(neighbourhood.server.data) / 'lastmetre.db'}?mode=ro", uri=True)
    try:
        return raw.execute("""SELECT s.place, coalesce(c.outcome, ''), c.how FROM round_stop s LEFT JOIN contact c ON c.id = s.contact_id
        ORDER BY s.place""").fetchall()  # fmt: skip
    finally:
        raw.close()


def shown(page) -> list[str]:
    """Rooms of the doors that can be seen and are still to be done."""
    open_ = page.locator(".walk > [data-state=open]:not([data-waits]):visible .room")
    return [text.strip() for text in open_.all_text_contents()]


def test_a_call_round_is_walked_door_after_door_half_of_it_without_network(neighbourhood, phone_of):
    path = ready(phone_of, neighbourhood.world, to=neighbourhood.world.volunteer)
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open("/now")
    assert {path, "/rounds"} <= set(fetched(page))
    page.goto(path)
    order = page.locator(".walk > article").evaluate_all("all => all.map(a => a.querySelector('.room').textContent.trim())")
    assert len(order) == 6 and shown(page) == order[:1]
    assert too_wide(page) == [] and axe(page) == []
    shoot(page, "round-call")

    current = page.locator(".walk > [data-state=open]:not([data-waits]):visible")
    current.locator("button[name=outcome][value=well]").click()
    expect(current.locator(".room")).to_have_text(order[1])
    shoot(page, "round-second")
    # skipped doors come again when the rest is done
    current.locator(".walk-on a").last.click()
    assert shown(page) == order[2:3]
    current.locator("button[name=outcome][value=no_answer]").click()
    expect(current.locator(".room")).to_have_text(order[3])
    soon(page, lambda: [outcome for _, outcome, _ in came(neighbourhood)].count("") == 4)
    kept_anew(page, path)

    phone.set_offline(True)
    page.goto(path)
    assert shown(page) == [order[1]]
    for expected in (order[1], order[3], order[4], order[5]):
        expect(current.locator(".room")).to_have_text(expected)
        if expected == order[3]:
            shoot(page, "round-offline")
        current.locator("textarea[name=note]").fill("要盐")
        current.locator("button[name=outcome][value=needs]").click()
    expect(current).to_have_count(0)
    assert [outcome for _, outcome, _ in came(neighbourhood)].count("") == 4
    phone.set_offline(False)
    go(page, path)
    soon(page, lambda: [outcome for _, outcome, _ in came(neighbourhood)].count("needs") == 4)
    assert [outcome for _, outcome, _ in came(neighbourhood)] == ["well", "needs", "no_answer", "needs", "needs", "needs"]


def swipe(page, element, across: int, down: int = 0) -> None:
    """A finger, as the browser gets it from the screen."""
    box, cdp = element.bounding_box(), page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, step in (("touchStart", 0), ("touchMove", 0.5), ("touchMove", 1)):
        cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + across * step, "y": y + down * step}]})
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    cdp.detach()


def test_the_next_door_comes_with_the_thumb_and_what_was_typed_stays(neighbourhood, phone_of):
    page = phone_of("volunteer").open(ready(phone_of, neighbourhood.world, to=neighbourhood.world.volunteer))
    order = page.locator(".walk > article").evaluate_all("all => all.map(a => a.querySelector('.room').textContent.trim())")
    current = page.locator(".walk > [data-state=open]:visible")
    current.locator("textarea[name=note]").first.fill("要盐")
    for across, down, there in ((-150, 0, 1), (-150, 10, 2), (150, 0, 1), (-40, 0, 1), (-90, 80, 1), (150, 0, 0)):
        soon(page, lambda: page.evaluate("typeof document.querySelector('.walk').dataset.swipes") == "string")
        swipe(page, current.locator(".room"), across, down)
        expect(current.locator(".room")).to_have_text(order[there])
    note = current.locator("textarea[name=note]").first
    expect(note).to_have_value("要盐")
    swipe(page, note, -150)
    expect(current.locator(".room")).to_have_text(order[0])
    cdp = page.context.new_cdp_session(page)
    cdp.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1.2})  # read enlarged, a finger only moves what is looked at
    swipe(page, current.locator(".room"), -150)
    cdp.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    swipe(page, current.locator(".room"), -150)
    expect(current.locator(".room")).to_have_text(order[1])


def test_what_she_wants_to_eat_is_a_request_in_two_taps_and_the_number_hides_itself(neighbourhood, phone_of):
    path = ready(phone_of, neighbourhood.world, to=neighbourhood.world.volunteer)
    phone = phone_of("volunteer")
    page = phone.open(path)
    for _ in range(2):  # to a door with somebody behind it
        page.locator(".walk > :visible .walk-on a").last.click()
    current = page.locator(".walk > [data-state=open]:visible")
    current.locator("form[action$='/reveal'] button").click()
    expect(current.locator("a[href^='tel:']")).to_be_visible()
    expect(current.locator("[data-behaviour=hide-after]").first).to_have_attribute("data-seconds", "60")
    shoot(page, "round-number")
    current.locator("summary").first.click()
    current.locator("button[name=what]").first.click()
    page.wait_for_url(lambda url: "did=" in url)
    soon(page, lambda: '"need.raised"' in neighbourhood.server.run("journal", "--json"))
    assert len(shown(page)) == 1
    shoot(page, "round-wanted")


@pytest.mark.parametrize(
    ("lang", "theme", "type", "width"),
    [pytest.param("zh", "light", "normal", 360, marks=pytest.mark.long), ("en", "dark", "larger", 320), pytest.param("en", "light", "large", 360, marks=pytest.mark.long)],
)  # fmt: skip
def test_the_pages_of_rounds_in_every_dress(neighbourhood, phone_of, lang, theme, type, width):
    path = ready(phone_of, neighbourhood.world, kind="knock")
    phone = phone_of("steward", lang=lang, theme=theme, type=type, width=width)
    for name, address in (
        ("list", "/rounds"), ("new", "/rounds/new"), ("walk", path), ("print", f"{path}/print"), ("paper", f"{path}/paper"),
    ):  # fmt: skip
        page = phone.open(address)
        assert page.locator("main h1").count() == 1
        if name != "print":
            assert too_wide(page) == [], address
        assert axe(page) == [], address
        shoot(page, f"rounds-{name}-{lang}-{type}")
        page.close()


@pytest.mark.parametrize(
    ("lang", "theme", "type", "width"), [pytest.param("zh", "light", "normal", 360, marks=pytest.mark.long), ("en", "dark", "larger", 320)]
)
def test_a_carer_calls_her_people_and_the_pages_of_carers_in_every_dress(neighbourhood, phone_of, lang, theme, type, width):
    world = neighbourhood.world
    ready(phone_of, world)
    steward = phone_of("steward", lang=lang, theme=theme, type=type, width=width)
    doors = dict(rows(steward, world))
    post(steward, "/carers", picked=doors["1-101"], account=str(world.volunteer), rank="first")
    post(steward, "/carers", picked=doors["1-201"], account=str(world.volunteer), rank="second", ask="1")
    phone = phone_of("volunteer", lang=lang, theme=theme, type=type, width=width)
    post(steward, f"/households/{doors['1-101']}/watches", sign="food", days="2", note="只剩半袋米")
    pages = [
        (steward, "/unreached"),
        (steward, "/households?roll=key"),
        (phone, "/now"),
        (phone, "/mine/people"),
        (steward, "/gaps/carers"),
        (steward, f"/households/{doors['1-101']}"),
    ]
    for each, address in pages:
        page = each.open(address)
        assert too_wide(page) == [], address
        assert axe(page) == [], address
        shoot(page, f"carers{address[:12].replace('/', '-').replace('?', '-')}-{lang}")
        page.close()
    page = phone.open("/mine/people")
    card = page.locator("article[id^='home-']")
    card.locator("details:has(form[action$='/reveal']) > summary").click()
    card.locator("form[action$='/reveal'] button[value=call]").click()
    expect(card.locator("a[href^='tel:']")).to_be_visible()
    card.locator("details:has(form[action$='/contacts']) > summary").first.click()
    card.locator("button[name=outcome][value=well]:visible").click()
    page.wait_for_url(lambda url: "did=" in url)
    assert '"contact.reached"' in neighbourhood.server.run("journal", "--json")


def test_a_census_is_filled_in_with_one_hand_without_network_and_loses_nothing_that_was_wrong(neighbourhood, phone_of):
    path = ready(phone_of, neighbourhood.world, kind="census", to=neighbourhood.world.volunteer)
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open("/now")
    fetched(page)
    page.goto(path)
    assert too_wide(page) == [] and axe(page) == []
    shoot(page, "round-census")
    current = page.locator(".walk > [data-state=open]:not([data-waits]):visible")
    current.locator("input[name=phone]").fill("13912349999")
    current.locator("button[name=outcome][value=well]").click()
    expect(page.locator("input[name=phone]:visible").first).to_have_value("13912349999")
    expect(page.locator("input[name=name][aria-invalid=true]")).to_be_visible()
    current.locator("input[name=name]").fill("赵敏")
    current.locator("button[name=outcome][value=well]").click()
    page.wait_for_url(lambda url: "did=" in url)
    kept_anew(page, path)
    phone.set_offline(True)
    page.goto(path)
    first = current.locator(".room").text_content()
    current.locator("input[name=name]").fill("钱多")
    current.locator("input[name=kinds][value=infant]").check(force=True)
    current.locator("button[name=outcome][value=needs]").click()
    expect(current.locator(".room")).not_to_have_text(first)
    phone.set_offline(False)
    go(page, path)
    soon(page, lambda: len(done(neighbourhood)) == 2)
    assert [how for _, _, how in done(neighbourhood)] == ["census", "census"]


def done(neighbourhood) -> list[tuple]:
    return [row for row in came(neighbourhood) if row[1]]
