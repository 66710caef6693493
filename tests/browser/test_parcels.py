"""A run by its labels alone, in real Chromium: packed, loaded and handed over by opening what each square holds."""

import re
import secrets

import pytest
from playwright.sync_api import expect
from support.browser import axe, shoot, too_wide
from support.reading import NETWORK, fetched, go, kept, made, post, soon

pytestmark = pytest.mark.browser


def labelled(phone_of, world, *rooms: str, n: int = 1) -> str:
    """A run to these doors in the volunteer's hands, with labels; its path."""
    dispatcher = phone_of("dispatcher")
    needs = [
        made(
            post(dispatcher, "/needs", building=world.code, room=f"1单元{room}", kind="food", what="两袋米", confirm_double="1")
        ).rpartition("/")[2]
        for room in rooms
    ]
    run = made(post(dispatcher, "/runs", needs=needs[0], title=""))
    for need in needs[1:]:
        post(dispatcher, f"{run}/needs", needs=need)
    post(dispatcher, f"{run}/carriers", accounts=str(world.volunteer))
    return run


def pack(dispatcher, run: str, **counts: int):
    """As she does it: so many for a door, by its stepper."""
    page = dispatcher.open(run)
    page.locator("details.more > summary", has_text=re.compile("分装|labels|件数")).click()
    for number, n in counts.items():
        field = page.locator("div.field", has_text=number.removeprefix("room")).locator("input[name=n]")
        for _ in range(n - 1):
            field.locator("xpath=following-sibling::button").click()
        expect(field).to_have_value(str(n))
    shoot(page, "parcels-pack")
    page.locator("form[action$='/parcels'] > button").click()
    expect(page.locator("#run-parcels b")).to_have_text(str(sum(counts.values())))
    return page


def test_a_run_is_packed_loaded_and_handed_over_by_its_labels_alone(neighbourhood, phone_of):
    run = labelled(phone_of, neighbourhood.world, "602", "501")
    pack(phone_of("dispatcher"), run, room602=2, room501=1)
    phone = phone_of("volunteer")
    page = phone.open(run)
    stops = [codes.split() for codes in page.locator("[data-parcels]").evaluate_all("all => all.map(e => e.dataset.parcels)")]
    assert sorted(map(len, stops)) == [1, 2]
    for code in [code for codes in stops for code in codes]:
        page.goto(f"/p/{code}")
        expect(page.locator("h1[data-place]")).to_contain_text("1单元")
        line = page.locator(".parcel", has=page.locator(f"a[href='/p/{code}']"))
        expect(page.locator("main button.main")).to_have_count(1)
        line.locator("button.main").click()
        expect(line).to_contain_text("我手里")
    for codes in stops:
        page.goto(f"/p/{codes[-1]}")
        expect(page.locator("main button.main")).to_have_attribute("value", "door")
        page.locator("main button.main").click()
        expect(page.locator("article[data-state=delivered] .parcel").first).to_contain_text("已交住户")
    page.goto(run)
    expect(page.locator("#run-parcels")).to_contain_text("已交住户 3")
    page.locator("form[action$='/finish'] button").first.click()
    expect(page.locator("#toast")).to_contain_text("全部送完")


def test_without_script_one_of_two_stays_and_the_run_waits_for_it(neighbourhood, phone_of):
    run = labelled(phone_of, neighbourhood.world, "602")
    pack(phone_of("dispatcher"), run, room602=2)
    page = phone_of("volunteer", js=False).open(run)
    page.locator("form[action$='/parcels/load'] button").click()
    page.locator("details.more > summary", has_text="有的没交").click()
    page.locator("[name=stays]").last.check()
    page.locator("button[name=where][value=hand]").click()
    expect(page.locator("article .parcel").last).to_contain_text("我手里")
    page.locator("form[action$='/finish'] button").first.click()
    expect(page.locator("main")).to_contain_text("件包裹在")
    page.goto(run)
    page.locator("article form[action$='/handover'] button").click()
    page.goto(run)
    page.locator("form[action$='/finish'] button").first.click()
    expect(page.locator("main")).to_contain_text("已完成")


