"""An installation that has erased people keeps knowing it when series come in."""

import asyncio
import sqlite3

import asyncpg
import pytest

from app.kernel import migrate

BEFORE = "0030_coming_back"
ROW = "INSERT INTO erasure(id, subject, subject_id, key_id, at) VALUES ('{0}1', 'need', '{0}2', '{0}3', '2026-11-22 10:00:00+00:00')"
ROW = ROW.format("00000000-0000-7000-8000-00000000000")


@pytest.fixture
def older(monkeypatch):
    """`older()`: the chain as it was before; `older(False)`: the whole."""
    whole = migrate.chain()

    def cut(short: bool = True) -> None:
        monkeypatch.setattr(migrate, "chain", lambda: [each for each in whole if each[0] < BEFORE] if short else whole)

    return cut


def test_on_sqlite(tmp_path, older):
    path = tmp_path / "a.db"
    older()
    migrate.sqlite_up(path)
    with sqlite3.connect(path) as raw:
        raw.execute(ROW)
    older(False)
    assert migrate.sqlite_up(path)[0] == BEFORE
    with sqlite3.connect(path) as raw:
        assert raw.execute("SELECT count(*) FROM erasure WHERE subject = 'need'").fetchone() == (1,)
        raw.execute(ROW.replace("'need'", "'series'").replace("00001'", "00004'").replace("00003'", "00005'"))
        with pytest.raises(sqlite3.IntegrityError):
            raw.execute(ROW.replace("00001'", "00006'"))


def test_on_postgres(postgres_cluster, older):
    async def walk(url: str) -> None:
        older()
        await migrate.postgres_up(url)
        raw = await asyncpg.connect(url)
        try:
            await raw.execute(ROW)
            older(False)
            assert (await migrate.postgres_up(url))[0] == BEFORE
            assert await raw.fetchval("SELECT count(*) FROM erasure WHERE subject = 'need'") == 1
            with pytest.raises(asyncpg.UniqueViolationError):
                await raw.execute(ROW.replace("00001'", "00006'"))
        finally:
            await raw.close()

    with postgres_cluster.database() as url:
        asyncio.run(walk(url))
