"""What comes back, on phones: a steward writes it down at a door, a resident on her own page; nothing typed is lost on the way."""

import re

import pytest
from browser.test_every_page import sign_in
from support.browser import axe, shoot, too_wide, twice

pytestmark = pytest.mark.browser
LOOKS = [
    ("zh", "larger", "light", 320), pytest.param("zh", "normal", "light", 360, marks=pytest.mark.long),
    pytest.param("en", "larger", "dark", 360, marks=pytest.mark.long), pytest.param("en", "normal", "sunlight", 360, marks=pytest.mark.long),
]  # fmt: skip


def looked_at(page, name: str) -> None:
    shoot(page, name)
    assert axe(page) == [] and too_wide(page) == [] and twice(page) == []


@pytest.mark.parametrize(("lang", "type", "theme", "width"), LOOKS)
def test_the_pages_of_what_comes_back(lang, type, theme, width, sample_server, phones):
    phone = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    sign_in(phone, sample_server.facts["sign_in"]["dispatcher"])
    look, page = f"coming-{lang}-{type}-{theme}-{width}", phone.open("/coming")
    looked_at(page, f"{look}-calendar")
    page.goto(phone.base_url + "/coming?show=late")
    looked_at(page, f"{look}-late")
    page.locator(".line-go").first.click()
    page.get_by_role("link", name=re.compile("会再来|Comes back")).click()
    page.wait_for_url(re.compile("/series/"))
    page.locator('form[action$="/skip"]').first.wait_for()
    looked_at(page, f"{look}-series")
    page.locator(f'a[href="{page.url.removeprefix(phone.base_url)}/edit"]').click()
    page.wait_for_url(re.compile("/edit"))
    looked_at(page, f"{look}-form")
    page.goto(phone.base_url + "/coming/print")
    looked_at(page, f"{look}-print")
    page.goto(phone.base_url + "/board")
    looked_at(page, f"{look}-board")


def test_a_resident_says_once_that_it_comes_back(sample_server, phones):
    phone = phones(sample_server.url)
    page = phone.open(sample_server.facts["building"]["ask"] + "?kind=trip")
    page.locator("[name=what]").fill("每周一三五去透析")
    page.locator("[name=unit]").first.check(force=True)
    page.locator("[name=room]").fill("301")
    page.locator("[name=phone]").fill("13912345678")
    page.locator("main form button:not([type=button])").last.click()
    page.wait_for_url(re.compile("/track/"))
    form = page.locator('form[action$="/repeat"]')
    page.locator("details.sheet", has=form).locator("summary").click()
    form.locator('[name=weekdays][value="2"]').check(force=True)
    form.locator("[name=ends]").fill("11:30")
    shoot(page, "coming-track-form")
    form.locator("[name=first]").fill("2020-01-01")
    form.locator("button.main").click()
    form.locator(".error").first.wait_for()
    assert form.locator("[name=ends]").input_value() == "11:30" and form.locator('[name=weekdays][value="2"]').is_checked()
    looked_at(page, "coming-track-wrong")
    form.locator("[name=first]").fill(page.evaluate("new Date(Date.now() + 2 * 864e5).toISOString().slice(0, 10)"))
    form.locator("button.main").click()
    page.locator("#coming").wait_for()
    assert page.locator('form[action$="/repeat"]').count() == 0
    looked_at(page, "coming-track")
