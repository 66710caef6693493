"""What a phone is told about itself: how to install, what is in danger on an iPhone; and that a resident needs none of it."""

import sqlite3
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import expect
from support.browser import axe, shoot, too_wide
from support.reading import NETWORK, fetched, meta, soon

pytestmark = pytest.mark.browser
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 Mobile/15E148 Safari/604.1"
CHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49"
NO_WORKER = "Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })"


@pytest.mark.parametrize(
    ("lang", "type", "theme", "width"),
    [("zh", "normal", "light", 360), ("en", "larger", "dark", 320), pytest.param("zh", "large", "sunlight", 320, marks=pytest.mark.long)],
)
def test_pages_for_reading_are_fit_to_read(neighbourhood, phone_of, lang, type, theme, width):
    phone = phone_of("steward", lang=lang, type=type, theme=theme, width=width)
    phone.pardon(NETWORK)
    home = f"/households/{first_door(neighbourhood)}/residents"
    post = {"name": "王秀英", "phone": "13987654321", "note": ""}
    assert phone.request.post(neighbourhood.url + home, form=post, headers={"Origin": neighbourhood.url}).ok
    wrong = []

    def checked(page, name: str) -> None:
        wrong.extend(f"{name}: {line}" for line in axe(page) + too_wide(page))
        shoot(page, f"reading-{name}-{lang}-{type}-{theme}")

    page = phone.open(f"/buildings/{neighbourhood.world.building}/phones")
    checked(page, "phones-closed")
    page.locator("main form button.main").click()
    expect(page.locator("a.tel")).to_have_count(1)
    checked(page, "phones")
    page.goto(f"/buildings/{neighbourhood.world.building}/phones/print")
    checked(page, "phones-print")
    page.goto("/today")
    phones = f"/buildings/{neighbourhood.world.building}/phones"
    fetched(page)
    soon(page, lambda: phones in meta(page, "today")["pages"])
    soon(page, lambda: phones in fetched(page))
    phone.set_offline(True)
    page.goto("/today")
    expect(page.locator("[data-note=kept]")).to_be_visible()
    checked(page, "kept")
    page.goto(phones)
    expect(page.locator("a.tel")).to_have_count(1)
    page.goto("/people")
    expect(page.locator("a.line-go").first).to_be_visible()
    checked(page, "offline")
    phone.set_offline(False)
    assert not wrong, "\n".join(wrong)


def first_door(neighbourhood) -> str:
    with sqlite3.connect(neighbourhood.server.data / "lastmetre.db") as raw:
        (door,) = raw.execute(
            "SELECT id FROM household WHERE building_id IN (?, ?) ORDER BY id LIMIT 1",
            (str(neighbourhood.world.building), neighbourhood.world.building.bytes),
        ).fetchone()
    return str(UUID(bytes=door) if isinstance(door, bytes) else UUID(door))


def hints(page) -> list[str]:
    return page.locator("main > [data-note]").evaluate_all("notes => notes.map(note => note.dataset.note)")


def test_an_iphone_is_told_how_to_install_and_may_put_it_off(neighbourhood, phone_of):
    page = phone_of("volunteer", user_agent=IPHONE).open("/now")
    expect(page.locator("[data-note=ios]")).to_be_visible()
    assert axe(page) == [] and too_wide(page) == []
    shoot(page, "reading-install-ios")
    page.locator("[data-note=ios] [data-later]").click()
    page.goto("/me")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("[data-note=ios]")).to_have_count(0)


def test_a_chat_app_sends_helpers_to_the_browser_and_leaves_residents_alone(neighbourhood, phone_of):
    helper = phone_of("volunteer", user_agent=CHAT)
    helper.add_init_script(NO_WORKER)
    page = helper.open("/now")
    expect(page.locator("[data-note=chat]")).to_be_visible()
    shoot(page, "reading-install-chat")
    for agent in (CHAT, IPHONE):
        resident = phone_of(None, user_agent=agent)
        resident.add_init_script(NO_WORKER)
        page = resident.open(f"/ask/{neighbourhood.world.code}")
        expect(page.locator("main h1")).to_be_visible()
        assert hints(page) == []


@pytest.mark.parametrize(("days", "over"), [(0, False), (5, False), (8, True)])
def test_an_iphone_that_is_not_installed_warns_of_what_is_on_it_alone(neighbourhood, phone_of, days, over):
    page = phone_of("volunteer", user_agent=IPHONE).open("/now")
    expect(page.locator("[data-note=ios]")).to_be_visible()
    pressed = page.evaluate("Date.now()")
    page.clock.set_fixed_time(datetime.fromtimestamp(pressed / 1000, UTC) + timedelta(days=days))
    assert queue(page, 0, pressed) is None
    told = queue(page, 3, pressed)
    assert told["alarm"] and "3" in told["words"] and told["over"] is over
    assert queue(page, 0, pressed) is None


def queue(page, waiting: int, oldest: int) -> dict | None:
    """What the phone says at the moment when the outbox reports so many; its own outbox is empty and will say so again."""
    return page.evaluate(
        """([waiting, oldest]) => {
          document.dispatchEvent(new CustomEvent('queue', { detail: { waiting, held: 0, oldest } }))
          const note = document.querySelector('[data-note=unsent]'), when = note && note.querySelector('[data-until]')
          return note && { alarm: note.matches('.alarm'), words: note.textContent, over: when.textContent === when.dataset.over }
        }""",
        [waiting, oldest],
    )


@pytest.mark.parametrize("agent", ["installed iPhone", "other phone"])
def test_no_warning_where_nothing_is_in_danger(neighbourhood, phone_of, agent):
    phone = phone_of("volunteer", **({"user_agent": IPHONE} if agent == "installed iPhone" else {}))
    if agent == "installed iPhone":
        phone.add_init_script("Object.defineProperty(navigator, 'standalone', { value: true })")
    page = phone.open("/now")
    expect(page.locator("main h1")).to_be_visible()
    assert queue(page, 3, 0) is None and hints(page) == []


@pytest.mark.parametrize("how", ["no worker", "no script"])
def test_a_resident_asks_and_follows_without_a_worker(neighbourhood, phone_of, how):
    resident = phone_of(None, js=how != "no script", user_agent=CHAT)
    if how == "no worker":
        resident.add_init_script(NO_WORKER)
    page = resident.open(f"/ask/{neighbourhood.world.code}?kind=food")
    page.locator("[name=what]").fill("两袋米")
    page.locator("[name=unit][value='1']").check()
    page.locator("[name=room]").fill("602")
    page.locator("[name=phone]").fill("13912345678")
    page.locator("form[data-act=repeat] button.main").click()
    page.wait_for_url("**/track/**")
    page.goto(page.url)
    expect(page.locator("main")).to_contain_text("两袋米")
    assert neighbourhood.server.run("journal", "--json").count('"need.raised"') == 1
