"""Paper: what is on it, that it can be read back from a bad copy, that nothing typed becomes part of its source, and what has changed since."""

import asyncio
import random
import time
from uuid import UUID

import msgspec
import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageEnhance, ImageFilter
from support.shown import shown

from app.deliveries.rules import giving, handing, packing, planning
from app.door.printing import codes, facing, jobs, making, pages, reads, setting
from app.door.printing.kinds import KINDS
from app.kernel import clock, db
from app.kernel.act import Done
from app.needs.rules.raising import Said, add
from app.places import codes as short
from app.places import reads as places
from app.places import rules as place_rules
from app.supplies import reads as supplies

NASTY = (
    '"); #read("/etc/passwd") ("',
    "#set page(width: 1mm)",
    "\\",
    "*粗* _斜_ $x^2$ @ref <label> // `raw`",
    "长" * 300,
    "W" * 300,
    "]]}{{#",
    "\u202e倒",
)


async def far(done: int) -> None:
    pass


def content(kind: str, things: list[dict], lang: str = "zh", **more) -> making.Content:
    return making.Content(
        kind=kind,
        lang=lang,
        at="2026-11-22 14:05",
        things=things,
        title="配送单 7 一村",
        community="桃花桥社区",
        shred="2026-11-25",
        **more,
    )


def poster(building: str = "桃花桥一村17号楼", code: str = "K7M4PX", **more) -> dict:
    face = {
        "link": f"https://taohuaqiao.example/b/{code}",
        "code": short.spoken(code),
        "typed": "taohuaqiao.example/ask",
        "community": "桃花桥社区",
    }
    return face | {"hotline": "023-6700 1234", "hours": "", "building_zh": building, "building_en": f"{building} (en)"} | more


async def pdf_of(kind: str, things: list[dict], lang: str = "zh", **more) -> pypdfium2.PdfDocument:
    made = await jobs.typeset(KINDS[kind], content(kind, things, lang, **more), far)
    assert isinstance(made, bytes), made
    return pypdfium2.PdfDocument(made)


def picture(page, dpi: int = 100) -> Image.Image:
    return page.render(scale=dpi / 72).to_pil().convert("L")


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


def copied(image: Image.Image, rng: random.Random) -> Image.Image:
    """Through a tired copier: a little askew, soft, greyed, specks and drop-outs, hardened by the drum."""
    image = image.rotate(rng.uniform(-1.5, 1.5), expand=False, fillcolor=255, resample=Image.Resampling.BICUBIC)
    image = image.filter(ImageFilter.GaussianBlur(0.9))
    image = ImageEnhance.Contrast(image).enhance(0.75)
    noise = Image.effect_noise(image.size, 60)
    image = Image.blend(image, noise, 0.22)
    return image.point(lambda level: 255 if level > 138 else 25)


def text_of(page) -> str:
    return "".join(page.get_textpage().get_text_range().split())


def neighbourhood(community: UUID, count: int):
    async def more_buildings(*, by) -> Done:
        for number in range(1, count + 1):
            await place_rules.add_building(community, f"样板{number // 40}村", number, units=1, floors=3, doors=2)
        return Done()

    return more_buildings


async def printed(act, by, kind: str, what: str, **more) -> reads.Print:
    receipt = await act(making.make, by=by, kind=kind, what=what, **({"lang": "zh", "only": False, "skip": 0} | more))
    assert receipt.state == "applied", receipt
    await jobs.make_waiting()
    return await reads.one(UUID(receipt.about), by)


