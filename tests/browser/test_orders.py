"""Goods from the truck to the door, in real Chromium: booked and unloaded, offered, ordered by link, by a steward and out of a chat
group, cut off, packed, carried, handed over, and what the household sees of it."""

import re
import sqlite3
import time
from datetime import datetime, timedelta

import pytest
from browser.test_every_page import sign_in
from browser.test_stock import LOOKS, looked_at
from playwright.sync_api import expect
from support.browser import shoot

pytestmark = pytest.mark.browser


def pass_cut_off(neighbourhood) -> None:
    """Time goes by: the offer's cut-off was a minute ago, its lists are not made."""
    held = sqlite3.connect(neighbourhood.server.data / "lastmetre.db", timeout=10)
    ends = datetime.fromisoformat(held.execute("SELECT cut_off_at FROM offer").fetchone()[0])
    moved = [(ends - timedelta(days=days)).isoformat(sep=" ") for days in (3, 2)]
    held.execute("UPDATE offer SET grace = 720, opens_at = ?, cut_off_at = ?", moved)
    held.commit()
    held.close()


def given_pack(desk, name: str, item: str = "") -> None:
    page = desk.open("/packs/new")
    page.locator("[name=name]").fill(name)
    page.locator("[name=price]").fill("30")
    if item:
        page.locator("main details.more > summary").last.click()
        page.locator("div.field", has_text=item).locator("input").fill("2")
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile(r"/packs\?"))


def test_from_the_truck_to_the_door(neighbourhood, phone_of):
    world, desk = neighbourhood.world, phone_of("dispatcher")
    # a hub, cabbage, and the truck that brings it
    page = desk.open("/stock/new")
    page.locator("form[action='/stock/places'] [name=name]").fill("东门中转站")
    page.locator("form[action='/stock/places'] button").last.click()
    page.wait_for_url(re.compile("did="))
    page.goto(desk.base_url + "/stock/new")
    page.locator("form[action='/stock/items'] [name=name]").fill("大白菜")
    page.locator("form[action='/stock/items'] [name=unit]").fill("斤")
    page.locator("form[action='/stock/items'] button").last.click()
    page.wait_for_url(re.compile("did="))
    page.goto(desk.base_url + "/trucks/new")
    page.locator("[name=supplier]").fill("江津菜农合作社")
    page.locator("[name=plate]").fill("渝C55555")
    page.locator("[name=kilos]").fill("900")
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile("/trucks/[0-9a-f]{8}-"))
    page.locator("form[action$='/arrive'] button").click()
    page.locator("#unload > summary").click()
    page.locator("#unload [name=item]").select_option(index=1)
    page.locator("#unload [name=quantity]").fill("40")
    page.locator("#unload button.main").click()
    expect(page.locator("[aria-labelledby=cargo]")).to_contain_text("40")
    # what is offered
    given_pack(desk, "蔬菜包", "大白菜")
    page = desk.open("/offers/new")
    page.locator("[name=title]").fill("周三菜包")
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile("/offers/[0-9a-f]{8}-"))
    offer = page.url.partition("?")[0].removeprefix(desk.base_url)
    # a resident without script, then the same door once more
    hers = phone_of(None, js=False)
    page = hers.open(f"/ask/{world.code}")
    page.locator(f"a[href='/order/{world.code}']").click()
    page.locator("main .line-go").click()
    page.locator("[name=pack-A]").fill("2")
    page.locator("[name=unit][value='1']").check()
    page.locator("[name=room]").fill("602")
    page.locator("main form[method=post] button.main").click()
    page.wait_for_url(re.compile("/ordered/.+new=1"))
    shoot(page, "orders-ordered")
    link = page.url.partition("?")[0].removeprefix(hers.base_url)
    looked_at(phone_of(None, lang="en", type="large", theme="dark", width=320).open(link), "orders-ordered-narrow")
    other = phone_of(None).open(f"/order/{world.code}")
    other.locator("main .line-go").click()
    other.locator("[name=pack-A]").fill("1")
    other.locator("[name=unit][value='1']").check()
    other.locator("[name=room]").fill("602")
    other.locator("main form[data-act] button.main").click()
    expect(other.locator("main, #toast").first).to_contain_text("602")
    assert "/ordered/" not in other.url
    # a steward for her neighbour, and a chain out of the group
    page = phone_of("steward").open(f"{offer}/order")
    page.locator("[name=unit]").fill("1")
    page.locator("[name=room]").fill("501")
    page.locator("[name=pack-A]").fill("1")
    page.locator("main form button.main").click()
    page.wait_for_url(re.compile("/orders/[0-9a-f]{8}-"))
    looked_at(page, "orders-one")
    page = desk.open(f"{offer}/chain")
    estate = page.locator("[name=estate]")
    if estate.evaluate("e => e.tagName") == "SELECT":
        estate.select_option(label="桃花桥一村")
    page.locator("[name=text]").fill("接龙\n1. 1-1-401 A1\n2. 1-1-999 A1\n3. 1-2-301 一样")
    page.locator("main form button.main").click()
    expect(page.locator("[aria-labelledby=read] .line.late")).to_have_count(2)
    looked_at(page, "orders-chain")
    page.locator("[name=leave]").check()
    page.locator("button[name=looked]").click()
    page.wait_for_url(re.compile("/list"))
    looked_at(page, "orders-list")
    # the cut-off, the packing table
    pass_cut_off(neighbourhood)
    page.goto(desk.base_url + offer)
    if page.locator("form[action$='/cut']").count():  # unless its grace is over and the worker was first
        page.locator("details:has(form[action$='/cut']) > summary").click()
        page.locator("form[action$='/cut'] button").first.click()
    expect(page.locator("form[action$='/until']")).to_have_count(0)
    page.goto(f"{desk.base_url}{offer}/sheets")
    expect(page.locator("tbody .keep .tick")).to_have_count(3)
    page.goto(desk.base_url + "/packing")
    expect(page.locator("main article a")).to_have_count(1)
    page.locator("main article a").click()
    for n in range(3):
        page.locator("form[action^='/packing/'] button.main").click()
        page.locator("#hand").wait_for()
        if n == 0:
            looked_at(page, "orders-station")
        page.locator("article .choice").first.click()
        page.locator("form[action$='/done'] button.main").click()
        page.locator("#hand").wait_for(state="detached")
    expect(page.locator("progress")).to_have_attribute("value", "3")
    # the run, and the doors
    run = raw(neighbourhood, "SELECT id FROM run")
    page.goto(f"{desk.base_url}/runs/{run}")
    expect(page.locator("article[data-place$='602']")).to_contain_text("A×2")
    desk.request.post(f"/runs/{run}/carriers", form={"accounts": str(world.volunteer)}, headers={"Sec-Fetch-Site": "same-origin"})
    bo = phone_of("volunteer")
    page = bo.open(f"/runs/{run}")
    page.locator("form[action$='/start'] button").first.click()
    expect(page.locator("form[action$='/parcels/load'] button")).to_be_visible()
    page.locator("form[action$='/parcels/load'] button").click()
    for room in ("602", "501", "401"):
        page.locator(f"article[data-place$='{room}'] button[name=where][value=door]").click()
        expect(page.locator(f"article[data-place$='{room}']")).to_have_attribute("data-state", "delivered")
    page = hers.open(link)
    expect(page.locator("article .badge, article p").first).to_contain_text("已送到")
    shoot(page, "orders-brought")
    expect_lies(neighbourhood, {"hub": 32, "household": 8})


