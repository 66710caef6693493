"""Reporting in: one form, one minute, and nobody signed in by a phone number alone."""

import asyncio
import re

import cast
import pytest

from app.journal import worker
from app.kernel import db, seal
from app.people import reads
from app.people.rules import accounts, joining

TYPED = {"name": "李桂芳", "phone": "139 1234 5678", "organisation": "区税务局", "skills": ["sampling", "cooking"]}


@pytest.fixture
async def join(app) -> str:
    links = []

    async def work() -> None:
        links.append(await joining.open_link(app.world.community, made_by=None))

    await worker.do(work)
    return f"/join/{seal.token('join', links[0])}"


def act_in(html: str) -> str:
    return re.search(r'name="act" value="([\w-]{22})"', html)[1]


async def accounts_of(phone: str) -> int:
    return await db.value("SELECT count(*) FROM account WHERE phone_hash = ?", accounts.phone_hash(phone))


async def test_a_volunteer_reports_in_with_one_form_and_is_at_work(client, app, join):
    phone = client()
    form = await phone.get(join)
    assert form.status_code == 200 and "桃花桥社区" in form.text and "区税务局" in form.text and "023-6700 1234" in form.text
    answer = await phone.post(join, data=TYPED | {"act": act_in(form.text)})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/now?did=")
    me = await phone.get(f"/me?{answer.headers['location'].partition('?')[2]}")
    assert "李桂芳" in me.text and "139****5678" in me.text and "13912345678" not in me.text
    assert 'class="toast"' in me.text
    [one] = (await reads.members(app.world.community, reads.Filters(name="李桂"))).found
    assert (one.organisation, one.skills, one.vouched) == ("区税务局", ("cooking", "sampling"), False)


async def test_a_doubled_submit_makes_one_account_and_signs_both_in(client, join):
    first, second = client(), client()
    sent = TYPED | {"act": act_in((await first.get(join)).text)}
    answers = await asyncio.gather(first.post(join, data=sent), second.post(join, data=sent))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await accounts_of("13912345678") == 1
    for phone in (first, second):
        assert "李桂芳" in (await phone.get("/me")).text


async def test_the_same_form_sent_again_hours_later_signs_nobody_in(client, join, monkeypatch):
    from datetime import timedelta

    from app.kernel import clock

    phone, late = client(), client()
    sent = TYPED | {"act": act_in((await phone.get(join)).text)}
    await phone.post(join, data=sent)
    clock.advance(timedelta(minutes=11))
    answer = await late.post(join, data=sent)
    assert answer.status_code == 404 and "set-cookie" not in answer.headers


async def test_a_known_phone_is_offered_sign_in_and_never_signed_in(client, join):
    answer = await client().post(join, data=TYPED | {"phone": "13800000002"})
    assert answer.status_code == 422 and "set-cookie" not in answer.headers
    assert f"/sign-in?back={join}" in answer.text and "李桂芳" in answer.text


async def test_a_suspended_phone_is_refused_without_saying_more(client, join, act, person, app):
    await act(accounts.suspend, app.world.newcomer, by=await person("dispatcher"))
    answer = await client().post(join, data=TYPED | {"phone": "13800000004"})
    assert answer.status_code == 422 and "set-cookie" not in answer.headers
    assert "停用" not in answer.text and "登录" not in answer.text.split('id="f-phone-error"')[1].split("</p>")[0]


async def test_guessing_numbers_is_slowed_down(client, join):
    phone = client()
    answers = [await phone.post(join, data=TYPED | {"phone": "13800000002"}) for _ in range(21)]
    assert f"/sign-in?back={join}" in answers[0].text
    told = [answer.text.split('id="f-phone-error"')[1][:200] for answer in answers]
    assert told[0] == told[19] != told[20]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "长" * 41), ("phone", ""), ("phone", "12"), ("phone", "x" * 500), ("skills", "flying"),
        ("password", "short"), ("password", "88888888"), ("other_organisation", "长" * 61),
    ],
)  # fmt: skip
async def test_bad_input_is_named_kept_and_leaves_no_trace(client, join, field, value):
    before = await db.value("SELECT count(*) FROM account")
    answer = await client().post(join, data=TYPED | {field: value})
    assert answer.status_code == 422
    assert await db.value("SELECT count(*) FROM account") == before
    assert field == "name" or "李桂芳" in answer.text
    assert await db.value("SELECT count(*) FROM receipt WHERE path = '/join'") == 0


async def test_script_in_every_field_comes_back_escaped(client, join):
    bad = "<script>x</script>"
    answer = await client().post(
        join, data={"name": bad, "phone": bad, "other_organisation": bad, "organisation": bad, "skills": bad, "password": bad}
    )
    assert answer.status_code == 422 and bad not in answer.text and "&lt;script&gt;" in answer.text
    phone = client()
    await phone.post(join, data=TYPED | {"name": bad, "other_organisation": bad})
    assert bad not in (await phone.get("/me")).text and bad not in (await client("dispatcher").get("/people")).text


