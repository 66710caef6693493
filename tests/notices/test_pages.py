"""What residents and helpers see of notices, without script and in both languages."""

from datetime import timedelta

from support import needs, pictures
from support.counting import statements

from app.kernel import clock, db, ids
from app.needs.rules import linking
from app.notices.rules import lines, writing


async def test_the_whole_path(app, client):
    """A dispatcher writes to a building; a resident reads it on the ask page; who is there confirms it on her first page."""
    desk = client("dispatcher")
    form = {
        "act": ids.secret(),
        "to": f"building:{app.world.building}",
        "title": "核酸改到东门",
        "body": "第一行\n第二行",
        "until": "tomorrow",
        "must_confirm": "1",
    }
    assert (await desk.post("/notices", data=form)).status_code == 303
    asked = (await client().get(f"/ask/{app.world.code}")).text
    assert "核酸改到东门" in asked and "第二行" in asked and "<details" in asked
    assert "核酸改到东门" not in (await client().get(f"/ask/{app.world.code2}")).text
    bo = client("volunteer")
    assert "核酸改到东门" not in (await bo.get("/now")).text
    await bo.post(f"/b/{app.world.code}/check-in", data={"act": ids.secret()})
    assert "核酸改到东门" in (await bo.get(f"/b/{app.world.code}")).text
    first = (await bo.get("/now")).text
    notice = await db.value("SELECT id FROM notice")
    assert f'action="/notices/{notice}/confirm"' in first
    await bo.post(f"/notices/{notice}/confirm", data={"act": ids.secret()})
    assert "核酸改到东门" not in (await bo.get("/now")).text
    assert f"/notices/{notice}/confirm" in (await client("steward").get("/today")).text
    readers = (await desk.get(f"/notices/{notice}/readers")).text
    assert "薄志愿" in readers and "13800000001" not in readers and "138****0001" in readers


async def test_a_resident_sees_notices_where_she_tracks_and_none_that_is_over(app, client, act, person, written):
    need = await needs.need(act, app.world.code)
    token = await linking.token_of(need)
    notice = await written(title="明早发菜")
    await written(title="只给志愿者", kind="role", role="volunteer")
    seen = (await client().get(f"/track/{token}")).text
    assert "明早发菜" in seen and "只给志愿者" not in seen
    clock.advance(timedelta(days=2))
    assert "明早发菜" not in (await client().get(f"/track/{token}")).text
    clock.advance(timedelta(0))
    await client("dispatcher").post(f"/notices/{notice}/withdraw", data={"act": ids.secret()})
    assert "明早发菜" not in (await client().get(f"/track/{token}")).text
    assert "明早发菜" in (await client("volunteer").get("/notices?tab=past")).text


async def test_only_an_urgent_notice_stands_above_what_may_be_asked_for(app, client, written):
    await written(title="发菜时间")
    await written(title="今晚停气", urgent=True)
    page = (await client().get(f"/ask/{app.world.code}")).text
    assert page.index("今晚停气") < page.index("kind=food") < page.index("发菜时间")


async def test_what_is_for_a_role_is_nothing_to_the_others(app, client, written):
    notice = await written("role", None, "operator", title="热线排班")
    assert (await client("volunteer").get(f"/notices/{notice}")).status_code == 404
    assert "热线排班" not in (await client("volunteer").get("/notices")).text
    assert (await client("operator").get(f"/notices/{notice}")).status_code == 200
    assert (await client("outsider").get(f"/notices/{notice}")).status_code == 404


async def test_a_form_that_is_wrong_keeps_what_was_typed(app, client):
    answer = await client("dispatcher").post(
        "/notices",
        data={
            "act": ids.secret(),
            "to": "community",
            "title": "",
            "body": "写了很久的一段",
            "until": "other",
            "until_other": "2020-01-01T10:00",
        },
    )
    assert answer.status_code == 422 and "写了很久的一段" in answer.text and answer.text.count('class="error"') >= 2
    foreign = {"act": ids.secret(), "to": f"building:{app.world.far_building}", "title": "停水", "body": "明天停水", "until": "today"}
    assert (await client("dispatcher").post("/notices", data=foreign)).status_code == 422


async def test_a_picture_hangs_for_everybody_while_its_notice_does(app, client):
    desk = client("dispatcher")
    form = {"act": ids.secret(), "to": "community", "title": "路线图", "body": "见图", "until": "today"}
    assert (await desk.post("/notices", data=form, files={"photo_file": ("a.jpg", pictures.jpeg(), "image/jpeg")})).status_code == 303
    notice = await db.value("SELECT id FROM notice")
    seen = await client().get(f"/notices/{notice}/photo")
    assert seen.status_code == 200 and seen.headers["content-type"] == "image/jpeg" and pictures.CANARY.encode() not in seen.content
    assert f"/notices/{notice}/photo" in (await client().get(f"/ask/{app.world.code}")).text
    await desk.post(f"/notices/{notice}/withdraw", data={"act": ids.secret()})
    assert (await client().get(f"/notices/{notice}/photo")).status_code == 404
    assert (await client("outsider").get(f"/notices/{notice}/photo")).status_code == 404


async def test_the_sheet_for_the_stairwell_has_notices_lines_and_the_way_to_ask(app, client, act, person, written):
    await written("building", app.world.building, title="电梯检修")
    line = {"kind": "counselling", "name": "心理热线", "number": "023-6550 0099", "hours": "全天", "place": 1}
    await act(lines.add, by=await person("dispatcher"), **line)
    sheet = await client().get(f"/b/{app.world.code}/notices")
    assert sheet.status_code == 200
    for said in ("电梯检修", "心理热线", "023-6550 0099", f"/ask/{app.world.code}"):
        assert said in sheet.text
    assert 'href="tel:02365500099"' in (await client().get(f"/ask/{app.world.code}")).text
    assert (await client().get("/b/XXXXXX/notices")).status_code == 404


