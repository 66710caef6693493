"""What a building's code opens, and typing it."""

import re

import pytest
from tasks.calls import called

from app.kernel import db
from app.tasks.rules import taking


async def test_a_helper_finds_the_work_at_this_door(client, app, act, person):
    task = await called(act, await person("dispatcher"), building=app.world.building)
    other = await called(act, await person("dispatcher"), building=app.world.building2)
    text = (await client("volunteer").get(f"/b/{app.world.code}")).text
    assert f"task-{task}" in text and f"task-{other}" not in text
    assert f'action="/b/{app.world.code}/check-in"' in text


@pytest.mark.parametrize("name", [None, "outsider", "outside_dispatcher", "command"])
async def test_everybody_else_gets_the_ask_form(client, app, name):
    answer = await client(name).get(f"/b/{app.world.code}")
    assert answer.status_code == 303 and answer.headers["location"] == f"/ask/{app.world.code}"


async def test_needs_are_shown_to_those_who_may_see_them_here(client, app):
    raised = {"building": app.world.code, "room": "1单元302", "kind": "food", "what": "鸡蛋三十个", "phone": "", "confirm_double": "1"}
    assert (await client("steward").post("/needs", data=raised)).status_code == 303
    for name, sees in (("steward", True), ("dispatcher", True), ("volunteer", False)):
        assert ("鸡蛋三十个" in (await client(name).get(f"/b/{app.world.code}")).text) == sees, name
    assert "鸡蛋三十个" not in (await client("steward").get(f"/b/{app.world.code2}")).text


async def test_in_and_out_and_in_again_with_the_ids_that_the_page_carries(client, app, act, person):
    task = await called(act, await person("dispatcher"), building=app.world.building)
    phone, path = client("volunteer"), f"/b/{app.world.code}"
    states = []
    for verb in ("check-in", "check-out", "check-in"):
        html = (await phone.get(path)).text
        found = re.search(rf'action="{path}/{verb}".*?name="act" value="([^"]+)"', html, re.S)
        answer = await phone.post(f"{path}/{verb}", data={"act": found[1]})
        states.append(answer.headers["x-act-receipt"].split("; ", 1)[1])
    assert states == ["applied; again=0"] * 3
    await phone.post(f"{path}/check-out")
    await act(taking.take, task, by=await person("volunteer"))
    await phone.post(f"{path}/check-in")
    assert await db.value("SELECT checked_in_at FROM place WHERE task_id = ? AND taken_by IS NOT NULL", task)


async def test_an_unknown_code_is_a_page_with_the_code_to_type_again(client, app):
    for code in ("ZZZZZZ", "%3Cscript%3E", "x" * 300, "%00"):
        answer = await client("volunteer").get(f"/b/{code}")
        assert answer.status_code == 404 and 'name="code"' in answer.text and "<script>" not in answer.text.split("<main")[1]


async def test_a_slip_is_told_by_the_check_character_and_what_was_typed_is_kept(client, app):
    phone = client("volunteer")
    code = app.world.code
    spaced = f" {code[:3].lower()}-{code[3:].lower()} "
    assert (await phone.get("/scan", params={"code": spaced})).headers["location"] == f"/b/{code}"
    slip = code[:-1] + ("2" if code[-1] != "2" else "3")
    answer = await phone.get("/scan", params={"code": slip})
    assert answer.status_code == 422 and slip in answer.text
    assert (await phone.get("/scan")).status_code == 200


async def test_outsiders_cannot_check_in_here(client, app):
    assert (await client("outsider").post(f"/b/{app.world.code}/check-in")).status_code == 404
    assert (await client("volunteer").post("/b/ZZZZZZ/check-in")).status_code == 404
    assert await db.value("SELECT count(*) FROM presence") == 0
