"""What people do on the pages: a resident without script, a steward for her neighbour, a chain out of a chat group, the lists."""

import io
import re
from uuid import UUID

import openpyxl
import pytest
from support import pictures
from support.counting import statements
from support.shown import shown

from app.goods.rules import handling
from app.kernel import db
from app.orders import reads
from app.orders.reads import placed, sums
from app.orders.rules import offering, ordering
from app.people.person import STRANGER


@pytest.fixture
def world(app):
    return app.world


def links(html: str, start: str) -> list[str]:
    return re.findall(rf'href="({start}[^"]*)"', html)


def act_of(html: str) -> str:
    return re.search(r'name="act" value="([\w-]{22})"', html)[1]


async def test_a_resident_orders_changes_and_takes_back_without_script(market, client):
    her = client(None)
    html = (await her.get(f"/order/{market.code}")).text
    [path] = links(html, f"/order/{market.code}/")
    form = (await her.get(path)).text
    said = {"act": act_of(form), "unit": "1", "room": "602", "pack-A": "2", "phone": "13912345678", "name": "王芳"}
    first, again = [await her.post(path, data=said) for _ in range(2)]
    assert (
        first.status_code == again.status_code == 303 and first.headers["location"].split("?")[0] == again.headers["location"].split("?")[0]
    )
    hers = first.headers["location"].split("?")[0]
    html = (await her.get(hers)).text
    assert "13912345678" not in html and "王芳" not in html
    token, order = hers.rsplit("/", 1)[1], await placed.by_token(hers.rsplit("/", 1)[1])
    changed = await her.post(f"/ordered/{order.id}/change", data={"token": token, "pack-A": "1", "pack-B": "1"})
    assert changed.status_code == 303 and (await placed.by_token(token)).has == {"A": 1, "B": 1}
    await her.post(f"/ordered/{order.id}/take-back", data={"token": token})
    assert not (await placed.by_token(token)).has and await market.sums() == {"A": 0, "B": 0}


async def test_what_was_typed_stands_in_the_form_that_complains(market, client):
    path = f"/order/{market.code}/{market.offer}"
    told = await client(None).post(path, data={"unit": "1", "room": "9999", "pack-A": "2", "note": "放门口"})
    assert told.status_code == 422 and 'value="9999"' in told.text and "放门口" in told.text
    assert re.search(r'name="pack-A"[^>]*value="2"', told.text)


async def test_a_neighbours_order_is_told_to_nobody(market, client):
    await market.order("602", A=2, name="王芳", phone="13912345678")
    told = await client(None).post(
        f"/order/{market.code}/{market.offer}", data={"unit": "1", "room": "602", "pack-A": "1"}, follow_redirects=True
    )
    assert "王芳" not in told.text and "13912345678" not in told.text and not links(told.text, "/ordered/")


async def test_a_steward_orders_for_her_buildings_alone(market, client, world):
    hers = client("steward")
    form = {"building": str(world.building), "unit": "1", "room": "501", "pack-A": "1"}
    assert (await hers.post(f"/offers/{market.offer}/orders", data=form)).status_code == 303
    form |= {"building": str(world.building2), "unit": "", "room": "101"}
    assert (await hers.post(f"/offers/{market.offer}/orders", data=form)).status_code == 403
    await market.order("101", code=world.code2, A=3)
    html = shown((await hers.get(f"/offers/{market.offer}/list")).text)
    assert "A×1" in html and "A×3" not in html
    assert "A×3" in shown((await client("dispatcher").get(f"/offers/{market.offer}/list")).text)


CHAIN = """周三蔬菜包接龙
1. 1-1-602 2份A 1份B
2. 1-1-501 A1
3. 1-1-909 A1
4. 1-1-401 老样子
5. 1-1-602 改成 A1
"""


async def test_a_chain_is_looked_at_then_entered_and_not_doubled_when_it_is_pasted_again(market, client, world):
    desk, path = client("dispatcher"), f"/offers/{market.offer}/chain"
    estate = str(market.building.estate_id)
    said = {"text": CHAIN, "estate": estate}
    assert (await desk.post(path, data=said)).status_code == 422 and await market.sums() == {"A": 0, "B": 0}
    told = await desk.post(path, data=said | {"looked": "1"})
    assert told.status_code == 422 and "1-1-909 A1" in told.text, "what is asked about is not passed over"
    assert (await desk.post(path, data=said | {"looked": "1", "leave": "1"})).status_code == 303
    assert {one.room: one.has for one in await placed.of_offer(market.offer)} == {"1单元 602": {"A": 1}, "1单元 501": {"A": 1}}
    told = await desk.post(path, data=said | {"looked": "1", "leave": "1", "text": CHAIN + "6. 1-1-502 B2"})
    assert told.status_code == 303 and await market.sums() == {"A": 2, "B": 2}


async def test_a_chain_for_which_there_is_not_enough_enters_nothing(market, client):
    said = {"text": "1-1-602 B2\n1-1-601 B2\n1-1-502 B2", "estate": str(market.building.estate_id), "looked": "1"}
    told = await client("dispatcher").post(f"/offers/{market.offer}/chain", data=said)
    assert told.status_code == 422 and await market.sums() == {"A": 0, "B": 0} and "1-1-601 B2" in told.text