async def test_a_list_costs_the_same_for_one_and_for_many(app, client, written):
    await written(must_confirm=True)
    with statements() as few:
        await client("volunteer").get("/notices")
    for n in range(55):
        await written(title=f"通知 {n}")
    with statements() as many:
        page = (await client("volunteer").get("/notices")).text
    assert len(many) == len(few) and "page=2" in page


async def test_lines_are_kept_by_dispatchers_and_seen_by_all(app, client):
    desk = client("dispatcher")
    form = {"kind": "pharmacy", "name": "桃花药房", "number": "120", "hours": "", "place": "2"}
    assert (await desk.post("/lines", data=form | {"act": ids.secret()})).status_code == 303
    assert (await desk.post("/lines", data=form | {"act": ids.secret()})).status_code == 422
    line = await db.value("SELECT id FROM line_to_call")
    changed = form | {"name": "桃花大药房", "version": "0"}
    assert (await desk.post(f"/lines/{line}", data=changed | {"act": ids.secret()})).status_code == 303
    assert "桃花大药房" in (await client("volunteer").get("/lines")).text
    assert "桃花大药房" not in (await client("outsider").get("/lines")).text
    await desk.post(f"/lines/{line}/end", data={"act": ids.secret()})
    assert "桃花大药房" not in (await client().get(f"/ask/{app.world.code}")).text
    assert (await desk.post(f"/lines/{line}/end", data={"act": ids.secret()})).status_code == 404


async def test_pages_lie_on_the_phone(app, client, written):
    notice = await written()
    for path in ("/notices", f"/notices/{notice}", "/lines"):
        assert (await client("volunteer").get(path)).headers.get("x-offline") == "keep", path


async def test_a_correction_is_typed_and_what_was_typed_comes_back(app, client, written):
    notice = await written(must_confirm=True)
    desk = client("dispatcher")
    assert "停水通知" in (await desk.get(f"/notices/{notice}/edit")).text
    form = {"title": "停水改期", "body": "改到周五", "until": "keep", "must_confirm": "1", "version": "0"}
    wrong = await desk.post(f"/notices/{notice}", data=form | {"act": ids.secret(), "until": "other", "until_other": "2020-01-01T10:00"})
    assert wrong.status_code == 422 and "改到周五" in wrong.text
    assert (await desk.post(f"/notices/{notice}", data=form | {"act": ids.secret()})).status_code == 303
    shown = (await desk.get(f"/notices/{notice}")).text
    assert "改到周五" in shown and "明天九点到十二点停水。" in shown
    assert (await client("volunteer").get(f"/notices/{notice}/edit")).status_code == 403
    late = await desk.post(f"/notices/{notice}", data=form | {"act": ids.secret(), "title": "又一个题目"})
    assert late.headers["x-act-receipt"].split("; ")[1] in ("applied", "conflict")


async def test_whoever_has_no_account_reads_what_hangs_and_nothing_else(app, client, act, person, written):
    hangs, not_hers = await written(title="停水"), await written("role", None, "volunteer", title="排班")
    seen = await client().get(f"/notices/{hangs}")
    assert seen.status_code == 200 and "停水" in seen.text and "confirm" not in seen.text
    for path in (f"/notices/{not_hers}", f"/notices/{hangs}/readers", f"/notices/{hangs}/doors", f"/notices/{hangs}/live"):
        assert "排班" not in (await client().get(path)).text and (await client().get(path)).status_code in (302, 303), path
    await act(writing.withdraw, hangs, by=await person("dispatcher"))
    assert (await client().get(f"/notices/{hangs}")).status_code in (302, 303)


async def test_a_list_and_a_first_page_are_drawn_again_where_something_changed(app, client, written):
    bo = client("volunteer")
    part = {"HX-Request-Type": "partial", "HX-Request": "true"}
    first = await bo.get("/notices/asked", headers=part)
    assert first.status_code == 200
    again = await bo.get("/notices/asked", headers=part | {"HX-PTag": first.headers["hx-ptag"]})
    assert again.status_code == 304
    notice = await written(must_confirm=True, urgent=True)
    for path in ("/notices/asked", "/notices/live", f"/notices/{notice}/live"):
        drawn = await bo.get(path, headers=part | {"HX-PTag": first.headers["hx-ptag"]})
        assert drawn.status_code == 200 and f"/notices/{notice}" in drawn.text and "<html" not in drawn.text, path
    assert 'data-follows="/notices/asked"' in (await bo.get("/now")).text
    assert 'data-follows="/notices/asked"' not in (await bo.get("/inbox")).text


async def test_doors_are_noted_on_a_page(app, client, written):
    notice = await written()
    steward = client("steward")
    page = (await steward.get(f"/notices/{notice}/doors")).text
    assert "/told" in page
    home = await db.value("SELECT id FROM household WHERE building_id = ? ORDER BY id", app.world.building)
    done = await steward.post(f"/notices/{notice}/doors/{home}/told", data={"act": ids.secret(), "text": "1"})
    assert done.status_code == 303 and done.headers["location"].startswith(f"/notices/{notice}/doors?building=")
    assert f"/doors/{home}/untold" in (await steward.get(f"/notices/{notice}/doors")).text
    choice = (await client("dispatcher").get(f"/notices/{notice}/doors")).text
    assert f"building={app.world.code2}" in choice and "/told" not in choice
