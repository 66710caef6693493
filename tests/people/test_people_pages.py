"""The list of people, one person, gaps, teams, inbox, my own page."""

from uuid import UUID

import pytest

from app.journal import worker
from app.kernel import db
from app.people import reads
from app.people.rules import accounts, messages, presence, roles, teams
from app.places import rules as places


@pytest.fixture
def queries(monkeypatch):
    """How many questions the database was asked."""
    asked = []
    real_rows, real_value = db.rows, db.value

    async def rows(shape, sql, *params):
        asked.append(sql)
        return await real_rows(shape, sql, *params)

    async def value(sql, *params):
        asked.append(sql)
        return await real_value(sql, *params)

    monkeypatch.setattr(db, "rows", rows)
    monkeypatch.setattr(db, "value", value)
    return asked


async def crowd(world, many: int, start: int = 0) -> None:
    from app.kernel import seal

    async def work() -> None:
        keys = seal.new_keys(many, reads.INSTALLATION)
        for number in range(many):
            account = await accounts.make_account(f"众人{number}", f"1370000{start + number:04d}", key=keys[number])
            await accounts.join(account, world.community, organisation_name=f"单位{number % 7}", skills=("driving",) if number % 2 else ())

    assert (await worker.do(work)).state == "applied"


async def test_the_list_asks_the_same_number_of_questions_however_long(client, app, queries):
    desk = client("dispatcher")
    asked = []
    for start, many in ((0, 2), (2, 60)):
        await crowd(app.world, many, start)
        for path in ("/people", "/people?name=众人", "/people?state=unvouched"):
            queries.clear()
            assert (await desk.get(path)).status_code == 200
            asked.append(len(queries))
    assert asked[:3] == asked[3:], asked


async def test_searching_and_narrowing(world):
    async def found(**asked) -> set[str]:
        return {one.name for one in (await reads.members(world.community, reads.Filters(**asked))).found}

    assert await found(name="薄") == {"薄志愿"}
    assert await found(name="尹") == set(), "never somebody of another community"
    assert await found(skill="sampling") == {"薄志愿"}
    assert await found(role="steward") == {"孙楼栋"}
    assert await found(state="unvouched") == {"宁新人"}
    assert await found(state="here") == set()
    assert "宁新人" not in await found(state="vouched")
    counts, tallies = await reads.tallies(world.community)
    assert (counts["everybody"], counts["unvouched"], counts["here"], counts["suspended"]) == (6, 1, 0, 0)
    assert {(tally.name, tally.people) for tally in tallies} == {("区税务局", 1), (None, 5)}


@pytest.mark.postgres
async def test_pages_of_the_list_hold_everybody_once(world):
    await crowd(world, 30)
    for asked in (reads.Filters(), reads.Filters(name="众人")):
        first, second = [await reads.members(world.community, asked, number=n, size=20) for n in (1, 2)]
        both = [one.id for one in first.found + second.found]
        assert len(both) == len(set(both)) == min(40, first.page.total)
    counts, _ = await reads.tallies(world.community)
    assert counts["everybody"] == 36


@pytest.mark.parametrize(
    "query", ["?organisation=x", "?skill=flying&role=king&state=odd", "?page=0", "?page=99999", "?page=x", "?name=%00%3Cb%3E"]
)
async def test_an_address_typed_wrong_is_still_a_page(client, query):
    answer = await client("dispatcher").get("/people" + query)
    assert answer.status_code == 200 and "<b>" not in answer.text.split('id="f-name"')[1][:200]


async def test_a_person_of_another_community_is_not_here(client, app):
    for name, status in (("dispatcher", 404), ("outside_dispatcher", 200), ("volunteer", 404), ("outsider", 403)):
        assert (await client(name).get(f"/people/{app.world.outsider}")).status_code == status, name


