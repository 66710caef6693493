"""A day in one neighbourhood, in real Chromium at 360x740: several people, each with a phone of her own."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from support.browser import axe, shoot

pytestmark = pytest.mark.browser
LEDGER = Path(__file__).parents[1] / "data" / "taohuaqiao" / "ledger.xlsx"


def checked(page: Page, name: str) -> None:
    found = axe(page)
    assert not found, "\n".join(found)
    shoot(page, f"day-{name}")


def ask(page: Page, what: str, *, unit: str = "1", room: str = "602", phone: str = "13912345678") -> str:
    """A resident's three screens; answers the path of her tracking page."""
    page.locator("a[href$='kind=food']").click()
    page.locator("[name=what]").fill(what)
    page.locator(f"[name=unit][value='{unit}']").check()
    page.locator("[name=room]").fill(room)
    page.locator("[name=phone]").fill(phone)
    page.locator("form[data-act=repeat] button.main").click()
    page.wait_for_url(re.compile("/track/"))
    return page.url


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_resident_asks_and_follows_it_to_her_door(neighbourhood, phone_of, js):
    world, resident = neighbourhood.world, phone_of(None, js=js).open(f"/ask/{neighbourhood.world.code}")
    if js:
        checked(resident, "ask")
    track = ask(resident, "两袋米，一桶油")
    if js:
        checked(resident, "sent")
    number = resident.locator(".number.big").inner_text().strip()

    dispatcher = phone_of("dispatcher").open("/needs")
    expect(dispatcher.get_by_text("两袋米").first).to_be_visible()
    dispatcher.goto(neighbourhood.url + f"/runs/new?building={world.building}")
    checked(dispatcher, "bundle")
    dispatcher.locator("main form button.main").last.click()
    dispatcher.wait_for_url(re.compile(r"/runs/[0-9a-f-]{36}"))
    run = re.search(r"/runs/[0-9a-f-]{36}", dispatcher.url)[0]
    give(dispatcher, str(world.volunteer))
    checked(dispatcher, "run-given")

    volunteer = phone_of("volunteer").open(run)
    checked(volunteer, "run-of-carrier")
    volunteer.locator(f"form[action^='{run}/stops/'][action$='/handover'] button").first.click()
    expect(volunteer.locator("#toast .toast")).to_be_visible()
    checked(volunteer, "handed-over")

    resident.goto(track)
    with resident.expect_navigation(url=re.compile("did=")):
        resident.locator("form[action$='/came'] button").click()
    resident.goto(track)
    expect(resident.locator("form[action$='/came']")).to_have_count(0)
    dispatcher.goto(neighbourhood.url + f"/needs?q={number}&state=all")
    assert neighbourhood.server.run("journal", "--json").count('"need.confirmed"') == 1


def give(page: Page, account: str) -> None:
    form = page.locator("form[action$='/carriers']").first
    choice = form.locator(f"[value='{account}']")
    if not choice.is_visible():
        page.locator("details:has(form[action$='/carriers']) > summary").first.click()
    if form.locator("select").count():
        form.locator("select").select_option(account)
    else:
        choice.check(force=True)
    with page.expect_navigation(url=re.compile("did=")):
        form.locator("button.main, button").last.click()


def test_a_steward_enters_for_a_neighbour_and_is_asked_about_a_double(neighbourhood, phone_of):
    steward = phone_of("steward").open("/needs/new")
    checked(steward, "proxy")

    def enter(what: str) -> None:
        building = steward.locator("[name=building]")
        if building.first.get_attribute("type") == "radio":
            building.first.check()
        elif building.first.evaluate("field => field.tagName") == "SELECT":
            building.first.select_option(index=0)
        elif building.first.get_attribute("type") != "hidden":
            building.first.fill(neighbourhood.world.code)
        steward.locator("[name=room]").fill("1单元602")
        steward.locator("[name=kind][value=medicine]").check()
        steward.locator("[name=what]").fill(what)
        steward.locator("form[data-act=repeat] button.main").last.click()

    enter("降压药，还能吃两天")
    steward.wait_for_url(re.compile("did="))
    steward.goto(neighbourhood.url + "/needs/new")
    enter("降压药")
    expect(steward.locator("[name=confirm_double]").first).to_be_visible()
    assert steward.locator("[name=what]").input_value() == "降压药"
    checked(steward, "double")
    assert neighbourhood.server.run("journal", "--json").count('"need.raised"') == 1


