"""A roster on real phones: a post, a rotation that is shown before it is made, taking over, handing over, being stood in for."""

import pytest
from playwright.sync_api import expect
from support.browser import axe, shoot, too_wide, twice

pytestmark = pytest.mark.browser

DRESSES = [pytest.param("zh", "light", "normal", marks=pytest.mark.long), ("en", "dark", "larger")]


def press(page, button: str) -> None:
    """Each press leads to a page with its own receipt."""
    with page.expect_navigation():
        page.locator(button).click()


@pytest.mark.parametrize(("lang", "theme", "type"), DRESSES)
def test_a_gate_is_kept_in_turn(lang, theme, type, neighbourhood, phone_of):
    world, dress, wrong = neighbourhood.world, {"lang": lang, "theme": theme, "type": type}, []

    def judged(page, name: str) -> None:
        wrong.extend(f"{name}: {line}" for line in (*axe(page), *too_wide(page), *twice(page)))
        shoot(page, f"roster-{name}-{lang}-{theme}-{type}")

    desk = phone_of("dispatcher", **dress)
    judged(desk.open("/roster"), "empty")
    page = desk.open("/posts/new")
    judged(page, "post-new")
    page.locator("input[name=name]").fill("一村北门")
    page.locator("label.choice:has(input[name=shows_name])").click()
    page.locator("main form[action='/posts'] button.main").click()
    page.wait_for_url("**/posts/*-*")
    post = page.url.split("?")[0].removeprefix(desk.base_url)

    # a shift of Bo's that runs now, and one of Cem's after it
    page.locator("select[name=who]").select_option(str(world.volunteer))
    press(page, f"form[action='{post}/shifts'] button")
    page = desk.open(f"{post}/rotations/new")
    for who in (world.volunteer2, world.volunteer):
        page.locator(f"label.choice:has(input[value='{who}'])").click()
    page.locator("label.choice:has(input[name=hours][value='12'])").click()
    page.locator("main form[method=get] button").click()
    page.wait_for_url("**people=*")
    judged(page, "foreseen")
    press(page, f"form[action='{post}/rotations'] button")
    judged(page, "post")
    judged(desk.open("/roster"), "day")
    judged(desk.open("/roster?span=week"), "week")
    first = desk.open("/needs")
    expect(first.locator("main a[href='/roster']")).to_be_visible()
    judged(first, "needs")

    bo = phone_of("volunteer", **dress)
    page = bo.open("/now")
    page.locator("#my-shifts ~ ul a, section[aria-labelledby=my-shifts] a").first.click()
    page.wait_for_url("**/shifts/*")
    judged(page, "shift")
    press(page, "form[action$='/begin'] button")
    judged(page, "begun")

    resident = phone_of(None, js=False, lang=lang, theme=theme, type=type)
    asked = resident.open(f"/ask/{world.code}")
    expect(asked.get_by_text("一村北门 薄**")).to_be_visible()
    judged(phone_of(None, lang=lang, theme=theme, type=type).open(f"/ask/{world.code}"), "door")

    page.locator("textarea[name=text]").fill("钥匙在值班室左边抽屉。\n三号楼的水还没送。")
    press(page, "form[action$='/end'] button")
    judged(page, "ended")
    judged(desk.open("/roster"), "unread")
    cem = phone_of("volunteer2", **dress)
    page = cem.open("/mine")
    judged(page, "mine")
    page.locator("section[aria-labelledby=my-shifts] a").first.click()
    page.wait_for_url("**/shifts/*")
    page.locator("details.sheet:has(form[action$='/swaps']) summary").click()
    press(page, "form[action$='/swaps'] button")
    judged(page, "asked")
    assert not wrong, "\n".join(wrong)