@pytest.mark.postgres
async def test_gaps_are_closed_by_each_kind_of_role(world, act, person):
    """一村 1 has its steward; 一村 2 (12 doors) and 云庭 1 (16) have nobody."""
    assert await reads.gaps(world.community) == (28, 2)
    by = await person("dispatcher")
    [grid] = await db.rows(UUID, "SELECT grid_id FROM building WHERE id = ?", world.building2)
    await act(roles.give, world.volunteer, "grid_deputy", (), grid, by=by)
    assert await reads.gaps(world.community) == (16, 1)
    [unit] = await db.rows(UUID, "SELECT id FROM unit WHERE building_id = ?", world.building3)
    door, *_ = await db.rows(UUID, "SELECT id FROM household WHERE building_id = ? ORDER BY floor, door", world.building3)

    async def narrow(*, by) -> None:
        await accounts.give_role(world.volunteer2, "steward", world.community, place="household", place_id=door)

    await act(narrow, by=by)
    assert await reads.gaps(world.community) == (15, 1)

    async def wider(*, by) -> None:
        await accounts.give_role(world.volunteer2, "steward", world.community, place="unit", place_id=unit)

    await act(wider, by=by)
    assert await reads.gaps(world.community) == (0, 0)
    answer_for = await reads.responsible(world.community)
    assert {one.name for one in answer_for[world.building]} == {"孙楼栋", "薄志愿"}
    assert {one.place for one in answer_for[world.building3]} == {"household", "unit"}
    assert set(await reads.responsible(world.community, world.building2)) == {world.building2}
    await act(accounts.suspend, world.steward, by=by)
    await act(accounts.suspend, world.volunteer, by=by)
    assert await reads.gaps(world.community) == (36, 2), "who is suspended answers for nobody"


async def test_a_gap_is_closed_from_its_page(client, app, queries):
    desk = client("dispatcher")
    assert "28" in (await desk.get("/gaps")).text
    where = f"/gaps/buildings/{app.world.building3}"
    page = (await desk.get(where)).text
    assert "薄志愿" in page and "宁新人" not in page, "only people who are vouched for"
    sent = {"role": "steward", "buildings": str(app.world.building3), "back": "/gaps"}
    answer = await desk.post(f"/people/{app.world.volunteer}/roles", data=sent)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/gaps?")
    assert await reads.gaps(app.world.community) == (12, 1)
    assert (await client("outside_dispatcher").get(where)).status_code == 404
    command = (await client("command").get("/gaps")).text
    assert "/gaps/buildings/" not in command, "she sees the gaps and cannot name anybody"


async def test_gaps_of_a_large_community_are_one_question(world, queries, act, person):
    async def more(*, by) -> None:
        for number in range(3, 33):
            await places.add_building(world.community, "桃花桥一村", number, units=2, floors=8, doors=2)

    await act(more, by=await person("dispatcher"))
    queries.clear()
    assert (await reads.gaps(world.community))[1] == 32
    assert len(queries) == 1


async def test_teams_are_named_led_and_renamed_once(client, app, act, person):
    by = await person("dispatcher")
    made = await act(teams.make, "红马甲", app.world.volunteer, by=by)
    team = UUID(made.about)
    assert (await act(teams.make, "红马甲", None, by=by)).errors["name"]
    assert (await act(teams.make, "蓝马甲", app.world.newcomer, by=by)).errors["lead"]
    assert (await act(teams.change, team, "绿马甲", None, 0, by=by)).state == "applied"
    assert (await act(teams.change, team, "白马甲", None, 0, by=by)).state == "applied"  # her own word, said again
    assert (await act(teams.change, team, "绿马甲", None, 2, by=by)).state == "applied"
    assert (await act(teams.change, team, "白马甲", None, 1, by=await person("outside_dispatcher"))).trouble == "gone"
    assert (await act(teams.change, team, "白马甲", None, 1, by=await person("volunteer"))).trouble == "barred"
    assert "绿马甲" in (await client("dispatcher").get("/teams")).text
    bad = await client("dispatcher").post("/teams", data={"name": "<script>x</script>"})
    assert bad.status_code == 303 and "<script>x" not in (await client("dispatcher").get("/teams")).text