@pytest.mark.parametrize("count", [20, pytest.param(172, marks=pytest.mark.long)])
async def test_every_poster_is_read_from_a_coarse_screen_and_from_the_third_copy(count, world, act, person):
    """As a community prints them: all buildings in one PDF, each square read at 100 dpi and after three copiers."""
    facing.use("https://taohuaqiao.example")
    by, rng = await person("dispatcher"), random.Random(4)
    await act(neighbourhood(world.community, count - 3), by=by)
    began = time.monotonic()
    one = await printed(act, by, "poster_a4", "community")
    took = time.monotonic() - began
    document = pypdfium2.PdfDocument(await reads.pdf(one))
    assert (one.state, one.things, one.done, one.pages, len(document)) == ("done", count, count, count, count)
    wanted = {f"https://taohuaqiao.example/b/{each.code}": each for each in await places.buildings(world.community)}
    seen = set()
    for page in document:
        image = picture(page)
        [address] = read(image)
        seen.add(address)
        third = copied(copied(copied(image, rng), rng), rng)
        assert read(third) == [address], address
        building, words = wanted[address], text_of(page)
        assert short.spoken(building.code).replace(" ", "") in words and f"{building.estate}{building.number}" in words.replace("号楼", "")
        for said in ("要帮忙", "Needhelp?Scanhere", "023-67001234", "Residents", "志愿者", f"building{building.number}"):
            assert said in words, said
    assert seen == set(wanted)
    print(f"\n{count} posters in {took:.1f} s: {count / took:.0f} a second")


@pytest.mark.parametrize(
    ("kind", "millimetres"), [("poster_a4", (210, 297)), ("poster_a3", (297, 420)), ("card", (148, 210)), ("sheet", (210, 297))]
)
async def test_paper_has_the_size_that_it_says(kind, millimetres):
    document = await pdf_of(kind, [thing_of(kind)], link="https://a.example/s/K7M4PX23", code="K7M4 PX23")
    assert [round(points / 72 * 25.4) for points in document[0].get_size()] == list(millimetres)


async def test_a_posters_square_is_large_enough_to_be_read_from_a_metre():
    """About 97 mm with its quiet zone in a box of 120 mm: each module three millimetres."""
    [page] = await pdf_of("poster_a4", [poster()])
    [found] = zxingcpp.read_barcodes(picture(page, 200))
    at = found.position
    wide = (at.top_right.x - at.top_left.x) / 200 * 25.4
    assert 88 < wide < 100


def thing_of(kind: str) -> dict:
    family = KINDS[kind].family
    if family == "poster":
        return poster()
    if family == "card":
        return {"building": "桃花桥一村17号楼", "room": "2单元1502", "community": "桃花桥社区", "hotline": "023-6700 1234", "hours": "",
                "link": "https://taohuaqiao.example/d/AAAAAAAAAAAAAAAAAAAAAA", "digits": "483 920"}  # fmt: skip
    if family == "label":
        return {"link": "https://taohuaqiao.example/p/K7M4PX23", "code": "K7M4 PX23", "building": "桃花桥一村17号楼", "unit": "2单元", "room": "1502",
                "of": "1/3", "run": "配送单 7"}  # fmt: skip
    if family == "badge":
        return {"name": "薄志愿", "organisation": "区税务局", "role": "志愿者", "community": "桃花桥社区", "hotline": "023-6700 1234",
                "link": "https://taohuaqiao.example/v/K7M4PX23", "code": "K7M4 PX23"}  # fmt: skip
    return {"group": "桃花桥一村17号楼 2单元", "room": "1502", "brings": ["#12 土豆"], "outcome": ""}


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "sheet"])
async def test_every_square_of_every_paper_is_read_from_its_page(kind):
    """All of a sheet of labels, all badges, and the first page behind the places that are used up."""
    things = [thing_of(kind) | {"link": f"https://taohuaqiao.example/x/{number:08d}"} for number in range(KINDS[kind].per_page + 1)]
    document = await pdf_of(kind, things, skip=2 if KINDS[kind].family == "label" else 0)
    found = [text for page in document for text in read(picture(page, 200))]
    assert sorted(found) == sorted(thing["link"] for thing in things)
    assert len(document) == 2


