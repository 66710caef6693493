"""The pages of how long goods last."""

import io
from datetime import timedelta

import openpyxl
import pytest

from app.goods.rules import handling
from app.kernel import clock


@pytest.fixture
def world(app):
    return app.world


@pytest.fixture
async def used(hub, act):
    """Masks for one more day and insulin for many; soap that nobody took."""
    now = clock.now()
    with clock.at(now - timedelta(days=8)):
        soap = (await act(handling.add_item, "肥皂", "块", "other", False, by=hub.dee)).about
        await act(handling.receive, soap, hub.here, 9, None, False, by=hub.dee)
        await act(handling.receive, hub.masks, hub.here, 80, None, False, by=hub.dee)
        await act(handling.receive, hub.insulin, hub.there, 900, (now + timedelta(days=300)).date(), False, by=hub.dee)
    for ago in range(1, 8):
        with clock.at(now - timedelta(days=ago)):
            await act(handling.issue, hub.masks, hub.here, 10, by=hub.dee)
            await act(handling.issue, hub.insulin, hub.there, 10, by=hub.dee)
    return hub


async def test_the_shortest_comes_first_and_each_says_its_light_in_a_word(used, client):
    html = (await client("dispatcher").get("/stock/cover")).text
    masks, insulin, soap = (html.index(name) for name in ("口罩", "胰岛素", "肥皂"))
    assert masks < insulin < soap
    lines = html[html.index('id="items"') :]
    assert lines.index("badge alarm") < lines.index("badge calm") < lines.index("badge plain")
    html = (await client("dispatcher").get("/stock/cover", params={"hub": str(used.there)})).text
    assert "胰岛素" in html and "口罩" not in html[html.index('id="items"') :]
    assert "口罩" not in (await client("dispatcher").get("/stock/cover", params={"q": "岛"})).text


async def test_the_table_is_a_workbook(used, client):
    got = await client("dispatcher").get("/stock/cover/file")
    rows = list(openpyxl.load_workbook(io.BytesIO(got.content)).active.values)
    assert [row[0] for row in rows[1:]] == ["口罩", "胰岛素", "肥皂"] and rows[1][3] == 10


async def test_an_item_shows_its_days_as_a_picture_and_as_a_table(used, client):
    html = (await client("dispatcher").get(f"/stock/items/{used.masks}/days")).text
    assert html.count("<svg role") == 2 and html.count('<tr role="row">') == 1 + 9, "from the day on which the first of them came"
    assert (await client("dispatcher").get(f"/stock/items/{used.here}/days")).status_code == 404


async def test_limits_are_said_on_the_page_and_a_wrong_one_comes_back_filled(used, client):
    page = client("dispatcher")
    wrong = await page.post("/stock/cover/limits", data={"red": "9", "amber": "3"})
    assert wrong.status_code == 422 and 'value="9"' in wrong.text
    assert (await page.post(f"/stock/items/{used.masks}/limits", data={"red": "1", "amber": "1"})).status_code == 303
    html = (await page.get("/stock/cover")).text
    assert "badge alarm" not in html