async def test_the_password_is_never_drawn_again(client, join):
    answer = await client().post(join, data=TYPED | {"phone": "1", "password": "a secret nobody sees"})
    assert answer.status_code == 422 and "a secret nobody sees" not in answer.text


async def test_a_renewed_link_kills_the_old_one(client, join):
    desk = client("dispatcher")
    page = await desk.get("/people/invite")
    assert join in page.text
    sent = {"act": act_in(page.text)}
    assert (await desk.post("/people/invite", data=sent)).status_code == 303
    assert (await client().get(join)).status_code == 404
    assert (await client().post(join, data=TYPED)).status_code == 404
    fresh = re.search(r"/join/[\w-]{22}", (await desk.get("/people/invite")).text)[0]
    assert fresh != join and (await client().get(fresh)).status_code == 200


async def test_a_second_tap_on_renew_does_not_renew_twice(client, join):
    desk = client("dispatcher")
    sent = {"act": act_in((await desk.get("/people/invite")).text)}
    await desk.post("/people/invite", data=sent)
    first = await db.value("SELECT count(*) FROM join_link")
    await desk.post("/people/invite", data=sent)
    assert await db.value("SELECT count(*) FROM join_link") == first


async def test_whoever_answers_for_two_communities_opens_a_way_into_each(client, app):
    """The act that opens the first one is not the act that opens the second."""
    desk, world = client("dispatcher"), app.world

    async def both() -> None:
        await accounts.join(world.dispatcher, world.away)
        await accounts.give_role(world.dispatcher, "dispatcher", world.away, place="community", place_id=world.away)

    await worker.do(both)
    for links in (1, 2):
        assert (await desk.post("/people/invite", data={"act": act_in((await desk.get("/people/invite")).text)})).status_code == 303
        assert await db.value("SELECT count(*) FROM join_link") == links
        await desk.post("/community", data={"community": str(world.away)})


async def test_somebody_signed_in_adds_a_community_without_a_second_account(client, app, join):
    phone = client("outsider")
    assert 'name="phone"' not in (await phone.get(join)).text
    answer = await phone.post("/memberships", data={"token": join.removeprefix("/join/"), "organisation": ""})
    assert answer.status_code == 303
    assert "桃花桥社区" in (await phone.get("/me")).text
    assert await db.value("SELECT count(*) FROM membership WHERE account_id = ?", app.world.outsider) == 2
    gone = await phone.post("/memberships", data={"token": "A" * 22, "organisation": ""})
    assert gone.status_code == 404


async def test_the_token_is_nowhere_in_the_database(client, app, join):
    phone = client()
    await phone.post(join, data=TYPED | {"act": act_in((await phone.get(join)).text)})
    token = join.removeprefix("/join/").encode()
    for path in app.settings.data.glob("*.db*"):
        assert token not in path.read_bytes(), path.name


@pytest.mark.postgres
async def test_two_at_once_with_one_phone_make_one_account(world):
    from app.kernel import ids
    from app.kernel.act import Press, perform
    from app.kernel.trouble import Misfit

    links = []

    async def open_it() -> None:
        links.append(await joining.open_link(world.community, made_by=None))

    await worker.do(open_it)
    token = seal.token("join", links[0])

    def press():
        act_id = ids.secret()
        who = joining.newcomer(act_id)
        fields = {"name": "李", "phone": "13912345678", "organisation": "新单位", "skills": (), "password": "", "lang": "zh"}
        return Press(act_id, "/join", who, lambda: joining.report_in(token, by=who, **fields), b"x")

    answers = [answer for [answer] in await asyncio.gather(*(perform([press()]) for _ in range(4)))]
    assert sum(isinstance(answer, Misfit) for answer in answers) == 3
    assert await accounts_of("13912345678") == 1


@pytest.mark.postgres
async def test_one_phone_one_account_and_one_open_link_say_the_tables(world):
    async with db.transaction():
        for sql, params in (
            (
                "UPDATE account SET phone_hash = (SELECT phone_hash FROM account WHERE id = ?) WHERE id = ?",
                (world.steward, world.volunteer),
            ),
            (
                "INSERT INTO membership(id, account_id, community_id, joined_at) SELECT ?, account_id, community_id, joined_at FROM membership WHERE account_id = ?",
                (world.building, world.steward),
            ),
        ):
            with pytest.raises(db.IntegrityError):
                async with db.savepoint():
                    await db.run(sql, *params)
        link = "INSERT INTO join_link(id, community_id, token_hash, made_at) SELECT ?, id, ?, ? FROM community WHERE id = ?"
        from app.kernel import clock

        await db.run(link, world.building, b"1", clock.now(), world.community)
        with pytest.raises(db.IntegrityError):
            async with db.savepoint():
                await db.run(link, world.building2, b"2", clock.now(), world.community)


def test_the_cast_has_nobody_with_the_new_number():
    assert "李桂芳" not in cast.NAMES.values()
