"""The ledger leaves only when two agree, once, within the hour, marked and without a formula (S17, S23, P14)."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
from openpyxl import load_workbook
from privacy.test_erasing import LADY, NAME, PHONE, home

from app.care.rules import residents
from app.kernel import clock, db, ids
from app.privacy.reads.exports import export
from app.privacy.rules import exporting


async def granted(act, person) -> UUID:
    made = UUID((await act(exporting.ask, "outage", by=await person("dispatcher"))).about)
    assert (await act(exporting.approve, made, by=await person("command"))).state == "applied"
    return made


@pytest.mark.postgres
async def test_nobody_agrees_to_her_own_export(world, act, person):
    dispatcher = await person("dispatcher")
    asked = await act(exporting.ask, "outage", by=dispatcher)
    told = await act(exporting.approve, UUID(asked.about), by=dispatcher)
    assert (told.state, told.reason) == ("refused", "takes-two")
    told = await act(exporting.fetch, UUID(asked.about), by=dispatcher)
    assert (told.state, told.reason) == ("refused", "is-asked")
    with pytest.raises(db.IntegrityError):
        await db.run("UPDATE ledger_export SET decided_by = asked_by, decided_at = ?, granted = ?", clock.now(), True)
    messages = await db.rows(UUID, "SELECT account_id FROM message WHERE words = 'message.export_asked'")
    assert messages == [world.command]


@pytest.mark.postgres
async def test_agreed_it_can_be_fetched_for_an_hour_and_once(world, act, person):
    dispatcher = await person("dispatcher")
    made = await granted(act, person)
    assert (await act(exporting.fetch, made, by=dispatcher)).state == "applied"
    assert (await act(exporting.fetch, made, by=dispatcher)).reason == "is-fetched"
    assert [await exporting.hand(made), await exporting.hand(made)] == [True, False]
    other = await granted(act, person)
    clock.advance(timedelta(minutes=61))
    assert (await act(exporting.fetch, other, by=dispatcher)).reason == "is-over"
    kinds = await db.rows(str, "SELECT kind FROM happening WHERE kind LIKE 'export.%' ORDER BY id")
    assert kinds == ["export.asked", "export.approved", "export.fetched", "export.asked", "export.approved"]


async def test_refused_nothing_leaves(world, act, person):
    dispatcher, command = await person("dispatcher"), await person("command")
    made = UUID((await act(exporting.ask, "outage", by=dispatcher)).about)
    assert (await act(exporting.refuse, made, by=command)).state == "applied"
    assert (await act(exporting.approve, made, by=command)).reason == "decided-already"
    assert (await act(exporting.fetch, made, by=dispatcher)).reason == "is-refused"
    assert (await export(made, world.community)).state == "refused"


async def test_the_file_is_marked_has_no_formula_and_comes_once(app, client, act, person):
    dispatcher = await person("dispatcher")
    her = await act(residents.add, await home(app.world), by=dispatcher, **LADY)
    made = await granted(act, person)
    desk = client("dispatcher")
    assert NAME not in (await desk.get("/exports")).text
    fetched = await desk.post(f"/exports/{made}/fetch", data={"act": ids.secret()})
    where = fetched.headers["location"]
    assert (await client("command").get(where)).status_code == 303
    answer = await desk.get(where)
    book = load_workbook(io.BytesIO(answer.content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"} and {NAME, PHONE} <= {cell.value for cell in cells}
    assert next(cell for cell in cells if cell.value == NAME).quotePrefix
    for sheet in book.worksheets:
        for told in ("狄调度", "孔指挥", "断网断电"):
            assert told in sheet.oddHeader.center.text and told in sheet.oddFooter.center.text
    assert "狄调度" in book.worksheets[0]["A1"].value
    assert (await desk.get(where)).status_code == 303
    page = (await desk.get(f"/residents/{her.about}/data")).text
    assert "整份台账" in page


async def test_whoever_lost_the_role_meanwhile_gets_nothing(app, client, act, person):
    made = await granted(act, person)
    fetched = await client("dispatcher").post(f"/exports/{made}/fetch")
    await db.run("UPDATE role SET ended_at = ? WHERE account_id = ? AND role = 'dispatcher'", clock.now(), app.world.dispatcher)
    assert (await client("dispatcher").get(fetched.headers["location"])).status_code == 403


async def test_a_purpose_of_ones_own_words_is_refused_with_the_form_again(app, client):
    answer = await client("dispatcher").post("/exports", data={"purpose": "好奇"})
    assert answer.status_code == 422 and "<form" in answer.text
    assert await db.value("SELECT count(*) FROM ledger_export") == 0
