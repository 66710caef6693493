"""Lost password, lost phone, shown links, sessions: what proves that an account is hers."""

import asyncio
import re
from datetime import timedelta

import cast
import pytest

from app.kernel import clock, db, seal
from app.people import entry, reads
from app.people.rules import proving, sessions

NEW = "a quite new password"


def act_in(html: str, path: str) -> str:
    form = html.split(f'action="{path}"')[1]
    return re.search(r'name="act" value="([\w-]{22})"', form)[1]


async def shown(desk, account) -> str:
    """The address of the sign-in link that a dispatcher shows."""
    answer = await desk.post(f"/people/{account}/link")
    assert answer.status_code == 303, answer.text
    page = await desk.get(answer.headers["location"])
    return re.search(r"/sign-in/[\w-]{22}", page.text)[0]


async def test_a_lost_password_is_mended_by_a_shown_link(client, app):
    desk, phone = client("dispatcher"), client()
    path = await shown(desk, app.world.volunteer)
    assert (await phone.post(path)).headers["location"] == "/"
    assert 'name="current"' not in (await phone.get("/password")).text
    assert (await phone.post("/password", data={"password": NEW})).status_code == 303
    answer = await client().post("/sign-in", data={"phone": "13800000002", "password": NEW})
    assert answer.status_code == 303
    assert (await client("volunteer").get("/me")).status_code == 303, "the other phones are signed out"


