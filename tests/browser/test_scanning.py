"""From a film before the camera to the page of the square, online and offline; what is not followed; every way without a camera."""

import json
import os
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect
from support import browser as real
from support.browser import FLAGS, SHOTS, axe, phone, program, too_wide
from support.film import CAMERA, film, jpeg
from support.reading import NETWORK, fetched, go, kept, made, post, soon

from app.door.scanning import FILES

pytestmark = pytest.mark.browser
expect.set_options(timeout=15_000)  # a busy machine decodes slowly
ROOT = Path(__file__).parents[2]
ASKED = """
  window.asked = []
  const real = navigator.mediaDevices && navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  if (real) navigator.mediaDevices.getUserMedia = async wish => { const stream = await real(wish); window.asked.push(stream); return stream }
"""


@pytest.fixture(scope="module")
def reel(tmp_path_factory) -> Path:
    """What the camera of this module's browser sees; it is opened anew with every getUserMedia."""
    path = tmp_path_factory.mktemp("film") / "camera.mjpeg"
    film(path, [None])
    return path


@pytest.fixture(scope="module")
def browser(reel, sqlite_template):
    with real.chromium(*CAMERA, f"--use-file-for-fake-video-capture={reel}") as running:
        yield running


@pytest.fixture
def scanner(phone_of, reel):
    """`scanner("volunteer", [text, None, text])` is her phone on /scan before that film."""

    def make(name: str, texts: list[str | None], *, allowed: bool = True, script: str = "", **how):
        film(reel, texts)
        held = phone_of(name, **how)
        held.pardon(NETWORK)
        if allowed:
            held.grant_permissions(["camera"])
        held.add_init_script(ASKED)
        held.add_init_script(script)
        return held.open("/scan")

    return make


def another(page, reel: Path, texts: list[str | None]) -> None:
    """The scanner is left and opened anew before another film; a camera that runs would read on in the middle of it."""
    page.goto("about:blank")
    page.wait_for_timeout(500)
    film(reel, texts)
    page.goto("/scan")


def at(neighbourhood, path: str) -> str:
    return neighbourhood.url + path


def look(page, called: str) -> None:
    """As `shoot`, but only what the phone shows: the camera stays on top while the page is pushed up."""
    if os.environ.get("LASTMETRE_SHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{called}.png", caret="initial")


def name(page):
    return page.locator("#found-name")


def journal(neighbourhood) -> str:
    return neighbourhood.server.run("journal", "--json")


def stopped(page) -> bool:
    return page.evaluate("asked.every(stream => stream.getTracks().every(track => track.readyState === 'ended'))")


def test_both_judges_say_the_same(browser):
    rows = json.loads((ROOT / "tests" / "data" / "squares.json").read_text())
    with phone(browser, "http://127.0.0.1") as held:
        page = held.new_page()
        page.evaluate((ROOT / "static" / "scan" / "codes.js").read_text())
        assert page.evaluate("rows => rows.map(row => Squares.classify(row.text, row.origin))", rows["read"]) == [
            row["is"] for row in rows["read"]
        ]
        assert page.evaluate("rows => rows.map(row => Squares.typed(row.text))", rows["typed"]) == [row["is"] for row in rows["typed"]]


def test_a_poster_before_the_camera_opens_the_door_and_scanning_goes_on(neighbourhood, scanner):
    world = neighbourhood.world
    page = scanner("volunteer", [at(neighbourhood, f"/b/{world.code}")])
    expect(name(page)).to_have_text("桃花桥一村 1栋")
    expect(page).to_have_url(re.compile("/scan$"))
    look(page, "scan-building")
    page.locator("[data-panel] form[action$='/check-in'] button").click()
    expect(page.locator("[data-panel] form[action$='/check-out'] button")).to_be_visible()
    expect(page.locator("#toast .toast")).to_be_visible()
    expect(page).to_have_url(re.compile("/scan$"))
    assert '"presence.started"' in journal(neighbourhood)
    page.locator("[data-panel] [data-shut]").last.click()
    expect(page.locator("[data-panel]")).to_be_hidden()
    assert page.evaluate("asked.length") == 1 and not stopped(page)


