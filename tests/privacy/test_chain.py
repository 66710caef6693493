"""What happened is a chain: whatever is done to a row behind the app's back, the verifier names the first wrong one (S24)."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from app.care.rules import residents
from app.journal import chain
from app.journal.record import record
from app.kernel import clock, db, ids, migrate, seal

LADY = {"name": "钱秀英", "phone": "13600001111", "kinds": ["elder"], "note": "三楼"}


@asynccontextmanager
async def undone():
    """What is done inside is rolled back."""

    class Back(Exception):
        pass

    try:
        async with db.transaction():
            yield
            raise Back
    except Back:
        pass


async def written(act, person, world) -> list[chain.Link]:
    dispatcher = await person("dispatcher")

    async def note(number, *, by):
        record("resident.revealed", ids.new(), community=world.community, household=ids.new(), n=number)
        record("account.revealed", ids.new(), n=number)

    for number in range(4):
        assert (await act(note, number, by=dispatcher)).state == "applied"
    assert (await chain.verify())[1] == []
    return [row async for row in chain._links(world.community)]


CHANGES = {
    "kind": "kind = 'need.raised'",
    "about": "about = id",
    "by": "by = NULL",
    "act": "act = 'x'",
    "at": "at = received_at",
    "received_at": "received_at = (SELECT min(h.received_at) FROM happening h)",
    "household": "household_id = about",
    "payload": "payload = '{\"n\": 9}'",
    "hash": "link_hash = (SELECT h.link_hash FROM happening h WHERE h.link = 1 AND h.community_id IS NULL)",
    "id": "id = about",
}


@pytest.mark.postgres
async def test_any_changed_row_is_named(world, act, person):
    for row in await written(act, person, world):
        for what, change in CHANGES.items():
            async with undone():
                await db.run(f"UPDATE happening SET {change} WHERE id = ?", row.id)
                wanted = row.about if what == "id" else row.id
                [after] = [found async for found in chain._links(world.community) if found.link == row.link]
                if after != row:
                    assert (await chain.verify())[1] == [chain.Wrong(world.community, row.link, wanted, "changed")], what
    assert (await chain.verify())[1] == []


@pytest.mark.postgres
async def test_a_removed_row_is_named_and_one_at_the_end_too(world, act, person):
    rows = await written(act, person, world)
    await chain.note_heads(now=True)
    for row in rows:
        async with undone():
            await db.run("DELETE FROM happening WHERE id = ?", row.id)
            [wrong] = (await chain.verify())[1]
            assert (wrong.community_id, wrong.link, wrong.why) == (world.community, row.link, "cut" if row is rows[-1] else "missing")
    async with undone():
        await db.run("DELETE FROM happening WHERE community_id = ?", world.community)
        [wrong] = (await chain.verify())[1]
        assert (wrong.link, wrong.why) == (1, "cut")
    assert (await chain.verify())[1] == []


@pytest.mark.postgres
async def test_an_added_row_is_named_wherever_it_is_put(world, act, person):
    rows = await written(act, person, world)
    columns = "kind, about, by, act, at, received_at, community_id, household_id, payload"
    copied = f"INSERT INTO happening(id, {columns}, link, link_hash) SELECT ?, {columns}, CAST(? AS {{int}}), link_hash FROM happening WHERE id = ?"
    copied = copied.replace("{int}", "BIGINT" if db.is_postgres() else "INTEGER")
    for row in rows:
        added = ids.new()
        async with undone():
            await db.run(copied, added, None, row.id)
            assert (await chain.verify())[1] == [chain.Wrong(world.community, 0, added, "added")]
        async with undone():
            await db.run(copied, added, rows[-1].link + 1, row.id)
            assert (await chain.verify())[1] == [chain.Wrong(world.community, rows[-1].link + 1, added, "changed")]


@pytest.mark.postgres
async def test_two_swapped_rows_are_named_and_one_moved_to_another_community(world, act, person):
    rows = await written(act, person, world)
    for one, other in pairwise(rows):
        async with undone():
            for row, link in ((one, -1), (other, one.link), (one, other.link)):
                await db.run("UPDATE happening SET link = ? WHERE id = ?", link if link > 0 else 1_000_000, row.id)
            [wrong] = (await chain.verify())[1]
            assert (wrong.link, wrong.why, wrong.row) == (one.link, "changed", other.id)
    async with undone():
        await db.run("UPDATE happening SET community_id = ?, link = link + 1000 WHERE id = ?", world.away, rows[-2].id)
        assert {(wrong.community_id, wrong.why) for wrong in (await chain.verify())[1]} == {
            (world.community, "missing"),
            (world.away, "missing"),
        }


async def test_a_chain_written_anew_by_somebody_without_the_master_key_is_named(world, act, person):
    """She who can write the database but not read the master key computes hashes under another one."""
    rows = await written(act, person, world)
    async with undone():
        await db.run("DELETE FROM happening WHERE id = ?", rows[2].id)
        seal.derived.cache_clear()
        before, master = rows[1].link_hash, seal._master
        seal._master = b"?" * 32
        for number, row in enumerate(rows[3:], rows[2].link):
            told = [getattr(row, name) for name in chain._COLUMNS.split(", ")]
            before = chain._hash(before, number, told)
            await db.run("UPDATE happening SET link = ?, link_hash = ? WHERE id = ?", number, before, row.id)
        seal._master = master
        seal.derived.cache_clear()
        [wrong] = (await chain.verify())[1]
        assert (wrong.link, wrong.row) == (rows[2].link, rows[3].id)


@pytest.mark.postgres
async def test_acts_at_once_stand_in_one_chain(world, act, person):
    dispatcher = await person("dispatcher")

    async def note(*, by):
        record("resident.revealed", ids.new(), community=world.community)
        record("account.revealed", ids.new())
        record("resident.revealed", ids.new(), community=world.away)

    told = await asyncio.gather(*(act(note, by=dispatcher) for _ in range(30)))
    assert {receipt.state for receipt in told} == {"applied"}
    counted, wrong = await chain.verify()
    assert wrong == [] and counted == await db.value("SELECT count(*) FROM happening")


@pytest.mark.postgres
async def test_an_older_database_is_linked_once_and_never_again(world, act, person):
    await written(act, person, world)
    await db.run("UPDATE happening SET link = NULL, link_hash = NULL")
    counted = await db.value("SELECT count(*) FROM happening")
    assert await chain.begin() == counted
    assert await chain.verify() == (counted, [])
    await db.run("UPDATE happening SET link = NULL, link_hash = NULL WHERE link = 1 AND community_id IS NULL")
    assert await chain.begin() == 0
    assert {wrong.why for wrong in (await chain.verify())[1]} == {"missing", "added"}


async def test_begun_anew_after_every_link_was_taken_away_it_is_named_by_the_noted_heads(world, act, person):
    rows = await written(act, person, world)
    await chain.note_heads(now=True)
    await db.run("DELETE FROM happening WHERE id = ?", rows[0].id)
    await db.run("UPDATE happening SET link = NULL, link_hash = NULL")
    await chain.begin()
    assert [(wrong.community_id, wrong.why) for wrong in (await chain.verify())[1]] == [(world.community, "cut")]


@pytest.mark.postgres
async def test_the_chain_outlives_an_erased_person_and_what_the_worker_writes_into_a_row(world, act, person):
    dispatcher = await person("dispatcher")
    home = await db.value("SELECT id FROM household WHERE community_id = ? LIMIT 1", world.community)
    her = await act(residents.add, ids.uuid.UUID(str(home)), by=dispatcher, **LADY)
    assert her.state == "applied", her
    seal.destroy_keys(await db.rows(ids.uuid.UUID, "SELECT key_id FROM resident"))
    await db.run("UPDATE happening SET done_at = ?, held_until = ?, tries = 3", clock.now(), clock.now() + timedelta(days=1))
    assert (await chain.verify())[1] == []


def test_the_migration_takes_a_filled_database(tmp_path):
    import sqlite3

    path = tmp_path / "a.db"
    whole = migrate.chain()
    migrate.chain, kept = lambda: [step for step in whole if step[0] < "0019"], migrate.chain
    try:
        migrate.sqlite_up(path)
        raw = sqlite3.connect(path)
        raw.execute(
            "INSERT INTO happening(id, kind, about, received_at) VALUES ('a', 'need.raised', 'b', '2026-01-01 00:00:00.000000+00:00')"
        )
        raw.commit()
        raw.close()
    finally:
        migrate.chain = kept
    migrate.sqlite_up(path)
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT count(*), count(link) FROM happening").fetchone() == (1, 0)
    raw.close()
