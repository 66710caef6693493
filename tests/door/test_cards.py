"""A household's door card: what its square and its six digits open, for whom, and until when."""

import re
from uuid import UUID

from app.deliveries.rules import giving, planning
from app.door import cards
from app.door.printing import making, reads
from app.kernel import clock, db, ids
from app.kernel.act import Done
from app.needs.rules.raising import Said, add
from app.places import reads as places


async def card(app_world, act, by, room: int = 0) -> tuple[str, str, places.HouseholdFacts]:
    """Printed for one household: its token, its digits, the door."""
    home = (await places.households(app_world.building))[room]
    asked = {"kind": "card", "what": f"household:{home.id}", "lang": "zh", "only": False, "skip": 0}
    receipt = await act(making.make, by=by, **asked)
    assert receipt.state == "applied", receipt
    await db.run("UPDATE print_job SET state = 'failed', reason = 'broken', finished_at = at WHERE state = 'waiting'")
    [thing] = (await reads.content(await reads.one(UUID(receipt.about), by))).things
    return thing["link"].rpartition("/d/")[2], thing["digits"].replace(" ", ""), home


async def ask(world, act, by, home: places.HouseholdFacts, what: str = "降压药") -> UUID:
    async def raised(*, by) -> Done:
        said = Said(kind="food", what=what, unit=str(home.unit), room=f"{home.floor}{home.door:02d}")
        return Done(about=str((await add(await places.building(home.building_id), said, by=by, channel="steward")).id))

    return UUID((await act(raised, by=by)).about)


async def test_a_stranger_gets_the_ask_form_of_the_building_and_nothing_of_the_household(app, client, act, person):
    token, _, home = await card(app.world, act, await person("steward"))
    await ask(app.world, act, await person("steward"), home)
    for name in (None, "outsider", "outside_dispatcher", "command"):
        answer = await client(name).get(f"/d/{token}")
        assert answer.status_code == 303 and answer.headers["location"] == f"/ask/{app.world.code}", name
        page = await client(name).get(f"/d/{token}", follow_redirects=True)
        assert home.room not in page.text and "降压药" not in page.text and 'value="' + f"{home.floor}{home.door:02d}" not in page.text


async def test_a_helper_of_the_community_gets_the_work_of_that_door(app, client, act, person):
    token, _, home = await card(app.world, act, await person("steward"))
    need = await ask(app.world, act, await person("steward"), home)
    for name in ("steward", "dispatcher", "operator"):
        page = await client(name).get(f"/d/{token}")
        assert page.status_code == 200 and home.room in page.text and "降压药" in page.text, name
        assert re.search(r'data-place="[^"]+' + re.escape(home.room), page.text)
    for name in ("volunteer", "newcomer"):
        assert (await client(name).get(f"/d/{token}")).headers["location"] == f"/b/{app.world.code}", name
    by = await person("dispatcher")
    run = UUID((await act(planning.make_run, by=by, needs=(need,), title="")).about)
    await act(giving.give, run, by=by, accounts=(app.world.volunteer,))
    page = await client("volunteer").get(f"/d/{token}")
    assert page.status_code == 200 and f"/runs/{run}/stops/" in page.text and f"/households/{home.id}" not in page.text


async def test_nothing_in_the_database_opens_a_card(app, act, person):
    token, digits, _ = await card(app.world, act, await person("steward"))
    await db.run("UPDATE print_job SET content_sealed = NULL, key_id = NULL, state = 'ended', reason = NULL")
    rows = str(await db.rows(str, "SELECT hex(token_hash) || hex(digits_hash) FROM door_card"))
    assert token not in rows and token.encode().hex().upper() not in rows and digits.encode().hex().upper() not in rows
    assert (await cards.by_token(token)) is not None


async def test_a_card_that_is_printed_again_ends_the_old_one(app, client, act, person):
    by = await person("steward")
    token, digits, home = await card(app.world, act, by)
    newer, newer_digits, _ = await card(app.world, act, by)
    assert newer != token and newer_digits != digits
    assert (await client("steward").get(f"/d/{token}")).status_code == 404 and (
        await client("steward").get(f"/d/{newer}")
    ).status_code == 200
    assert await db.value("SELECT count(*) FROM door_card WHERE household_id = ? AND ended_at IS NULL", home.id) == 1
    void = await client().get(f"/d/{token}")
    assert void.status_code == 404 and "失效" in void.text and home.room not in void.text
    guesses = {(await client().get(f"/d/{guess}")).status_code for guess in (ids.secret(), "x", "A" * 22, "%00")}
    assert guesses == {404}


