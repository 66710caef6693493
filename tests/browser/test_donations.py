"""Something is given, in real Chromium: by a link without script, answered and received by a keeper on her phone, its way on the donor's page."""

import re

import pytest
from browser.test_every_page import sign_in
from browser.test_stock import LOOKS, looked_at
from playwright.sync_api import expect
from support.browser import shoot

pytestmark = pytest.mark.browser


def test_from_the_link_to_the_certificate(neighbourhood, phone_of):
    desk = phone_of("dispatcher")
    page = desk.open("/stock/new")
    page.locator("form[action='/stock/places'] [name=name]").fill("东门中转站")
    page.locator("form[action='/stock/places'] button").last.click()
    page.wait_for_url(re.compile("did="))
    page.goto(desk.base_url + "/stock/new")
    page.locator("form[action='/stock/items'] [name=name]").fill("大白菜")
    page.locator("form[action='/stock/items'] [name=unit]").fill("斤")
    page.locator("form[action='/stock/items'] button").last.click()
    page.wait_for_url(re.compile("did="))
    # a stranger without script
    page.goto(desk.base_url + "/donations")
    link = page.locator("details .code").text_content().strip()
    hers = phone_of(None, js=False)
    page = hers.open("/give/" + link.rpartition("/")[2])
    for name, typed in (("what", "大白菜"), ("amount", "100"), ("unit", "斤"), ("phone", "13912345678"), ("name", "王芳")):
        page.locator(f"[name={name}]").fill(typed)
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile("/given/.+new=1"))
    shoot(page, "donations-given")
    path = page.url.partition("?")[0].removeprefix(hers.base_url)
    # the keeper says yes, and receives it
    page = desk.open("/donations")
    page.locator("#donations .line-go").first.click()
    page.wait_for_url(re.compile("/donations/[0-9a-f]{8}-"))
    page.locator("form[action$='/accept'] textarea").fill("明天上午送到东门")
    page.locator("form[action$='/accept'] button.main").click()
    expect(page.locator("main")).to_contain_text("明天上午送到东门")
    page.locator("form[action$='/receive'] [name=item]").select_option(index=1)
    page.locator("form[action$='/receive'] [name=quantity]").fill("90")
    page.locator("form[action$='/receive'] button").last.click()
    expect(page.locator("[aria-labelledby=came]")).to_contain_text("90")
    looked_at(page, "donations-desk")
    # to the doors of one building
    page.locator("[aria-labelledby=left] a.button").click()
    page.wait_for_url(re.compile("/distributions/new"))
    page.locator("[name=what]").fill("一户一斤")
    page.locator("#buildings .pick").first.click()
    page.locator("main form[action='/distributions'] > button.main, main form[action='/distributions'] button.main").last.click()
    page.wait_for_url(re.compile("/distributions/[0-9a-f]{8}-"))
    page = hers.open(path)
    expect(page.locator("[aria-labelledby=went] .line")).to_have_count(1)
    page.goto(f"{hers.base_url}{path}/thanks")
    number = page.locator(".print-head .number").text_content()
    page.goto(f"{hers.base_url}/thanks/{number}")
    expect(page.locator("main")).to_contain_text("90")
    expect(page.locator("main")).not_to_contain_text("王芳")


@pytest.mark.parametrize(("lang", "type", "theme", "width"), LOOKS)
def test_the_donation_pages(lang, type, theme, width, sample_server, phones):
    phone = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    sign_in(phone, sample_server.facts["sign_in"]["hub_keeper"])
    look, page = f"donations-{lang}-{type}-{theme}-{width}", phone.open("/donations")
    looked_at(page, f"{look}-index")
    for show in ("", "coming", "came"):
        page.goto(f"{phone.base_url}/donations?show={show}")
        page.locator("#donations .line-go").first.click()
        page.wait_for_url(re.compile("/donations/[0-9a-f]{8}-"))
        for details in page.locator("main details.more").all():
            details.locator("summary").click()
        looked_at(page, f"{look}-{show or 'waiting'}")
    hers = page.locator("p.code").last.text_content().strip()
    page.goto(phone.base_url + "/donations/new")
    looked_at(page, f"{look}-new")
    stranger = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    page = stranger.open("/give/" + sample_server.facts["community"]["code"])
    looked_at(page, f"{look}-give")
    page.goto(sample_server.url + "/given/" + hers.rpartition("/")[2])
    looked_at(page, f"{look}-given")
    page.goto(page.url + "/thanks")
    looked_at(page, f"{look}-thanks")