async def test_the_inbox_opens_one_message_and_leaves_the_rest_new(client, app):
    async def work() -> None:
        await messages.tell(app.world.volunteer, "message.vouched", path="/now", community=app.world.community)
        await messages.tell(app.world.volunteer, "message.role_given", path="/me", role="people.role.steward")

    await worker.do(work)
    phone = client("volunteer")
    page = (await phone.get("/inbox")).text
    assert "楼栋管家" in page and "今天" in page
    told = {message.words: message.id for message in await reads.messages(app.world.volunteer)}
    answer = await phone.post(f"/inbox/{told['message.role_given']}/read")
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert [message.words for message in await reads.messages(app.world.volunteer) if message.fresh] == ["message.vouched"]
    assert (await client("steward").post(f"/inbox/{told['message.vouched']}/read")).status_code == 404
    assert "building steward" in (await client("volunteer", lang="en").get("/inbox")).text


async def test_my_hours_count_days_and_a_forgotten_check_out_for_one_day(world, act, person):
    from datetime import UTC, datetime, timedelta

    from app.kernel import clock

    noon = datetime(2026, 11, 20, 4, tzinfo=UTC)
    me = await person("volunteer")

    async def arrive(*, by) -> None:
        await presence.start(by=by, building=world.building)

    for start, stop in ((noon, noon + timedelta(hours=2)), (noon + timedelta(hours=3), noon + timedelta(hours=4))):
        with clock.at(start):
            await act(arrive, by=me)
        with clock.at(stop):
            await act(presence.end, by=me)
    with clock.at(noon + timedelta(days=1)):
        await act(arrive, by=me)
    with clock.at(noon + timedelta(days=4)):
        served = await reads.service(me.id, world.community)
        assert (served.times, served.minutes) == (2, (3 + 12) * 60)
        some = await reads.services(world.community, noon, noon + timedelta(hours=12))
    assert some == {me.id: reads.Service(1, 180)}
    assert [spell.where for spell in await reads.spells(me.id, world.community)] == ["桃花桥一村 1栋"] * 3


async def test_she_switches_to_a_community_where_she_holds_something(client, app, act, person):
    async def also_away(*, by) -> None:
        await accounts.join(app.world.volunteer, app.world.away)

    await act(also_away, by=await person("dispatcher"))
    phone = client("volunteer")
    assert 'name="community"' in (await phone.get("/me")).text
    assert (await phone.post("/community", data={"community": str(app.world.away)})).status_code == 303
    assert (await person("volunteer")).community_id == app.world.away
    assert (await client("steward").post("/community", data={"community": str(app.world.away)})).status_code == 404
    assert (await client("steward").post("/community", data={"community": "x"})).status_code == 404


async def test_she_changes_what_she_says_of_herself(client, app):
    phone = client("volunteer")
    sent = {"name": "薄志愿者", "organisation": "", "other_organisation": "新单位", "skills": ["driving"], "lang": "en"}
    assert (await phone.post("/me", data=sent)).status_code == 303
    page = (await phone.get("/me")).text
    assert "薄志愿者" in page and "新单位" in page and "驾驶证" in page and "采样证" not in page and "证件待看" in page
    for wrong in ({"name": ""}, {"lang": "fr"}, {"skills": "flying"}, {"name": "长" * 41}):
        assert (await phone.post("/me", data=sent | wrong)).status_code == 422
    script = await phone.post("/me", data=sent | {"name": "<script>x</script>", "other_organisation": "<script>y</script>"})
    assert script.status_code == 303
    assert "<script>x" not in (await phone.get("/me")).text and "<script>y" not in (await client("dispatcher").get("/people")).text
