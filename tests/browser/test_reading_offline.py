"""Reading without network, in real Chromium: the work of today opens, nobody else's ever does, and no update gets in the way."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support.browser import FLAGS, program, shoot
from support.gateway import gateway
from support.reading import NETWORK, fetched, go, kept, made, marked, post, soon

pytestmark = pytest.mark.browser


def work(phone_of, world) -> dict[str, str]:
    """A run with a stop for the volunteer and a task that she takes; their paths."""
    dispatcher = phone_of("dispatcher")
    need = post(
        dispatcher,
        "/needs",
        building=world.code,
        room="1单元602",
        kind="food",
        what="金丝雀要两袋米",
        phone="13987654321",
        confirm_double="1",
    )
    run = made(post(dispatcher, "/runs", needs=made(need).rpartition("/")[2], title=""))
    post(dispatcher, f"{run}/carriers", accounts=str(world.volunteer))
    answer = post(dispatcher, "/tasks", title="搬菜上楼", places="2", hours="2", starts="now", building=str(world.building))
    task = made(answer)
    return {"run": run, "task": task}


def test_the_work_of_today_opens_without_network_and_can_be_pressed(neighbourhood, phone_of):
    hers = work(phone_of, neighbourhood.world)
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open("/now")
    assert {hers["run"], f"/b/{neighbourhood.world.code}", "/now", "/mine", "/outbox"} <= set(fetched(page))
    assert hers["task"] not in kept(page)
    expect(marked(page)).to_have_count(0)

    phone.set_offline(True)
    for path, holds in (
        ("/now", "main h1"),
        (hers["run"], "form[action$='/handover']"),
        (f"/b/{neighbourhood.world.code}", "form[action$='/check-in']"),
    ):
        page.goto(path)
        expect(marked(page)).to_be_visible()
        expect(page.locator(holds).first).to_be_visible()
    page.goto("/")
    expect(marked(page)).to_be_visible()
    page.goto(hers["run"])
    page.locator("form[action$='/handover'] button").first.click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    assert '"delivery.handed_over"' not in neighbourhood.server.run("journal", "--json")

    page.goto("/people")
    expect(page.locator("[data-behaviour=again]")).to_be_visible()
    listed = page.locator("a.line-go")
    expect(listed.first).to_be_visible()
    assert hers["run"] in [link.get_attribute("href") for link in listed.all()]
    shoot(page, "offline-page")

    phone.set_offline(False)
    go(page, hers["run"])
    soon(page, lambda: '"delivery.handed_over"' in neighbourhood.server.run("journal", "--json"))
    expect(marked(page)).to_have_count(0)


def test_what_is_taken_is_fetched_and_what_is_given_back_is_dropped(neighbourhood, phone_of):
    hers = work(phone_of, neighbourhood.world)
    page = phone_of("volunteer").open("/now")
    fetched(page)
    page.locator(f"form[action='{hers['task']}/take'] button").first.click()
    soon(page, lambda: hers["task"] in kept(page))
    page.goto(hers["task"])
    page.locator(f"form[action='{hers['task']}/release'] button").first.click()
    soon(page, lambda: hers["task"] not in kept(page))


def test_a_frozen_server_is_given_three_seconds(neighbourhood, phone_of):
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open("/now")
    fetched(page)
    neighbourhood.server.freeze()
    try:
        began = time.monotonic()
        page.goto("/mine")
        took = time.monotonic() - began
        expect(marked(page)).to_be_visible()
    finally:
        neighbourhood.server.thaw()
    assert 2.5 < took < 6, took
    page.goto("/mine")
    expect(marked(page)).to_have_count(0)


def test_a_stopped_server_and_a_foreign_answer_show_the_kept_page(neighbourhood, phones):
    with gateway(neighbourhood.server.port) as gate:
        phone = phones(gate.url)
        phone.pardon(NETWORK + "|answer 50[0-9]")
        phone.add_cookies([{"name": "sid", "value": neighbourhood.world.volunteer_token, "url": gate.url}])
        page = phone.open("/now")
        fetched(page)
        portal = "<html><head><title>hotel</title><link rel=icon href=data:,></head><body><h1>Sign in to this network</h1></body></html>"
        strange = {
            "portal": (200, {"Content-Type": "text/html"}, portal.encode()),
            "proxy": (502, {"Content-Type": "text/html"}, b"<h1>Bad gateway</h1>"),
            "drop": "drop",
        }
        for answer in strange.values():
            gate.behave = lambda path, method, answer=answer: answer
            page.goto("/mine")
            expect(marked(page)).to_be_visible()
            expect(page.locator("h1")).not_to_have_text("Sign in to this network")
            page.goto("/people")
            expect(page.locator("[data-behaviour=again]")).to_be_visible()
        gate.behave = lambda path, method: None
        page.goto("/mine")
        expect(marked(page)).to_have_count(0)


def test_nobody_reads_what_another_person_kept(neighbourhood, phone_of):
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open("/now")
    fetched(page)
    assert {"/now", "/mine"} <= kept(page)
    phone.add_cookies([{"name": "sid", "value": neighbourhood.world.volunteer2_token, "url": neighbourhood.url}])
    page.goto("/inbox")  # a page that is not kept: the second person stands on the phone before any page of hers is on it
    phone.set_offline(True)
    page.goto("/mine")
    expect(page.locator("body")).not_to_contain_text("薄志愿")
    phone.set_offline(False)


def test_sign_in_and_forms_for_strangers_are_never_kept(neighbourhood, phone_of):
    phone = phone_of("steward")
    phone.pardon(NETWORK)
    page = phone.open("/today")
    pages = fetched(page)
    never = ["/sign-in", "/password", f"/ask/{neighbourhood.world.code}", "/me/phone", "/join/AAAAAAAAAAAAAAAAAAAAAA", "/households", "/me"]
    for path in never:
        page.goto(path)
    assert not kept(page) & set(never) and not set(pages) & set(never)
    in_caches = page.evaluate(
        "async () => { let all = []; for (const n of await caches.keys()) for (const r of await (await caches.open(n)).keys()) all.push(new URL(r.url).pathname); return all }"
    )
    assert sorted(path for path in in_caches if not path.startswith("/static/")) == ["/locked", "/offline"]
    phone.set_offline(True)
    for path in never:
        page.goto(path)
        expect(page.locator("[data-behaviour=again]")).to_be_visible()
    phone.set_offline(False)


def test_nothing_readable_lies_in_the_profile_folder(neighbourhood, phone_of, tmp_path):
    hers = work(phone_of, neighbourhood.world)
    profile = tmp_path / "profile"
    # the fixture's browser has its own playwright; this one is a phone that is put away and looked into
    browser_type = phone_of(None).context.browser.browser_type
    context = browser_type.launch_persistent_context(
        profile, executable_path=program(), headless=True, args=FLAGS, base_url=neighbourhood.url, locale="zh-CN"
    )
    context.add_cookies([{"name": "sid", "value": neighbourhood.world.volunteer_token, "url": neighbourhood.url}])
    page = context.new_page()
    page.goto("/now")
    assert hers["run"] in fetched(page)
    page.goto(hers["run"])
    expect(page.locator("main")).to_contain_text("金丝雀")
    context.set_offline(True)
    page.goto(hers["run"])
    expect(marked(page)).to_be_visible()
    expect(page.locator("main")).to_contain_text("金丝雀")
    context.close()
    found = found_in(profile, "金丝雀", "薄志愿")
    assert not found, found
    assert found_in(profile, hers["run"]), "the folder was not looked into"


def found_in(folder: Path, *canaries: str) -> list[str]:
    forms = [canary.encode(coding) for canary in canaries for coding in ("utf-8", "utf-16-le")]
    return [
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and any(form in path.read_bytes() for form in forms)
    ]


def test_the_app_can_be_installed(neighbourhood, phone_of):
    phone = phone_of("volunteer")
    page = phone.open("/now")
    fetched(page)
    asked = phone.context.new_cdp_session(page)
    assert (
        asked.send("Page.getInstallabilityErrors")["installabilityErrors"] == [{"errorId": "in-incognito", "errorArguments": []}]
        or not asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
    )
