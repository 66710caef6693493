"""No personal row without an emergency (P1), and what is over goes by itself under a moved clock (P4); no handful for command (P13)."""

from datetime import timedelta
from uuid import UUID

import pytest
from privacy.test_erasing import LADY, LINE, canaries, home, lady

from app.care.reads.residents import resident as read_resident
from app.care.rules import residents
from app.journal import chain
from app.kernel import clock, db, ids
from app.needs import reads as needs
from app.privacy.reads.emergency import cell
from app.privacy.rules import erasing, retention


@pytest.mark.postgres
async def test_no_personal_row_stands_without_an_emergency(world, act, person):
    await lady(world, act, person)
    for table in ("resident", "need", "community"):
        with pytest.raises(db.IntegrityError):
            await db.run(f"UPDATE {table} SET emergency_id = NULL")
        with pytest.raises(db.IntegrityError):
            async with db.transaction():
                await db.run(f"UPDATE {table} SET emergency_id = ?", ids.new())
    for table in ("task", "difference"):
        where = "information_schema.columns WHERE table_name = ? AND column_name = 'emergency_id' AND is_nullable = 'NO'"
        sql = (
            f"SELECT count(*) FROM {where}"
            if db.is_postgres()
            else "SELECT sum(\"notnull\") FROM pragma_table_info(?) WHERE name = 'emergency_id'"
        )
        assert await db.value(sql, table) == 1, table


@pytest.mark.postgres
async def test_thirty_days_after_the_end_ledger_and_words_are_gone_and_numbers_stay(world, act, person, database):
    dispatcher = await person("dispatcher")
    her, need = await lady(world, act, person)
    emergency = dispatcher.emergency_id
    assert await retention.end_due() == 0
    await db.run("UPDATE emergency SET ended_at = ? WHERE id = ?", clock.now(), emergency)
    clock.advance(timedelta(days=30, minutes=-1))
    assert await retention.end_due() == 0 and (await read_resident(her)).name == LADY["name"]
    clock.advance(timedelta(days=30, minutes=1))
    assert await retention.end_due() == 2
    assert await retention.end_due() == 0
    await erasing.settle()
    assert (await read_resident(her)).erased and LINE not in repr(await needs.lines([need]))
    assert await db.value("SELECT count(*) FROM need") == 1
    assert await db.value("SELECT count(*) FROM resident WHERE phone_hash IS NOT NULL") == 0
    assert (await chain.verify())[1] == []
    if not db.is_postgres():
        assert canaries(database.data) == []


async def test_another_emergency_goes_on(world, act, person):
    her, _ = await lady(world, act, person)
    await db.run("UPDATE emergency SET ended_at = ? WHERE id <> ?", clock.now(), (await person("dispatcher")).emergency_id)
    clock.advance(timedelta(days=400))
    assert await retention.end_due() == 0
    assert (await read_resident(her)).name == LADY["name"]


async def test_many_go_a_hundred_at_a_time(world, act, person):
    dispatcher, door = await person("dispatcher"), await home(world)
    made = []
    for number in range(103):
        told = await act(residents.add, door, by=dispatcher, **LADY | {"name": f"钱{number}", "phone": f"1360000{number:04d}"})
        made.append(UUID(told.about))
    await db.run("UPDATE emergency SET ended_at = ?", clock.now() - timedelta(days=31))
    assert [await retention.end_due() for _ in range(3)] == [100, 3, 0]
    await erasing.settle()
    assert all([(await read_resident(each)).erased for each in made])


def test_whoever_may_not_open_the_rows_learns_of_no_handful():
    assert [cell(n, named=False) for n in (0, 1, 4, 5, 12)] == ["0", "<5", "<5", "5", "12"]
    assert [cell(n, named=True) for n in (0, 1, 4)] == ["0", "1", "4"]


async def test_command_reads_no_handful_and_the_dispatcher_the_number(app, client, act, person):
    await lady(app.world, act, person)
    for name, told in (("command", "&lt;5"), ("dispatcher", "1")):
        page = (await client(name).get("/emergency")).text
        assert f">{told}</td>" in page, name
