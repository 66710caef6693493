"""The scanner's engine over hard pictures: nothing that zxing reads is lost, nothing is read that is not there."""

import re
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops

from app.commands.measuring import scanning
from scan import maker, measure

ROOT = Path(__file__).resolve().parents[2]
SHORT = [scene for scene in maker.scenes() if scene.level in (1, 2, 4) and scene.number == scene.level % 4]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with measure.hall(tmp_path_factory.mktemp("pictures")) as found:
        yield found


@pytest.fixture
def camera(place):
    page = place.page.context.new_page()
    troubles = []
    page.on(
        "console",
        lambda line: troubles.append(line.text) if line.type == "error" and "favicon" not in line.location.get("url", "") else None,
    )
    page.goto(f"{place.base}/camera")
    yield page
    page.close()
    assert not troubles


def test_the_set_is_three_hundred_hard_pictures_of_short_addresses_and_long_payloads():
    every = list(maker.scenes())
    assert len(every) >= 300 and len({scene.name for scene in every}) == len(every)
    for scene in every:
        for text in scene.texts:
            assert len(text) <= 34 if scene.number < 2 else 150 <= len(text) <= 220, text


def test_a_seed_makes_the_same_pictures_and_another_seed_others():
    scene = maker.Scene("low_light", 2, 1)
    assert maker.still(scene) == maker.still(scene) != maker.still(maker.Scene("low_light", 2, 1, seed=1))
    assert Image.open(BytesIO(maker.still(scene))).size == (maker.WIDE, maker.HIGH)
    first, second = (Image.open(BytesIO(shot)) for _, shot in zip(range(2), maker.clip(scene), strict=False))
    assert ImageChops.difference(first, second).getbbox()


@pytest.mark.browser
def test_ours_reads_what_zxing_reads_and_more_and_nothing_that_is_not_there(place):
    rows = measure.stills(place, SHORT, ("zxing",), looks=4)
    print(measure.table(rows, ("zxing", "ours")))
    lost = [row["scene"] for row in rows if row["zxing"] == "read" and row["ours"] != "read"]
    assert not lost
    assert not [row["scene"] for row in rows if "wrong" in (row["ours"], row["zxing"])]
    assert sum(row["ours"] == "read" for row in rows) > sum(row["zxing"] == "read" for row in rows)


@pytest.mark.browser
def test_a_text_that_is_not_in_the_picture_is_noticed(place, monkeypatch):
    scene, other = SHORT[0], SHORT[1]
    liar = SimpleNamespace(address=place.address, known=place.known, ours=lambda addresses: place.ours([place.address(other)]))
    [row] = measure.stills(liar, [scene], ("zxing",))
    assert row["zxing"] == "read" and row["ours"] == "wrong"
    with pytest.raises(scanning.Wrong):
        scanning.unfailing([row])


@pytest.mark.browser
def test_the_camera_tells_a_text_once_under_the_policy_of_the_app(place, camera):
    scene = maker.Scene("rotated", 0, 0)
    camera.evaluate("address => window.camera.show([address])", place.address(scene))
    assert camera.evaluate("async () => await window.camera.start().ready") is True
    camera.wait_for_timeout(200)
    for _ in range(100):
        if camera.evaluate("told.reads.length"):
            break
        camera.wait_for_timeout(100)
    camera.wait_for_timeout(500)
    assert camera.evaluate("told.reads") == scene.texts and camera.evaluate("told.troubles") == []
    camera.evaluate("scan.again()")
    camera.wait_for_timeout(1500)
    assert camera.evaluate("told.reads") == scene.texts * 2
    camera.evaluate("scan.stop()")


@pytest.mark.browser
def test_a_photo_is_read_at_once_and_one_without_a_square_says_so(place, camera, tmp_path):
    scene = maker.Scene("low_contrast", 3, 0)
    assert camera.evaluate("address => window.camera.photo(address)", place.address(scene)) == scene.texts[0]
    Image.new("L", (800, 600), 120).save(place.pictures / "wall.jpg")
    assert camera.evaluate("address => window.camera.photo(address)", f"{place.base}/pictures/wall.jpg") is None


@pytest.mark.browser
def test_one_odd_frame_between_others_is_not_told(place, camera):
    told = """texts => { const twice = new Scanning.Twice(); return texts.filter((text, n) => text ? twice.see(text, n) : twice.miss()) }"""
    assert camera.evaluate(told, ["a", "b", "a", None, "a"]) == []
    assert camera.evaluate(told, ["a", "a", "a", "b", "b", "a", "a"]) == ["a", "b"]


def test_modules_name_each_other_by_what_is_in_them_and_nothing_names_another_host():
    static = measure.built()
    scripts = {
        name: static.by_path[at][1].decode()
        for name, at in static.by_name.items()
        if name.startswith("scan/") or "qr-" in name or "zxing-reader.js" in name
    }
    assert {"scan/reader.js", "scan/engine.js", "vendor/zxing-reader.js"} <= set(scripts)
    for name, text in scripts.items():
        taken = re.findall(r"""^import .*from ["']([^"']+)|import\(["']([^"']+)""", text, re.MULTILINE) if name.startswith("scan/") else []
        assert {address for pair in taken for address in pair if address} <= set(static.by_path), name
        assert not re.search(r"https?://", text), name


def test_what_the_first_use_loads_is_small_and_no_page_names_it():
    assert scanning.size().value <= 350 and scanning.engine()[scanning.STOPGAP] <= 14
    assert not set(scanning.engine()) & {"app.js", "vendor/htmx.js"}


@pytest.mark.long
@pytest.mark.browser
def test_the_whole_set_its_clips_and_its_times(place):
    every = list(maker.scenes())
    rows, joined = measure.stills(place, every), measure.clips(place, measure.in_turn(every))
    print(measure.table(rows, (*measure.KNOWN, "ours")), measure.table(joined, ("zxing", "ours")), sep="\n")
    scanning.unfailing([*rows, *joined])
    assert measure.share(rows) >= 0.97
    assert measure.gain(joined) > 0
