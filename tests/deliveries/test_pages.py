"""Pages of deliveries: what each person finds on them, with and without script, and what never stands there."""

import re
from uuid import UUID

import pytest
from support.shown import shown

from app.deliveries import reads
from app.deliveries.rules import handing, spreading
from app.kernel import db

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def world(app):
    return app.world


async def press(phone, path: str, **form):
    return await phone.post(path, data=form)


def act_id(html: str, path: str) -> str:
    return re.search(rf'action="{re.escape(path)}".*?name="act" value="([\w-]+)"', html, re.S)[1]


async def test_a_dispatcher_bundles_gives_and_a_volunteer_carries_without_script(app, client, raised, need_state):
    dispatcher, bo = client("dispatcher"), client("volunteer")
    needs = [await raised("602"), await raised("501")]
    index = await dispatcher.get("/runs")
    assert index.status_code == 200 and all(f'value="{need}"' in index.text for need in needs)
    made = await press(dispatcher, "/runs", needs=[str(need) for need in needs], act=act_id(index.text, "/runs"))
    path = made.headers["location"].split("?")[0]
    assert (await bo.get(path)).status_code == 404
    page = await dispatcher.get(made.headers["location"])
    assert f'value="{app.world.volunteer}"' in page.text
    given = await press(dispatcher, f"{path}/carriers", accounts=str(app.world.volunteer), act=act_id(page.text, f"{path}/carriers"))
    assert given.status_code == 303
    page = (await bo.get(path)).text
    assert await _one_main(page) and f'action="{path}/start"' in page
    assert (await press(bo, f"{path}/start", act=act_id(page, f"{path}/start"))).status_code == 303
    for room in ("602", "501"):
        page = (await bo.get(path)).text
        stop = await _stop(path, room)
        assert await _one_main(page)
        done = await press(bo, f"{path}/stops/{stop}/handover", where="door", act=act_id(page, f"{path}/stops/{stop}/handover"))
        assert done.status_code == 303 and done.headers["x-act-receipt"].split("; ")[1] == "applied"
    page = (await bo.get(done.headers["location"])).text
    assert f"{path}/stops/{stop}/undo" in page and f'action="{path}/finish"' in page and "2 / 2" in page
    assert (await press(bo, f"{path}/finish", act=act_id(page, f"{path}/finish"))).status_code == 303
    assert [await need_state(need) for need in needs] == ["delivered", "delivered"]


async def _stop(path: str, room: str) -> UUID:
    rows = await reads.stop_rows(UUID(path.rpartition("/")[2]))
    return next(s.id for s in rows if f"{s.floor}{s.door:02d}" == room)


async def _one_main(page: str) -> bool:
    main = page.split("<main", 1)[1].split("</main", 1)[0]
    return len(re.findall(r'class="(?:[\w ]* )?main"', main)) == 1


async def test_htmx_gets_the_stop_the_next_one_the_progress_and_a_toast(app, client, run):
    made = await run("602", "501", "301")
    phone = client("volunteer", htmx=True)
    answer = await phone.post(
        f"/runs/{made.id}/stops/{made.stops['602']}/handover",
        data={"where": "door"},
        headers={"HX-Current-URL": f"http://localhost:8000/runs/{made.id}"},
    )
    assert answer.status_code == 200 and "<html" not in answer.text
    assert answer.text.lstrip().startswith(f'<article id="stop-{made.stops["602"]}"')
    assert f'hx-target="#stop-{made.stops["501"]}"' in answer.text and 'hx-target="#run-progress"' in answer.text
    assert 'id="toast"' in answer.text and "1 / 3" in answer.text
    beside = await client("dispatcher", htmx=True).post(f"/runs/{made.id}/stops/{made.stops['602']}/handover", data={"where": "hand"})
    assert beside.status_code == 200 and "薄志愿" in beside.text and beside.headers["x-act-reason"] == "beside"
    torn = await client("dispatcher", htmx=True).post(f"/runs/{made.id}/stops/{made.stops['602']}/failure", data={"reason": "nobody"})
    assert torn.status_code == 409 and "conflict" in torn.headers["x-act-receipt"] and f"/runs/{made.id}/disputes/" in torn.text


async def test_who_carried_it_stands_on_the_page_and_not_in_the_receipt(app, client, run, act, person):
    made = await run("602", carriers=("volunteer", "volunteer2"))
    await act(handing.hand_over, made.id, made.stop, by=await person("volunteer"), where="hand")
    assert "薄志愿" in (await client("volunteer2").get(f"/runs/{made.id}")).text
    kept = await db.rows(str, "SELECT params FROM receipt")
    assert "薄志愿" not in str(kept)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "path",
    ["/runs", "/runs/new", "/runs?state=out", "/runs?state=cancelled", "/runs?happened=failed", "/runs/{run}", "/runs/{run}?all=1", "/runs/{draft}", "/runs/{draft}/add", "/runs/{run}/sheet",
     "/distributions", "/distributions/new", "/distributions/{spread}", "/distributions/{spread}/missing"],
)  # fmt: skip
async def test_every_page_opens_and_what_was_typed_is_only_text(app, client, run, raised, act, person, lang, path):
    made, draft = await run("602", "501"), await run("401", state="draft")
    await raised("302", SCRIPT)
    await act(handing.fail, made.id, made.stops["602"], by=await person("volunteer"), reason="refused", note=SCRIPT)
    spread = await act(spreading.make_distribution, by=await person("dispatcher"), what=SCRIPT, buildings=(app.world.building3,))
    answer = await client("dispatcher", lang=lang).get(path.format(run=made.id, draft=draft.id, spread=spread.about))
    assert answer.status_code == 200
    assert SCRIPT not in answer.text
    assert not re.search(r"deliveries\.[a-z_]+", re.sub(r"""(?:href|action|hx-[a-z]+|src)="[^"]*\"""", "", answer.text)), (
        "a key without words"
    )
    if path in ("/runs/new", "/runs/{run}", "/distributions", "/distributions/{spread}"):
        assert "&lt;script&gt;" in answer.text


