"""What people see and press: how I am told, people to call, robots and hosts, a resident's own page."""

from datetime import timedelta
from uuid import UUID

import pytest
from push.conftest import browser
from support import needs
from support.counting import statements
from tasks.calls import crowd

from app.journal import worker
from app.kernel import clock, db, ids
from app.needs.rules import closing, linking
from app.push.reads.listed import calls
from app.push.reads.ways import choice
from app.push.rules import calling, trying
from app.push.rules.lines import Line, write

CHOSEN = {"first": "sms", "sms": "1", "quiet": "1", "quiet_from": "22:30", "quiet_until": "6:05", "kinds": ["call", "own"]}


async def waits(account: UUID, community: UUID, *, minutes: int = 60, path: str | None = None) -> None:
    async def work() -> None:
        now = clock.now()
        line = Line(
            way="paper", lane="paper", words="push.something", lang="zh", made_at=now, until_at=now + timedelta(minutes=minutes),
            account_id=account, community_id=community, kind="call", urgent=True, path=path,
        )  # fmt: skip
        await write([line])

    await worker.do(work)


async def test_what_she_chooses_is_kept(app, client, person):
    answer = await client("volunteer").post("/me/ways", data={"act": ids.secret(), **CHOSEN})
    assert answer.status_code == 303
    mine = await choice(app.world.volunteer)
    assert (mine.ways, mine.sms, mine.quiet_from, mine.quiet_until, mine.without) == (
        "sms,push",
        True,
        22 * 60 + 30,
        365,
        {"desk", "notice"},
    )
    page = (await client("volunteer").get("/me/ways")).text
    assert 'value="22:30"' in page and 'value="06:05"' in page
    await client("volunteer").post("/me/ways", data={"act": ids.secret(), **CHOSEN, "quiet": ""})
    assert (await choice(app.world.volunteer)).quiet_from is None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"quiet_until": "25:00"}, "quiet_until"),
        ({"quiet_until": "22:30"}, "quiet_until"),
        ({"quiet_from": "", "quiet_until": ""}, "quiet_until"),
        ({"quiet_from": ""}, "quiet_until"),
    ],
)
async def test_a_time_that_is_none_comes_back_with_all_that_was_typed(app, client, wrong, field):
    answer = await client("volunteer").post("/me/ways", data={"act": ids.secret(), **CHOSEN, **wrong})
    assert answer.status_code == 422 and f'id="f-{field}-error"' in answer.text
    assert 'value="sms" checked' in answer.text.replace(" required", "") and 'name="kinds" value="desk" checked' not in answer.text
    assert (await choice(app.world.volunteer)).sms is False


async def test_who_waits_to_be_called_stands_on_the_list_once_with_a_masked_number(app, client, act, person):
    await waits(app.world.steward, app.world.community, minutes=30)
    await waits(app.world.steward, app.world.community, path="/tasks/7")
    await waits(app.world.newcomer, app.world.community, minutes=10)
    await waits(app.world.outsider, app.world.away)
    page = (await client("dispatcher").get("/calls")).text
    assert page.count("<article") == 2 and page.index("宁新人") < page.index("孙楼栋") and "尹外人" not in page
    assert "13800000001" not in page and "138****0001" in page
    dispatcher = await person("dispatcher")
    told = await act(calling.told, app.world.steward, by=dispatcher)
    assert told.state == "applied" and told.undo
    assert (await choice(app.world.steward)).last_way == "paper"
    assert [one.account_id for one in (await calls(app.world.community, "zh")).found] == [app.world.newcomer]
    assert (await act(calling.untold, app.world.steward, by=dispatcher)).state == "applied"
    assert len((await calls(app.world.community, "zh")).found) == 2
    assert (await act(calling.missed, app.world.newcomer, by=dispatcher)).state == "applied"
    assert [one.account_id for one in (await calls(app.world.community, "zh")).found] == [app.world.steward, app.world.newcomer]
    clock.advance(calling.AGAIN + timedelta(seconds=1))
    assert app.world.newcomer not in [one.account_id for one in (await calls(app.world.community, "zh")).found]  # too late for her by now