async def test_a_card_is_taken_back_by_whoever_prints_there(app, client, act, person):
    token, digits, _ = await card(app.world, act, await person("steward"))
    [card_id] = (await cards.of_building(app.world.building)).values()
    page = await client("steward").get(f"/print/cards/{app.world.building}")
    assert f"/cards/{card_id}/end" in page.text
    for name, status in (("volunteer", 403), ("operator", 403), ("outside_dispatcher", 404)):
        assert (await client(name).post(f"/cards/{card_id}/end")).status_code == status, name
    assert (await client("steward").post(f"/cards/{card_id}/end")).status_code == 303
    assert (await client("steward").get(f"/d/{token}")).status_code == 404
    assert (await client("operator").post("/cards", data={"digits": digits})).status_code == 422


async def test_six_digits_raise_an_ordinary_need_that_says_how_it_came(app, client, act, person):
    _, digits, home = await card(app.world, act, await person("steward"))
    phone = client("operator")
    found = await phone.post("/cards", data={"digits": f"{digits[:3]} {digits[3:]}"})
    assert found.status_code == 200 and home.room in found.text and "/cards/needs" in found.text
    sent = await phone.post("/cards/needs", data={"digits": digits, "kind": "food", "what": "两斤土豆"})
    assert sent.status_code == 303 and sent.headers["location"].startswith("/needs/")
    need = UUID(sent.headers["location"].split("/")[2].split("?")[0])
    assert await db.value("SELECT channel FROM need WHERE id = ?", need) == "card"
    assert str(await db.value("SELECT household_id FROM need WHERE id = ?", need)) == str(home.id)
    page = await client("dispatcher").get(f"/needs/{need}")
    assert "两斤土豆" in page.text and home.room in page.text


async def test_every_door_that_is_read_back_is_noted(app, client, act, person):
    _, digits, home = await card(app.world, act, await person("steward"))
    for path, noted in (("/cards", 1), ("/cards/needs", 2)):
        told = await client("operator").post(path, data={"digits": digits})
        assert home.room in told.text and await db.value("SELECT count(*) FROM happening WHERE kind = 'card.looked_up'") == noted, path


async def test_wrong_digits_say_one_thing_whatever_is_wrong(app, client, act, person):
    """Nobody learns whether a card is of another community, of another steward's building, ended, or none."""
    _, digits, _ = await card(app.world, act, await person("steward"))
    _, elsewhere, _ = await card_of_building2(app, act, person)
    told = set()
    for name, typed in (("outside_dispatcher", digits), ("steward", elsewhere), ("operator", "000000")):
        answer = await client(name).post("/cards", data={"digits": typed})
        assert answer.status_code == 422
        told.add(re.search(r'id="f-digits-error">(.*?)</p>', answer.text, re.S)[1])
    assert len(told) == 1
    for typed in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert (await client("operator").post("/cards", data={"digits": typed})).status_code == 422
    assert (await client("volunteer").post("/cards", data={"digits": digits})).status_code == 403
    assert (await client().post("/cards", data={"digits": digits})).status_code == 401


async def card_of_building2(app, act, person):
    world = type("World", (), {"building": app.world.building2})
    return await card(world, act, await person("dispatcher"))


async def test_guessing_digits_is_slow_on_both_forms_and_impossible_in_a_batch(app, client, act, person):
    _, digits, _ = await card(app.world, act, await person("steward"))
    phone = client("operator")
    for number in range(10):
        assert "太多" not in (await phone.post("/cards", data={"digits": f"{number:06d}"})).text
    assert "试得太多" in (await phone.post("/cards", data={"digits": digits})).text
    held = await phone.post("/cards/needs", data={"digits": digits, "kind": "food", "what": "米"})
    assert held.status_code == 422 and not await db.value("SELECT count(*) FROM need")
    sent = {"id": ids.secret(), "path": "/cards/needs", "form": {"digits": digits, "kind": "food", "what": "米"}}
    answer = await client("dispatcher").post("/acts", json={"device": "d", "acts": [sent]})
    assert answer.json()["receipts"][0]["state"] == "refused"


async def test_digits_are_different_within_a_community(world, act, person):
    fresh = await cards.fresh(300, world.community)
    assert len({key.digits for key in fresh}) == len({key.token for key in fresh}) == 300
    assert all(len(key.digits) == 6 and key.digits.isdecimal() for key in fresh)


async def test_only_homes_without_a_smartphone_get_a_card_when_asked_so(world, act, person):
    """Of a building nobody is registered in there are none; without the wish every door has one."""
    by = await person("steward")
    asked = {"kind": "card", "what": f"building:{world.building}", "lang": "zh", "skip": 0}
    assert "what" in (await act(making.make, by=by, only=True, **asked)).errors
    made = await act(making.make, by=by, only=False, **asked)
    assert (await reads.one(UUID(made.about), by)).things == 24
    assert await db.value("SELECT count(*) FROM door_card WHERE ended_at IS NULL AND made_at <= ?", clock.now()) == 24
