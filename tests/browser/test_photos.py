"""Photos from a real phone: made small there, after their act, piece by piece, and told as missing when they are lost."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect
from support import pictures

from app.photos.sealing import PIECE

pytestmark = pytest.mark.browser

CAMERA = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg"}
SMALL = CAMERA | {"buffer": pictures.jpeg(800, 600)}


def large() -> dict:
    """Three megabytes that compress badly."""
    return CAMERA | {"buffer": pictures.jpeg(2400, 1800, noise=True)}


@pytest.fixture
def carried(neighbourhood, phone_of: Callable) -> SimpleNamespace:
    """A run with one stop, out in Bo's hands: `.path`, `.handover` (its address), `.need`."""
    desk, world = phone_of("dispatcher"), neighbourhood.world

    def press(phone, path: str, **form) -> str:
        answer = phone.request.post(path, form=form, headers={"Sec-Fetch-Site": "same-origin"}, max_redirects=0)
        assert answer.status == 303, f"{path}: {answer.status} {answer.text()[:300]}"
        return answer.headers["location"].split("?")[0]

    need = press(desk, "/needs", building=world.code, unit="1", room="602", kind="food", what="一袋米", confirm_double="1")
    run = press(desk, "/runs", needs=need.rpartition("/")[2])
    press(desk, f"{run}/carriers", accounts=str(world.volunteer))
    bo = phone_of("volunteer")
    press(bo, f"{run}/start")
    handover = re.search(rf'action="({run}/stops/[^"]+/handover)"', bo.request.get(run).text())[1]
    return SimpleNamespace(path=run, handover=handover, need=need, desk=desk, bo=bo)


def take(page: Page, picture: dict) -> str:
    """A photo for the open stop; its id, once it lies on the phone."""
    page.locator(".photo-add input[type=file]").set_input_files(picture)
    expect(page.locator("input[name=photo]")).to_be_attached(timeout=20_000)
    return page.locator("input[name=photo]").input_value()


def hand_over(page: Page, run: SimpleNamespace) -> None:
    page.locator(f"form[action='{run.handover}'] button[value=door]").click()


def lying(page: Page, name: str = "photos") -> list[dict]:
    return page.evaluate(
        """name => new Promise((ok, no) => {
          const asked = indexedDB.open('lastmetre')
          asked.onerror = () => no(asked.error)
          asked.onsuccess = () => {
            const all = asked.result.transaction(name).objectStore(name).getAll()
            all.onsuccess = () => { asked.result.close(); ok(all.result.map(({ data, iv, box, key, ...one }) => ({ ...one, sealed: !!(iv || box) }))) }
          }
        })""",
        name,
    )


def journal(neighbourhood) -> list[str]:
    return [json.loads(line)["kind"] for line in neighbourhood.server.run("journal", "--json").splitlines()]


class Line:
    """What goes over the air: acts and pieces in order. It breaks once `most` bytes of photos have gone, until `mended`."""

    def __init__(self, page: Page, most: int | None = None) -> None:
        self.went, self.pieces, self.most = [], {}, most
        page.route(re.compile(r"/photos/[^/]+/pieces$|/handover$|/acts$"), self._go)

    def _go(self, route) -> None:
        request = route.request
        if request.url.endswith("/handover") or (request.url.endswith("/acts") and "/handover" in request.post_data):
            self.went.append("act")
        elif request.url.endswith("/acts"):
            pass
        elif request.method == "POST":
            at = int(request.headers["upload-offset"])
            if self.most is not None and at >= self.most:
                return route.abort()
            self.went.append(at)
            self.pieces[at] = request.post_data_buffer
        elif self.most is not None and len(self.pieces) * PIECE >= self.most > 0:
            return route.abort()
        return route.continue_()