@pytest.mark.postgres
async def test_told_counts_once_and_not_for_another_community(world, act, person):
    await waits(world.steward, world.community)
    assert (await act(calling.told, world.steward, by=await person("outside_dispatcher"))).state == "refused"
    first, again = [await act(calling.told, world.steward, by=await person("dispatcher")) for _ in range(2)]
    assert (first.state, again.state, again.trouble) == ("applied", "refused", "gone")
    assert await db.value("SELECT count(*) FROM attempt WHERE outcome = 'carried'") == 1


async def test_numbers_stand_on_paper_for_those_alone_that_were_looked_at_on_record(app, client):
    await waits(app.world.steward, app.world.community)
    phone = client("dispatcher")
    assert (await phone.get("/calls/print")).status_code == 303
    await phone.post("/calls/take", data={"act": ids.secret()})
    await waits(app.world.newcomer, app.world.community)
    sheet = (await phone.get("/calls/print")).text
    assert "13800000001" in sheet and "13800000004" not in sheet and "138****0004" in sheet
    assert await db.value("SELECT count(*) FROM happening WHERE kind = 'account.revealed'") == 1


async def test_a_long_list_has_pages_and_the_same_number_of_queries(app, client, act, person):
    await waits(app.world.steward, app.world.community)
    with statements() as few:
        await client("dispatcher").get("/calls")
    for one in await crowd(app.world, 55):
        await waits(one.id, app.world.community)
    with statements() as many:
        page = (await client("dispatcher").get("/calls")).text
    assert page.count("<article") == 50 and "page=2" in page and len(many) == len(few)


async def test_a_residents_phone_follows_her_request_and_is_told_nothing_of_it(app, client, act, person):
    need = await needs.need(act, app.world.code)
    token = await linking.token_of(need)
    fresh = browser()
    page = (await client().get(f"/track/{token}")).text
    assert f"/track/need/{need}/tell" in page
    answer = await client().post(f"/track/need/{need}/tell", data={"act": ids.secret(), "token": token, **fresh.said})
    assert answer.status_code == 303
    assert (await client().post(f"/track/need/{need}/tell", data={"act": ids.secret(), "token": "x" * 22, **fresh.said})).status_code == 404
    assert (await act(closing.answer, need, by=await person("dispatcher"), line="明天 602 送到")).state == "applied"
    await worker.Worker(*_jobs()).once()
    [line] = await db.rows(str, "SELECT words || params FROM carrying WHERE way = 'push'")
    assert line.startswith("ways.need.answered") and "602" not in line
    await client().post(f"/track/need/{need}/untell", data={"act": ids.secret(), "token": token, "endpoint": fresh.said["endpoint"]})
    assert await db.value("SELECT count(*) FROM subscription WHERE ended_at IS NULL") == 0


def _jobs():
    from app import web

    return web.LISTENERS, web.DUTIES


async def test_a_complaint_to_a_script_stands_in_a_header(app, client):
    said = browser().said | {"endpoint": "https://evil.example/p"}
    answer = await client("volunteer").post("/push", data={"act": ids.secret(), **said})
    assert answer.status_code == 422 and answer.headers["x-act-says"] and "x-act-misfit" in answer.headers


async def test_a_phone_says_once_that_it_showed_a_line(app, client, told):
    await told("volunteer")

    async def work() -> None:
        await trying.try_out(by=await _person(app))

    await worker.do(work)
    line = await db.value("SELECT id FROM carrying WHERE way = 'push'")
    assert (await client().post(f"/push/{line}/shown")).status_code == 204
    at = await db.value("SELECT shown_at FROM carrying WHERE id = ?", line)
    clock.advance(timedelta(minutes=3))
    await client().post(f"/push/{line}/shown")
    assert at and await db.value("SELECT shown_at FROM carrying WHERE id = ?", line) == at
    assert (await client().post(f"/push/{ids.new()}/shown")).status_code == 204


async def _person(app):
    from app.people import reads
    from app.people.rules import sessions

    return await reads.person(await sessions.find(app.world.volunteer_token))
