"""Buildings, doors and one door: counts in lists, names only where they are asked for, on record."""

import re
from uuid import UUID

import pytest
from care.imports import THREE, bring_in, count, file
from support.ledgers import changed

from app.care import reads
from app.care.rules import residents
from app.kernel import db, seal

XSS = '<script>alert("x")</script>'
SECRETS = ("王伟", "李娜", "赵军", "19900000001", "13900000002", "耳背", "每周二四六")


@pytest.fixture
async def ledger(app, act, person):
    """Three people: 李娜 in the steward's building, 王伟 and 赵军 elsewhere."""
    await bring_in(act, await person("dispatcher"), file(*THREE))
    return {r.name: r for r in await reads.residents_everywhere(app.world.community)}


async def test_lists_hold_counts_and_no_secret(client, app, ledger):
    phone = client("dispatcher")
    li = ledger["李娜"]
    for path in ("/households", f"/buildings/{li.building_id}", f"/buildings/{app.world.building3}"):
        text = (await phone.get(path)).text
        assert not [secret for secret in (*SECRETS, "孕产妇", "血透患者") if secret in text]
    text = (await phone.get(f"/buildings/{li.building_id}")).text
    assert f"/households/{li.household_id}" in text


async def test_a_household_shows_masked_people_and_opens_one_on_request(client, app, ledger):
    li = ledger["李娜"]
    phone = client("steward")
    text = (await phone.get(f"/households/{li.household_id}")).text
    assert "李*" in text and "139****0002" in text and "孕产妇" in text
    assert not [secret for secret in SECRETS if secret in text]
    opened = await phone.post(f"/residents/{li.id}/reveal", data={"act": ""})
    assert opened.status_code == 200 and "李娜" in opened.text and "13900000002" in opened.text
    assert opened.headers["cache-control"] == "no-store" and "x-act-receipt" in opened.headers
    part = await client("steward", htmx=True).post(f"/residents/{li.id}/reveal", data={"act": ""})
    assert "李娜" in part.text and "<html" not in part.text and f'id="resident-{li.id}"' in part.text
    assert "李娜" not in (await phone.get(f"/households/{li.household_id}")).text
    assert await count("happening", "kind = 'resident.revealed'") == 2


async def test_a_steward_sees_her_buildings_only(client, app, ledger):
    phone = client("steward")
    text = (await phone.get("/households")).text
    assert f"/buildings/{app.world.building}" in text and f"/buildings/{app.world.building3}" not in text
    assert (await phone.get(f"/buildings/{app.world.building3}")).status_code == 403
    zhao = ledger["赵军"]
    assert (await phone.get(f"/households/{zhao.household_id}")).status_code == 403
    assert (await phone.post(f"/residents/{zhao.id}/reveal", data={"act": ""})).status_code == 403


@pytest.mark.parametrize("name", ["outsider", "outside_dispatcher"])
async def test_outsiders_see_nothing(client, app, ledger, name):
    li = ledger["李娜"]
    for path in (f"/buildings/{li.building_id}", f"/households/{li.household_id}", f"/households/{li.household_id}/residents/new",
                 f"/residents/{li.id}/edit"):  # fmt: skip
        assert (await client(name).get(path)).status_code == 404
    text = (await client(name).get("/households")).text
    assert str(li.building_id) not in text


async def find(phone, typed: str) -> list[str]:
    answer = await phone.post("/households/search", data={"q": typed})
    assert answer.status_code == 200
    found = re.search(r'aria-labelledby="found".*?</section>', answer.text, re.S)[0]
    return re.findall(r'href="/households/([0-9a-f-]+)"', found)


async def test_a_door_is_found_by_room_and_by_name(client, app, ledger):
    li, zhao = ledger["李娜"], ledger["赵军"]
    for typed in ("1栋2单元501", "桃花桥一村1-2-501", "李娜", "李"):
        assert str(li.household_id) in await find(client("dispatcher"), typed)
    assert await find(client("steward"), "李娜") == [str(li.household_id)]
    assert await find(client("steward"), "赵军") == []
    assert await find(client("dispatcher"), "赵") == [str(zhao.household_id)]
    assert await find(client("outside_dispatcher"), "李娜") == []
    assert await find(client("dispatcher"), "没有这人") == []


async def test_a_search_says_what_is_missing_and_echoes_markup_escaped(client, app):
    phone = client("dispatcher")
    assert (await phone.post("/households/search", data={"q": " "})).status_code == 422
    assert XSS not in (await phone.post("/households/search", data={"q": XSS})).text


