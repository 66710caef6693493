"""The triage inbox, one need, and entering for somebody: pages, fragments, bad input."""

import re

import pytest
from support import needs as stage
from support.counting import statements

from app.kernel import db

PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
FORM = {"kind": "food", "what": "一袋米", "unit": "1", "room": "602", "phone": ""}


async def entered(client, app, **sent):
    return await client("steward").post("/needs", data=FORM | {"building": app.world.code, "confirm_double": "1"} | sent)


async def test_entering_answers_with_the_number_to_read_back_and_keeps_the_door(client, app):
    answer = await entered(client, app)
    assert answer.status_code == 303 and "entered=1" in answer.headers["location"]
    phone = client("steward")
    shown = await phone.get(answer.headers["location"])
    assert "/needs/new?like=" in shown.text
    again = await phone.get(re.search(r'href="(/needs/new\?like=[^"]+)"', shown.text)[1])
    assert 'value="602"' in again.text


async def test_a_doubled_submit_counts_once(client, app):
    phone, form = client("steward"), FORM | {"building": app.world.code, "act": "A" * 22}
    first, second = await phone.post("/needs", data=form), await phone.post("/needs", data=form)
    assert first.headers["location"] == second.headers["location"] and second.headers["X-Act-Receipt"].endswith("again=1")
    assert await db.value("SELECT count(*) FROM need") == 1


async def test_a_form_sent_again_with_other_words_comes_back_filled_under_a_fresh_id(client, app):
    phone, form = client("steward"), FORM | {"building": app.world.code, "act": "A" * 22}
    await phone.post("/needs", data=form)
    again = await phone.post("/needs", data=form | {"what": "两袋米", "room": "101"})
    assert again.status_code == 422 and "两袋米" in again.text and f'value="{"A" * 22}"' not in again.text
    assert await db.value("SELECT count(*) FROM need") == 1


@pytest.mark.parametrize(
    "field", ["what", "room", "unit", "whom", "name", "spoken", "reason", "phone", "building", "kind", "until", "days_left"]
)
async def test_markup_in_any_field_comes_back_as_text(client, app, field):
    answer = await entered(client, app, **{field: PAYLOAD, **({"kind": ""} if field not in ("kind", "what", "room") else {})})
    assert answer.status_code == 422 or field in ("room", "what", "reason")
    if answer.status_code == 303:
        answer = await client("steward").get(answer.headers["location"])
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text


async def test_words_and_reasons_with_markup_are_text_everywhere(client, app, act):
    need = await stage.need(act, app.world.code, what=PAYLOAD, whom=PAYLOAD[:60], name=PAYLOAD[:40])
    phone = client("steward")
    await phone.post(f"/needs/{need}/words", data={"line": PAYLOAD})
    await phone.post(f"/needs/{need}/cancel", data={"line": PAYLOAD})
    for path in (f"/needs/{need}", f"/needs/{need}/card", "/needs?state=all"):
        html = (await phone.get(path)).text
        assert "alert(1)" in html and "<script>alert" not in html and "<img src=x" not in html, path


async def test_the_double_is_asked_about_on_the_page_and_while_typing(client, app, act):
    await stage.need(act, app.world.code)
    phone = client("steward")
    asked = await phone.post("/needs", data=FORM | {"building": app.world.code})
    assert asked.status_code == 422 and 'name="confirm_double"' in asked.text and "一袋米" in asked.text
    query = {"building": app.world.code, "unit": "1", "room": "602", "kind": "food"}
    assert "/needs/" in (await phone.get("/needs/doubles", params=query)).text
    assert "/needs/" not in (await phone.get("/needs/doubles", params=query | {"kind": "trip"})).text
    other = await client("outside_dispatcher").get("/needs/doubles", params=query)
    assert other.status_code == 200 and "一袋米" not in other.text