async def test_lists_sheets_and_the_file_say_the_same(market, client, world):
    await market.order("602", A=2, B=1, note="放门口", name="王芳", phone="13912345678")
    await market.order("101", code=world.code2, A=3)
    await market.cut()
    desk = client("dispatcher")
    for path in ("list", "sheets"):
        html = shown((await desk.get(f"/offers/{market.offer}/{path}")).text)
        assert all(said in html for said in ("A×2 B×1", "A×3", "放门口")), path
        assert "13912345678" not in html and "王芳" not in html, path
    book = openpyxl.load_workbook(io.BytesIO((await desk.get(f"/offers/{market.offer}/file")).content))
    doors = list(book.worksheets[0].values)
    assert [row[2:] for row in doors[1:]] == [(2, 1, 110.5), (3, 0, 90)]
    assert "王芳" not in str([list(sheet.values) for sheet in book.worksheets]) and await market.sums() == {"A": 5, "B": 1}


async def test_what_falls_short_of_the_stock_is_named(market, client, act):
    cabbage = UUID((await act(handling.add_item, "大白菜", "斤", "food", False, by=market.dee)).about)
    hub = UUID((await act(handling.add_place, "东门", None, by=market.dee)).about)
    await act(handling.receive, cabbage, hub, 5, None, False, by=market.dee)
    await act(offering.mend_pack, market.greens, "蔬菜包", "", 0, (), {cabbage: 2}, by=market.dee)
    await market.order("602", A=3)
    html = shown((await client("dispatcher").get(f"/offers/{market.offer}")).text)
    [row] = await sums.items(market.offer, market.dee.community_id, "2020-01-01")
    assert (row.needed, row.there, row.short) == (6, 5, 1) and "大白菜" in html


async def test_the_cut_off_makes_a_run_for_each_building_with_what_each_door_ordered(market, client, app):
    await market.order("602", A=2)
    await market.order("501", B=1)
    await market.order("101", code=market.world.code2, A=1)
    gone = await placed.by_token(await ordering.token_of((await market.order("401", A=1)).about))
    await market.act(ordering.take_back, gone.id, await ordering.token_of(gone.id), by=STRANGER)
    await market.cut()
    await app.edge.app.state.worker.once()
    [spread] = re.findall(r'href="(/distributions/[0-9a-f-]{36})"', (await client("dispatcher").get("/distributions")).text)
    html = (await client("dispatcher").get(spread)).text
    runs = {path.partition("#")[0] for path in links(html, "/runs/")}
    assert len(runs) == 2
    cards = "".join([shown((await client("dispatcher").get(run)).text) for run in runs])
    assert all(said in cards for said in ("A×2", "B×1", "A×1"))
    assert await db.value("SELECT count(*) FROM distribution_door") == 3
    await market.cut()
    await app.edge.app.state.worker.once()
    assert await db.value("SELECT count(*) FROM distribution") == 1


async def test_a_list_costs_the_same_for_few_and_for_many(market, client):
    async def walk() -> int:
        with statements() as asked:
            await client("dispatcher").get(f"/offers/{market.offer}/list")
        return len(asked)

    await market.order("602", A=1)
    few = await walk()
    for room in ("101", "102", "201", "202", "301", "302", "401", "402", "501", "502"):
        await market.order(room, A=1)
    assert await walk() == few
    assert (await reads.offer(market.offer, market.dee.community_id)).orders == 11


async def test_a_page_that_many_strangers_look_at_is_drawn_once_and_every_form_has_an_id_of_its_own(market, client):
    path = f"/order/{market.code}/{market.offer}"
    await client(None).get(path)
    with statements() as asked:
        pages = [(await client(None).get(path)).text for _ in range(5)]
    assert not asked and len({act_of(html) for html in pages}) == 5
    english = (await client(None, lang="en").get(path)).text
    assert '<html lang="en"' in english and '<html lang="en"' not in pages[0]
    hers, again = await client("steward").get(path), await client(None).get(path)
    assert hers.headers["x-owner"] and "x-owner" not in again.headers and hers.text != again.text


async def test_what_is_in_a_pack_is_pictured_where_it_is_ordered(market, client, world):
    file = {"photo_file": ("greens.jpg", pictures.SMALL, "image/jpeg")}
    said = {"name": "蔬菜包", "price": "30"}
    assert (await client("dispatcher").post(f"/packs/{market.greens}", data=said, files=file)).status_code == 303
    html = (await client(None).get(f"/order/{market.code}/{market.offer}")).text
    [source] = re.findall(r'src="(/order/[^"]+/picture/A)"', html)
    shown_to = await client(None).get(source)
    assert shown_to.status_code == 200 and shown_to.headers["content-type"] == "image/jpeg"
    assert (await client(None).get(source.replace(world.code, world.far_code))).status_code == 404
    assert (await client(None).get(source.removesuffix("A") + "B")).status_code == 404
