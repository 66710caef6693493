"""Signing in: password, one-time link, and who is refused."""

import cast
import pytest

from app.people.rules import sessions


async def test_phone_and_password_open_a_session_and_the_first_page_by_role(client):
    phone = client()
    answer = await phone.post("/sign-in", data={"phone": "138 0000 0000", "password": cast.PASSWORD})
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert (await phone.get("/")).headers["location"] == "/needs"


@pytest.mark.parametrize(
    "sent", [{"phone": "13800000000", "password": "wrong password"}, {"phone": "13800009999", "password": cast.PASSWORD}]
)
async def test_a_wrong_pair_gets_one_answer_and_keeps_the_phone(client, sent):
    answer = await client().post("/sign-in", data=sent)
    assert answer.status_code == 422
    assert sent["phone"] in answer.text and sent["password"] not in answer.text
    assert "set-cookie" not in answer.headers


async def test_looking_at_a_link_consumes_nothing_and_using_it_consumes_it(client, app, act, person):
    dispatcher = await person("dispatcher")
    tokens = []

    async def show(*, by):
        tokens.append(await sessions.show_link(app.world.volunteer, made_by=by.id))

    await act(show, by=dispatcher)
    path = f"/sign-in/{tokens[0]}"
    assert [(await client().get(path)).status_code for _ in range(2)] == [200, 200]
    phone = client()
    assert (await phone.post(path)).status_code == 303
    assert (await phone.get("/")).headers["location"] == "/now"
    assert (await client().post(path)).status_code == 404


async def test_ten_wrong_passwords_slow_one_number_down_and_no_other(client):
    phone = client()
    for _ in range(10):
        await phone.post("/sign-in", data={"phone": "13800000000", "password": "wrong password"})
    late = await phone.post("/sign-in", data={"phone": "13800000000", "password": cast.PASSWORD})
    other = await phone.post("/sign-in", data={"phone": "13800000001", "password": "wrong password"})
    assert late.status_code == 422 and "set-cookie" not in late.headers
    assert other.status_code == 422


async def test_a_cookie_that_came_with_the_request_is_never_kept(client):
    phone = client()
    phone.cookies.set("sid", "chosen-by-somebody-else")
    answer = await phone.post("/sign-in", data={"phone": "13800000000", "password": cast.PASSWORD})
    assert "chosen-by-somebody-else" not in answer.headers["set-cookie"]


async def test_signing_out_ends_the_row_and_not_only_the_cookie(client, app):
    phone = client("steward")
    assert (await phone.post("/sign-out")).status_code == 303
    again = client("steward")
    assert (await again.get("/")).headers["location"] == "/sign-in"


async def test_a_post_from_another_site_is_refused(client):
    phone = client("dispatcher")
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": ""},
    ):
        assert (await phone.post("/sign-out", headers=headers)).status_code == 403
