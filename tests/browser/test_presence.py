"""The moving square on a real phone: made without network, scanned without network, and the pages around it in every dress."""

import base64
import re
import sqlite3
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support import squares
from support.browser import axe, shoot, too_wide
from support.reading import NETWORK, fetched, made, post, soon

from app.people import moving

pytestmark = pytest.mark.browser


def show(phone, world):
    """A page on which her phone shows the square of the cast's building."""
    page = phone.open("/here")
    if page.locator("select[name=building]").count():
        page.locator("select[name=building]").select_option(str(world.building))
    elif page.locator("input[type=radio][name=building]").count():
        page.locator(f"input[name=building][value='{world.building}']").check()
    page.locator("main form[action='/here'] button").click()
    expect(page.locator("[data-moving]")).to_be_visible()
    expect(page.locator("[data-square] svg")).to_be_visible()
    return page


def address(page) -> str:
    return page.locator("[role=img][data-square]").get_attribute("data-square")


def drawn(page) -> list[list[bool]]:
    """What is dark in the square, its quiet margin left out."""
    size = int(page.locator("[data-square] svg").get_attribute("viewBox").split()[2])
    dark = set(re.findall(r"M(\d+) (\d+)h1", page.locator("[data-square] path").last.get_attribute("d")))
    return [[(str(x), str(y)) in dark for x in range(4, size - 4)] for y in range(4, size - 4)]


def parts(page) -> tuple[str, bytes, int]:
    place = page.locator("[data-short]")
    return place.get_attribute("data-short"), base64.b64decode(place.get_attribute("data-secret")), int(address(page).split(".")[-2])


def proofs(data: Path) -> list[tuple]:
    raw = sqlite3.connect(f"file:{data / 'lastmetre.db'}?mode=ro", uri=True)
    try:
        return raw.execute("SELECT proof, mark FROM presence ORDER BY since, id").fetchall()
    finally:
        raw.close()


def test_the_square_moves_without_network_and_is_what_the_server_expects(neighbourhood, phone_of):
    phone = phone_of("steward")
    phone.pardon(NETWORK)
    phone.clock.install()
    page = show(phone, neighbourhood.world)
    fetched(page)
    phone.set_offline(True)
    page.goto("/here")
    expect(page.locator("[data-square] svg")).to_be_visible()
    first = address(page)
    short, secret, step = parts(page)
    assert first == f"{neighbourhood.url}/h/{moving.token_at(short, secret, step)}"
    assert abs(step - time.time() // 30) <= 1
    assert squares.read(drawn(page)) == first
    assert page.locator("[data-typed]").inner_text().replace(" ", "") == moving.typed_at(secret, step)
    assert 1 <= int(page.locator("[data-left]").inner_text()) <= 30

    phone.clock.fast_forward("00:31")
    expect(page.locator("[role=img][data-square]")).not_to_have_attribute("data-square", first)
    _, _, next_step = parts(page)
    assert next_step in (step + 1, step + 2)
    assert address(page).endswith(moving.token_at(short, secret, next_step)) and squares.read(drawn(page)) == address(page)

    phone.clock.fast_forward("03:00:00")
    page.wait_for_function("step => Number(document.querySelector('[data-typed]').dataset.typed) > step + 300", arg=next_step)
    _, _, later = parts(page)
    assert address(page).endswith(moving.token_at(short, secret, later))

    phone.clock.fast_forward("10:00:00")
    expect(page.locator("[data-over]")).to_be_visible()
    expect(page.locator("[data-moving]")).to_be_hidden()


def test_stopped_without_network_it_shows_nothing_more(neighbourhood, phone_of):
    phone = phone_of("steward")
    phone.pardon(NETWORK)
    page = show(phone, neighbourhood.world)
    fetched(page)
    phone.set_offline(True)
    page.goto("/here")
    expect(page.locator("[data-moving]")).to_be_visible()
    page.locator("form[action$='/end'] button").click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    page.goto("/here")
    expect(page.locator("[data-over]")).to_be_visible()
    expect(page.locator("[data-moving]")).to_be_hidden()


def test_a_square_that_is_read_without_network_counts_from_when_it_was_pressed(neighbourhood, phone_of, tmp_path):
    shows = show(phone_of("steward"), neighbourhood.world)
    phone = phone_of("volunteer")
    phone.pardon(NETWORK)
    page = phone.open("/now")
    assert "/here/in" in fetched(page)
    phone.set_offline(True)
    path = address(shows).removeprefix(neighbourhood.url)
    page.goto(path)
    form = page.locator("form[data-module]")
    expect(form).to_be_visible()
    assert form.locator("input[name=shown]").input_value() == path.rpartition("/")[2]
    form.locator("button").click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    assert proofs(tmp_path / "data") == []
    phone.set_offline(False)
    soon(page, lambda: proofs(tmp_path / "data") == [("strong", None)])


def test_with_network_it_is_one_page_and_one_tap_and_the_code_can_be_typed(neighbourhood, phone_of, tmp_path):
    shows = show(phone_of("steward"), neighbourhood.world)
    page = phone_of("volunteer").open(address(shows).removeprefix(neighbourhood.url))
    expect(page.locator("[data-place]")).to_contain_text("一村")
    page.locator("form[action='/here/in'] button").click()
    page.wait_for_url("**/b/**")
    assert proofs(tmp_path / "data") == [("strong", None)]

    other = phone_of("volunteer2").open("/here/in")
    field = other.locator("#f-shown")
    field.fill("ABCDEFGH" if moving.read("ABCDEFGH") is None else "ABCDEFGJ")
    other.locator("form[action='/here/in'] button").last.click()
    expect(other.locator(".error")).to_be_visible()
    other.locator("#f-shown").fill(shows.locator("[data-typed]").inner_text().lower())
    other.locator("form[action='/here/in'] button").last.click()
    soon(other, lambda: proofs(tmp_path / "data") == [("strong", None)] * 2)


def test_somebody_is_confirmed_with_one_tap_and_it_is_taken_back(neighbourhood, phone_of, tmp_path):
    code = neighbourhood.world.code
    volunteer = phone_of("volunteer").open(f"/b/{code}")
    volunteer.locator("form[action$='/check-in'] button").click()
    volunteer.wait_for_url("**did=**")
    page = phone_of("steward").open("/today")
    page.locator("form[action$='/confirm'] button").click()
    soon(page, lambda: proofs(tmp_path / "data") == [("strong", None)])
    page.locator(".toast form[action$='/unconfirm'] button").click()
    soon(page, lambda: proofs(tmp_path / "data") == [("claimed", None)])


DRESSES = [
    ("zh", "larger", "light", 320), pytest.param("en", "larger", "sunlight", 320, marks=pytest.mark.long),
    pytest.param("en", "normal", "dark", 360, marks=pytest.mark.long), pytest.param("zh", "normal", "dark", 360, marks=pytest.mark.long),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "type", "theme", "width"), DRESSES)
