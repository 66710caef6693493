"""The pages of what comes back: what is shown to whom, what is typed is not lost, and a long calendar costs no more than a short one."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest
from care.test_residents import door
from coming.common import DIALYSIS, FIRST, INSULIN, MO_WE_FR, MORNING, dates, written
from support.counting import statements
from support.needs import need

from app.coming.rhythm import Rhythm
from app.kernel import clock, db, ids
from app.kernel.words import say
from app.needs.rules import linking

FORM = {
    "kind": "trip", "what": "透析接送", "rhythm": "week", "weekdays": ["0", "2"], "starts": "07:00", "ends": "12:00", "first": "2026-11-24", "last": "",
    "phone": "", "whom": "", "name": "",
}  # fmt: skip


@pytest.fixture
async def monday(app):
    with clock.at(MORNING):
        yield app.world


async def test_a_steward_writes_it_down_at_a_door_and_finds_it_in_the_calendar(monday, client):
    home, phone = await door(monday.building), client("steward")
    page = await phone.get(f"/series/new?household={home}")
    assert page.status_code == 200
    made = await phone.post("/series", data=FORM | {"household": str(home), "act": ids.secret()})
    assert made.status_code == 303 and "/series/" in made.headers["location"]
    assert "透析接送" in (await phone.get("/coming?day=2026-11-25")).text
    assert "透析接送" in (await phone.get(f"/households/{home}/coming")).text
    assert "透析接送" in (await phone.get("/coming/print")).text
    assert "透析接送" not in (await phone.get("/coming?day=2026-11-24")).text
    assert (await client("operator").get(made.headers["location"].split("?")[0])).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": []}, "weekdays"), ({"rhythm": "days"}, "every_days"), ({"rhythm": "month", "month_day": "32"}, "month_day"),
        ({"first": "2026-11-01"}, "first"), ({"last": "2026-11-20"}, "last"), ({"starts": "25:00"}, "starts"), ({"what": ""}, "what"),
        ({"last": "2026-11-24"}, "last"),
    ],
)  # fmt: skip
async def test_what_was_typed_comes_back_with_its_complaint(monday, client, wrong, field):
    answer = await client("steward").post(
        "/series", data=FORM | {"household": str(await door(monday.building))} | {"ends": "11:11"} | wrong
    )
    assert answer.status_code == 422 and f"f-{field}-error" in answer.text
    assert 'value="11:11"' in answer.text and await db.value("SELECT count(*) FROM series") == 0


async def test_a_resident_says_it_on_her_page_and_sees_her_dates(monday, client, act):
    asked = await need(act, monday.code, kind="trip", what="透析", phone="13711112222")
    token = await linking.token_of(asked)
    path = f"/track/need/{asked}/repeat"
    assert path in (await client().get(f"/track/{token}")).text
    wrong = await client().post(path, data=FORM | {"token": token, "weekdays": [], "ends": "11:11"})
    assert wrong.status_code == 422 and 'value="11:11"' in wrong.text
    assert (await client().post(path, data=FORM | {"token": "x" * 22})).status_code == 404
    done = await client().post(path, data=FORM | {"token": token})
    assert done.headers["location"].startswith(f"/track/{token}")
    page = (await client().get(f"/track/{token}")).text
    assert 'id="coming"' in page and path not in page
    one = UUID(await db.value("SELECT id FROM series"))
    for day in ("2026-11-25", "2026-12-09"):  # one that is made, one that will be
        before = (await dates(one)).get(day[5:])
        for n in range(2):  # over and over: each press is an act of its own
            page = (await client().get(f"/track/{token}")).text
            for wanted, state in (("", "skipped"), ("1", before)):
                page = (await client().get(f"/track/{token}")).text
                form = next(f for f in re.findall(r'<form[^>]*/date".*?</form>', page, re.S) if f'value="{day}"' in f)
                assert ('name="wanted"' in form) == bool(wanted), (day, n, wanted)
                fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
                assert (await client().post(f"/track/need/{asked}/date", data=fields)).status_code == 303
                assert (await dates(one)).get(day[5:]) == state, (day, n, wanted)
    ahead = await db.rows(UUID, "SELECT need_id FROM coming WHERE day = '2026-11-25'")
    told = (await client().get(f"/track/{await linking.token_of(ahead[0])}")).text
    assert say("door.track.ahead.need.raised") in told and say("door.track.need.raised") not in told
    made = await client().get(f"/track/{token}/dates.ics")
    assert made.headers["content-type"].startswith("text/calendar") and made.text.count("BEGIN:VEVENT") > 4
    assert "DTSTART:20261124T230000Z" in made.text and not re.search("透析|137|桃花桥", made.text)
    assert (await client().post(f"/track/need/{asked}/stop", data={"token": token})).status_code == 303
    assert (await client().get(f"/track/{token}/dates.ics")).status_code == 404
    assert path in (await client().get(f"/track/{token}")).text
    assert (await client("steward").get(f"/series/new?need={asked}")).status_code == 303


async def test_each_sees_her_own_buildings(monday, client, act, person):
    by = await person("dispatcher")
    await written(act, by, await door(monday.building), said=DIALYSIS)
    await written(act, by, await door(monday.building2), said=INSULIN, when=Rhythm(rhythm="days", every_days=2, first=FIRST))
    for path in ("/coming?day=2026-11-25", "/coming/print", "/coming?show=late"):
        assert INSULIN["what"] not in (await client("steward").get(path)).text, path
    for name in ("dispatcher", "operator"):
        assert INSULIN["what"] in (await client(name).get("/coming?day=2026-11-25")).text
    narrowed = (await client("dispatcher").get(f"/coming?day=2026-11-25&building={monday.building}")).text
    assert DIALYSIS["what"] in narrowed and INSULIN["what"] not in narrowed
    assert INSULIN["what"] not in (await client("outside_dispatcher").get(f"/coming?day=2026-11-25&building={monday.building2}")).text
    assert (await client("dispatcher").get("/coming?day=nonsense&building=x&grid=y&page=z")).status_code == 200


async def test_what_is_late_stands_on_the_first_page_and_the_board_opens_it(monday, client, act, person):
    await written(act, await person("steward"), await door(monday.building), when=MO_WE_FR)
    with clock.at(MORNING + timedelta(days=1, hours=10)):
        from app.coming import jobs

        await jobs.make_ahead()
        today = (await client("steward").get("/today")).text
        assert 'id="late"' in today and DIALYSIS["what"] in today
        board = (await client("dispatcher").get("/board")).text
        assert len(re.findall(r'class="tile alarm" href="/coming\?show=(?:untaken|missed)"', board)) == 2
        assert DIALYSIS["what"] in (await client("dispatcher").get("/coming?show=late")).text
        for show in ("untaken", "missed"):
            page = (await client("dispatcher").get(f"/coming?show={show}")).text
            assert page.count('class="thing line') == 1, show
        rows = await client("command").get("/board/rows/untaken")
        assert rows.status_code == 200 and "桃花桥" in rows.text and DIALYSIS["what"] not in rows.text


async def test_no_name_and_no_phone_in_full(monday, client, act, person):
    one = await written(act, await person("steward"), await door(monday.building))
    for path in (f"/series/{one}", f"/series/{one}/edit", "/coming?day=2026-11-25", "/coming/print"):
        page = (await client("dispatcher").get(path)).text
        assert "王桂芳" not in page and "13911112222" not in page, path


async def test_leaving_a_date_out_and_taking_it_back_by_hand(monday, client, act, person):
    one, phone = await written(act, await person("steward"), await door(monday.building)), client("steward")
    page = (await phone.get(f"/series/{one}")).text
    assert page.count(f'action="/series/{one}/skip"') == 6
    assert (await phone.post(f"/series/{one}/skip", data={"day": "2026-11-25"})).status_code == 303
    assert (await dates(one))["11-25"] == "skipped"
    found = re.search(r'action="(/coming/[0-9a-f-]+/restore)"', (await phone.get(f"/series/{one}")).text)
    assert (await phone.post(found[1])).status_code == 303
    assert (await dates(one))["11-25"] == "waiting"


async def test_a_long_day_is_paged_and_costs_as_many_questions_as_a_short_one(monday, client, act, person):
    by = await person("dispatcher")
    homes = await db.rows(str, "SELECT id FROM household WHERE community_id = ? ORDER BY id LIMIT 40", monday.community)
    daily = Rhythm(rhythm="days", every_days=1, first=date(2026, 11, 24))
    phone, counts = client("dispatcher"), []
    for some in (homes[:2], homes[2:]):
        for home in some:
            await written(act, by, UUID(home), when=daily)
        await phone.get("/coming?day=2026-11-25")
        with statements() as asked:
            page = await phone.get("/coming?day=2026-11-25")
        counts.append(len(asked))
    assert page.text.count('class="thing line') == 40
    assert counts[0] == counts[1], counts
