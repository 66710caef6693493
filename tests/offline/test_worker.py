"""What the server gives to the worker: its text, the list of today, which answers may be kept, and the phone list."""

import json
import re
from datetime import timedelta
from uuid import UUID

import pytest

from app.care.rules import residents
from app.kernel import clock, db, settings
from app.kernel.kept import may_be_kept
from app.offline import worker


def build(text: str) -> dict:
    return json.loads(re.match(r"self\.BUILD = (\{.*\});\n", text)[1])


async def test_the_worker_is_one_script_that_names_its_build_and_shell(app, client):
    answer = await client().get("/sw.js")
    assert answer.headers["cache-control"] == "no-cache" and answer.headers["content-type"].startswith("text/javascript")
    told = build(answer.text)
    assert "/offline" in told["shell"] and "/locked" in told["shell"] and re.fullmatch(r"[0-9a-f]{12}", told["version"])
    for address in told["shell"]:
        assert (await client().get(address)).status_code == 200, address
    assert (await client("steward").get("/sw.js")).text == answer.text


def test_another_shell_is_another_build():
    one, two = (
        build(worker.text((name, "/offline"), True))["version"] for name in ("/static/app.aaaaaaaaaa.css", "/static/app.bbbbbbbbbb.css")
    )
    assert one != two


def test_the_switch_serves_a_worker_without_rules():
    text = worker.text(("/offline",), False)
    assert "unregister" in text and "respondWith" not in text
    with pytest.raises(SystemExit, match="LASTMETRE_WORKER"):
        settings.load({"LASTMETRE_WORKER": "perhaps"})


async def test_pages_of_the_shell_name_nobody(app, client):
    for path in ("/offline", "/locked"):
        for name in ("steward", "volunteer", "dispatcher"):
            page = (await client(name).get(path)).text
            assert 'data-owner=""' in page and not re.search("孙楼栋|薄志愿|狄调度|桃花桥", page), (path, name)


@pytest.mark.parametrize(
    ("path", "query", "kept"),
    [
        ("/now", "", True),
        ("/runs/01a2016f-5178-7827-8b05-eb8dd39aa5c9", "", True),
        ("/b/GGEFBN", "", True),
        ("/now", "did=x", False),
        ("/runs/new", "", False),
        ("/runs/01a2016f-5178-7827-8b05-eb8dd39aa5c9/sheet", "", False),
        ("/sign-in", "", False),
        ("/households/01a2016f-5178-7827-8b05-eb8dd39aa5c9", "", False),
        ("/me", "", False),
        ("/password", "", False),
        ("/buildings/01a2016f-5178-7827-8b05-eb8dd39aa5c9/phones", "", False),
    ],
)
def test_only_pages_of_todays_work_may_be_kept(path, query, kept):
    assert may_be_kept(path, query) is kept


async def test_every_answer_says_that_it_is_ours_and_a_page_whose_it_is(app, client):
    hers, his = await client("volunteer").get("/now"), await client("volunteer2").get("/now")
    assert hers.headers["x-offline"] == "keep" and hers.headers["cache-control"] == "no-store"
    assert hers.headers["x-owner"] and hers.headers["x-owner"] != his.headers["x-owner"]
    stranger = await client().get("/sign-in")
    assert "x-owner" not in stranger.headers and "x-offline" not in stranger.headers
    for path in ("/healthz", "/sign-in", "/nowhere", "/manifest.webmanifest", "/now"):
        assert (await client().get(path)).headers["x-last-metre"] == "1", path
    assert "x-offline" not in (await client("volunteer").get("/b/NOTACODE")).headers


async def today(phone) -> list[str]:
    return (await phone.get("/offline/today")).json()["pages"]


