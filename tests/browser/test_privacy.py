"""Privacy that can be shown, on real phones: a look with its reason that closes by itself, all that is held of her, an export for two."""

import pytest
from playwright.sync_api import expect
from support.browser import axe, shoot, too_wide, twice

pytestmark = pytest.mark.browser

NAME, PHONE = "钱秀英", "13600001111"
DRESSES = [pytest.param("zh", "light", "normal", marks=pytest.mark.long), ("en", "dark", "larger")]


def add_resident(phone, world) -> str:
    """The path of her door."""
    page = phone.open(f"/buildings/{world.building}")
    path = page.locator("a[href^='/households/']").first.get_attribute("href")
    page.goto(f"{phone.base_url}{path}/residents/new")
    page.locator("input[name=name]").fill(NAME)
    page.locator("input[name=phone]").fill(PHONE)
    page.locator("textarea[name=note]").fill("听力不好，请大声敲门。")
    page.locator("main form button.main").click()
    page.wait_for_url(f"**{path}*")
    return path


@pytest.mark.parametrize(("lang", "theme", "type"), DRESSES)
def test_a_look_its_trace_and_all_that_is_held(lang, theme, type, neighbourhood, phone_of):
    world, dress, wrong = neighbourhood.world, {"lang": lang, "theme": theme, "type": type}, []

    def judged(page, name: str) -> None:
        wrong.extend(f"{name}: {line}" for line in (*axe(page), *too_wide(page), *twice(page)))
        shoot(page, f"privacy-{name}-{lang}-{theme}-{type}")

    desk = phone_of("dispatcher", **dress)
    judged(desk.open("/reveals"), "reveals-empty")
    judged(desk.open("/exports"), "exports-empty")
    door = add_resident(desk, world)
    page = desk.open(door)
    page.clock.install()
    page.goto(desk.base_url + door)
    card = page.locator("article.thing", has=page.locator("form[action$='/reveal']"))
    card.locator("summary").click()
    judged(page, "why")
    page.locator("form[action$='/reveal'] button[value=visit]").click()
    expect(page.get_by_text(NAME)).to_be_visible()
    judged(page, "shown")
    page.clock.fast_forward(25_000)
    expect(page.get_by_text(NAME)).to_be_visible()
    page.clock.fast_forward(36_000)
    expect(page.get_by_text(NAME)).to_have_count(0)
    page = desk.open(door)
    page.locator("a[href$='/edit']").first.click()
    page.locator("a[href$='/data']").click()
    expect(page.get_by_text(PHONE)).to_be_visible()
    judged(page, "data")
    page.locator("input[name=name]").fill("别人")
    page.locator("form[action$='/erase'] button").click()
    expect(page.locator("input[name=name]")).to_have_value("别人")
    judged(page, "data-wrong")
    with page.expect_download() as taken:
        page.locator("form[action$='/data'] button").first.click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page = desk.open("/exports")
    page.locator("label.choice:has(input[value=outage])").click()
    page.locator("form[action='/exports'] button").click()
    expect(page.locator("article")).to_have_count(1)
    command = phone_of("command", **dress)
    page = command.open("/exports")
    page.locator("summary.button").click()
    judged(page, "export-decide")
    page.locator("form[action$='/approve'] button").click()
    page.wait_for_url("**/exports?did=*")
    page = desk.open("/exports")
    judged(page, "export-ready")
    with page.expect_download() as taken:
        page.locator("form[action$='/fetch'] button").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    page = command.open("/reveals?days=7")
    judged(page, "reveals")
    page.locator("main li a").first.click()
    judged(page, "reveals-by")
    judged(command.open("/emergency"), "emergency")
    judged(desk.open("/me/looks"), "mine")
    assert not wrong, "\n".join(wrong)


def test_without_scripts_a_look_says_that_it_must_be_closed(neighbourhood, phone_of):
    door = add_resident(phone_of("dispatcher"), neighbourhood.world)
    page = phone_of("dispatcher", js=False).open(door)
    page.locator("details:has(form[action$='/reveal']) > summary").first.click()
    page.locator("form[action$='/reveal'] button[value=call]").click()
    expect(page.get_by_text(NAME)).to_be_visible()
    expect(page.locator("noscript small").first).to_be_visible()


@pytest.mark.parametrize(("lang", "theme", "type"), DRESSES)
def test_the_end_of_an_emergency_and_its_report(lang, theme, type, neighbourhood, phone_of):
    dress, wrong = {"lang": lang, "theme": theme, "type": type}, []

    def judged(page, name: str) -> None:
        wrong.extend(f"{name}: {line}" for line in (*axe(page), *too_wide(page), *twice(page)))
        shoot(page, f"privacy-{name}-{lang}-{theme}-{type}")

    desk, command = phone_of("dispatcher", **dress), phone_of("command", **dress)
    add_resident(desk, neighbourhood.world)
    judged(desk.open("/emergency"), "emergency")
    page = desk.open("/closings")
    judged(page, "closing-none")
    page.locator("details.sheet summary.danger").click()
    page.locator("details.sheet form button.danger").click()
    expect(page.locator("form[action$='/refuse']")).to_be_visible()
    expect(page.locator("form[action$='/approve']")).to_have_count(0)
    judged(page, "closing-asked")
    page = command.open("/closings")
    page.locator("input[name=name]").fill("别的事件")
    page.locator("form[action$='/approve'] button").click()
    expect(page.locator("input[name=name]")).to_have_value("别的事件")
    judged(page, "closing-wrong")
    page.locator("input[name=name]").fill("封控")
    page.locator("form[action$='/approve'] button").click()
    page.wait_for_url("**/closings?did=*")
    report = page.locator("a[href^='/closings/']")
    for _ in range(60):
        if report.count():
            break
        shoot(page, f"privacy-closing-running-{lang}-{theme}-{type}")
        page.goto(command.base_url + "/closings")
    judged(page, "closing-finished")
    report.click()
    judged(page, "closing-report")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("lang", "theme", "type"), DRESSES)
def test_ones_own_account_and_the_sheet_for_a_resident(lang, theme, type, neighbourhood, phone_of):
    dress, wrong = {"lang": lang, "theme": theme, "type": type}, []

    def judged(page, name: str) -> None:
        wrong.extend(f"{name}: {line}" for line in (*axe(page), *too_wide(page), *twice(page)))
        shoot(page, f"privacy-{name}-{lang}-{theme}-{type}")

    desk = phone_of("dispatcher", **dress)
    door = add_resident(desk, neighbourhood.world)
    page = desk.open(door)
    page.locator("a[href$='/edit']").first.click()
    page.locator("a[href$='/data']").click()
    judged(page, "data-whole")
    page.locator("form[action$='/data']:has(input[value=print]) button").click()
    expect(page.get_by_text(PHONE)).to_be_visible()
    judged(page, "data-print")
    bo = phone_of("volunteer", **dress)
    page = bo.open("/me/data")
    judged(page, "own")
    page.locator("input[name=name]").fill("别人")
    page.locator("form[action='/me/erase'] button").click()
    expect(page.locator("input[name=name]")).to_have_value("别人")
    judged(page, "own-wrong")
    page.locator("input[name=name]").fill("薄志愿")
    page.locator("form[action='/me/erase'] button").click()
    page.wait_for_url("**/sign-in*")
    assert not wrong, "\n".join(wrong)
