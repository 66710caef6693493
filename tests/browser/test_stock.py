"""The stock on phones: a keeper receives, gives out, counts with a colleague, sends to another hub; nothing typed is lost on a complaint."""

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
def test_the_stock_pages(lang, type, theme, width, sample_server, phones):
    phone = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    sign_in(phone, sample_server.facts["sign_in"]["hub_keeper"])
    look, page = f"stock-{lang}-{type}-{theme}-{width}", phone.open("/stock")
    looked_at(page, f"{look}-index")
    paths = ("/stock?show=soon", "/stock?q=zz", "/stock/moves", "/stock/open", "/stock/receive", "/stock/new", "/stock/cover")
    for path in (*paths, "/stock/prices", "/stock/prices/new", "/stock/prices/read"):
        page.goto(phone.base_url + path)
        looked_at(page, look + re.sub(r"\W", "-", path))
    page.locator("[name=text]").fill("物资,价格\n鸡蛋,28.90\n白菜,2\n")
    page.locator("main form[action='/stock/prices/read'] button.main").click()
    page.locator("[name=looked]").wait_for()
    looked_at(page, f"{look}-prices-looked-at")
    page.goto(phone.base_url + "/stock/prices")
    page.locator("main article a").first.click()
    page.wait_for_url(re.compile("/stock/items/.+/prices"))
    looked_at(page, f"{look}-item-prices")
    page.goto(page.url.replace("/prices", "/days"))
    looked_at(page, f"{look}-item-days")
    page.goto(phone.base_url + "/stock/open")
    page.locator("#under-way ~ ul .line-go, [aria-labelledby=under-way] .line-go").first.click()
    page.wait_for_url(re.compile("/stock/transfers/"))
    looked_at(page, f"{look}-transfer")
    page.goto(phone.base_url + "/stock")
    page.locator("[aria-labelledby=lots] .line-go").first.click()
    page.wait_for_url(re.compile("/stock/items/"))
    looked_at(page, f"{look}-item")
    page.locator("#issue > summary").click()
    looked_at(page, f"{look}-issue")
    page.locator("#issue [data-close]").first.click()
    page.locator("[aria-labelledby=lots] .line-go").first.click()
    page.wait_for_url(re.compile("/stock/lots/"))
    looked_at(page, f"{look}-lot")
    page.locator("#waste > summary").click()
    looked_at(page, f"{look}-waste")


def test_a_keeper_receives_gives_out_and_counts_with_a_colleague(sample_server, phones):
    phone = phones(sample_server.url)
    sign_in(phone, sample_server.facts["sign_in"]["hub_keeper"])
    page = phone.open("/stock/receive")
    page.locator("[name=item]").select_option(label="布洛芬 (盒)")
    page.locator("[name=quantity]").fill("17")
    page.locator("[name=place]").select_option(label="西门中转站")
    page.locator("main form[action='/stock/receive'] button.main").click()
    page.locator("#f-expiry-error").wait_for()
    assert page.locator("[name=quantity]").input_value() == "17"
    looked_at(page, "stock-receive-wrong")
    page.locator("[name=expiry]").fill("2099-01-01")
    page.locator("main form[action='/stock/receive'] button.main").click()
    page.wait_for_url(re.compile(r"/stock/receive\?.*did="))
    assert page.locator("[name=place] option:checked").inner_text() == "西门中转站"
    looked_at(page, "stock-received")
    page.goto(phone.base_url + "/stock?q=布洛芬")
    page.locator("[aria-labelledby=lots] .line-go", has_text="2099").click()
    page.wait_for_url(re.compile("/stock/items/"))
    line = page.locator("[aria-labelledby=lots] .line", has_text="2099")
    assert "17" in line.inner_text()
    line.locator(".line-go").click()
    page.wait_for_url(re.compile("/stock/lots/"))
    at = page.url
    page.locator("#first-count > summary").click()
    page.locator("#first-count [name=found]").fill("16")
    page.locator("#first-count button.main").click()
    page.wait_for_url(re.compile("did="))
    assert page.locator("form[action$='/finish']").count() == 0
    looked_at(page, "stock-half-counted")
    other = phones(sample_server.url)
    sign_in(other, sample_server.facts["sign_in"]["dispatcher"])
    page = other.open(at.replace(phone.base_url, ""))
    page.locator("[name=found]").fill("16")
    page.locator("form[action$='/finish'] button.main").click()
    page.locator("#f-reason-error").wait_for()
    assert page.locator("[name=found]").input_value() == "16"
    looked_at(page, "stock-count-wrong")
    page.locator("select[name=reason]").select_option("missing")
    page.locator("form[action$='/finish'] button.main").click()
    page.wait_for_url(re.compile("/stock/open"))
    page.goto(at)
    assert "16" in page.locator(".tiles").inner_text()