def test_several_in_a_row_without_leaving(neighbourhood, scanner):
    world = neighbourhood.world
    page = scanner(
        "volunteer", [at(neighbourhood, f"/b/{world.code}"), None, at(neighbourhood, f"/b/{world.code2}"), None, None, None, None]
    )
    expect(name(page)).to_have_text("桃花桥一村 1栋")
    expect(name(page)).to_have_text("桃花桥一村 2栋")
    expect(name(page)).to_have_text("桃花桥一村 1栋")
    assert page.evaluate("asked.length") == 1


def test_without_network_the_scanner_and_the_doors_of_today_open(neighbourhood, scanner, reel):
    world = neighbourhood.world
    page = scanner("steward", [at(neighbourhood, f"/b/{world.code}")])
    expect(name(page)).to_have_text("桃花桥一村 1栋")
    fetched(page)
    assert {"/scan", f"/b/{world.code}"} <= kept(page)
    soon(page, lambda: page.evaluate("async () => (await (await caches.open('shell/scanner')).keys()).length") >= len(FILES))
    page.context.set_offline(True)
    page.goto("/scan")
    expect(name(page)).to_have_text("桃花桥一村 1栋")
    expect(page.locator("[data-kept-at]")).to_be_visible()
    page.locator("[data-panel] form[action$='/check-in'] button").click()
    expect(page.locator("#sync")).to_have_attribute("data-state", "waiting")
    expect(page.locator("[data-panel] .waits")).to_be_visible()
    assert '"presence.started"' not in journal(neighbourhood)
    another(page, reel, [at(neighbourhood, f"/b/{world.code2}")])
    expect(name(page)).to_have_text("没有网络，手机里没存这一页")
    page.context.set_offline(False)
    soon(page, lambda: '"presence.started"' in journal(neighbourhood))


@pytest.mark.parametrize(
    ("text", "says", "host"),
    [
        ("https://evil.example/b/{code}", "这个码不是我们的", "evil.example"),
        ("{origin}@evil.example/b/{code}", "这个码不是我们的", "evil.example"),
        ("javascript:location='/sign-out'", "这个码不是我们的", None),
        ("{origin}/b/{half}", "这个码不完整", None),
        ("{origin}/sign-in/../b/{code}", "这个码在这里打不开", None),
        ("{origin}/b/{far_code}", "没有找到", None),
    ],
)
def test_what_is_not_ours_is_named_and_not_followed(text, says, host, neighbourhood, scanner):
    world = neighbourhood.world
    filled = text.format(origin=neighbourhood.url, code=world.code, half=world.code[:3], far_code=world.far_code)
    page = scanner("volunteer", [filled])
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    expect(name(page)).to_have_text(says)
    if host:
        expect(page.locator("[data-panel]")).to_contain_text(host)
    page.wait_for_timeout(500)
    assert page.url == neighbourhood.url + "/scan"
    assert not [url for url in asked if "evil" in url or "sign-" in url]
    assert len(page.context.pages) == 1


def test_a_square_that_signs_in_is_followed_as_a_page(neighbourhood, scanner):
    page = scanner("volunteer", [at(neighbourhood, "/join/" + "A" * 22)])
    page.wait_for_url("**/join/*")


def test_the_camera_is_let_go_with_the_page(neighbourhood, scanner):
    page = scanner("volunteer", [None])
    soon(page, lambda: page.evaluate("asked.length") == 1)
    assert not stopped(page)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert stopped(page)


