"""Two phones edit one need from forms drawn before; the dispatcher sees both and decides, in large type on a small phone too."""

import pytest
from playwright.sync_api import expect
from support.browser import axe, shoot, too_wide

pytestmark = pytest.mark.browser


def raise_need(page, code: str) -> str:
    page.goto("/needs/new?building=" + code)
    page.select_option("#f-building", code) if page.locator("select#f-building").count() else None
    page.locator("input[name=kind]").first.check() if page.locator("input[name=kind]").count() else page.select_option("#f-kind", "food")
    page.fill("#f-what", "一袋米")
    page.fill("#f-unit", "1")
    page.fill("#f-room", "602")
    page.locator("main form.form button.main").last.click()
    page.wait_for_url("**/needs/*entered=1*")
    return page.url.split("?")[0].rsplit("/", 1)[1]


def form(page, need: str):
    page.goto(f"/needs/{need}")
    page.locator("#mend > summary").click()
    return page.locator(f"form[action='/needs/{need}/change']")


@pytest.mark.parametrize("how", [{"lang": "zh", "type": "larger", "width": 320}, {"lang": "en", "theme": "dark", "width": 360}], ids=str)
def test_two_phones_and_a_decision(how, neighbourhood, phone_of):
    steward, desk = phone_of("steward", **how), phone_of("dispatcher", **how)
    one, two = steward.open("/healthz"), desk.open("/healthz")
    need = raise_need(two, neighbourhood.world.code)
    mine, theirs = form(one, need), form(two, need)
    theirs.locator("input[name=urgency][value=today]").check(force=True)
    theirs.locator("button.main").click()
    expect(two.locator(".toast")).to_be_visible()
    mine.locator("input[name=urgency][value=now]").check(force=True)
    mine.locator("button.main").click()
    expect(one.locator(".toast[data-state=conflict]")).to_be_visible()
    expect(one.locator("a[href='/differences']").first).to_be_attached()
    name = "-".join(map(str, how.values()))
    shoot(one, f"differences-need-{name}")
    two.goto("/differences")
    wrong = axe(two) + too_wide(two)
    shoot(two, f"differences-open-{name}")
    two.locator("form[action$='/take'] button").click()
    expect(two.locator("form[action$='/undo']").first).to_be_attached()
    two.goto("/differences?tab=decided")
    wrong += axe(two) + too_wide(two)
    shoot(two, f"differences-decided-{name}")
    for line in ("先说的话", "后说的另一句话，电话 13912345678"):
        sent = {"act": "A" * 22, "line": line, "inside": "1"}
        steward.request.post(f"{neighbourhood.url}/needs/{need}/words", form=sent, headers={"Origin": neighbourhood.url})
    two.goto("/quarantine")
    expect(two.locator("form[action$='/count']")).to_be_attached()
    assert "13912345678" not in two.content()
    wrong += axe(two) + too_wide(two)
    shoot(two, f"quarantine-{name}")
    assert not wrong, "\n".join(wrong)
    one.goto(f"/needs/{need}")
    expect(one.locator(f"form[action='/needs/{need}/change'] input[name=urgency][value=now]")).to_be_checked()
