"""/ask/{code}, /track/{token}, /found: a resident without an account and without script."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from support import needs as stage

from app.kernel import clock, db, ids
from app.needs.rules import fulfilling, linking

PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
FORM = {"kind": "food", "what": "一袋米", "unit": "1", "room": "602", "phone": "13912345678"}


async def asked(phone, app, **sent):
    answer = await phone.post(f"/ask/{app.world.code}", data=FORM | sent)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].split("?")[0]


async def test_the_three_screens_without_script(client, app):
    phone = client()
    first = await phone.get(f"/ask/{app.world.code}")
    assert first.status_code == 200 and "023-6700 1234" in first.text
    kinds = re.findall(r'href="(/ask/\w+\?kind=\w+)"', first.text)
    assert len(kinds) == 7
    for kind in kinds:
        second = await phone.get(kind)
        names = set(re.findall(r' name="(\w+)"', second.text))
        assert {"act", "kind", "what", "unit", "room", "phone", "whom", "until"} <= names, kind
        assert ("days_left" in names) == ("medicine" in kind)
    answer = await phone.post(f"/ask/{app.world.code}", data=FORM)
    third = await phone.get(answer.headers["location"])
    assert third.status_code == 200 and "data:image/svg+xml" in third.text and answer.headers["location"].split("?")[0] in third.text
    assert "139****5678" in third.text and "13912345678" not in third.text


async def test_a_doubled_submit_shows_the_same_link_and_counts_once(client, app):
    form = FORM | {"act": "B" * 22}
    links = {(await client().post(f"/ask/{app.world.code}", data=form)).headers["location"] for _ in range(3)}
    assert len(links) == 1 and await db.value("SELECT count(*) FROM need") == 1
    other = await client().post(f"/ask/{app.world.code}", data=form | {"what": "别的", "room": "101", "kind": "repair"})
    assert other.status_code == 422 and "别的" in other.text and "/track/" not in other.text


@pytest.mark.parametrize("code", ["AAAAAA", "ABC", "%E4%B8%80", "x" * 300, "<b>alert(1)"])
async def test_a_code_that_is_none_gets_a_page_that_helps(client, code):
    for answer in (await client().get(f"/ask/{code.replace('/', '%2F')}"), await client().get("/ask", params={"code": code})):
        assert answer.status_code == 404 and 'name="code"' in answer.text and "<b>alert" not in answer.text
    assert (await client().post(f"/ask/{code.replace('/', '%2F')}", data=FORM)).status_code == 404


async def test_the_code_can_be_typed_as_it_is_printed(client, app):
    typed = f" {app.world.code[:3].lower()} {app.world.code[3:]} "
    assert f"/ask/{app.world.code}?kind=food" in (await client().get("/ask", params={"code": typed})).text
    assert (await client().get("/ask")).status_code == 200


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("what", ""),
        ("what", "x" * 501),
        ("what", "\x00"),
        ("room", ""),
        ("room", "9902"),
        ("phone", "12"),
        ("days_left", "x"),
        ("until", "x"),
        ("kind", "gold"),
        ("kind", ""),
    ],
)
async def test_a_complaint_keeps_everything_and_leaves_no_trace(client, app, field, sent):
    answer = await client().post(f"/ask/{app.world.code}", data=FORM | {"whom": "我妈妈"} | {field: sent})
    assert answer.status_code == 422 and "我妈妈" in answer.text and 'role="alert"' in answer.text
    assert await db.value("SELECT count(*) FROM need") == 0 and await db.value("SELECT count(*) FROM receipt WHERE path LIKE '/ask/%'") == 0


async def test_a_room_that_is_not_there_passes_when_it_is_sent_again(client, app):
    phone = client()
    first = await phone.post(f"/ask/{app.world.code}", data=FORM | {"room": "地下室"})
    confirm = re.search(r'name="confirm_room" value="([^"]*)"', first.text)[1]
    assert (await phone.post(f"/ask/{app.world.code}", data=FORM | {"room": "地下室", "confirm_room": confirm})).status_code == 303


@pytest.mark.parametrize("field", ["what", "room", "unit", "whom", "name", "phone", "reason", "until", "days_left", "kind", "confirm_room"])
async def test_markup_in_any_field_comes_back_as_text(client, app, field):
    answer = await client().post(f"/ask/{app.world.code}", data=FORM | {field: PAYLOAD})
    if answer.status_code == 303:
        answer = await client().get(answer.headers["location"])
    assert "<script>alert" not in answer.text and "<img src=x" not in answer.text


async def test_a_likely_double_offers_a_word_or_another_one(client, app):
    await asked(client(), app, what="奶粉三罐")
    phone = client()
    question = await phone.post(f"/ask/{app.world.code}", data=FORM | {"what": "还要葱"})
    assert (
        question.status_code == 422
        and 'name="add_word"' in question.text
        and 'name="confirm_double"' in question.text
        and "还要葱" in question.text
    )
    assert "奶粉三罐" not in question.text, "what a neighbour asked for is not shown to whoever types her room"
    worded = await phone.post(f"/ask/{app.world.code}", data=FORM | {"what": "还要葱", "add_word": "1"})
    assert worded.status_code == 303 and "/track/" not in worded.headers["location"]
    another = await phone.post(f"/ask/{app.world.code}", data=FORM | {"confirm_double": "1", "reason": "给楼上"})
    assert another.status_code == 303 and "/track/" in another.headers["location"]


async def test_the_tokens_hash_alone_is_kept(client, app):
    track = await asked(client(), app)
    token = track.rpartition("/")[2]
    need = await db.value("SELECT id FROM need")
    await client().post(f"/track/need/{need}/words", data={"token": token, "line": "敲门轻一点"})
    raw = b"".join(path.read_bytes() for path in app.settings.data.glob("lastmetre.db*"))
    assert token.encode() not in raw and "敲门轻一点".encode() not in raw


@pytest.mark.parametrize("token", ["A" * 22, "x", "A" * 300, "%3Cscript%3E", "need"])
async def test_a_link_that_is_none_is_not_there(client, token):
    assert (await client().get(f"/track/{token}")).status_code == 404


async def test_an_old_link_and_a_revoked_one_look_like_a_wrong_one(client, app, act):
    track = await asked(client(), app)
    wrong = (await client().get("/track/" + "A" * 22)).text
    with clock.at(clock.now() + linking.LIFE + timedelta(days=1)):
        old = await client().get(track)
    await db.run("UPDATE tracking SET ended_at = made_at")
    revoked = await client().get(track)
    assert [old.status_code, revoked.status_code] == [404, 404] and old.text == revoked.text == wrong


async def test_the_resident_follows_it_to_her_door(client, app, act, person):
    phone, dispatcher = client(), await person("dispatcher")
    track = await asked(phone, app)
    token, need = track.rpartition("/")[2], (await db.rows(UUID, "SELECT id FROM need"))[0]
    press = lambda verb, **sent: phone.post(f"/track/need/{need}/{verb}", data={"token": token} | sent)  # noqa: E731

    async def move(verb, **fields):
        async def moving(*, by):
            await verb([need], by=by, **fields)

        assert (await act(moving, by=dispatcher)).state == "applied"

    assert (await press("came")).status_code == 409
    await move(fulfilling.plan, run_id=stage.run_id())
    assert "/cancel" in (await phone.get(track)).text
    await move(fulfilling.set_out)
    assert "/cancel" not in (await phone.get(track)).text and (await press("cancel")).status_code == 409
    await move(fulfilling.deliver, how="door")
    page = (await phone.get(track)).text
    assert "/came" in page and "/again" in page and dispatcher.name not in page
    assert (await press("again", line="少了一样")).status_code == 303
    assert await db.value("SELECT state FROM need") == "waiting" and await db.value("SELECT urgency FROM need") == "today"
    assert await db.value("SELECT count(*) FROM message WHERE words = 'message.need_reopened'") == 1
    await move(fulfilling.plan, run_id=stage.run_id())
    await move(fulfilling.deliver, how="hand")
    for _ in range(2):
        await press("came")
    assert await db.value("SELECT state FROM need") == "confirmed"
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'need.confirmed'") == 1


async def test_a_token_opens_its_own_need_and_no_other(client, app, act):
    track = await asked(client(), app)
    other = await stage.need(act, app.world.code3, room="401")
    for verb in ("words", "cancel", "came", "again"):
        sent = {"token": track.rpartition("/")[2], "line": "x"}
        assert (await client().post(f"/track/need/{other}/{verb}", data=sent)).status_code == 404, verb
    assert await db.value("SELECT count(*) FROM need WHERE state = 'cancelled'") == 0


async def test_words_cross_both_ways_and_are_text(client, app):
    phone = client()
    track = await asked(phone, app, what=PAYLOAD)
    need = await db.value("SELECT id FROM need")
    await phone.post(f"/track/need/{need}/words", data={"token": track.rpartition("/")[2], "line": PAYLOAD})
    await client("steward").post(f"/needs/{need}/words", data={"line": "下午送到" + PAYLOAD})
    await client("steward").post(f"/needs/{need}/words", data={"line": "内部的话", "inside": "1"})
    page = (await phone.get(track)).text
    assert "下午送到" in page and "内部的话" not in page and "<script>alert" not in page and "<img src=x" not in page
    long = await phone.post(f"/track/need/{need}/words", data={"token": track.rpartition("/")[2], "line": "长" * 501})
    assert long.status_code == 422 and "长" * 501 in long.text


async def test_a_lost_link_comes_back_for_number_and_phone_and_for_no_other_pair(client, app, act):
    track = await asked(client(), app)
    number = await db.value("SELECT number FROM need")
    found = await client().post("/found", data={"number": f"{number}", "phone": "139 1234 5678"})
    assert found.status_code == 303 and found.headers["location"].startswith(track)
    wrong = [
        await client().post("/found", data=pair)
        for pair in ({"number": number, "phone": "13912345679"}, {"number": number + 1, "phone": "13912345678"})
    ]
    assert {answer.status_code for answer in wrong} == {422} and all("/track/" not in answer.text for answer in wrong)
    await db.run("UPDATE tracking SET ended_at = made_at")
    renewed = await client().post("/found", data={"number": number, "phone": "13912345678"})
    assert renewed.status_code == 303 and not renewed.headers["location"].startswith(track)


async def test_guessing_is_slowed_down(client, app):
    await asked(client(), app)
    number = await db.value("SELECT number FROM need")
    for guess in range(6):
        await client().post("/found", data={"number": number, "phone": f"1391234560{guess}"})
    assert (await client().post("/found", data={"number": number, "phone": "13912345678"})).status_code == 422


async def test_a_signed_in_neighbour_may_ask_too(client, app):
    answer = await client("volunteer").post(f"/ask/{app.world.code}", data=FORM)
    assert answer.status_code == 303
    assert await db.value("SELECT written_by FROM need") == str(app.world.volunteer)


async def test_a_request_that_waited_on_a_phone_is_taken_with_its_doubts(app, client):
    """A question would reach nobody: it lay on the phone, and the page is gone."""
    phone, path = client(), f"/ask/{app.world.code}"
    form = {"kind": "food", "what": "大米", "unit": "1", "room": "602", "phone": "13800000077"}
    first = await phone.post(path, data=form | {"act": ids.secret()})
    live = await phone.post(path, data=form | {"act": ids.secret()})
    waited = await phone.post(path, data=form | {"act": ids.secret()}, headers={"X-Act-Waited": "1", "X-Act-Reply": "to"})
    assert (first.status_code, live.status_code) == (303, 422)
    assert waited.headers["X-Act-Receipt"].split("; ")[1] == "applied"
    assert await db.value("SELECT count(*) FROM need WHERE room_sealed IS NULL AND kind = 'food'") == 2