def test_a_photo_follows_its_act_is_cut_at_four_fifths_and_goes_on_in_a_new_page(neighbourhood, carried):
    page = carried.bo.open(carried.path)
    photo = take(page, large())
    [kept] = lying(page)
    assert kept["id"] == photo and kept["sealed"] and kept["size"] < 2 * 1024 * 1024
    size = kept["size"]
    cut = size * 4 // 5 // PIECE * PIECE
    assert cut >= 4 * PIECE, "the picture is too small to be cut"
    broken = Line(page, most=cut)
    hand_over(page, carried)
    way = page.locator(f"[data-photo='{photo}']")
    expect(way).to_have_attribute("data-shown", "on_way")
    expect(way.locator("[data-way]")).to_contain_text(str(-(-size // PIECE)), timeout=20_000)
    with page.expect_event("requestfailed", lambda lost: "/pieces" in lost.url, timeout=30_000):
        pass
    assert broken.went[0] == "act" and broken.went[1:] == list(range(0, cut, PIECE))
    assert journal(neighbourhood).count("delivery.handed_over") == 1 and "photo.kept" not in journal(neighbourhood)
    page.close()

    page = carried.bo.context.new_page()
    mended = Line(page)
    page.goto(carried.path)
    expect(page.locator(f"#photo-{photo} a[href^='/photos/{photo}']")).to_be_visible(timeout=30_000)
    assert mended.went == list(range(cut, size, PIECE)), "what was there already went again"
    assert lying(page) == [] and journal(neighbourhood).count("photo.kept") == 1
    whole = b"".join(data for _, data in sorted((broken.pieces | mended.pieces).items()))
    before, after = pictures.notes(large()["buffer"]), pictures.notes(whole)
    assert before["gps"] and not after["gps"] and not after["exif"] and pictures.CANARY.encode() not in whole
    assert max(pictures.size(whole)) == 1280
    served = carried.bo.request.get(f"/photos/{photo}/image").body()
    assert served[:2] == b"\xff\xd8" and not pictures.notes(served)["gps"]
    page.locator(f"#photo-{photo} a").click()
    expect(page.locator("img.proof")).to_be_visible()
    assert page.evaluate("document.querySelector('img.proof').naturalWidth") == 1280


def test_without_network_it_waits_with_its_act_and_goes_after_it(neighbourhood, carried):
    page = carried.bo.open(carried.path)
    carried.bo.set_offline(True)
    photo = take(page, SMALL)
    hand_over(page, carried)
    expect(page.locator("[data-waits]").first).to_be_attached()
    assert [one["id"] for one in lying(page)] == [photo] and len(lying(page, "acts")) == 1
    line = Line(page)
    carried.bo.set_offline(False)
    expect(page.locator(f"#photo-{photo}[data-shown=kept]")).to_be_visible(timeout=30_000)
    assert [went for went in line.went if went != "act"] == [0]
    told = journal(neighbourhood)
    assert told.count("delivery.handed_over") == told.count("photo.kept") == 1 and told.index("photo.kept") > told.index(
        "delivery.handed_over"
    )
    assert lying(page) == lying(page, "acts") == []


def test_a_photo_taken_and_not_sent_off_is_there_after_a_reload_and_can_be_removed(neighbourhood, carried):
    page = carried.bo.open(carried.path)
    photo = take(page, SMALL)
    page.reload()
    expect(page.locator("input[name=photo]")).to_have_value(photo)
    expect(page.locator(".photo-chosen img")).to_be_visible()
    page.locator("[data-remove]").click()
    expect(page.locator("input[name=photo]")).to_have_count(0)
    expect(page.locator(".photo-chosen")).to_be_hidden()
    hand_over(page, carried)
    expect(page.locator(f"form[action='{carried.handover}']")).to_have_count(0)
    assert lying(page) == [] and page.locator("[data-shown]").count() == 0


def test_what_the_phone_cannot_open_is_told_and_stops_no_handover(neighbourhood, carried):
    page = carried.bo.open(carried.path)
    place = page.locator(".photo-add").first
    heic = CAMERA | {"name": "IMG.HEIC", "mimeType": "image/heic", "buffer": pictures.HEIC}
    for file, words in ((heic, "data-heic"), (CAMERA | {"buffer": b"no picture at all"}, "data-unreadable")):
        place.locator("input[type=file]").set_input_files(file)
        expect(place.locator("[role=status]")).to_have_text(place.get_attribute(words))
    hand_over(page, carried)
    expect(page.locator(f"form[action='{carried.handover}']")).to_have_count(0)
    assert journal(neighbourhood).count("delivery.handed_over") == 1 and page.locator("[data-shown]").count() == 0


ROOM = """
const put = IDBObjectStore.prototype.put
window.room = Infinity
IDBObjectStore.prototype.put = function (value, ...key) {
  if (this.name === "photos" && value.data.byteLength > window.room) throw new DOMException("no room", "QuotaExceededError")
  return put.call(this, value, ...key)
}
"""


def choose(page: Page, file: dict) -> tuple[list[int], str]:
    """The sizes of what lies on the phone after it, and what the page says."""
    place = page.locator(".photo-add").first
    place.locator("input[type=file]").set_input_files(file)
    expect(place.locator("[role=status]")).not_to_have_text(place.get_attribute("data-busy"), timeout=30_000)
    expect(place.locator(".photo-chosen:visible, [role=status]:not(:empty)").first).to_be_visible()
    return [one["size"] for one in lying(page)], place.locator("[role=status]").text_content()


def test_short_of_room_the_photo_shrinks_and_where_there_is_none_it_is_refused_and_the_act_is_kept(neighbourhood, carried):
    carried.bo.context.add_init_script(ROOM)
    page = carried.bo.open(carried.path)
    full = page.locator(".photo-add").first.get_attribute("data-full")
    page.evaluate("window.room = 400000")
    sizes, says = choose(page, large())
    assert len(sizes) == 1 and sizes[0] < 400_000 and says == ""
    page.locator("[data-remove]").click()
    expect(page.locator("input[name=photo]")).to_have_count(0)
    page.evaluate("window.room = 100")
    assert choose(page, SMALL) == ([], full)
    hand_over(page, carried)
    expect(page.locator(f"form[action='{carried.handover}']")).to_have_count(0)
    assert journal(neighbourhood).count("delivery.handed_over") == 1


@pytest.mark.long
def test_within_a_real_quota_of_one_megabyte_the_act_is_kept(neighbourhood, carried):
    page = carried.bo.context.new_page()
    devtools = carried.bo.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": neighbourhood.url, "quotaSize": 1_000_000})
    page.goto(carried.path)
    sizes, says = choose(page, large())
    assert sizes or says == page.locator(".photo-add").first.get_attribute("data-full")
    hand_over(page, carried)
    expect(page.locator(f"form[action='{carried.handover}']")).to_have_count(0)
    assert journal(neighbourhood).count("delivery.handed_over") == 1


def test_a_photo_that_the_phone_cannot_open_any_more_shows_as_missing(neighbourhood, carried):
    page = carried.bo.open(carried.path)
    photo = take(page, SMALL)
    broken = Line(page, most=0)
    hand_over(page, carried)
    expect(page.locator(f"#photo-{photo}")).to_have_attribute("data-shown", "on_way")
    assert broken.went == ["act"]
    page.evaluate(
        """id => new Promise(ok => {
          const asked = indexedDB.open('lastmetre')
          asked.onsuccess = () => {
            const photos = asked.result.transaction('photos', 'readwrite').objectStore('photos')
            photos.get(id).onsuccess = found => { photos.put({ ...found.target.result, data: new ArrayBuffer(40) }).onsuccess = () => { asked.result.close(); ok() } }
          }
        })""",
        photo,
    )
    page.reload()
    expect(page.locator(f"#photo-{photo}")).to_have_attribute("data-shown", "missing", timeout=20_000)
    assert lying(page) == [] and journal(neighbourhood).count("photo.lost") == 1
    for phone, path in ((carried.desk, carried.path), (carried.desk, carried.need)):
        assert 'data-shown="missing"' in phone.request.get(path).text()


def test_a_photo_leaves_the_phone_with_its_owner(neighbourhood, carried):
    page = carried.bo.open(carried.path)
    photo = take(page, SMALL)
    Line(page, most=0)
    hand_over(page, carried)
    expect(page.locator(f"#photo-{photo}")).to_have_attribute("data-shown", "on_way")
    page.goto("/me")
    carried.bo.set_offline(True)
    page.locator("form[data-sign-out] button:visible").first.click()
    expect(page.locator("#leaving [data-photos]:visible")).to_contain_text("1")
    page.locator("#leaving [data-step]:visible [data-go]").click()
    expect(page.locator("body.open")).to_be_attached()
    assert lying(page) == []
    carried.bo.set_offline(False)


def test_without_script_the_picture_goes_with_the_form(neighbourhood, carried, phone_of):
    page = phone_of("volunteer", js=False).open(carried.path)
    page.locator(f"form[action='{carried.handover}'] input[type=file]").set_input_files(SMALL)
    page.locator(f"form[action='{carried.handover}'] button[value=door]").click()
    link = page.locator("[data-shown=kept] a")
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("img.proof")).to_be_visible()
    assert journal(neighbourhood).count("photo.kept") == 1