LOOKS = [
    ("en", "sunlight", "larger", 320), pytest.param("zh", "dark", "larger", 320, marks=pytest.mark.long), pytest.param("en", "light", "larger", 320, marks=pytest.mark.long),
    pytest.param("zh", "light", "normal", 360, marks=pytest.mark.long), pytest.param("en", "dark", "normal", 360, marks=pytest.mark.long),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "theme", "type", "width"), LOOKS)
def test_every_page_of_a_parcel_is_in_order(neighbourhood, phone_of, lang, theme, type, width):
    world = neighbourhood.world
    run = labelled(phone_of, world, "602", "501")
    pack(phone_of("dispatcher"), run, room602=2, room501=1)
    how = {"lang": lang, "theme": theme, "type": type, "width": width}
    wrong = []

    def look(page, name: str) -> None:
        wrong.extend(f"{name}: {line}" for line in [*axe(page), *too_wide(page)])
        shoot(page, f"parcels-{name}-{lang}-{theme}-{type}")

    hers, dees = phone_of("volunteer", **how), phone_of("dispatcher", **how)
    page = hers.open(run)
    code = page.locator("[data-parcels]").first.get_attribute("data-parcels").split()[0]
    look(page, "run")
    page.goto(f"/p/{code}")
    look(page, "at-hub")
    page.locator(".parcel button.main").first.click()
    page.goto(f"/p/{code}")
    look(page, "loaded")
    page.locator(".parcel details.sheet > summary").first.click()
    look(page, "sheet")
    other = dees.open(run)
    other.locator("details.more > summary").last.click()
    look(other, "dispatcher")
    look(phone_of("steward", **how).open(f"/p/{code}"), "steward")
    look(phone_of(None, **how).open(f"/p/{code}"), "stranger")
    assert not wrong, "\n".join(wrong)


def test_a_stranger_learns_whose_it_is_and_nothing_more(neighbourhood, phone_of):
    run = labelled(phone_of, neighbourhood.world, "602")
    pack(phone_of("dispatcher"), run, room602=1)
    code = phone_of("volunteer").open(run).locator("[data-parcels]").get_attribute("data-parcels")
    page = phone_of(None).open(f"/p/{code}")
    expect(page.locator("h1[data-place]")).to_contain_text("桃花桥社区")
    assert "602" not in page.locator("main").inner_text() and page.locator("main form").count() == 0
    assert page.goto(f"/p/{secrets.token_hex(4).upper()}").status == 404


def test_offline_what_was_loaded_is_handed_over_from_the_kept_run(neighbourhood, phone_of):
    run = labelled(phone_of, neighbourhood.world, "602")
    pack(phone_of("dispatcher"), run, room602=1)
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open("/now")
    assert run in fetched(page)
    soon(page, lambda: run in kept(page))
    phone.set_offline(True)
    page.goto(run)
    page.locator(".parcel form[action$='/load'] button").click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    page.locator("button[name=where][value=door]").click()
    phone.set_offline(False)
    go(page, run)
    soon(page, lambda: '"delivery.handed_over"' in neighbourhood.server.run("journal", "--json"))
    soon(page, lambda: '"parcel.loaded"' in neighbourhood.server.run("journal", "--json"))
    page.goto(run)
    expect(page.locator(".parcel")).to_contain_text("已交住户")


def test_a_handover_waits_for_the_loading_that_did_not_come_through(neighbourhood, phone_of):
    run = labelled(phone_of, neighbourhood.world, "602")
    pack(phone_of("dispatcher"), run, room602=1)
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open(run)
    page.route("**/parcels/*/load", lambda route: route.abort())
    page.locator(".parcel form[action$='/load'] button").click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    page.locator("button[name=where][value=door]").click()
    soon(page, lambda: '"delivery.handed_over"' in neighbourhood.server.run("journal", "--json"))
    assert '"parcel.loaded"' in neighbourhood.server.run("journal", "--json")
    page.goto(run)
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    expect(page.locator(".parcel")).to_contain_text("已交住户")
