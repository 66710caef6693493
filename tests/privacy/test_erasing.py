"""A subject's rights on one screen: all that is held, who looked, a copy to take along, and erasing that no backup undoes (P6, P11, P12)."""

import io
import json
import shutil
import sqlite3
from uuid import UUID

import pytest
from commands.test_keeping import command
from openpyxl import load_workbook

from app import web
from app.care.reads.residents import resident as read_resident
from app.care.rules import residents
from app.commands import keeping
from app.journal import chain
from app.kernel import db, seal
from app.needs import reads as needs
from app.needs.rules import closing, raising
from app.privacy.rules import erasing

NAME, PHONE, NOTE, LINE = "=金丝雀", "13987654321", "鸣叫的秘密", "+要降压药"
LADY = {"name": NAME, "phone": PHONE, "kinds": ["elder"], "note": NOTE}


async def home(world) -> UUID:
    sql = "SELECT id FROM household WHERE building_id = ? ORDER BY unit, floor, door LIMIT 1"
    return (await db.rows(UUID, sql, world.building))[0]


asking = dict  # as the verb spells its fields


async def asked(world, act, person, **more) -> UUID:
    code = await db.value("SELECT code FROM building WHERE id = ?", world.building)
    said = asking(building=code, unit="1", room="101", kind="medicine", urgency="today", what=LINE, name=NAME, phone=PHONE, days_left=3,
                until=None, whom="", spoken="", confirm_double=True, channel="phone", reason="", like=None) | more  # fmt: skip
    told = await act(raising.enter, by=await person("dispatcher"), **said)
    assert told.state == "applied", told
    return UUID(told.about)


async def lady(world, act, person, *, closed: bool = True) -> tuple[UUID, UUID]:
    made = await act(residents.add, await home(world), by=await person("dispatcher"), **LADY)
    need = await asked(world, act, person)
    if closed:
        told = await act(closing.cancel, need, line="不用了", by=await person("dispatcher"))
        assert told.state == "applied", told
    return UUID(made.about), need


def canaries(folder) -> list[str]:
    raw = sqlite3.connect(folder / "lastmetre.db")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    found = []
    for path in folder.glob("*"):
        if path.is_file():
            found += [f"{word} in {path.name}" for word in (NAME, PHONE, NOTE, LINE) if word.encode() in path.read_bytes()]
    return found


@pytest.mark.postgres
async def test_erased_she_is_gone_and_her_requests_are_numbers_without_words(world, act, person, database):
    dispatcher = await person("dispatcher")
    her, need = await lady(world, act, person)
    number = (await needs.visible(need, dispatcher)).number
    keys = await db.rows(UUID, "SELECT key_id FROM resident WHERE id = ? UNION SELECT key_id FROM need WHERE id = ?", her, need)
    assert (await act(erasing.erase, her, "金丝", by=dispatcher)).errors.keys() == {"name"}
    assert (await read_resident(her)).name == NAME
    assert (await act(erasing.erase, her, NAME, by=dispatcher)).state == "applied"
    assert await erasing.settle() == 2 and await erasing.settle() == 0
    assert (await read_resident(her)).erased
    left = await needs.visible(need, dispatcher)
    assert left.number == number and LINE not in repr(left) and left.line == "—"
    assert await db.value("SELECT count(*) FROM resident WHERE phone_hash IS NOT NULL") == 0
    assert await db.value("SELECT count(*) FROM need WHERE phone_hash IS NOT NULL OR name_sealed IS NOT NULL") == 0
    assert seal.destroy_keys(keys) == 0
    assert {entry.key_id for entry in erasing.read_log(erasing.log_file())} == set(keys)
    assert (await chain.verify())[1] == []
    if not db.is_postgres():
        assert canaries(database.data) == []


async def test_with_an_open_request_nothing_is_erased(world, act, person):
    her, _ = await lady(world, act, person, closed=False)
    told = await act(erasing.erase, her, NAME, by=await person("dispatcher"))
    assert (told.state, told.reason) == ("refused", "still-open")
    assert (await read_resident(her)).phone == PHONE


async def test_a_neighbour_behind_the_same_door_keeps_everything(world, act, person):
    dispatcher = await person("dispatcher")
    her, _ = await lady(world, act, person)
    other = UUID((await act(residents.add, await home(world), by=dispatcher, **LADY | {"name": "周伯", "phone": "13600002222"})).about)
    theirs = await asked(world, act, person, name="周伯", phone="13600002222")
    assert (await act(erasing.erase, her, NAME, by=dispatcher)).state == "applied"
    await erasing.settle()
    assert (await read_resident(other)).phone == "13600002222" and (await needs.visible(theirs, dispatcher)).line == LINE