async def test_the_phone_shows_masked_and_in_full_only_in_answer_to_the_tap(client, app, act):
    need = await stage.need(act, app.world.code, phone="13912345678")
    phone = client("steward")
    page = await phone.get(f"/needs/{need}")
    assert "139****5678" in page.text and "13912345678" not in page.text
    told = await phone.post(f"/needs/{need}/reveal")
    assert "13912345678" in told.text and told.headers["X-Act-Receipt"] and told.headers["Cache-Control"] == "no-store"
    assert "13912345678" in (await client("steward", htmx=True).post(f"/needs/{need}/reveal")).text
    for name in ("operator", "dispatcher"):
        assert (await client(name).post(f"/needs/{need}/reveal")).status_code == 200
    for name in ("volunteer", "command", "outsider", "outside_dispatcher"):
        refused = await client(name).post(f"/needs/{need}/reveal")
        assert refused.status_code == 404 and "139****" not in refused.text and "13912345678" not in refused.text, name
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.revealed'") == 4


async def test_pressing_an_old_page_says_what_happened(client, app, act):
    need = await stage.need(act, app.world.code)
    one, two = client("steward"), client("dispatcher")
    assert (await one.post(f"/needs/{need}/take")).status_code == 303
    late = await two.post(f"/needs/{need}/take")
    assert late.status_code == 409 and "trouble" in late.text
    fragment = await client("dispatcher", htmx=True).post(f"/needs/{need}/take")
    assert fragment.status_code == 409 and f'id="need-{need}"' in fragment.text and 'id="toast"' in fragment.text


async def test_a_complaint_about_a_word_keeps_the_page_and_what_was_typed(client, app, act):
    need = await stage.need(act, app.world.code)
    answer = await client("steward").post(f"/needs/{need}/words", data={"line": "长" * 501})
    assert answer.status_code == 422 and "长" * 501 in answer.text
    assert await db.value("SELECT count(*) FROM need_word") == 0


async def test_the_list_shows_her_buildings_only_and_outsiders_nothing(client, app, act):
    mine, other = await stage.need(act, app.world.code), await stage.need(act, app.world.code2)
    steward = (await client("steward").get("/needs")).text
    assert str(mine) in steward and str(other) not in steward
    dispatcher = (await client("dispatcher").get("/needs")).text
    assert str(mine) in dispatcher and str(other) in dispatcher
    assert str(mine) not in (await client("outside_dispatcher").get("/needs?state=all")).text
    for path in (f"/needs/{other}", f"/needs/{other}/card", f"/needs/{other}/link"):
        assert (await client("steward").get(path)).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "building=1",
        "page=x",
        "number=-1",
        "age=old",
        "day=x&happened=raised",
        "happened=x",
        "kind=%00",
        "page=999999999999",
    ],
)
async def test_an_address_that_makes_no_sense_still_opens_the_list(client, query):
    assert (await client("dispatcher").get(f"/needs?{query}")).status_code == 200


async def test_many_are_taken_from_the_list_and_answered_with_one_word(client, app, act):
    needs = [str(await stage.need(act, app.world.code)) for _ in range(3)]
    phone = client("dispatcher")
    page = await phone.get("/needs")
    assert all(f'value="{need}"' in page.text for need in needs)
    assert (await phone.post("/needs/take", data={"picked": needs})).status_code == 303
    assert (await phone.post("/needs/answer", data={"picked": needs, "line": "都办好了"})).status_code == 303
    assert await db.value("SELECT count(*) FROM need WHERE state = 'answered'") == 3
    assert (await phone.post("/needs/take", data={})).status_code == 422


@pytest.mark.parametrize("rows", [1, 60])
async def test_the_list_costs_the_same_number_of_queries_for_one_and_for_many(client, app, act, rows):
    for _ in range(rows):
        await stage.need(act, app.world.code)
    phone = client("dispatcher")
    with statements() as asked:
        assert (await phone.get("/needs")).status_code == 200
    assert len(asked) <= 14, asked
    assert ("page=2" in (await phone.get("/needs")).text) == (rows > 50)


async def test_the_link_is_shown_to_hand_on_and_a_new_one_ends_the_old(client, app, act):
    need = await stage.need(act, app.world.code)
    phone = client("steward")
    before = (await phone.get(f"/needs/{need}/link")).text
    assert "/track/" in before and "data:image/svg+xml" in before
    old = before.split("/track/")[1][:22]
    assert (await phone.post(f"/needs/{need}/link")).status_code == 303
    after = (await phone.get(f"/needs/{need}/link")).text.split("/track/")[1][:22]
    assert old != after
    assert [(await client().get(f"/track/{token}")).status_code for token in (old, after)] == [404, 200]
