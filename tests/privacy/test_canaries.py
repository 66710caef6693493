"""Marked words are entered, the emergency is ended, and the search finds none of them, also in a copy from before (P5, P6, P8, D11)."""

import json
import re

import pytest
from commands.test_keeping import command
from privacy.test_closing import ended, full
from privacy.test_erasing import LINE, NAME, NOTE, PHONE

from app.commands import keeping
from app.kernel import db
from app.privacy.canaries import SEALED, forms_of, search


def words_file(tmp_path) -> str:
    path = tmp_path / "words.txt"
    path.write_text("\n".join((NAME, PHONE, NOTE, LINE)), encoding="utf-8")
    return str(path)


async def test_before_it_is_there_for_whoever_has_the_keys_and_after_it_is_nowhere(world, act, person, database, tmp_path):
    """The negative control: before the close-out the same search names every one of the words, in the copy too."""
    await full(world, act, person)
    copies = tmp_path / "copies"
    copies.mkdir()
    keeping.copy(database.data / "lastmetre.db", copies / "copy.db")
    said = command(database.data, "canaries", "--words", words_file(tmp_path), "--also", str(copies), code=1)
    for number, place in ((1, "resident.name_sealed"), (2, "need.phone_sealed"), (3, "contact.note_sealed"), (4, "need.line_sealed")):
        for name in ("lastmetre.db", "copy.db"):
            assert f"{name}: word {number} sealed in {place}" in said, said
    assert not [line for line in said.splitlines() if "word" in line and ".db" in line and "sealed in" not in line]  # never in plain bytes
    await ended(act, person)
    said = command(database.data, "canaries", "--words", words_file(tmp_path), "--also", str(copies))
    assert "found in 0 places" in said and NAME not in said and PHONE not in said


SEALED_IN = {(1, "resident.name_sealed"), (2, "need.phone_sealed"), (3, "contact.note_sealed"), (4, "need.line_sealed")}
ROWS = re.compile(r"^database (\S+): word (\d)( sealed)?$", re.MULTILINE)


@pytest.mark.postgres
async def test_the_rows_of_a_database_server_are_searched_too(world, act, person, database, tmp_path):
    """On SQLite the rows are the file's, which the tests above read. A plain word in a row is found as text, as bytes, escaped."""
    if not db.is_postgres():
        assert not ROWS.search(command(database.data, "canaries", "--words", words_file(tmp_path)))
        return
    await full(world, act, person)

    def said(code: int) -> set[tuple[int, str, str]]:
        told = command(database.data, "canaries", "--words", words_file(tmp_path), code=code, url=database.database_url)
        return {(int(number), place, sealed) for place, number, sealed in ROWS.findall(told)}

    assert {(number, place, " sealed") for number, place in SEALED_IN} <= said(1)
    assert not {one for one in said(1) if not one[2]}
    await ended(act, person)
    assert said(0) == set()
    receipt, account = await db.value("SELECT min(id) FROM receipt"), await db.value("SELECT id FROM account LIMIT 1")
    for number, value in ((1, NAME), (2, json.dumps({"q": PHONE})), (1, json.dumps(NAME))):
        await db.run("UPDATE receipt SET params = ? WHERE id = ?", value, receipt)
        assert said(1) == {(number, "receipt", "")}, value
    await db.run("UPDATE receipt SET params = '{}' WHERE id = ?", receipt)
    await db.run("UPDATE account SET name_sealed = ? WHERE id = ?", NAME.encode(), account)
    assert said(1) == {(1, "account", "")}


async def test_a_forgotten_plain_copy_is_named(world, act, person, database, tmp_path):
    await full(world, act, person)
    await ended(act, person)
    (database.data / "notes.json").write_text(json.dumps({"who": NAME, "where": f"/x?q={PHONE}"}))
    files, opened, found = search([database.data], [NAME, PHONE, "没有这个"], database.data / "keys.db")
    assert files > 3 and opened > 5  # helpers' own names are still there to be opened
    assert found == [f"{database.data / 'notes.json'}: word {number}" for number in (1, 2)]


@pytest.mark.parametrize("how", range(len(forms_of("金丝雀"))))
def test_a_word_is_found_as_it_may_stand_in_a_file_and_across_blocks(how, tmp_path, monkeypatch):
    from app.privacy import canaries

    monkeypatch.setattr(canaries, "BLOCK", 7)
    (tmp_path / "a").write_bytes(b"x" * 11 + forms_of("金丝雀")[how] + b"y" * 5)
    assert search([tmp_path], ["金丝雀"], tmp_path / "none")[2] == [f"{tmp_path / 'a'}: word 1"]


async def test_every_kind_of_sealed_value_there_is_can_be_opened_by_the_search(world, act, person, database):
    """A binding that this search spells otherwise than the slice would open nothing and say 0."""
    await full(world, act, person)
    from app.privacy.canaries import _opened, ring

    there = {place for place, _ in _opened(database.data / "lastmetre.db", ring(database.data / "keys.db"))}
    for table in SEALED:
        for name in await db.rows(str, "SELECT name FROM pragma_table_info(?) WHERE name LIKE '%!_sealed' ESCAPE '!'", table):
            if await db.value(f"SELECT count(*) FROM {table} WHERE {name} IS NOT NULL"):
                assert f"{table}.{name}" in there, (table, name)
