"""Late reports and two accounts of a door, where people look: readable, narrow, and decided with one tap."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from support.browser import axe, too_wide

from app.kernel import ids

pytestmark = pytest.mark.browser


def send(phone, url: str, path: str, /, *, ago: int = 0, **form) -> dict:
    """An act pressed so many minutes ago, by way of the batch."""
    at = (datetime.now(UTC) - timedelta(minutes=ago)).isoformat()
    acts = [{"id": ids.secret(), "path": path, "form": form, "at": at}]
    answer = phone.request.post(f"{url}/acts", data={"device": ids.secret(), "acts": acts}, headers={"Origin": url})
    return answer.json()["receipts"][0]


@pytest.mark.parametrize(
    ("lang", "type", "theme", "width"), [pytest.param("zh", "normal", "light", 360, marks=pytest.mark.long), ("en", "larger", "dark", 320)]
)
def test_a_dispatcher_decides_between_two_accounts(neighbourhood, phone_of, lang, type, theme, width):
    world, url = neighbourhood.world, neighbourhood.url
    desk, bo, cem = phone_of("dispatcher", lang=lang, type=type, theme=theme, width=width), phone_of("volunteer"), phone_of("volunteer2")
    said = {"building": world.code, "unit": "1", "room": "602", "kind": "food", "what": "土豆", "phone": "", "confirm_double": "1"}
    assert send(desk, url, "/needs", **said)["state"] == "applied"
    page = desk.open("/runs/new")
    need = page.locator('input[name="needs"]').first.get_attribute("value")
    assert send(desk, url, "/runs", needs=need)["state"] == "applied"
    page.goto(f"{url}/runs")
    run = "/runs/" + re.search(r'href="/runs/([0-9a-f-]{36})"', page.content())[1]
    assert send(desk, url, f"{run}/carriers", accounts=[str(world.volunteer), str(world.volunteer2)])["state"] == "applied"
    page.goto(url + run)
    stop = page.locator('article[id^="stop-"]').get_attribute("id").removeprefix("stop-")
    assert send(bo, url, f"{run}/stops/{stop}/failure", ago=40, reason="nobody")["state"] == "applied"
    assert send(cem, url, f"{run}/stops/{stop}/handover", ago=30, where="hand")["state"] == "conflict"

    for phone in (bo, desk):
        page = phone.open(run)
        card = page.locator(f"#stop-{stop}")
        expect(card.get_by_text("岑志愿")).to_be_visible()
        assert not axe(page) and not too_wide(page)
        assert card.locator('form[action*="/disputes/"]').count() == (2 if phone is desk else 0)
    page = desk.open("/runs")
    expect(page.locator("#runs-torn")).to_be_visible()
    assert not axe(page) and not too_wide(page)
    page.goto(url + run)
    page.locator('form[action*="/disputes/"]:has(input[name="change"]) button').click()
    expect(page.locator(f"#stop-{stop}")).to_have_attribute("data-state", "delivered")
    expect(page.locator('form[action*="/disputes/"]')).to_have_count(0)
    assert not axe(page)


def test_a_task_shows_who_came_without_a_place(neighbourhood, phone_of):
    world, url = neighbourhood.world, neighbourhood.url
    desk, bo, cem = phone_of("dispatcher"), phone_of("volunteer"), phone_of("volunteer2")
    call = {"title": "搬菜", "building": str(world.building), "places": "1", "hours": "2", "starts": "now"}
    assert send(desk, url, "/tasks", **call)["state"] == "applied"
    page = desk.open("/tasks")
    task = "/tasks/" + re.search(r'href="/tasks/([0-9a-f-]{36})"', page.content())[1]
    assert send(bo, url, f"{task}/take")["state"] == "applied"
    assert send(cem, url, f"{task}/take")["reason"] == "full"
    assert send(bo, url, f"{task}/check-in", ago=30)["state"] == "applied"
    assert send(cem, url, f"{task}/check-in", ago=30)["reason"] == "no-place"
    page.goto(url + task)
    expect(page.get_by_text("岑志愿").first).to_be_visible()
    expect(page.get_by_text("迟到上报").first).to_be_visible()
    assert not axe(page) and not too_wide(page)