def raw(neighbourhood, sql: str):
    held = sqlite3.connect(neighbourhood.server.data / "lastmetre.db", timeout=10)
    try:
        return held.execute(sql).fetchone()[0]
    finally:
        held.close()


def expect_lies(neighbourhood, wanted: dict[str, int]) -> None:
    """The worker moves the goods on a moment after the doors: what lies where, awaited through the app's own pages."""
    deadline = time.monotonic() + 10
    while True:
        found = {kind: raw(neighbourhood, f"SELECT coalesce(sum(quantity), 0) FROM goods_balance WHERE kind = '{kind}'") for kind in wanted}
        if found == wanted or time.monotonic() > deadline:
            break
        time.sleep(0.1)
    assert found == wanted


@pytest.mark.parametrize(("lang", "type", "theme", "width"), LOOKS)
def test_the_order_pages(lang, type, theme, width, sample_server, phones):
    phone = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    sign_in(phone, sample_server.facts["sign_in"]["hub_keeper"])
    look, page = f"orders-{lang}-{type}-{theme}-{width}", phone.open("/offers")
    looked_at(page, f"{look}-index")
    page.locator("[aria-labelledby=running] .line-go").first.click()
    page.wait_for_url(re.compile("/offers/[0-9a-f]{8}-"))
    offer = page.url.partition("?")[0]
    looked_at(page, f"{look}-offer")
    page.locator("#supply-A > summary, details:has(> #supply-A) > summary, summary#supply-A").first.click()
    looked_at(page, f"{look}-supply")
    for path in ("/list", "/sheets"):
        page.goto(offer + path)
        looked_at(page, look + path.replace("/", "-"))
    for path in ("/offers/new", "/packs", "/packs/new", "/packing"):
        page.goto(phone.base_url + path)
        looked_at(page, look + path.replace("/", "-"))
    resident = phones(sample_server.url, lang=lang, type=type, theme=theme, width=width)
    page = resident.open(sample_server.facts["building"]["ask"].replace("/ask/", "/order/"))
    looked_at(page, f"{look}-none")
