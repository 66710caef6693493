"""The pages of prices: a day, an item, a sheet that is looked at first."""

import io
from datetime import timedelta

import openpyxl
import pytest
from support.shown import shown

from app.goods.reads import prices
from app.goods.rules import handling
from app.goods.rules import prices as pricing
from app.kernel import clock, db


@pytest.fixture
def world(app):
    return app.world


@pytest.fixture
async def noted(hub, act):
    """Masks that rose by two fifths, insulin as ever, soap of which only a volume was said; all but today's on four days."""
    hub.soap = (await act(handling.add_item, "肥皂", "块", "other", False, by=hub.dee)).about
    hub.today = clock.local(clock.now()).date()
    for ago in (4, 3, 2, 1):
        day = hub.today - timedelta(days=ago)
        await act(pricing.enter, day, {hub.masks: 250, hub.insulin: 6000}, {hub.masks: 900}, by=hub.dee)
    await act(pricing.enter, hub.today, {hub.masks: 350, hub.insulin: 6000}, {hub.masks: 900}, by=hub.dee)
    return hub


async def test_a_day_shows_what_moved_most_first_and_leads_to_the_days_around(noted, client):
    html = (await client("dispatcher").get("/stock/prices")).text
    lines = html[html.index('id="items"') :]
    assert lines.index("口罩") < lines.index("胰岛素") and lines.index("badge alarm") < lines.index("badge calm")
    assert "肥皂" not in lines and "3.50" in shown(lines) and "40%" in shown(lines)
    yesterday = (noted.today - timedelta(days=1)).isoformat()
    assert f"day={yesterday}" in html and 'rel="next"' not in html
    before = (await client("dispatcher").get("/stock/prices", params={"day": yesterday})).text
    assert "badge alarm" not in before and 'rel="next"' in before
    assert "口罩" not in (await client("dispatcher").get("/stock/prices", params={"q": "岛"})).text
    assert "badge alarm" not in (await client("steward").get("/stock/prices/new")).text


async def test_a_form_leaves_blanks_out_and_comes_back_filled(noted, client):
    page, day = client("dispatcher"), noted.today.isoformat()
    html = (await page.get("/stock/prices/new")).text
    assert f"price-{noted.soap}" in html and f"price-{noted.masks}" not in html
    wrong = await page.post("/stock/prices", data={"day": day, f"price-{noted.soap}": "1.999", f"volume-{noted.soap}": "77"})
    assert wrong.status_code == 422 and 'value="1.999"' in wrong.text and 'value="77"' in wrong.text
    sent = {"day": day, f"price-{noted.soap}": "¥1.90", f"volume-{noted.soap}": "", f"price-{noted.masks}": ""}
    assert (await page.post("/stock/prices", data=sent)).status_code == 303
    there = await prices.of_day(noted.dee.community_id, noted.today)
    assert {(one.fen, one.volume) for one in there.values()} == {(190, None), (350, 900), (6000, None)}


async def test_an_item_shows_its_days_and_what_was_said_before_and_by_whom(noted, client, act):
    await act(pricing.correct, noted.masks, noted.today, 300, 900, by=noted.kim)
    html = (await client("dispatcher").get(f"/stock/items/{noted.masks}/prices?day={noted.today}")).text
    assert html.count("<svg role") == 2 and 'value="3.00"' in html
    assert noted.dee.name in shown(html) and noted.kim.name in shown(html) and "3.50" in shown(html)
    page = client("dispatcher")
    wrong = await page.post(f"/stock/items/{noted.masks}/prices", data={"day": noted.today.isoformat(), "price": "x", "volume": "4"})
    assert wrong.status_code == 422 and 'value="x"' in wrong.text
    seen = (await client("steward").get(f"/stock/items/{noted.masks}/prices")).text
    assert "<form" not in seen[seen.index('id="days"') :].split("</main>")[0]


def _xlsx(rows: list[list]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


async def test_a_file_is_shown_first_and_what_is_shown_is_what_is_kept(noted, client):
    page, day = client("dispatcher"), noted.today.isoformat()
    text = "物资,单位,价格,到货量\n肥皂,块,1.85,40\n白菜,斤,2,\n"
    files = {
        "a.csv": text.encode("gb18030"), "b.csv": text.encode("utf-8-sig"),
        "c.xlsx": _xlsx([["物资", "单位", "价格", "到货量"], ["肥皂", "块", 1.85, 40], ["白菜", "斤", 2, None]]),
    }  # fmt: skip
    for name, data in files.items():
        looked = await page.post("/stock/prices/read", data={"day": day}, files={"file": (name, data, "application/octet-stream")})
        assert looked.status_code == 422 and "白菜" in looked.text and "1.85" in looked.text and 'name="looked"' in looked.text, name
        assert "badge alarm" in looked.text and "badge calm" in looked.text
    assert noted.soap not in {str(one) for one in await prices.of_day(noted.dee.community_id, noted.today)}
    held = await page.post("/stock/prices/read", data={"day": day, "text": text, "looked": "1"})
    assert held.status_code == 422 and 'name="leave"' in held.text
    assert (await page.post("/stock/prices/read", data={"day": day, "text": text, "looked": "1", "leave": "1"})).status_code == 303
    assert await db.value("SELECT fen FROM goods_price WHERE item_id = ?", noted.soap) == 185


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"PK\x03\x04broken", "电话\n123\n".encode(), b"", b"\xff" * 40])
async def test_a_file_that_cannot_be_read_says_so_and_changes_nothing(hub, client, data):
    answer = await client("dispatcher").post("/stock/prices/read", data={"day": "2026-11-20"}, files={"file": ("a.csv", data, "text/csv")})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert await db.value("SELECT count(*) FROM goods_price") == 0


async def test_the_day_goes_out_as_a_table_and_comes_back_the_same(noted, client):
    page, day = client("dispatcher"), noted.today.isoformat()
    out = (await page.get("/stock/prices/file", params={"day": day})).content.decode("utf-8-sig")
    assert len(out.splitlines()) == 3 and "3.50" in out
    blank = (await page.get("/stock/prices/file", params={"blank": "1"})).content.decode("utf-8-sig")
    assert len(blank.splitlines()) == 4 and "3.50" not in blank
    assert (await page.post("/stock/prices/read", data={"day": day, "text": out, "looked": "1"})).status_code == 303
    assert await db.value("SELECT count(*) FROM goods_price_past") == 0
    assert (await page.post("/stock/prices/read", data={"day": day, "text": blank, "looked": "1"})).status_code == 422


async def test_the_limits_are_changed_where_those_of_the_cover_are(noted, client):
    page = client("dispatcher")
    assert 'action="/stock/prices/limits"' in (await page.get("/stock/cover")).text
    limits = {"price_amber": "50", "price_red": "60", "drop_amber": "30", "drop_red": "50"}
    assert (await page.post("/stock/prices/limits", data=limits | {"price_red": "40"})).status_code == 422
    assert (await page.post("/stock/prices/limits", data=limits)).status_code == 303
    assert "badge alarm" not in (await page.get("/stock/prices")).text


async def test_a_long_list_costs_as_many_queries_as_a_short_one(hub, act, client, queries=None):
    for n in range(60):
        await act(handling.add_item, f"物资{n:02}", "个", "other", False, by=hub.dee)
    items = await db.rows(str, "SELECT CAST(id AS TEXT) FROM goods_item")
    assert len(items) == 62
    html = (await client("dispatcher").get("/stock/prices/new")).text
    assert html.count('name="price-') == 50 and "page=2" in html