async def test_pages_ask_as_often_for_many_as_for_few(app, client, run, raised, monkeypatch):
    asked, plain = [], db.rows

    async def counting(shape, sql, *params):
        asked.append(sql)
        return await plain(shape, sql, *params)

    async def questions(path: str) -> int:
        asked.clear()
        assert (await client("dispatcher").get(path)).status_code == 200
        return len(asked)

    few = await run("602")
    await raised("502")
    monkeypatch.setattr(db, "rows", counting)
    before = [await questions("/runs"), await questions(f"/runs/{few.id}"), await questions("/runs?state=out")]
    monkeypatch.undo()
    many = await run("601", "501", "401", "402", "301", "302")
    for room in ("101", "102", "201"):
        await raised(room)
        await run(room, carriers=("volunteer2",))
    monkeypatch.setattr(db, "rows", counting)
    assert [await questions("/runs"), await questions(f"/runs/{many.id}"), await questions("/runs?state=out")] == before


async def test_the_live_lists_are_not_drawn_again_while_nothing_happened(app, client, run):
    await run("602")
    phone = client("dispatcher", htmx=True)
    first = await phone.get("/runs/live")
    tag = first.headers["hx-ptag"]
    assert first.status_code == 200 and "<html" not in first.text
    assert (await phone.get("/runs/live", headers={"HX-PTag": tag})).status_code == 304
    await run("501")
    assert (await phone.get("/runs/live", headers={"HX-PTag": tag})).status_code == 200


async def test_command_reads_kinds_and_no_words_of_residents(app, client, run, raised, act, person):
    made = await run("602")
    assert "两斤土豆" in (await client("volunteer").get(f"/runs/{made.id}")).text
    seen = await client("command").get(f"/runs/{made.id}")
    assert seen.status_code == 200 and "两斤土豆" not in seen.text and not re.search(r"/reveal\b", seen.text)


async def test_the_sheet_on_paper_holds_doors_and_no_phone(app, client, run):
    made = await run("602")
    text = (await client("volunteer").get(f"/runs/{made.id}/sheet")).text
    assert "602" in text and "13912345678" not in text and "139****" not in text
    assert (await client("volunteer2").get(f"/runs/{made.id}/sheet")).status_code == 404


async def test_a_form_that_is_not_complete_comes_back_as_it_was(app, client, raised):
    phone, need = client("dispatcher"), await raised("602")
    empty = await phone.post("/runs", data={"title": "早上"})
    assert empty.status_code == 422 and 'value="早上"' in empty.text and 'id="f-needs"' in empty.text
    long = await phone.post("/runs", data={"title": "长" * 61, "needs": str(need)})
    assert long.status_code == 422 and re.search(rf'value="{need}"[^>]* checked', long.text)
    spread = await phone.post("/distributions", data={"what": SCRIPT, "buildings": str(app.world.building), "doors": "9-999" + SCRIPT})
    assert spread.status_code == 422 and SCRIPT not in spread.text and "9-999" in spread.text
    assert await db.value("SELECT count(*) FROM run") == 0 == await db.value("SELECT count(*) FROM distribution")


async def test_a_complaint_about_a_note_is_shown_with_the_run(app, client, run):
    made = await run("602")
    answer = await client("volunteer").post(f"/runs/{made.id}/stops/{made.stop}/failure", data={"reason": "nobody", "note": "长" * 301})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    missing = await client("volunteer").post(f"/runs/{made.id}/stops/{made.stop}/handover", data={"where": "roof"})
    assert missing.status_code == 422 and await db.value("SELECT count(*) FROM handover") == 0


async def test_the_contract_path_in_a_batch_counts_once(app, client, run):
    from app.kernel import ids

    made, act = await run("602"), ids.secret()
    sent = {"id": act, "path": f"/runs/{made.id}/stops/{made.stop}/handover", "method": "POST", "form": {"where": "door"}}
    phone = client("volunteer")
    first = (await phone.post("/acts", json={"acts": [sent]})).json()["receipts"][0]
    again = (await phone.post("/acts", json={"acts": [sent]})).json()["receipts"][0]
    assert (first["state"], first["again"], again["again"]) == ("applied", False, True)
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'delivery.handed_over' AND about = ?", made.stop) == 1


async def test_what_she_carries_to_a_building_and_the_rows_behind_a_figure(app, client, run, act, person):
    made, bo = await run("602", "501", "301"), await person("volunteer")
    found = await reads.stops_at_building(bo.id, app.world.building, bo)
    assert [card.room for card in found] == ["1单元 602", "1单元 501", "1单元 301"]
    cem = await person("volunteer2")
    assert await reads.stops_at_building(cem.id, app.world.building, cem) == []
    await act(handing.hand_over, made.id, made.stops["602"], by=bo, where="door")
    await act(handing.fail, made.id, made.stops["501"], by=bo, reason="nobody")
    rows = await client("command").get("/runs?happened=at_door&organisation=区税务局")
    assert rows.text.count("/runs/" + str(made.id)) == 1
    failed = await client("dispatcher").get("/runs?happened=failed")
    assert "无人应答" in failed.text and "602" not in shown(failed.text)
    away = await client("outside_dispatcher").get("/runs?happened=delivered")
    assert away.status_code == 200 and str(made.id) not in away.text
