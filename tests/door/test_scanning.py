"""The scanner's page: who gets a camera, what is near, and where a typed code leads."""

import re

import pytest
from tasks.calls import called

from app.door.squares import classify
from app.kernel import clock, db
from app.places import codes
from app.tasks.rules import taking


def near(text: str) -> list[str]:
    """Paths of the list, in order."""
    return re.findall(r'class="line-go" href="(/b/\w+)"', text.split('id="near"')[1]) if 'id="near"' in text else []


async def test_whoever_is_signed_in_gets_the_camera_and_a_stranger_the_field(client):
    hers, theirs = (await client("volunteer").get("/scan")).text, (await client().get("/scan")).text
    assert "<video" in hers and "/static/scan/engine." in hers
    assert "<video" not in theirs and "/static/scan/" not in theirs
    assert 'name="code"' in hers and 'name="code"' in theirs


@pytest.mark.parametrize("name", ["volunteer", "steward"])
async def test_the_bar_has_it_in_the_middle(client, name):
    bar = re.findall(r'<a href="(/[\w/]+)"(?: class="scan")?', (await client(name).get("/inbox")).text.split('<nav class="bar"')[1])
    assert bar[2] == "/scan" and len(bar) == 5


async def test_no_other_page_pays_for_the_scanner(client):
    for path in ("/now", "/mine", "/me"):
        assert "/static/scan/" not in (await client("volunteer").get(path)).text


async def test_near_are_her_stops_her_tasks_her_buildings_and_where_she_is(client, app, act, person):
    dispatcher, bo = client("dispatcher"), client("volunteer")
    assert near((await bo.get("/scan")).text) == []
    need = await dispatcher.post(
        "/needs", data={"building": app.world.code2, "room": "602", "kind": "food", "what": "米", "phone": "", "confirm_double": "1"}
    )
    made = await dispatcher.post("/runs", data={"needs": re.search(r"/needs/([\w-]{36})", need.headers["location"])[1], "title": ""})
    run = re.match(r"/runs/[\w-]{36}", made.headers["location"])[0]
    await dispatcher.post(f"{run}/carriers", data={"accounts": str(app.world.volunteer)})
    text = (await bo.get("/scan")).text
    assert near(text) == [f"/b/{app.world.code2}"] and "1 站" in text
    await act(taking.take, await called(act, await person("dispatcher"), building=app.world.building3), by=await person("volunteer"))
    await bo.post(f"/b/{app.world.code}/check-in")
    assert near((await bo.get("/scan")).text) == [f"/b/{code}" for code in (app.world.code, app.world.code2, app.world.code3)]
    assert near((await client("steward").get("/scan")).text) == [f"/b/{app.world.code}"]
    assert near((await client("outsider").get("/scan")).text) == []


async def test_a_typed_parcel_leads_to_its_page(client):
    code = "M4N8RTX" + codes.check("M4N8RTX")
    answer = await client("volunteer").get("/scan", params={"code": f"{code[:4].lower()} {code[4:]}"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/p/{code}")


async def test_a_typed_badge_leads_to_its_page(client, app):
    code = codes.fresh(codes.LONG)
    badge = "INSERT INTO badge(code, community_id, account_id, made_at) VALUES (?, ?, ?, ?)"
    await db.run(badge, code, app.world.community, app.world.volunteer, clock.now())
    answer = await client("volunteer").get("/scan", params={"code": code})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/v/{code}")


async def test_the_page_of_a_door_names_its_place_for_the_scanner(client, app):
    text = (await client("volunteer").get(f"/b/{app.world.code}")).text
    assert f'data-place="桃花桥一村 1栋" data-building="{app.world.building}"' in text


async def test_every_code_that_we_make_is_a_square_of_ours():
    for _ in range(200):
        code = codes.fresh()
        assert classify(f"https://lm.example.org/b/{code}", "https://lm.example.org").path == f"/b/{code}"