@pytest.mark.parametrize(("lang", "type", "theme", "width"), LOOKS)
def test_the_truck_pages(lang, type, theme, width, sample_server, phones):
    phone = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    sign_in(phone, sample_server.facts["sign_in"]["hub_keeper"])
    look, page = f"trucks-{lang}-{type}-{theme}-{width}", phone.open("/trucks")
    looked_at(page, f"{look}-index")
    page.locator("[aria-labelledby=trucks] .line-go").first.click()
    page.wait_for_url(re.compile("/trucks/.+"))
    looked_at(page, f"{look}-one")
    for name in ("trucks/new", "trucks/days", "vehicles"):
        page.goto(f"{phone.base_url}/{name}")
        looked_at(page, f"{look}-{name.replace('/', '-')}")


def test_a_vehicle_is_named_and_a_truck_shows_its_code(sample_server, phones):
    phone = phones(sample_server.url)
    sign_in(phone, sample_server.facts["sign_in"]["hub_keeper"])
    page = phone.open("/vehicles")
    page.locator("form[action='/vehicles'] [name=plate]").fill("渝A88888")
    page.locator("form[action='/vehicles'] [name=kilos]").fill("3000")
    page.locator("form[action='/vehicles'] button.quiet").last.click()
    page.locator("[aria-labelledby=vehicles-ready]", has_text="渝A88888").wait_for()
    page.wait_for_load_state()
    page.locator("[aria-labelledby=vehicles-ready] summary").first.click()
    looked_at(page, "vehicles-one")
    page.goto(phone.base_url + "/trucks")
    page.locator("[aria-labelledby=trucks] .line-go").last.click()
    page.wait_for_url(re.compile("/trucks/[0-9a-f]{8}-"))
    page.locator("a[href$='/code']").click()
    page.locator("img.qr").wait_for()
    looked_at(page, "truck-code")


def test_a_truck_from_its_booking_to_its_leaving(sample_server, phones):
    phone = phones(sample_server.url)
    sign_in(phone, sample_server.facts["sign_in"]["hub_keeper"])
    page = phone.open("/trucks/new")
    page.locator("[name=hub]").select_option(label="东门中转站")
    page.locator("[name=supplier]").fill("江津菜农合作社")
    page.locator("[name=plate]").fill("渝C55555")
    page.locator("[name=kilos]").fill("1500")
    page.locator("main form[action='/trucks'] button.main").click()
    page.wait_for_url(re.compile("/trucks/[0-9a-f]{8}-"))
    page.locator("#expect > summary").click()
    page.locator("#expect [name=item]").select_option(label="N95口罩 (只)")
    page.locator("#expect [name=quantity]").fill("30")
    page.locator("#expect button.main").click()
    page.locator("[aria-labelledby=cargo] .line").first.wait_for()
    page.locator("form[action$='/arrive'] button").click()
    page.locator("#unload > summary").click()
    page.locator("#unload [name=item]").select_option(label="N95口罩 (只)")
    page.locator("#unload [name=quantity]").fill("28")
    looked_at(page, "trucks-unload")
    page.locator("#unload button.main").click()
    page.locator("[aria-labelledby=cargo] .line .watch").first.wait_for()
    looked_at(page, "trucks-fewer")
    page.locator("#leave > summary").click()
    page.locator("#leave button.main").click()
    page.locator("#leave .error").first.wait_for()
    looked_at(page, "trucks-leave-wrong")
    page.locator("#leave [name=reason]").select_option("missing")
    page.locator("#leave button.main").click()
    page.locator("#leave").wait_for(state="detached")
    looked_at(page, "trucks-gone")
