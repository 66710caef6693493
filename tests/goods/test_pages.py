"""The stock pages: who keeps a hub, what is looked for, what a complaint keeps, what a guess at an address does."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from goods.licences import drives
from goods.test_keeping import in_days
from support import pictures
from support.shown import shown

from app.goods import reads
from app.goods.reads import inbound as trucks
from app.goods.reads import tonnage, trips
from app.goods.rules import counting, handling, inbound, sending
from app.journal import worker
from app.kernel import clock, db
from app.people.rules import accounts, roles, vehicles
from app.photos.reads import photos_of


@pytest.fixture
def world(app):
    return app.world


@pytest.fixture
async def stocked(hub, act):
    await act(handling.receive, hub.masks, hub.here, 40, None, False, by=hub.dee)
    await act(handling.receive, hub.insulin, hub.there, 6, in_days(3), True, by=hub.dee)
    return hub


async def test_a_hub_keeper_has_her_bar_and_moves_goods_and_nothing_else(stocked, client, act, world):
    given = await act(roles.give, world.volunteer, "hub_keeper", (), None, by=stocked.dee)
    assert given.state == "applied"
    hers = client("volunteer")
    await hers.post("/role", data={"role": "hub_keeper"})
    assert (await hers.get("/stock/receive")).status_code == 200
    said = {"item": stocked.masks, "place": stocked.here, "quantity": "5"}
    assert (await hers.post("/stock/receive", data={key: str(value) for key, value in said.items()})).status_code == 303
    assert sum(lot.quantity for lot in await reads.lots_of(stocked.masks, stocked.here, stocked.dee.community_id)) == 45
    for path in ("/people", "/unreached", "/board", "/households"):
        assert (await hers.get(path)).status_code == 403, path


async def test_a_search_takes_signs_as_they_are(stocked, client):
    page = client("dispatcher")
    for asked, masks, insulin in (("口", True, False), ("%", False, False), ("_", False, False), ("!", False, False), ("", True, True)):
        html = (await page.get("/stock", params={"q": asked})).text
        assert (str(stocked.masks) in html, str(stocked.insulin) in html) == (masks, insulin), asked


async def test_each_hub_shows_its_own_and_what_expires_soon_is_found(stocked, client):
    page = client("dispatcher")
    html = (await page.get("/stock", params={"hub": str(stocked.here)})).text
    assert str(stocked.masks) in html and str(stocked.insulin) not in html
    html = (await page.get("/stock", params={"show": "soon"})).text
    assert str(stocked.masks) not in html and str(stocked.insulin) in html
    html = (await page.get("/stock/moves", params={"hub": str(stocked.there)})).text
    assert str(stocked.masks) not in html and html.count('id="move-') == 1


async def test_a_complaint_keeps_what_was_typed_in_the_form_that_it_is_about(stocked, client):
    [lot] = await reads.lots_of(stocked.masks, stocked.here, stocked.dee.community_id)
    told = await client("dispatcher").post(f"/stock/lots/{lot.lot_id}/waste", data={"place": str(stocked.here), "quantity": "7"})
    assert told.status_code == 422 and told.text.count('value="7"') == 1


async def test_another_hubs_transfer_is_told_until_it_came(stocked, client, act):
    [lot] = await reads.lots_of(stocked.masks, stocked.here, stocked.dee.community_id)
    sent = (await act(sending.send, lot.lot_id, stocked.here, stocked.there, 4, by=stocked.dee)).about
    await act(counting.begin, lot.lot_id, stocked.here, 987654, by=stocked.dee)
    html = (await client("dispatcher").get("/stock/open")).text
    assert f"/stock/transfers/{sent}" in html and "987654" not in html
    html = (await client("dispatcher").get(f"/stock/lots/{lot.lot_id}/at/{stocked.here}")).text
    assert "987654" not in html
    await act(sending.arrive, UUID(sent), 4, "", by=stocked.kim)
    assert f"/stock/transfers/{sent}" not in (await client("dispatcher").get("/stock/open")).text


@pytest.fixture
async def truck(stocked, act) -> UUID:
    """Has come to the eastern hub, where it is to bring ten masks."""
    made = UUID((await act(inbound.book, stocked.here, "粮油公司", "渝A12345", 3000, clock.now(), 60, by=stocked.dee)).about)
    await act(inbound.expect, made, stocked.masks, 10, by=stocked.dee)
    await act(inbound.arrive, made, by=stocked.dee)
    return made


async def test_a_line_that_was_entered_by_mistake_is_taken_off(stocked, client, truck):
    for quantity in ("4", "0"):
        told = await client("dispatcher").post(f"/trucks/{truck}/lines", data={"item": str(stocked.insulin), "quantity": quantity})
        assert told.status_code == 303, quantity
    assert [(line.item_id, line.expected) for line in await trucks.lines(truck)] == [(stocked.masks, 10)]


async def test_pages_ask_as_many_questions_for_many_lots_as_for_few(stocked, client, act, monkeypatch):
    asked = []
    was = db.rows

    async def counted(*said, **more):
        asked.append(said[1])
        return await was(*said, **more)

    monkeypatch.setattr(db, "rows", counted)
    page, paths = client("dispatcher"), ("/stock", "/stock/moves", "/stock/open", f"/stock/items/{stocked.insulin}")

    async def questions() -> list[int]:
        found = []
        for path in paths:
            asked.clear()
            assert (await page.get(path)).status_code == 200
            found.append(len(asked))
        return found

    few = await questions()
    for n in range(30):
        await act(handling.receive, stocked.insulin, stocked.here, 1 + n, in_days(10 + n), False, by=stocked.dee)
    assert await questions() == few


async def test_the_role_of_a_keeper_is_of_one_community(stocked, client, world):
    async def elsewhere() -> None:
        other = await db.value("SELECT id FROM community WHERE id <> ?", world.community)
        await accounts.give_role(world.volunteer, "hub_keeper", other, place="community", place_id=other)

    await worker.do(elsewhere)
    assert (await client("volunteer").get("/stock")).status_code == 403


async def test_a_trucks_code_opens_its_booking_scanned_or_typed(stocked, client, truck):
    code = (await trucks.booking(truck, stocked.dee.community_id)).code
    page = client("dispatcher")
    assert (await page.get(f"/k/{code}")).headers["location"] == f"/trucks/{truck}"
    assert (await page.get("/scan", params={"code": f"{code[:4].lower()} {code[4:]}"})).headers["location"] == f"/k/{code}"
    assert f"/k/{code}" in (await page.get(f"/trucks/{truck}/code")).text
    assert (await client("outside_dispatcher").get(f"/k/{code}")).status_code == 404
    assert (await page.get("/k/22222222")).status_code == 404


async def test_trucks_and_tonnes_are_counted_by_the_day_of_the_place(stocked, client, act):
    """One leaves today, one left yesterday a minute before midnight, one was called off, one has not come."""
    midnight = clock.day_start(clock.now())
    await act(inbound.set_docks, stocked.here, 4, by=stocked.dee)
    before = midnight - timedelta(minutes=1)
    for starts, kilos, then in ((midnight, 3000, "gone"), (before, 4000, "gone"), (midnight, 7000, "off"), (midnight, 9000, "")):
        with clock.at(starts):
            made = UUID((await act(inbound.book, stocked.here, "粮油公司", "渝A1", kilos, starts, 30, by=stocked.dee)).about)
            if then == "off":
                await act(inbound.cancel, made, by=stocked.dee)
            if then == "gone":
                await act(inbound.arrive, made, by=stocked.dee)
                await act(inbound.leave, made, 2500 if kilos == 3000 else None, "", by=stocked.dee)
    days = await tonnage.days(stocked.dee.community_id, midnight - timedelta(days=3), midnight + timedelta(days=1))
    today, yesterday = clock.local(midnight).date(), clock.local(midnight - timedelta(days=1)).date()
    assert {day: (one.booked, one.arrived, one.gone, one.kilos) for day, one in days.items()} == {
        today: (2, 1, 1, 2500),
        yesterday: (1, 1, 1, 4000),
    }
    html = (await client("dispatcher").get("/trucks/days")).text
    assert {"2.5", "4", "6.5"} <= set(re.findall(r"[\d.]+", shown(html)))


async def test_what_came_off_a_truck_is_photographed_for_those_who_see_the_stock(stocked, client, truck):
    said = {"item": str(stocked.masks), "place": str(stocked.here), "quantity": "9"}
    file = {"photo_file": ("dented.jpg", pictures.SMALL, "image/jpeg")}
    assert (await client("dispatcher").post(f"/trucks/{truck}/unload", data=said, files=file)).status_code == 303
    [taken] = (await photos_of("truck", [truck]))[truck]
    assert taken.shown == "kept"
    assert f'href="{taken.path}?' in (await client("dispatcher").get(f"/trucks/{truck}")).text
    seen = {name: (await client(name).get(f"{taken.path}/image")).status_code for name in ("dispatcher", "volunteer", "outside_dispatcher")}
    assert seen == {"dispatcher": 200, "volunteer": 404, "outside_dispatcher": 404}


async def test_a_vehicle_leaves_and_comes_back_on_its_page(stocked, client, act, world):
    await worker.do(lambda: drives(world.volunteer, world.dispatcher))
    van = (await act(vehicles.add, "渝A88888", 3000, "ready", by=stocked.dee)).about
    page = client("dispatcher")
    said = {"driver": str(world.volunteer), "hub": str(stocked.here), "kilos": "9000"}
    told = await page.post(f"/vehicles/{van}/leave", data=said)
    assert told.status_code == 422 and told.text.count('value="9000"') == 1
    assert (await page.post(f"/vehicles/{van}/leave", data=said | {"kilos": "900"})).status_code == 303
    [trip] = await trips.out(stocked.dee.community_id)
    html = (await page.get("/vehicles")).text
    assert f"/trips/{trip.id}/back" in html and "0.9" in shown(html)
    assert (await page.post(f"/trips/{trip.id}/back", data={})).status_code == 303
    assert f"/vehicles/{van}/leave" in (await page.get("/vehicles")).text
    assert f"/vehicles/{van}/leave" not in (await client("steward").get("/vehicles")).text