def test_taking_a_place_checking_in_and_letting_go(neighbourhood, phone_of):
    dispatcher = phone_of("dispatcher").open("/tasks/new")
    dispatcher.locator("[name=title]").fill("17栋搬菜上楼")
    dispatcher.locator("[name=places]").fill("1")
    dispatcher.locator("form[data-act=repeat] button.main").last.click()
    dispatcher.wait_for_url(re.compile("did="))

    first = phone_of("volunteer").open("/now")
    checked(first, "now")
    first.locator("form[action$='/take'] button").first.click()
    expect(first.locator("#toast .toast")).to_be_visible()
    checked(first, "taken")

    second = phone_of("volunteer2", lang="en", type="large").open("/now")
    checked(second, "full")
    second.locator("form[action$='/wait'] button").first.click()
    expect(second.locator("#toast .toast")).to_be_visible()

    first.goto(neighbourhood.url + "/mine")
    checked(first, "mine")
    told = neighbourhood.server.run("journal", "--json")
    assert told.count('"task.taken"') == 1 and told.count('"task.waited"') == 1


def test_a_double_tap_counts_once(neighbourhood, phone_of):
    page = phone_of(None).open(f"/ask/{neighbourhood.world.code}?kind=food")
    page.locator("[name=what]").fill("一袋米")
    page.locator("[name=unit][value='1']").check()
    page.locator("[name=room]").fill("301")
    page.locator("form[data-act=repeat]").evaluate("form => { form.requestSubmit(); form.requestSubmit() }")
    page.wait_for_url(re.compile("/track/"))
    assert neighbourhood.server.run("journal", "--json").count('"need.raised"') == 1


def test_large_type_and_theme_stay_on_this_phone(neighbourhood, phone_of):
    page = phone_of(None).open(f"/ask/{neighbourhood.world.code}")
    before = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    page.locator("form[action='/look'] [name=type][value=large]").first.click()
    page.wait_for_url(re.compile("/ask/"))
    expect(page.locator("html")).to_have_attribute("data-type", "large")
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") > before
    page.goto(neighbourhood.url + "/ask")
    expect(page.locator("html")).to_have_attribute("data-type", "large")


def test_a_ledger_is_previewed_committed_and_taken_back(neighbourhood, phone_of):
    page = phone_of("dispatcher").open("/ledger")
    before = page.context.request.get(neighbourhood.url + "/households").text().count("/buildings/")
    page.locator("input[type=file]").set_input_files(str(LEDGER))
    page.locator("form[action='/ledger'] button.main").click()
    page.wait_for_url(re.compile(r"/ledger/[0-9a-f-]{36}"))
    checked(page, "preview")
    with page.expect_navigation(url=re.compile("did=")):
        page.locator("form[action$='/commit'] button").click()
    checked(page, "imported")
    imported = page.url.split("?")[0]
    assert page.context.request.get(neighbourhood.url + "/households").text().count("/buildings/") > before
    page.goto(imported)
    page.locator("details:has(form[action$='/undo']) > summary").click()
    with page.expect_navigation(url=re.compile("did=")):
        page.locator("form[action$='/undo'] button").click()
    assert page.context.request.get(neighbourhood.url + "/households").text().count("/buildings/") == before
    told = neighbourhood.server.run("journal", "--json")
    assert told.count('"import.committed"') == 1 and told.count('"import.undone"') == 1