async def test_a_shown_link_works_once_even_when_two_press_together(client, app):
    path = await shown(client("dispatcher"), app.world.volunteer)
    answers = await asyncio.gather(*(client().post(path) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [303, 404, 404, 404]
    assert (await client().get(path)).status_code == 404


@pytest.mark.parametrize(("after", "status"), [(9, 303), (11, 404)])
async def test_a_shown_link_lives_ten_minutes(client, app, after, status):
    path = await shown(client("dispatcher"), app.world.volunteer)
    clock.advance(timedelta(minutes=after))
    assert (await client().post(path)).status_code == status


@pytest.mark.parametrize(("after", "status"), [(23, 303), (25, 404)])
async def test_a_demo_link_lives_a_day(client, app, act, person, after, status):
    tokens = []

    async def show(*, by) -> None:
        tokens.append(await sessions.show_link(app.world.volunteer, made_by=None, life=timedelta(hours=24)))

    await act(show, by=await person("dispatcher"))
    clock.advance(timedelta(hours=after))
    assert (await client().post(f"/sign-in/{tokens[0]}")).status_code == status


async def test_the_page_of_a_link_is_for_its_maker_while_it_lives(client, app):
    desk = client("dispatcher")
    where = (await desk.post(f"/people/{app.world.volunteer}/link")).headers["location"].partition("?")[0]
    assert "<img" not in (await desk.get(where)).text, "no code for an address that a phone cannot open"
    for name, status in (("volunteer", 403), ("outside_dispatcher", 404)):
        assert (await client(name).get(where)).status_code == status
    clock.advance(timedelta(minutes=11))
    assert (await desk.get(where)).status_code == 404


async def test_the_person_is_told_that_a_link_was_shown(client, app):
    await shown(client("dispatcher"), app.world.volunteer)
    assert [message.words for message in await reads.messages(app.world.volunteer)] == ["message.link_shown"]


async def test_no_link_for_one_who_answers_for_another_place(world, act, person):
    from app.people.rules import accounts

    async def also_away(*, by) -> None:
        await accounts.give_role(world.volunteer, "dispatcher", world.away, place="community", place_id=world.away)

    by = await person("dispatcher")
    await act(also_away, by=by)
    for verb, args in ((proving.show_link, ()), (proving.change_phone_for, ("13900000000",))):
        assert (await act(verb, world.volunteer, *args, by=by)).reason == "elsewhere"


async def test_a_password_is_changed_only_with_the_old_one(client, app):
    phone = client("dispatcher")
    assert 'name="current"' in (await phone.get("/password")).text
    for sent in ({"password": NEW}, {"current": "wrong password", "password": NEW}, {"current": cast.PASSWORD, "password": "short"}):
        answer = await phone.post("/password", data=sent)
        assert answer.status_code == 422 and NEW not in answer.text and cast.PASSWORD not in answer.text
    assert (await phone.post("/password", data={"current": cast.PASSWORD, "password": NEW})).status_code == 303
    assert (await client().post("/sign-in", data={"phone": "13800000000", "password": cast.PASSWORD})).status_code == 422


async def test_a_linked_session_proves_for_an_hour(client, app):
    path = await shown(client("dispatcher"), app.world.volunteer)
    phone = client()
    await phone.post(path)
    await phone.post("/password", data={"password": NEW})
    clock.advance(timedelta(minutes=61))
    assert (await phone.post("/password", data={"password": NEW + "!"})).status_code == 422
    assert (await phone.post("/password", data={"current": NEW, "password": NEW + "!"})).status_code == 303


async def test_eleven_wrong_present_passwords_slow_down(client):
    phone = client("dispatcher")
    for _ in range(10):
        await phone.post("/password", data={"current": "wrong password", "password": NEW})
    assert (await phone.post("/password", data={"current": cast.PASSWORD, "password": NEW})).status_code == 422


async def test_she_changes_her_number_with_her_password(client, app):
    phone = client("dispatcher")
    assert (await phone.post("/me/phone", data={"phone": "13912345678", "current": "wrong password"})).status_code == 422
    assert (await phone.post("/me/phone", data={"phone": "13912345678", "current": cast.PASSWORD})).status_code == 303
    assert (await client().post("/sign-in", data={"phone": "13912345678", "password": cast.PASSWORD})).status_code == 303
    assert (await client().post("/sign-in", data={"phone": "13800000000", "password": cast.PASSWORD})).status_code == 422


async def test_without_a_password_a_session_alone_cannot_take_the_number(client):
    phone = client("volunteer")
    assert 'name="phone"' not in (await phone.get("/me/phone")).text
    assert (await phone.post("/me/phone", data={"phone": "13912345678"})).status_code == 422


async def test_a_number_in_use_is_refused_for_both_ways(client, app):
    answer = await client("dispatcher").post("/me/phone", data={"phone": "13800000002", "current": cast.PASSWORD})
    assert answer.status_code == 422 and "13800000002" in answer.text
    answer = await client("dispatcher").post(f"/people/{app.world.volunteer}/phone", data={"phone": "13800000003"})
    assert answer.status_code == 422


async def test_a_lost_phone_gets_a_new_number_and_is_out(client, app):
    lost = client("volunteer")
    answer = await client("dispatcher").post(f"/people/{app.world.volunteer}/phone", data={"phone": "139-1234-5678"})
    assert answer.status_code == 303
    assert (await lost.get("/me")).status_code == 303
    assert await reads.phone(app.world.volunteer) == "13912345678"


@pytest.mark.postgres
async def test_a_number_taken_at_the_same_moment_is_a_complaint(world, act, person):
    by = await person("dispatcher")
    answers = await asyncio.gather(
        act(proving.change_phone_for, world.volunteer, "13912345678", by=by),
        act(proving.change_phone_for, world.newcomer, "13912345678", by=by),
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["Misfit", "Receipt"]


async def test_a_look_at_a_number_is_recorded_and_masked_before(client, app):
    desk = client("dispatcher", htmx=True)
    page = await client("dispatcher").get(f"/people/{app.world.volunteer}")
    assert "138****0002" in page.text and "13800000002" not in page.text
    answer = await desk.post(f"/people/{app.world.volunteer}/reveal")
    assert "13800000002" in answer.text and answer.headers["X-Act-Receipt"]
    plain = await client("dispatcher").post(f"/people/{app.world.volunteer}/reveal")
    assert "13800000002" in plain.text and "<html" in plain.text
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'account.revealed' AND about = ?", app.world.volunteer) == 2
    barred = await client("steward", htmx=True).post(f"/people/{app.world.volunteer}/reveal")
    assert barred.status_code in (403, 409) and "13800000002" not in barred.text


async def test_sessions_are_listed_to_their_owner_alone_and_ended_one_by_one(client, app, act, person):
    async def another(*, by) -> None:
        await sessions.start(by.id, label="Android · WeChat")

    me, other = await person("volunteer"), await person("steward")
    await act(another, by=me)
    phone = client("volunteer")
    page = (await phone.get("/me")).text
    rows = await reads.sessions_of(me.id, clock.now())
    assert len(rows) == 2 and "Android · WeChat" in page and str(other.session_id) not in page
    assert (await phone.post(f"/sessions/{other.session_id}/end")).status_code == 404
    assert (await client("steward").get("/me")).status_code == 200
    [second] = [row.id for row in rows if row.id != me.session_id]
    assert (await phone.post(f"/sessions/{second}/end")).status_code == 303
    assert (await phone.post(f"/sessions/{second}/end")).status_code == 404


async def test_all_other_phones_are_signed_out_and_this_one_stays(client, app, act, person):
    tokens = []

    async def another(*, by) -> None:
        tokens.append(await sessions.start(by.id, label="Android · WeChat"))

    await act(another, by=await person("volunteer"))
    phone = client("volunteer")
    assert (await phone.post("/sessions/end")).status_code == 303
    assert (await phone.get("/me")).status_code == 200
    assert await sessions.find(tokens[0]) is None


async def test_a_session_ends_by_itself_after_thirty_days(client):
    phone = client("volunteer")
    clock.advance(timedelta(days=31))
    assert (await phone.get("/me")).headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("secure", "name"), [(False, "sid"), (True, "__Host-sid")])
def test_the_cookie_is_bound_to_https_where_there_is_https(secure, name):
    cookie = entry.session_cookie(secure, "token", max_age=10)
    assert cookie.startswith(f"{name}=token;")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie and "domain" not in cookie.lower()
    assert ("Secure" in cookie) is secure


async def test_behind_https_the_whole_app_uses_the_host_cookie_and_shows_codes(database, tmp_path):
    import dataclasses

    import httpx
    from conftest import ORIGIN, running

    from app import web

    edge = web.build(dataclasses.replace(database, public_url="https://example.org"), worker=False)
    async with running(edge.app):
        made = httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url=ORIGIN, headers={"Sec-Fetch-Site": "same-origin"})
        answer = await made.post("/sign-in", data={"phone": "13800000000", "password": cast.PASSWORD})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-sid=") and "Secure" in cookie
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
        token = cookie.partition("=")[2].partition(";")[0]
        signed = {"cookie": f"__Host-sid={token}"}
        sent = await made.post("/people/invite", headers=signed)
        assert sent.status_code == 303
        page = await made.get("/people/invite", headers=signed)
        assert 'src="data:image/svg+xml' in page.text and "https://example.org/join/" in page.text
        plain = await made.get("/me", headers={"cookie": f"sid={token}"})
        assert plain.status_code == 303, "a cookie that any subdomain could have set opens nothing"


@pytest.mark.parametrize(
    ("url", "can"),
    [
        ("https://lm.example.org", True), ("http://lm.example.org", False), ("http://localhost:8000", False), ("https://localhost", False),
        ("https://192.168.1.4", False), ("https://box.local", False), ("https://8.8.8.8", True),
    ],
)  # fmt: skip
def test_a_code_is_drawn_only_where_a_phone_could_open_it(url, can):
    from app.people.pages.showing import reachable

    assert reachable(url) is can


async def test_names_and_phones_are_nowhere_in_plain_on_disk(client, app):
    """The canary: after a day's worth of acts the files hold none of them; a token of what they do hold shows we looked."""
    desk = client("dispatcher")
    await desk.post("/people/invite")
    join = re.search(r"/join/[\w-]{22}", (await desk.get("/people/invite")).text)[0]
    phone = client()
    await phone.post(
        join, data={"name": "钱多多", "phone": "13912345678", "organisation": "区税务局", "password": NEW, "skills": "driving"}
    )
    await phone.post("/me", data={"name": "钱多又多", "skills": "driving", "lang": "zh"})
    await phone.post("/me/reveal")
    await desk.post(f"/people/{app.world.volunteer}/phone", data={"phone": "13887654321"})
    await desk.post(f"/people/{app.world.newcomer}/vouch")
    await desk.post(f"/people/{app.world.newcomer}/suspend")
    await desk.get("/people?name=宁")
    await client().post("/sign-in", data={"phone": "13800000000", "password": cast.PASSWORD})
    secret = [*cast.NAMES.values(), "钱多多", "钱多又多", "13912345678", "13887654321", NEW, cast.PASSWORD]
    secret += [f"1380000{number:04d}" for number in range(len(cast.PEOPLE))]
    files = [path for path in app.settings.data.rglob("*") if path.is_file() and path.name != "world.json" and path.parent.name != "cache"]
    assert {"lastmetre.db", "keys.db"} <= {path.name for path in files}
    held = b"".join(path.read_bytes() for path in files)
    assert "区税务局".encode() in held and b"account.vouched" in held
    for text in secret:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            assert text.encode(encoding) not in held, text


async def test_a_wrong_owner_cannot_open_what_was_sealed_for_another_row(world):
    blob = await db.rows(bytes, "SELECT name_sealed FROM account WHERE id = ?", world.volunteer)
    key = (await db.rows(str, "SELECT key_id FROM account WHERE id = ?", world.volunteer))[0]
    with pytest.raises(seal.Closed):
        seal.Seal("account", world.steward, key, reads.INSTALLATION).open("name", blob[0])