async def test_a_cards_letters_are_never_smaller_than_24_points():
    for lang in ("zh", "en"):
        [page] = await pdf_of("card", [thing_of("card") | {"building": "名字很长很长的小区第一百二十号附楼", "room": "12单元 3202"}], lang)
        text = page.get_textpage()
        sizes = {
            round(pypdfium2.raw.FPDFText_GetFontSize(text.raw, index), 1)
            for index in range(text.count_chars())
            if not text.get_text_range(index, 1).isspace()
        }
        assert min(sizes) >= 24, (lang, sizes)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_was_typed_is_text_and_never_source(kind):
    """Quotes, signs of the typesetter's language, and names that are far too long: the page keeps its size, the square is still read."""
    more = {"link": "https://a.example/s/K7M4PX23", "code": "K7M4 PX23"} if kind == "sheet" else {}
    size = [round(n) for n in (await pdf_of(kind, [thing_of(kind)], **more))[0].get_size()]
    for nasty in NASTY:
        thing = {
            name: ([nasty] if isinstance(value, list) else nasty if name not in ("link",) else value)
            for name, value in thing_of(kind).items()
        }
        document = await pdf_of(kind, [thing], **more)
        assert [round(n) for n in document[0].get_size()] == size
        assert read(picture(document[0], 200)) == [more.get("link") or thing["link"]], nasty
        if kind == "badge" and len(nasty) < 40 and nasty.isascii() and nasty.isprintable():
            assert nasty.replace(" ", "")[:12] in text_of(document[0])


async def test_a_missing_font_is_told_and_the_print_view_is_offered(app, client, act, person, monkeypatch):
    monkeypatch.setattr(jobs, "FONTS", ("No Such Font",))
    one = await printed(act, await person("dispatcher"), "poster_a4", f"building:{app.world.building}")
    assert (one.state, one.reason) == ("failed", "no_font")
    page = await client("dispatcher").get(one.path)
    assert "服务器上没有中文字体" in page.text and f"{one.path}/view" in page.text and f"{one.path}/file" not in page.text
    assert (await client("dispatcher").get(f"{one.path}/file")).status_code == 404
    view = await client("dispatcher").get(f"{one.path}/view")
    assert "要帮忙" in view.text and "Need help?" in view.text and "data:image/svg+xml" in view.text


async def test_the_typesetters_absence_and_a_broken_source_are_told(monkeypatch):
    monkeypatch.setattr(jobs, "PROGRAM", [jobs.PROGRAM[0], "-c", f"import sys; sys.stdin.read(); sys.exit({setting.NO_TYPESETTER})"])
    assert await jobs.typeset(KINDS["poster_a4"], content("poster_a4", [poster()]), far) == "no_typesetter"
    monkeypatch.setattr(jobs, "PROGRAM", [jobs.PROGRAM[0], "-c", "import sys; sys.stdin.read(); sys.exit(1)"])
    assert await jobs.typeset(KINDS["poster_a4"], content("poster_a4", [poster()]), far) == "broken"
    monkeypatch.setattr(jobs, "PROGRAM", [jobs.PROGRAM[0], "-c", "import time; time.sleep(60)"])
    monkeypatch.setattr(jobs, "PATIENCE", 0.3)
    assert await jobs.typeset(KINDS["poster_a4"], content("poster_a4", [poster()]), far) == "slow"


async def test_progress_counts_what_is_drawn(act, world, person):
    told = []

    async def heard(done: int) -> None:
        told.append(done)

    made = await jobs.typeset(KINDS["poster_a4"], content("poster_a4", [poster() for _ in range(25)]), heard)
    assert told == [10, 20] and jobs.pages_in(made) == 25


async def test_the_page_asks_again_while_it_is_made_and_then_offers_the_pdf(app, client, act, person):
    phone = client("dispatcher")
    sent = await phone.post("/prints", data={"kind": "poster_a4", "what": f"building:{app.world.building}"})
    path = sent.headers["location"].split("?")[0]
    waiting = (await phone.get(path)).text
    assert 'hx-trigger="every 1s"' in waiting and "0 / 1" in waiting
    live = client("dispatcher", htmx=True)
    first = await live.get(path)
    assert (await live.get(path, headers={"HX-PTag": first.headers["hx-ptag"]})).status_code == 304
    await jobs.make_waiting()
    ready = await live.get(path, headers={"HX-PTag": first.headers["hx-ptag"]})
    assert "hx-trigger" not in ready.text and f"{path}/file" in ready.text
    file = await phone.get(f"{path}/file")
    assert (
        file.content.startswith(b"%PDF")
        and file.headers["cache-control"] == "no-store"
        and file.headers["content-type"] == "application/pdf"
    )


