"""Notices on real phones: written with a picture, read on the ask page without script, confirmed on the first page; in every dress."""

import os
import sqlite3

import pytest
from playwright.sync_api import expect
from support import pictures
from support.browser import SHOTS, axe, shoot, too_wide, twice

pytestmark = pytest.mark.browser

BODY = "明天上午九点到十二点，一村一栋和二栋停水检修，请今晚先存好水。\n老人和有婴儿的家庭，需要送水请打热线。\n检修完会再通知。"
DRESSES = [pytest.param("zh", "light", "normal", marks=pytest.mark.long), ("en", "dark", "larger")]


def write(phone, world, *, title="明天上午停水", confirm=True, urgent=True, picture=True) -> str:
    page = phone.open("/notices/new")
    page.locator("select[name=to]").select_option(f"building:{world.building}")
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=body]").fill(BODY)
    for name, wanted in (("must_confirm", confirm), ("urgent", urgent)):
        if wanted:
            page.locator(f"label.choice:has(input[name={name}])").click()
    if picture:
        page.locator(".photo-add input[type=file]").set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": pictures.jpeg(320, 240)}
        )
        expect(page.locator(".photo-chosen")).to_be_visible()
    page.locator("main form[action='/notices'] button.main").click()
    page.wait_for_url("**/notices/*-*")
    return page.url.split("?")[0].removeprefix(phone.base_url)


@pytest.mark.parametrize(("lang", "theme", "type"), DRESSES)
def test_a_notice_is_written_seen_and_confirmed(lang, theme, type, neighbourhood, phone_of):
    world, dress = neighbourhood.world, {"lang": lang, "theme": theme, "type": type}
    wrong = []

    def judged(page, name: str) -> None:
        wrong.extend(f"{name}: {line}" for line in (*axe(page), *too_wide(page), *twice(page)))
        shoot(page, f"notices-{name}-{lang}-{theme}-{type}")

    desk = phone_of("dispatcher", **dress)
    page = desk.open("/notices/new")
    judged(page, "new")
    page = desk.open("/lines/new")
    judged(page, "line")
    page.locator("label.choice:has(input[value=counselling])").click()
    page.locator("input[name=name]").fill("渝北区心理援助热线")
    page.locator("input[name=number]").fill("023-6550 0099")
    page.locator("input[name=hours]").fill("8:00-22:00")
    page.locator("main form button.main").click()
    page.wait_for_url("**/lines?*")
    judged(page, "lines")
    path = write(desk, world)
    write(desk, world, title="核酸改到东门", confirm=False, urgent=False, picture=False)
    for name, at in (("show", path), ("readers", f"{path}/readers"), ("list", "/notices")):
        judged(desk.open(at), name)

    resident = phone_of(None, js=False, lang=lang, theme=theme, type=type)
    asked = resident.open(f"/ask/{world.code}")
    expect(asked.get_by_text("明天上午停水")).to_be_visible()
    expect(asked.get_by_text("023-6550 0099")).to_be_visible()
    asked.locator("details.more summary").first.click()
    expect(asked.get_by_text("检修完会再通知").first).to_be_visible()
    sighted = phone_of(None, lang=lang, theme=theme, type=type)
    page = sighted.open(f"/ask/{world.code}")
    page.locator("details.more summary").first.click()
    judged(page, "ask")
    page = sighted.open(f"/b/{world.code}/notices")
    judged(page, "sheet")
    if os.environ.get("LASTMETRE_SHOTS"):
        page.pdf(path=SHOTS / f"notices-sheet-{lang}.pdf", format="A4")
    judged(sighted.open(path), "open")
    for name, at in (("edit", f"{path}/edit"), ("doors", f"{path}/doors")):
        judged(desk.open(at), name)
    page = desk.open(f"{path}/edit")
    page.locator("textarea[name=body]").fill(BODY + "改到后天。")
    page.locator("main form button.main").last.click()
    page.wait_for_url("**/notices/*did=*")
    judged(page, "corrected")

    sun = phone_of("steward", **dress)
    page = sun.open("/today")
    judged(page, "today")
    page.locator(f"form[action='{path}/confirm'] button").click()
    expect(page.locator(f"form[action='{path}/confirm']")).to_have_count(0)
    judged(page, "confirmed")
    assert not wrong, "\n".join(wrong)


def test_confirmed_without_network_it_waits_on_the_phone_and_arrives_once(neighbourhood, phone_of):
    path = write(phone_of("dispatcher"), neighbourhood.world, picture=False)
    phone = phone_of("steward")
    page = phone.open(path)
    phone.set_offline(True)
    page.locator(f"form[action='{path}/confirm'] button").click()
    expect(page.locator("[data-thing][data-waits]")).to_have_count(1)
    phone.set_offline(False)
    expect(page.locator("[data-waits]")).to_have_count(0, timeout=10_000)
    expect(page.locator(f"form[action='{path}/confirm']")).to_have_count(0)
    with sqlite3.connect(neighbourhood.server.data / "lastmetre.db") as raw:
        assert raw.execute("SELECT count(*) FROM happening WHERE kind = 'notice.confirmed'").fetchone() == (1,)
        assert raw.execute("SELECT count(*) FROM notice_reading WHERE confirmed_at IS NOT NULL").fetchone() == (1,)


def test_an_urgent_notice_comes_to_a_first_page_and_goes_without_a_reload(neighbourhood, phone_of):
    first, listed = phone_of("steward").open("/today"), phone_of("volunteer").open("/notices")
    for page in (first, listed):
        expect(page.locator("html")).to_have_attribute("data-live", "stream")
        page.evaluate("window.same = true")
    desk = phone_of("dispatcher")
    path = write(desk, neighbourhood.world, picture=False)
    expect(first.locator(f"form[action='{path}/confirm']")).to_be_visible(timeout=15_000)
    expect(listed.locator(f"a[href='{path}']")).to_be_visible(timeout=15_000)
    page = desk.open(path)
    page.locator("details.sheet:has(form[action$='/withdraw']) > summary").click()
    page.locator("form[action$='/withdraw'] button").click()
    expect(first.locator(f"form[action='{path}/confirm']")).to_have_count(0, timeout=15_000)
    expect(listed.locator(f"a[href='{path}']")).to_have_count(0, timeout=15_000)
    assert first.evaluate("window.same") and listed.evaluate("window.same")