async def form_of(phone, path: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', (await phone.get(path)).text.partition("<main")[2]))


@pytest.mark.parametrize("who", ["steward", "dispatcher"])
async def test_entering_and_changing_by_hand(client, app, ledger, who):
    li, phone = ledger["李娜"], client("steward")
    new = f"/households/{li.household_id}/residents"
    sent = await form_of(phone, f"{new}/new") | {"name": XSS, "phone": "139 1111 2222", "kinds": "infant", "note": XSS}
    assert (await phone.post(new, data=sent)).headers["location"].startswith(f"/households/{li.household_id}")
    [her] = [r for r in await reads.residents_of(li.household_id) if r.name == XSS]
    assert (her.phone, her.kinds, her.note) == ("13911112222", ("infant",), XSS)
    opened = await phone.post(f"/residents/{her.id}/reveal", data={"act": ""})
    assert XSS not in opened.text and "&lt;script&gt;" in opened.text
    stale = await form_of(client(who), f"/residents/{her.id}/edit")
    first = await phone.post(
        f"/residents/{her.id}", data=await form_of(phone, f"/residents/{her.id}/edit") | {"name": "王芳", "phone": "", "note": ""}
    )
    assert first.status_code == 303
    late = await client(who).post(f"/residents/{her.id}", data=stale | {"act": "", "name": "我写的名字", "phone": "", "note": "我写的话"})
    kept = "applied" if who == "steward" else "conflict"  # her own word, said again, or somebody else's beside it
    assert late.status_code == 303 and f"; {kept}; " in late.headers["x-act-receipt"]
    assert (await reads.resident(her.id)).name == ("我写的名字" if who == "steward" else "王芳")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"phone": "12"}, "phone"),
        ({"kinds": "hero"}, "kinds"),
        ({"note": "x" * 501}, "note"),
    ],
)
async def test_every_field_has_its_complaint_and_keeps_what_was_typed(client, app, ledger, wrong, field):
    li, phone = ledger["李娜"], client("steward")
    before = await count("resident")
    sent = {"name": "王芳", "phone": "13911112222", "note": "留着这句", "act": "", "version": "0"} | wrong
    for path in (f"/households/{li.household_id}/residents", f"/residents/{li.id}"):
        answer = await phone.post(path, data=sent)
        assert answer.status_code == 422 and f'id="f-{field}-error"' in answer.text
        assert field == "note" or "留着这句" in answer.text
    assert await count("resident") == before and (await reads.resident(li.id)).version == 0


async def test_opening_the_form_is_on_record(client, app, ledger):
    li = ledger["李娜"]
    text = (await client("steward").get(f"/residents/{li.id}/edit")).text
    assert "李娜" in text and await count("happening", "kind = 'resident.revealed' AND by = ?", app.world.steward) == 1


async def test_erased_data_is_said_to_be_erased(client, app, ledger):
    li, phone = ledger["李娜"], client("steward")
    seal.destroy_keys(await db.rows(UUID, "SELECT key_id FROM resident WHERE id = ?", li.id))
    text = (await phone.get(f"/households/{li.household_id}")).text
    assert f'id="resident-{li.id}"' in text and "李*" not in text and f"/residents/{li.id}/reveal" not in text
    assert (await phone.get(f"/residents/{li.id}/edit")).status_code == 409
    assert (await phone.get(f"/buildings/{li.building_id}")).status_code == 200
    assert await find(phone, "李娜") == []
    dispatcher = client("dispatcher")
    again = await dispatcher.post("/ledger", files={"file": ("a.xlsx", file(*THREE).data)}, data={"act": ""})
    assert (await dispatcher.get(again.headers["location"])).status_code == 200


async def test_lists_cost_the_same_for_few_and_many(client, app, act, person, monkeypatch):
    asked = []
    rows = db.rows
    monkeypatch.setattr(db, "rows", lambda *a: (asked.append(a[1]), rows(*a))[1])

    async def cost(path: str) -> int:
        asked.clear()
        assert (await client("dispatcher").get(path)).status_code == 200
        return len(asked)

    few = [await cost(path) for path in ("/households", f"/buildings/{app.world.building}")]
    many = [changed(building="1栋", unit="2单元", room=f"{f}-{d}", name=f"王{n}") for f in range(1, 7) for d in (1, 2) for n in "甲乙丙"]
    await bring_in(act, await person("dispatcher"), file(*many))
    home = (await reads.residents_in(app.world.building))[0].household_id
    assert [await cost(path) for path in ("/households", f"/buildings/{app.world.building}")] == few
    three = await cost(f"/households/{home}")
    for name in ("甲一", "甲二", "甲三"):
        await act(residents.add, home, by=await person("dispatcher"), name=name, phone="", kinds=(), note="")
    assert await cost(f"/households/{home}") == three
