"""The list of those who were not reached, and noting a call at a door, as pages."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from care.imports import count
from care.test_residents import WANG, door
from support.counting import statements

from app.care import jobs
from app.care.rules import clocks, residents
from app.kernel import clock
from app.notices.rules import writing

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
async def silent(app, act, person):
    """王伟 behind a door of the steward's building has been silent for three days; another is silent elsewhere."""
    with clock.at(NOW - timedelta(days=3)):
        await jobs.begin_clocks()
        homes = [await door(app.world.building), await door(app.world.building3)]
        for home in homes:
            await act(residents.add, home, by=await person("dispatcher"), **WANG)
        await clocks.wind(app.world.community, homes)
    with clock.at(NOW):
        yield homes


def doors(html: str) -> list[str]:
    return re.findall(r'href="/households/([0-9a-f-]{36})"', html[html.index("<main") :])


async def test_each_sees_the_silent_of_her_reach_and_a_stranger_none(client, silent):
    mine, other = map(str, silent)
    assert set(doors((await client("dispatcher").get("/unreached")).text)) == {mine, other}
    assert doors((await client("steward").get("/unreached")).text) == [mine]
    assert doors((await client("outside_dispatcher").get("/unreached")).text) == []
    for name, status in (("volunteer", 403), ("outsider", 403)):
        assert (await client(name).get("/unreached")).status_code == status


async def test_command_counts_doors_and_opens_none(client, silent):
    text = (await client("command").get("/unreached")).text
    assert doors(text) == [] and not re.search(r"王|139\*|1391111|class=\"room", text[text.index("<main") :])
    assert "&lt;5" in text and not re.search(r'class="number">[1-4]<', text)
    board = (await client("command").get("/board")).text
    assert re.search(r'<a class="tile alarm" href="/board/rows/unreached[^"]*"><span class="number">&lt;5<', board)
    assert re.search(r"data-total>&lt;5<", (await client("command").get("/board/rows/unreached?community=all")).text)


async def test_no_page_of_the_silent_names_anybody(client, silent):
    for name, path in (("dispatcher", "/unreached"), ("steward", "/unreached"), ("steward", "/today")):
        text = (await client(name).get(path)).text
        assert str(silent[0]) in text
        assert not [secret for secret in ("王伟", WANG["phone"], WANG["note"], "血透") if secret in text]


async def test_on_a_stewards_day_page_nothing_stands_before_who_was_not_reached(app, client, silent, act, person):
    told = {"title": "停水通知", "body": "明天停水。", "until": NOW + timedelta(days=1), "urgent": True, "must_confirm": True}
    receipt = await act(writing.write, to=("community", None, None), by=await person("dispatcher"), **told)
    text = (await client("steward").get("/today")).text
    notice = text.index(receipt.about)
    assert text.index("<main") < text.index(f"/households/{silent[0]}") < notice
    other = (await client("dispatcher").get("/needs")).text
    assert other.count('data-follows="/notices/asked"') == text.count('data-follows="/notices/asked"') == 1


async def test_a_call_is_noted_at_the_door_taken_back_and_leaves_every_list(client, silent):
    phone, home = client("steward"), silent[0]
    page = (await phone.get(f"/households/{home}")).text
    assert f'action="/households/{home}/contacts"' in page
    noted = await phone.post(f"/households/{home}/contacts", data={"act": "", "how": "call", "outcome": "needs", "note": "要降压药"})
    assert noted.status_code in (200, 303) and await count("contact") == 1
    assert "要降压药" in (await phone.get(f"/households/{home}")).text
    assert doors((await phone.get("/unreached")).text) == []
    assert str(home) not in (await phone.get("/today")).text


async def test_a_wrong_outcome_names_its_field_and_keeps_what_was_typed(client, silent):
    answer = await client("steward").post(
        f"/households/{silent[0]}/contacts", data={"act": "", "how": "call", "outcome": "nobody", "note": "敲了三次"}
    )
    assert answer.status_code == 422 and "敲了三次" in answer.text and re.search(r'<details class="sheet"[^>]* open', answer.text)
    assert await count("contact") == 0


async def test_nonsense_in_the_address_narrows_nothing(client, silent):
    for query in ("building=x", "grid=1", "page=-3", "page=99999", "building=" + "0" * 36):
        assert (await client("dispatcher").get(f"/unreached?{query}")).status_code == 200


async def test_the_list_asks_the_same_number_of_questions_for_few_and_many(client, silent):
    phone, counted = client("dispatcher"), []
    for days in (0, 25):
        with clock.at(NOW + timedelta(days=days)):
            await phone.get("/unreached")
            with statements() as asked:
                text = (await phone.get("/unreached")).text
        counted.append((len(set(doors(text))), len(asked)))
    assert [n for n, _ in counted] == [2, 50] and counted[0][1] == counted[1][1] <= 7


async def test_times_are_set_and_a_step_out_of_order_is_said_beside_its_field(client, silent):
    phone = client("dispatcher")
    page = (await phone.get("/unreached/timing")).text
    form = dict(re.findall(r'name="(version|close_hour|\w+_minutes|every_\w+|was_\w+)"[^>]*value="([^"]*)"', page[page.index("<main") :]))
    answer = await phone.post("/unreached/timing", data={"act": "", **form, "dispatcher_minutes": "1"})
    assert answer.status_code == 422 and 'id="f-dispatcher_minutes-error"' in answer.text
    answer = await phone.post("/unreached/timing", data={"act": "", **form, "every_dialysis": "2"})
    assert answer.status_code in (200, 303)
    assert re.search(r'name="every_dialysis"[^>]*value="2"', (await phone.get("/unreached/timing")).text)
