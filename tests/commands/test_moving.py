"""A community moves from SQLite to PostgreSQL: every row, once, though it is killed in the midst; and goes on there."""

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest
from commands.test_keeping import command
from support import postgres, server

from app.commands import moving

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty_url(postgres_cluster):
    with postgres_cluster.database(postgres_cluster.template("migrated", postgres.migrate)) as url:
        yield url


@pytest.fixture
def old(sample, tmp_path) -> Path:
    """The sample community in a folder of its own."""
    return shutil.copytree(sample[0], tmp_path / "old", ignore=lambda at, names: [n for n in names if Path(at, n).is_socket()])


def asked(url: str, sql: str):
    async def ask():
        held = await asyncpg.connect(url)
        try:
            return await held.fetchval(sql)
        finally:
            await held.close()

    return asyncio.run(ask())


def counts(old: Path) -> dict[str, int]:
    with closing(sqlite3.connect(old / "lastmetre.db")) as held:
        names = [name for (name,) in held.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return {name: held.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def test_it_is_killed_in_the_midst_goes_on_and_every_row_is_there_once(old, empty_url):
    keys = asked(empty_url, "SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
    env = {name: value for name, value in os.environ.items() if not name.startswith("LASTMETRE_")} | {"LASTMETRE_DATA": str(old)}
    begun = subprocess.Popen([sys.executable, "-m", "app", "move", "--to", empty_url, "--rows", "200"], cwd=ROOT, env=env)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and begun.poll() is None:
        if asked(empty_url, "SELECT to_regclass('moving') IS NOT NULL") and asked(empty_url, "SELECT count(*) FROM moving") > 20:
            break
        time.sleep(0.02)
    begun.kill()
    begun.wait()
    there = asked(empty_url, "SELECT count(*) FROM moving")
    assert 20 < there < len(counts(old)), "it was not killed in its midst"
    assert "compared" in command(old, "move", "--to", empty_url)
    for name, n in counts(old).items():
        assert asked(empty_url, f'SELECT count(*) FROM "{name}"') == n, name
    assert asked(empty_url, "SELECT count(*) FROM pg_constraint WHERE contype = 'f'") == keys
    assert asked(empty_url, "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'") == 0
    assert asked(empty_url, "SELECT to_regclass('moving') IS NULL")
    assert "holds something" in command(old, "move", "--to", empty_url, code=1)


def test_what_moved_is_served_on_and_the_old_file_no_more(old, empty_url):
    before = [json.loads(line)["id"] for line in command(old, "journal", "--json").splitlines()]
    command(old, "move", "--to", empty_url)
    assert "LASTMETRE_DATABASE_URL" in command(old, "serve", code=1)
    assert [json.loads(line)["id"] for line in command(old, "journal", "--json", url=empty_url).splitlines()] == before
    command(old, "audit", url=empty_url)
    with server.serve(old, env={"LASTMETRE_DATABASE_URL": empty_url}) as running:
        links = json.loads(running.run("demo", "--json"))
        assert links["community"]["name"]


def test_a_row_that_comes_otherwise_is_noticed_and_nothing_is_served(old, empty_url, monkeypatch):
    """The negative control: a mover that leaves one row out."""
    copied = moving._copy

    async def forgetful(source, target, table, size):
        await copied(source, target, table, size)
        if table.name == "receipt":
            await target.execute("DELETE FROM receipt WHERE id = (SELECT min(id) FROM receipt)")

    monkeypatch.setattr(moving, "_copy", forgetful)
    with pytest.raises(moving.Lost, match="receipt"):
        asyncio.run(moving._move(old / "lastmetre.db", empty_url, 5_000))
    assert not moving.moved(old)