async def test_a_print_is_for_her_who_made_it_and_for_who_prints_for_all(app, client, act, person):
    one = await printed(act, await person("steward"), "poster_a4", "community")
    assert one.things == 1, "a steward's community is her buildings"
    for name, status in (
        ("steward", 200),
        ("dispatcher", 200),
        ("volunteer", 404),
        ("operator", 404),
        ("outside_dispatcher", 404),
        (None, 303),
    ):
        for tail in ("", "/file", "/view"):
            assert (await client(name).get(one.path + tail)).status_code == status, (name, tail)
    refused = await act(
        making.make, by=await person("steward"), kind="poster_a4", what=f"building:{app.world.building2}", lang="zh", only=False, skip=0
    )
    assert (refused.state, refused.trouble) == ("refused", "gone")


async def test_a_print_is_hers_while_its_run_or_its_building_is(app, client, act, person):
    by, bo, world = await person("dispatcher"), await person("volunteer"), app.world
    run = await run_with_stops(world, act, by, "201", carrier=bo.id)
    await act(packing.pack, run, by=by)
    held = [await printed(act, bo, kind, f"run:{run}") for kind in ("sheet", "label_3x7")]
    cards = await printed(act, await person("steward"), "card", f"building:{world.building}")

    async def seen(name: str, one: reads.Print) -> set[int]:
        return {(await client(name).get(one.path + tail)).status_code for tail in ("", "/file", "/view")}

    assert [await seen("volunteer", one) for one in held] == [{200}, {200}] and await seen("steward", cards) == {200}
    await act(giving.take_back, run, bo.id, by=by)
    await db.run("UPDATE role SET place_id = ? WHERE account_id = ? AND role = 'steward'", world.building2, world.steward)
    assert [await seen("volunteer", one) for one in held] == [{404}, {404}] and await seen("steward", cards) == {404}
    assert await seen("dispatcher", cards) == {200}


async def test_names_and_links_of_a_print_lie_sealed_and_go_after_three_days(app, act, person):
    one = await printed(act, await person("dispatcher"), "badge", "community")
    document = pypdfium2.PdfDocument(await reads.pdf(one))
    assert "薄志愿" in text_of(document[0])
    await db.run("UPDATE print_job SET at = ? WHERE id = ?", clock.now() - making.SHRED - making.SHRED, one.id)
    await jobs.end_old()
    gone = await reads.one(one.id, await person("dispatcher"))
    assert gone.state == "ended" and gone.key_id is None and not gone.kept
    assert not await db.value("SELECT count(*) FROM print_file")
    assert await db.value("SELECT count(*) FROM printed WHERE print_id = ?", one.id) == one.things


async def test_what_was_printed_is_frozen_and_a_later_change_is_told(app, client, act, person):
    by = await person("dispatcher")
    one = await printed(act, by, "poster_a4", "community")
    assert (await reads.changed(one, by)).count == 0
    before = await reads.content(one)
    await db.run("UPDATE building SET number = 9 WHERE id = ?", app.world.building2)
    changed = await reads.changed(one, by)
    assert changed.other == (str(app.world.building2),) and changed.count == 1
    assert await reads.content(one) == before
    page = (await client("dispatcher").get(one.path)).text
    assert "之后有变动" in page and "9栋" in page.replace(" ", "")
    assert "之后有变动" in (await client("dispatcher").get("/print")).text
    again = await printed(act, by, "poster_a4", "community")
    assert (await reads.changed(again, by)).count == 0
    await db.run("UPDATE community SET hotline = '023-1' WHERE id = ?", app.world.community)
    assert len((await reads.changed(again, by)).other) == again.things


async def test_too_much_at_once_and_too_often_is_refused(world, act, person, monkeypatch):
    by = await person("dispatcher")
    monkeypatch.setitem(making.KINDS, "poster_a4", msgspec.structs.replace(KINDS["poster_a4"], most=2))
    asked = {"by": by, "kind": "poster_a4", "lang": "zh", "only": False, "skip": 0}
    assert "what" in (await act(making.make, what="community", **asked)).errors
    for _ in range(making.AT_ONCE):
        assert (await act(making.make, what=f"building:{world.building}", **asked)).state == "applied"
    assert (await act(making.make, what=f"building:{world.building}", **asked)).reason == "busy"