async def test_a_copy_from_before_that_is_put_back_does_not_bring_her_back(world, act, person, database, tmp_path):
    """The files are restored by the command, and what is plain goes before anything is served."""
    dispatcher = await person("dispatcher")
    her, need = await lady(world, act, person)
    before = tmp_path / "copy.db"
    keeping.copy(database.data / "lastmetre.db", before)
    keeping.copy(database.data / "keys.db", tmp_path / "copy.db.keys")
    await act(erasing.erase, her, NAME, by=dispatcher)
    await erasing.settle()
    new = tmp_path / "new"
    new.mkdir(mode=0o700)
    for name in ("master.key", "erasures.log"):
        shutil.copy(database.data / name, new / name)
    command(new, "restore", str(before))
    raw = sqlite3.connect(new / "lastmetre.db")
    assert raw.execute("SELECT count(*) FROM resident WHERE phone_hash IS NOT NULL").fetchone() == (1,)
    raw.close()
    await db.disconnect()
    seal.close_keys()
    seal.open_keys(new, new / "master.key")
    await db.connect(f"sqlite://{new / 'lastmetre.db'}", web.MODELS)
    assert (await read_resident(her)).erased
    assert (await needs.visible(need, dispatcher)).line == "—"
    assert await erasing.replay() == 2 and await erasing.replay() == 0
    assert await db.value("SELECT count(*) FROM resident WHERE phone_hash IS NOT NULL OR ended_at IS NULL") == 0
    assert await db.value("SELECT count(*) FROM need WHERE phone_hash IS NOT NULL") == 0
    assert canaries(new) == []


async def test_a_crash_between_the_log_and_the_keys_is_mended_by_the_next_round(world, act, person, monkeypatch):
    her, _ = await lady(world, act, person)
    await act(erasing.erase, her, NAME, by=await person("dispatcher"))
    with monkeypatch.context() as patched:
        patched.setattr(seal, "destroy_keys", lambda keys: (_ for _ in ()).throw(OSError))
        with pytest.raises(OSError):
            await erasing.settle()
    erasing.log_file().write_bytes(erasing.log_file().read_bytes()[:-30])
    assert await erasing.settle() == 2
    assert len({entry.key_id for entry in erasing.read_log(erasing.log_file())}) == 2
    assert (await read_resident(her)).erased


async def test_the_screen_shows_all_and_says_who_looked_and_the_file_holds_no_formula(app, client, act, person):
    her, _ = await lady(app.world, act, person)
    await act(residents.reveal, her, reason="visit", by=await person("steward"))
    desk = client("dispatcher")
    page = (await desk.get(f"/residents/{her}/data")).text
    for told in (NAME, PHONE, NOTE, LINE, "孙楼栋", "上门走访"):
        assert told in page, told
    looks = "SELECT payload FROM happening WHERE kind = 'resident.revealed' ORDER BY id DESC LIMIT 1"
    assert json.loads(await db.value(looks)) == {"reason": "subject"}
    assert (await desk.get(f"/residents/{her}/data.xlsx")).status_code == 303
    asked = await desk.post(f"/residents/{her}/data")
    assert asked.status_code == 303
    answer = await desk.get(asked.headers["location"])
    book = load_workbook(io.BytesIO(answer.content))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert {NAME, PHONE, NOTE, LINE} <= {cell.value for cell in cells}
    assert all(cell.quotePrefix for cell in cells if cell.value in (NAME, LINE))
    assert all("狄调度" in sheet.oddHeader.center.text and "狄调度" in sheet.oddFooter.center.text for sheet in book.worksheets)
    other = await client("steward").get(asked.headers["location"])
    assert other.status_code == 403


async def test_a_wrong_name_comes_back_with_what_was_typed_and_erased_the_page_says_so(app, client, act, person):
    her, _ = await lady(app.world, act, person)
    desk = client("dispatcher")
    wrong = await desk.post(f"/residents/{her}/erase", data={"name": "金丝"})
    assert wrong.status_code == 422 and 'value="金丝"' in wrong.text
    assert (await desk.post(f"/residents/{her}/erase", data={"name": NAME})).status_code == 303
    await erasing.settle()
    assert (await desk.get(f"/residents/{her}/data")).status_code == 409
    assert (await desk.get(f"/households/{await home(app.world)}")).status_code == 200
    assert (await desk.get("/needs")).status_code == 200
