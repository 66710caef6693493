"""The medicine desk's pages: from the asking to the money without script, what goes out of the house, who sees what."""

from uuid import UUID

import pytest
from support import needs as stage
from support import pictures
from support.shown import shown

from app.kernel import db
from app.needs import reads
from app.needs.reads import medicine
from app.needs.rules import finding, linking, sources

SHOP = {"kind": "pharmacy", "name": "和平药房", "phone": "023-67001111", "hours": "8-20", "address": "东门", "note": ""}
DRUG = "甲钴胺片0.5mg"


@pytest.fixture
def world(app):
    return app.world


@pytest.fixture
async def dee(person):
    return await person("dispatcher")


@pytest.fixture
async def need(act, world) -> UUID:
    return await stage.need(act, world.code, kind="medicine", what=DRUG, days_left=1)


async def case(need_id: UUID) -> medicine.Case:
    return await medicine.case((await reads.lines([need_id]))[0])


async def test_from_the_asking_to_the_money_without_script(client, act, world, need, dee):
    desk = client("dispatcher")
    assert (await desk.post("/medicine/sources", data=SHOP)).status_code == 303
    [shop] = await sources.directory.sources(world.community)
    html = (await desk.get("/medicine")).text
    assert DRUG in html and f"/medicine/{need}" in html
    path = f"/medicine/{need}"
    assert "tel:02367001111" in (await desk.get(path)).text
    refused = await desk.post(f"{path}/tries", data={"source": "neighbour", "outcome": "has"})
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text
    assert (await desk.post(f"{path}/tries", data={"source": str(shop.id), "outcome": "has"})).status_code == 303
    assert path in (await desk.get("/medicine?step=found")).text and path not in (await desk.get("/medicine?step=find")).text
    assert (await desk.post(f"{path}/buying", data={"source": str(shop.id)})).status_code == 303
    wrong = await desk.post(f"{path}/bought", data={"source": str(shop.id), "fen": "45,5"})
    assert wrong.status_code == 422 and "45,5" in wrong.text
    files = {"photo_file": ("a.jpg", pictures.jpeg(), "image/jpeg")}
    assert (await desk.post(f"{path}/bought", data={"source": str(shop.id), "fen": "45.5"}, files=files)).status_code == 303
    html = (await desk.get(path)).text
    assert "45.50" in shown(html) and html.count("/photos/") >= 1 and (await case(need)).step == "bought"
    assert "45.50" in shown((await desk.get("/medicine?step=bought")).text)


async def test_a_prescription_is_seen_by_those_who_see_its_need(client, world, need):
    files = {"photo_file": ("a.jpg", pictures.jpeg(), "image/jpeg")}
    assert (await client("operator").post(f"/medicine/{need}/prescription", files=files)).status_code == 303
    photo = await db.value("SELECT id FROM photo")
    seen = {
        who: (await client(who).get(f"/photos/{photo}")).status_code for who in ("steward", "operator", "volunteer", "outside_dispatcher")
    }
    assert seen == {"steward": 200, "operator": 200, "volunteer": 404, "outside_dispatcher": 404}
    assert (await client("operator").post(f"/medicine/{need}/prescription")).status_code == 422


async def test_a_medicines_name_is_in_no_message_no_happening_and_no_address(act, world, need, dee):
    shop = (await act(sources.add, by=dee, **(SHOP | {"phone": ""}))).about
    await act(finding.ask, need, source=shop, outcome="has_not", by=dee)
    for sql in ("SELECT payload FROM happening", "SELECT params FROM message", "SELECT path FROM receipt", "SELECT params FROM receipt"):
        assert not [row for row in await db.rows(str, sql) if DRUG in row], sql


async def test_the_shortage_list_as_a_file_holds_no_formula(client, act, world, dee):
    need = await stage.need(act, world.code, kind="medicine", what="=1+1", days_left=2)
    shop = (await act(sources.add, by=dee, **(SHOP | {"phone": ""}))).about
    await act(finding.ask, need, source=shop, outcome="has_not", by=dee)
    answer = await client("dispatcher").get("/medicine/short/file")
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert len(rows) == 2 and rows[1].startswith("'=1+1,1,") and answer.headers["Cache-Control"] == "no-store"
    for path in ("/medicine/short", "/medicine/short/sheet"):
        assert "=1+1" in (await client("dispatcher").get(path)).text


async def test_the_resident_reads_how_far_it_is_and_not_who_does_it(client, act, world, need, dee):
    shop = (await act(sources.add, by=dee, **(SHOP | {"phone": ""}))).about
    page = f"/track/{await linking.token_of(need)}"
    before = (await client().get(page)).text
    await act(finding.ask, need, source=shop, outcome="has", by=dee)
    after = (await client().get(page)).text
    assert after.count("<li") > before.count("<li") and dee.name not in after and SHOP["name"] not in after


async def test_a_need_that_is_no_medicine_is_not_at_the_desk(client, act, world):
    need = await stage.need(act, world.code, kind="food")
    assert (await client("dispatcher").get(f"/medicine/{need}")).status_code == 404
    assert str(need) not in (await client("dispatcher").get("/medicine")).text


async def test_the_directory_goes_out_as_a_table_and_comes_in_as_one(client, world):
    desk = client("dispatcher")
    await desk.post("/medicine/sources", data=SHOP)
    out = (await desk.get("/medicine/sources/file")).content
    assert SHOP["name"] in out.decode("utf-8-sig")
    more = out + "online,区医院网上门诊,02367002222,全天,,\n医院,中心医院,,,,\n".encode()
    more = more.replace(b"8-20", b"9-21")
    for sent in (more, more.decode("utf-8-sig").encode("gb18030")):
        assert (await desk.post("/medicine/sources/read", files={"file": ("a.csv", sent, "text/csv")})).status_code == 303
        found = {one.name: (one.kind, one.phone, one.hours) for one in await sources.directory.sources(world.community)}
        assert found == {
            SHOP["name"]: ("pharmacy", "02367001111", "9-21"), "区医院网上门诊": ("online", "02367002222", "全天"), "中心医院": ("hospital", "", ""),
        }  # fmt: skip


@pytest.mark.parametrize(
    "table",
    ["名称,类别\n王阿姨,neighbour\n", "电话\n02367001111\n", "名称,电话\n药房,不知道\n", "名称,类别\n药房,超市\n", "名称\n", "\x00\x01"],
)
async def test_a_table_that_cannot_be_read_changes_nothing_and_says_why(client, world, table):
    answer = await client("dispatcher").post("/medicine/sources/read", files={"file": ("a.csv", table.encode(), "text/csv")})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text
    assert await db.value("SELECT count(*) FROM medicine_source") == 0


async def test_what_was_paid_goes_out_without_a_medicines_name(client, act, world, need, dee):
    from app.needs.rules import buying

    shop = (await act(sources.add, by=dee, **(SHOP | {"phone": ""}))).about
    await act(buying.pay, need, source=shop, fen=4550, by=dee)
    lines = (await client("dispatcher").get("/medicine/paid/file")).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and "45.50" in lines[1] and dee.name in lines[1] and DRUG not in lines[1]
    assert (await client("steward").get("/medicine/paid/file")).status_code == 403