def test_the_pages_around_it_in_every_dress(neighbourhood, phone_of, lang, type, theme, width):
    dress, world = {"lang": lang, "type": type, "theme": theme, "width": width}, neighbourhood.world
    dispatcher = phone_of("dispatcher", **dress)
    task = made(post(dispatcher, "/tasks", title="给三户送药", places="2", hours="2", starts="now", building=str(world.building)))
    steward = phone_of("steward", **dress)
    shows = show(steward, world)
    read = address(shows).removeprefix(neighbourhood.url)
    old = f"/h/{moving.token_at(parts(shows)[0], parts(shows)[1], parts(shows)[2] - 200)}"
    bo = phone_of("volunteer", **dress)
    post(bo, f"{task}/take")
    post(bo, f"{task}/check-in")
    for name in ("volunteer2", "newcomer", "operator"):
        post(phone_of(name), f"/b/{world.code}/check-in")
    post(phone_of("steward"), "/here/in", shown=old.rpartition("/")[2])
    post(bo, f"/b/{world.code3}/check-in")
    wrong = []
    for phone, path in (
        (steward, "/here"), (phone_of("dispatcher", **dress), "/here"), (bo, "/here/in"), (bo, read), (bo, old), (bo, "/h/nothing"), (bo, task), (dispatcher, task),
        (steward, "/today"), (steward, f"/b/{world.code}"), (dispatcher, "/presence/flags"), (dispatcher, "/presence/flags?show=seen"),
        (dispatcher, "/tasks/new"),
    ):  # fmt: skip
        page = phone.open(path)
        if path == "/presence/flags":
            soon(page, lambda page=page: page.reload() and page.locator("main article").count())
        if path == "/here" and phone is steward:
            expect(page.locator("[data-square] svg")).to_be_visible()
        wrong += [f"{path}: {line}" for line in axe(page)] + [f"{path}: {line}" for line in too_wide(page)]
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "x", path).strip("/").replace("/", "_").replace("?", "_")[:24]
        shoot(page, f"presence-{lang}-{type}-{theme}-{kind}{'-shows' if phone is steward else '-desk' if phone is dispatcher else ''}")
        page.close()
    assert not wrong, "\n".join(wrong)