async def test_between_two_prints_the_worker_does_what_else_is_due(world, act, person, monkeypatch):
    async def typeset(*_):
        return b"%PDF /Count 1"

    monkeypatch.setattr(jobs, "typeset", typeset)
    for _ in range(2):
        asked = {"kind": "poster_a4", "what": f"building:{world.building}", "lang": "zh", "only": False, "skip": 0}
        await act(making.make, by=await person("dispatcher"), **asked)
    for done in (1, 2):
        await jobs.make_waiting()
        assert await db.value("SELECT count(*) FROM print_job WHERE state = 'done'") == done


async def run_with_stops(world, act, by, *rooms: str, carrier=None) -> UUID:
    made = []
    for room in rooms:

        async def raised(*, by, room=room) -> Done:
            row = await add(
                await places.building(world.building), Said(kind="food", what=f"米{room}", unit="1", room=room), by=by, channel="steward"
            )
            return Done(about=str(row.id))

        made.append(UUID((await act(raised, by=by)).about))
    run = UUID((await act(planning.make_run, by=by, needs=tuple(made), title="晚间")).about)
    if carrier:
        await act(giving.give, run, by=by, accounts=(carrier,))
    return run


async def test_a_run_sheet_lists_the_stops_in_walking_order_and_its_code_brings_the_ticks_back(app, client, act, person):
    by, world = await person("dispatcher"), app.world
    run = await run_with_stops(world, act, by, "201", "602", "401", carrier=world.volunteer)
    one = await printed(act, await person("volunteer"), "sheet", f"run:{run}")
    [page] = pypdfium2.PdfDocument(await reads.pdf(one))
    words = text_of(page)
    places = [words.index(f"{room}#") for room in ("602", "401", "201")]  # the time of printing may hold the same figures
    assert places == sorted(places) and "米602" in words and "晚间" in words
    [address] = read(picture(page, 150))
    path = "/s/" + address.rpartition("/s/")[2]
    assert short.read(path[3:], short.LONG) == path[3:]
    for name, status in (("volunteer", 200), ("dispatcher", 200), ("volunteer2", 404), ("steward", 404), ("outsider", 404), (None, 303)):
        assert (await client(name).get(path)).status_code == status, name
    page = (await client("volunteer").get(path)).text
    rooms = shown(page)
    assert page.count('/handover"') >= 3 and rooms.index("602") < rooms.index("401") < rooms.index("201")
    stop = page.split(f'action="/runs/{run}/stops/')[1].split("/")[0]
    act_id = page.split(f'action="/runs/{run}/stops/{stop}/handover"')[1].split('name="act" value="')[1][:22]
    pressed = await client("volunteer").post(f"/runs/{run}/stops/{stop}/handover", data={"where": "door", "act": act_id, "back": path})
    assert pressed.status_code == 303 and pressed.headers["location"].startswith(path)
    assert "放门口" in (await client("volunteer").get(path)).text
    assert (await reads.changed(one, by)).count == 0, "a tick is no change of the paper"


async def test_a_sheet_says_what_was_added_after_it_was_printed(world, act, person):
    by = await person("dispatcher")
    run = await run_with_stops(world, act, by, "201", "602")
    one = await printed(act, by, "sheet", f"run:{run}")

    async def raised(*, by) -> Done:
        row = await add(await places.building(world.building), Said(kind="food", what="盐", unit="1", room="301"), by=by, channel="steward")
        return Done(about=str(row.id))

    need = UUID((await act(raised, by=by)).about)
    assert (await act(planning.add_needs, run, by=by, needs=(need,))).state == "applied"
    changed = await reads.changed(one, by)
    assert len(changed.new) == 1 and not changed.other and not changed.gone