async def test_the_list_of_today_leads_with_her_first_page(app, client):
    volunteer, steward = await today(client("volunteer")), await today(client("steward"))
    assert volunteer[0] == "/now" and steward[0] == "/today"
    assert {f"/buildings/{app.world.building}", f"/b/{app.world.code}"} <= set(steward)
    assert not any(path.startswith(("/buildings", "/today")) for path in volunteer)
    for name, pages in (("volunteer", volunteer), ("steward", steward), ("dispatcher", await today(client("dispatcher")))):
        for path in pages:
            page = await client(name).get(path)
            assert (page.status_code, page.headers.get("x-offline")) == (200, "keep"), (name, path)


async def resident(app, act, person, name: str, phone: str) -> UUID:
    home = await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id LIMIT 1", app.world.building)
    made = await act(
        residents.add, UUID(str(home)), by=await person("dispatcher"), name=name, phone=phone, kinds=("dialysis",), note="晚上来"
    )
    assert made.state == "applied", made
    return UUID(made.about)


async def revealed(by: UUID) -> int:
    return await db.value("SELECT count(*) FROM happening WHERE kind = 'resident.revealed' AND by = ?", by)


async def test_the_phone_list_is_closed_until_it_is_taken_and_every_look_is_on_record(app, client, act, person):
    for name, phone in (("金丝雀", "13987654321"), ("黄鹂", "13987654322"), ("无号", "")):
        await resident(app, act, person, name, phone)
    steward, path = client("steward"), f"/buildings/{app.world.building}/phones"
    closed = await steward.get(path)
    assert "13987654321" not in closed.text and "金丝雀" not in closed.text and "x-offline" not in closed.headers
    assert (await steward.get(f"{path}/print")).status_code == 303
    assert path not in await today(steward)
    assert (
        (await steward.post(path, data={"act": "AAAAAAAAAAAAAAAAAAAAAA"}))
        .headers["x-act-receipt"]
        .startswith("AAAAAAAAAAAAAAAAAAAAAA; applied")
    )
    opened = await steward.get(path)
    assert all(word in opened.text for word in ("金丝雀", "13987654321", "黄鹂")) and "无号" not in opened.text
    assert "透析" not in opened.text and "晚上来" not in opened.text
    assert (
        opened.headers["x-offline"] == "keep"
        and int(opened.headers["x-keep-until"]) / 1000 == clock.day_start(clock.now() + timedelta(days=1)).timestamp()
    )
    assert "13987654322" in (await steward.get(f"{path}/print")).text
    assert path in await today(steward)
    assert await revealed(app.world.steward) == 2

    dispatcher = await client("dispatcher").get(path)
    assert "13987654321" not in dispatcher.text, "one who took it opens it for nobody else"


async def test_the_phone_list_closes_at_midnight(app, client, act, person):
    await resident(app, act, person, "金丝雀", "13987654321")
    steward, path = client("steward"), f"/buildings/{app.world.building}/phones"
    await steward.post(path, data={"act": "AAAAAAAAAAAAAAAAAAAAAA"})
    left = clock.day_start(clock.now() + timedelta(days=1)) - clock.now()
    clock.advance(left - timedelta(seconds=5))
    assert "13987654321" in (await steward.get(path)).text
    clock.advance(left + timedelta(seconds=5))
    later = await steward.get(path)
    assert "13987654321" not in later.text and path not in await today(steward)


@pytest.mark.parametrize(
    ("name", "where", "status"),
    [("steward", "building2", 403), ("operator", "building", 403), ("volunteer", "building", 403), ("outside_dispatcher", "building", 404)],
)
async def test_the_phone_list_is_for_her_own_building(app, client, act, person, name, where, status):
    await resident(app, act, person, "金丝雀", "13987654321")
    path = f"/buildings/{getattr(app.world, where)}/phones"
    assert (await client(name).get(path)).status_code == status
    assert (await client(name).post(path, data={"act": "AAAAAAAAAAAAAAAAAAAAAA"})).status_code == status
    assert await revealed(getattr(app.world, name)) == 0