def test_permission_refused_says_how_to_give_it_and_the_rest_works(neighbourhood, scanner):
    world = neighbourhood.world
    page = scanner("volunteer", [None], allowed=False)
    expect(page.locator("[data-trouble] h2")).to_have_text("相机没有打开：没有得到允许")
    look(page, "scan-refused")
    expect(page.locator("[data-trouble] [data-again]")).to_be_visible()
    page.locator("[data-photo]").set_input_files(
        {"name": "code.jpg", "mimeType": "image/jpeg", "buffer": jpeg(at(neighbourhood, f"/b/{world.code2}"))}
    )
    expect(name(page)).to_have_text("桃花桥一村 2栋")
    page.locator("[data-panel] [data-shut]").last.click()
    page.locator("[data-photo]").set_input_files({"name": "wall.jpg", "mimeType": "image/jpeg", "buffer": jpeg(None)})
    expect(page.locator("[data-photo-said]")).to_contain_text("没看到二维码")
    page.locator("input[name=code]").fill(world.code.lower())
    page.locator("form[action='/scan'] button").click()
    expect(name(page)).to_have_text("桃花桥一村 1栋")
    page.context.grant_permissions(["camera"])
    page.locator("[data-panel] [data-shut]").last.click()
    page.locator("[data-trouble] [data-again]").click()
    expect(page.locator("[data-eye]")).to_be_visible()


@contextmanager
def without_camera(browser):
    running = browser.browser_type.launch(executable_path=program(), headless=True, args=FLAGS)
    try:
        yield running
    finally:
        running.close()


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("", "没有找到相机"),
        ("Object.defineProperty(navigator, 'mediaDevices', {value: undefined})", "这个浏览器用不了相机"),
        ("Object.defineProperty(window, 'isSecureContext', {value: false})", "这个地址没有加密，浏览器不给用相机"),
        ("Object.defineProperty(navigator, 'userAgent', {value: 'Mozilla/5.0 MicroMessenger/8.0'})", "在聊天软件里用不了相机"),
    ],
)
def test_each_lack_of_a_camera_has_its_own_words(how, says, neighbourhood, browser):
    world = neighbourhood.world
    with without_camera(browser) as running, phone(running, neighbourhood.url) as held:
        held.add_cookies([{"name": "sid", "value": world.steward_token, "url": neighbourhood.url}])
        held.grant_permissions(["camera"])
        held.add_init_script(how)
        page = held.open("/scan")
        expect(page.locator("[data-trouble] h2")).to_have_text(says)
        page.locator("a.line-go", has_text="桃花桥一村 1栋").click()
        expect(name(page)).to_have_text("桃花桥一村 1栋")


def packed(phone_of, world) -> tuple[str, dict[str, str]]:
    """A run of hers to two doors of the first building with a label for each; its path, the codes by room."""
    dispatcher = phone_of("dispatcher")
    needs = [
        made(post(dispatcher, "/needs", building=world.code, room=f"1单元{room}", kind="food", what="两袋米", confirm_double="1"))
        for room in ("602", "501")
    ]
    run = made(post(dispatcher, "/runs", needs=needs[0].rpartition("/")[2], title=""))
    post(dispatcher, f"{run}/needs", needs=needs[1].rpartition("/")[2])
    post(dispatcher, f"{run}/carriers", accounts=str(world.volunteer))
    post(dispatcher, f"{run}/parcels")
    page = dispatcher.open(run)
    stops = page.locator("article[data-parcels]").evaluate_all("all => all.map(one => [one.dataset.place, one.dataset.parcels])")
    page.close()
    return run, {place.rpartition(" ")[2]: code for place, code in stops}