async def test_labels_are_those_of_the_parcels_that_were_packed(world, act, person):
    by = await person("dispatcher")
    run = await run_with_stops(world, act, by, "201")
    asked = {"kind": "label_3x7", "what": f"run:{run}", "lang": "zh", "only": False, "skip": 3}
    assert "what" in (await act(making.make, by=by, **asked)).errors

    stop = UUID(str(await db.value("SELECT id FROM stop WHERE run_id = ?", run)))
    assert (await act(packing.pack, run, stops=(stop,), n=(2,), by=by)).state == "applied"
    one = await printed(act, by, "label_3x7", f"run:{run}", skip=3)
    [page] = pypdfium2.PdfDocument(await reads.pdf(one))
    assert one.things == 2 and "1/2" in text_of(page)
    assert {address.rpartition("/")[2] for address in read(picture(page, 200))} == {label.code for label in await supplies.of_run(run)}


async def test_a_badge_leads_to_the_person_for_who_may_see_her_and_names_the_community_to_others(app, client, act, person):
    one = await printed(act, await person("dispatcher"), "badge", f"account:{app.world.volunteer}")
    assert one.things == 1
    code = (await codes.badges_of(app.world.community))[str(app.world.volunteer)]
    assert (await client("dispatcher").get(f"/v/{code}")).headers["location"] == f"/people/{app.world.volunteer}"
    for name in (None, "volunteer2", "steward", "outsider", "outside_dispatcher"):
        page = await client(name).get(f"/v/{code}")
        assert page.status_code == 200 and "桃花桥社区" in page.text and "有效" in page.text and "薄志愿" not in page.text, name
    await db.run(
        "UPDATE account SET suspended_at = ?, suspended_by = ? WHERE id = ?", clock.now(), app.world.dispatcher, app.world.volunteer
    )
    assert "已失效" in (await client().get(f"/v/{code}")).text
    assert (await client().get("/v/AAAAAAAA")).status_code == 404


async def test_a_badge_keeps_its_code_when_it_is_printed_again(world, act, person):
    by = await person("dispatcher")
    await printed(act, by, "badge", f"account:{world.volunteer}")
    first = await codes.badges_of(world.community)
    await printed(act, by, "badge", "community")
    assert (await codes.badges_of(world.community)).items() >= first.items()


@pytest.mark.parametrize("kind", ["poster_a4", "poster_a3", "card", "badge", "sheet", "label_2x4"])
async def test_the_print_view_shows_what_the_pdf_shows(kind, app, client, act, person):
    by = await person("dispatcher")
    run = await run_with_stops(app.world, act, by, "201", "602")
    assert (await act(packing.pack, run, by=by)).state == "applied"
    what = {"card": f"building:{app.world.building}", "badge": "community", "sheet": f"run:{run}", "label_2x4": f"run:{run}"}.get(
        kind, "community"
    )
    one = await printed(act, by, kind, what)
    assert one.state == "done", one.reason
    view = await client("dispatcher").get(f"{one.path}/view")
    held = await reads.content(one)
    assert view.status_code == 200 and view.headers["cache-control"] == "no-store"
    assert view.text.count("data:image/svg+xml") == (1 if kind == "sheet" else len(held.things))


async def test_nobody_waits_for_the_squares_of_a_print_view(app, client, act, person, monkeypatch):
    one = await printed(act, await person("dispatcher"), "card", f"building:{app.world.building}")
    assert one.things > 10
    monkeypatch.setattr(pages, "_square", lambda *_: time.sleep(0.05) or "data:,")
    drawn = asyncio.create_task(client("dispatcher").get(f"{one.path}/view"))
    longest = 0.0
    while not drawn.done():
        began = time.monotonic()
        await asyncio.sleep(0.001)
        longest = max(longest, time.monotonic() - began)
    assert drawn.result().status_code == 200 and longest < 0.05 * one.things / 2


async def test_what_was_handed_over_is_no_change_of_the_paper(world, act, person):
    by = await person("dispatcher")
    run = await run_with_stops(world, act, by, "201", carrier=world.dispatcher)
    one = await printed(act, by, "sheet", f"run:{run}")
    stop = await db.value("SELECT id FROM stop WHERE run_id = ?", run)
    assert (await act(handing.hand_over, run, UUID(str(stop)), by=by, where="door")).state == "applied"
    assert (await reads.changed(one, by)).count == 0
