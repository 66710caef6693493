"""What we know of a phone: what waits on it, what never came, its clock; told to the desk once for as long as it lasts."""

import re
from datetime import timedelta

import pytest

from app.kernel import clock, db, ids
from app.offline import jobs
from app.offline.phones.calling import ALPHABET, LENGTH

pytestmark = pytest.mark.postgres


async def later(**apart) -> None:
    clock.advance(clock._shift + timedelta(**apart))
    for duty in jobs.DUTIES:
        await duty()


async def told(matter: str) -> int:
    return await db.value("SELECT count(*) FROM message WHERE words = ?", f"message.phone_{matter}")


async def missing(her) -> int:
    return await db.value("SELECT missing FROM device WHERE device = ?", her.device)


async def test_a_phone_has_one_code_that_can_be_read_out_and_finds_it(app, client, phone):
    her = phone("volunteer")
    codes = {(await her.post(her.act())).json()["device"]["code"] for _ in range(3)}
    [code] = codes
    assert re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", code) and not set("01OI") & set(ALPHABET)
    desk = client("dispatcher")
    answer = await desk.get("/phones", params={"code": f" {code[:2].lower()}-{code[2:]} "})
    assert answer.status_code == 303 and (await desk.get(answer.headers["location"])).text.count(code) >= 1
    assert (await client("outside_dispatcher").get("/phones", params={"code": code})).status_code == 200
    assert (await client("outside_dispatcher").get(answer.headers["location"])).status_code == 404


async def test_numbers_that_never_came_are_told_after_six_hours_and_once(app, phone):
    her = phone("volunteer")
    lost = [her.act() for _ in range(3)]
    await her.send(her.act())
    await later(seconds=1)
    assert await missing(her) == 3 and await told("gap") == 0
    await later(hours=5.9)
    assert await told("gap") == 0
    for _ in range(3):
        await later(minutes=10)
        await her.send()
    assert await told("gap") == 1
    await her.send(*lost)
    await later(minutes=1)
    assert (await missing(her), await db.value("SELECT count(*) FROM device_alarm WHERE ended_at IS NULL")) == (0, 0)


async def test_what_waits_was_taken_back_or_could_not_be_understood_is_not_missing(app, phone):
    her = phone("volunteer")
    kept = [her.act() for _ in range(2)]
    wrong = her.act("/needs", {"building": "nowhere"})
    her.act()
    await her.send(wrong, waiting=len(kept) + 1, dropped=1)
    one = her.act("/needs")
    page = await phone("steward").http.post("/needs", data={"act": one["id"]}, headers={"X-Device": her.device, "X-Seq": str(one["seq"])})
    assert page.status_code == 422
    await her.send(waiting=len(kept), dropped=1)
    await later(seconds=1)
    assert (await missing(her), await db.value("SELECT waiting FROM device")) == (0, 2)


async def test_an_act_that_stays_on_a_phone_in_contact_is_told_and_one_that_has_just_come_back_is_not(app, phone):
    her = phone("volunteer")
    old = (clock.now() - timedelta(hours=8)).isoformat()
    her.seq = 120
    await her.send(waiting=120, oldest=old)
    await later(seconds=1)
    assert await told("stuck") == 0
    await later(minutes=6)
    await her.send(waiting=120, oldest=old)
    await later(seconds=1)
    assert await told("stuck") == 1
    await her.send(waiting=0, oldest=None)
    await later(minutes=6)
    assert await told("stuck") == 1 and await db.value("SELECT count(*) FROM device_alarm WHERE ended_at IS NULL AND matter = 'stuck'") == 0


async def test_a_phone_whose_storage_was_emptied_says_up_to_how_many_are_lost(app, client, phone):
    old = phone("volunteer")
    await old.send(*[old.act() for _ in range(5)])
    new = phone("volunteer")
    await new.send(new.act(), lost={"device": old.device, "last": 12})
    await later(seconds=1)
    assert (await missing(old), await told("wiped")) == (7, 1)
    await new.send(lost={"device": old.device, "last": 12})
    await later(seconds=1)
    assert await told("wiped") == 1
    unknown = phone("volunteer")
    await unknown.send(lost={"device": ids.secret(), "last": 4})
    await later(seconds=1)
    assert await told("wiped") == 2
    assert (await client("dispatcher").get("/phones")).status_code == 200


async def test_nobody_buries_the_desk_in_phones_that_she_makes_up(app, phone):
    hers = phone("volunteer")
    for _ in range(15):
        await hers.post(device=ids.secret(), lost={"device": ids.secret(), "last": 9}, now="2020-01-01T00:00:00+00:00")
    await later(seconds=1)
    assert await told("wiped") + await told("clock") == 20
    assert await db.value("SELECT count(*) FROM device_alarm WHERE ended_at IS NULL") == 30  # the list of phones has them all
    true = phone("volunteer2", behind=timedelta(days=2))
    await true.send(true.act())
    await later(seconds=1)
    assert await told("wiped") + await told("clock") == 21


@pytest.mark.parametrize(("behind", "n"), [(timedelta(seconds=100), 0), (timedelta(minutes=-3), 1), (timedelta(days=400), 1)])
async def test_a_clock_that_is_off_by_more_than_two_minutes_is_told(app, phone, behind, n):
    her = phone("volunteer", behind=behind)
    for _ in range(2):
        await her.send(her.act())
        await later(seconds=1)
    assert await told("clock") == n
    assert abs(await db.value("SELECT offset_ms FROM device") - behind.total_seconds() * 1000) < 5000


async def test_nonsense_about_itself_keeps_no_act_waiting(app, phone):
    her = phone("volunteer")
    for strange in ({"last": "x"}, {"waiting": -1}, {"oldest": 7}, {"now": "soon"}, {"lost": "all"}, {"lost": {"device": "\x00", "last": 1}},
                    {"last": 10**30}, {"lost": {"device": "d", "last": True}}, {"oldest": "9999-12-31T23:59:59-12:00"}, {"device": 5}):  # fmt: skip
        assert [one["state"] for one in await her.send(her.act(), **strange)] == ["applied"], strange
    await later(seconds=1)


async def test_the_phone_page_shows_what_came_in_words_and_nothing_that_was_filled_in(app, client, phone):
    her = phone("steward")
    await her.send(
        her.act("/needs", {"room": "602", "kind": "food", "what": "不可告人", "building": app.world.code, "confirm_double": "1"})
    )
    row = await db.rows(str, "SELECT CAST(id AS TEXT) FROM device")
    for lang in ("zh", "en"):
        text = (await client("dispatcher", lang=lang).get(f"/phones/{row[0]}")).text
        assert "不可告人" not in text and text.count("data-thing") == 1