def test_a_run_is_walked_by_scanning_alone_without_network_between_load_and_return(neighbourhood, scanner, phone_of, reel):
    world = neighbourhood.world
    run, codes = packed(phone_of, world)
    labels = [at(neighbourhood, f"/p/{codes[room]}") for room in ("602", "501")]
    posters = [at(neighbourhood, f"/b/{code}") for code in (world.code, world.code2)]

    # at the hub: label, load, next
    page = scanner("volunteer", [labels[0]])
    for room, label in zip(("602", "501"), labels, strict=True):
        if label != labels[0]:
            another(page, reel, [label])
        expect(name(page)).to_contain_text(room)
        page.locator("[data-panel] form[action$='/load'] button").click()
        expect(page.locator("[data-panel] .parcel")).to_contain_text("我手里")
    page.goto(run)
    fetched(page)
    soon(page, lambda: {run, "/scan"} <= kept(page))
    another(page, reel, [posters[1]])
    expect(name(page)).to_have_text("桃花桥一村 2栋")
    soon(page, lambda: page.evaluate("async () => (await (await caches.open('shell/scanner')).keys()).length") >= len(FILES))

    # out, on the way through another building: no network; first the wrong building, then the right one
    page.context.set_offline(True)
    another(page, reel, [labels[0]])
    expect(page.locator("[data-wrong]")).to_contain_text("走错楼了")
    expect(page.locator("[data-wrong]")).to_contain_text("桃花桥一村 2栋")
    look(page, "scan-wrong-building")
    another(page, reel, [posters[0]])
    expect(name(page)).to_have_text("桃花桥一村 1栋")
    another(page, reel, [labels[0]])
    expect(name(page)).to_contain_text("602")
    expect(page.locator("[data-wrong]")).to_be_empty()
    assert page.locator("[data-panel] article").count() == 1
    page.locator("[data-panel] form[action$='/handover'] button[value=door]").click()
    expect(page.locator("[data-panel] .waits")).to_be_visible()
    look(page, "scan-handed-waiting")
    another(page, reel, [labels[1]])
    expect(name(page)).to_contain_text("501")
    page.locator("[data-panel] form[action$='/handover'] button[value=hand]").click()
    expect(page.locator("#sync")).to_contain_text("2")
    expect(page).to_have_url(re.compile("/scan$"))
    assert '"delivery.handed_over"' not in journal(neighbourhood)

    # back
    page.context.set_offline(False)
    soon(page, lambda: journal(neighbourhood).count('"delivery.handed_over"') == 2)
    go(page, run)
    expect(page.locator("#sync")).to_have_attribute("data-state", "clear")
    page.locator("form[action$='/finish'] button").first.click()
    expect(page.locator("#toast")).to_contain_text("全部送完")


@pytest.mark.parametrize(
    ("lang", "type", "theme", "width"),
    [
        ("zh", "larger", "light", 320),
        ("en", "normal", "sunlight", 360),
        pytest.param("en", "larger", "dark", 320, marks=pytest.mark.long),
        pytest.param("zh", "normal", "dark", 360, marks=pytest.mark.long),
    ],
)
def test_the_scanner_is_clean_in_large_type_and_both_languages(lang, type, theme, width, neighbourhood, scanner):
    world = neighbourhood.world
    page = scanner("steward", [at(neighbourhood, f"/b/{world.code}")], lang=lang, type=type, theme=theme, width=width)
    expect(page.locator("[data-panel] form[action$='/check-in']")).to_be_visible()
    look(page, f"scan-open-{lang}-{type}-{theme}")
    assert not too_wide(page) and not axe(page)
    page.locator("[data-panel] [data-shut]").last.click()
    page.evaluate("scrollTo(0, 0)")
    look(page, f"scan-{lang}-{type}-{theme}")
    page.locator("#ways").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 600)")
    look(page, f"scan-ways-{lang}-{type}-{theme}")
    assert not too_wide(page) and not axe(page)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.scanner button, .scanner a, main .input')].filter(e => e.offsetParent)
        .map(e => [e.textContent.trim(), e.getBoundingClientRect().height]).filter(([, high]) => high < 47.5)"""
    )
    assert not small


ABLE = """
  window.wished = []
  window.felt = []
  MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true, zoom: { min: 1, max: 4, step: .1 } })
  MediaStreamTrack.prototype.applyConstraints = async ({ advanced }) => { window.wished.push(...advanced) }
  navigator.vibrate = pattern => { window.felt.push(pattern); return true }
"""


def test_torch_and_zoom_where_the_camera_has_them_and_the_mute_switch_stays(neighbourhood, scanner):
    page = scanner("volunteer", [None], script=ABLE)
    page.locator("[data-torch]").click()
    expect(page.locator("[data-torch]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-zoom]").click()
    expect(page.locator("[data-zoom]")).to_have_attribute("aria-pressed", "true")
    assert {"torch": True} in page.evaluate("wished") and {"zoom": 2} in page.evaluate("wished")
    look(page, "scan-torch")
    assert not too_wide(page)
    page.locator("[data-sound]").click()
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("felt")
    page.reload()
    expect(page.locator("[data-sound]")).to_have_attribute("aria-pressed", "false")
