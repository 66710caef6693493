"""`python -m app move`: all of a SQLite installation into an empty PostgreSQL database. Killed in its midst, it goes on where it was.

Each step of some thousand rows and the note how far it came are one transaction of the target. Until all is there its foreign keys and
triggers are set aside, since tables point at each other and triggers would book twice; they come back, checked, in the last transaction.
"""

import argparse
import asyncio
import hashlib
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from app.kernel import migrate as migrations
from app.kernel import process
from app.kernel.settings import Settings

MARKER = "moved-to-postgres"
_LOCK = 7_305_912  # PostgreSQL advisory lock: one mover at a time
_BUSY = "CREATE TABLE IF NOT EXISTS moving(name TEXT PRIMARY KEY, last BIGINT NOT NULL)"
_ASIDE = "CREATE TABLE IF NOT EXISTS moving_aside(place TEXT NOT NULL, name TEXT NOT NULL, said TEXT NOT NULL)"
_KEYS = """SELECT c.conrelid::regclass::text AS place, c.conname AS name, pg_get_constraintdef(c.oid) AS said FROM pg_constraint c
JOIN pg_class t ON t.oid = c.conrelid WHERE c.contype = 'f' AND t.relnamespace = 'public'::regnamespace"""
_COLUMNS = (
    "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' ORDER BY ordinal_position"
)
_OWN = ("schema_migration", "moving", "moving_aside")


class Lost(RuntimeError):
    """What came is not what was sent."""


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


_AS: dict[str, Callable[[Any], Any]] = {
    "uuid": UUID,
    "timestamp with time zone": _moment,
    "boolean": bool,
    "double precision": float,
    "bytea": bytes,
}


class Table(msgspec.Struct, frozen=True):
    """`columns`: (name, type in PostgreSQL), in the target's order."""

    name: str
    columns: tuple[tuple[str, str], ...]

    def converted(self, row: tuple) -> tuple:
        """A row of SQLite as PostgreSQL has it."""
        return tuple(
            value if value is None or kind not in _AS else _AS[kind](value) for value, (_, kind) in zip(row, self.columns, strict=True)
        )

    def chunks(self, source: sqlite3.Connection, after: int, size: int) -> Iterator[tuple[int, list[tuple]]]:
        """(the last row's number, rows), in the order in which they were written."""
        named = ", ".join(f'"{name}"' for name, _ in self.columns)
        while found := source.execute(
            f'SELECT rowid, {named} FROM "{self.name}" WHERE rowid > ? ORDER BY rowid LIMIT ?', (after, size)
        ).fetchall():
            after = found[-1][0]
            yield after, [self.converted(row[1:]) for row in found]


class Sum:
    """Of rows in whatever order: how many, and the sum of their hashes."""

    def __init__(self) -> None:
        self.count = self.total = 0

    def add(self, row: tuple) -> None:
        self.count += 1
        said = msgspec.json.encode([value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row])
        self.total = (self.total + int.from_bytes(hashlib.sha256(said).digest())) % (1 << 256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sum) and (self.count, self.total) == (other.count, other.total)

    __hash__ = None


def move(config: Settings, args: argparse.Namespace) -> int:
    if config.postgres:
        sys.exit("It is on PostgreSQL already (LASTMETRE_DATABASE_URL); `move` reads the SQLite file of the data folder.")
    path = Path(config.database_url.removeprefix("sqlite://"))
    if not path.exists():
        sys.exit(f"{path} is missing: there is nothing to move")
    with process.own(config.data):
        if asyncio.run(migrations.pending(config.database_url)):
            sys.exit("the database is of an older release; run first: python -m app migrate")
        try:
            sums = asyncio.run(_move(path, args.to, args.rows))
        except Lost as lost:
            sys.exit(f"{lost}\nNothing uses the target yet: empty it and begin again. The SQLite file is as it was.")
        (config.data / MARKER).write_text(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
    print(f"{len(sums)} tables, {sum(one.count for one in sums.values())} rows: each one counted and compared.")
    print("Now set LASTMETRE_DATABASE_URL to the new database; keys.db stays where it is. The SQLite file is as it was.")
    return 0


def moved(folder: Path) -> str:
    """When this folder's SQLite file was moved away, blank where it was not: whoever served it further would split the community in two."""
    marker = folder / MARKER
    return marker.read_text().strip() if marker.exists() else ""


async def _move(path: Path, url: str, size: int) -> dict[str, Sum]:
    import asyncpg

    await migrations.postgres_up(url)
    target = await asyncpg.connect(url, command_timeout=None)
    try:
        if not await target.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            sys.exit("somebody else is moving into this database just now")
        tables = await _tables(target)
        await _begin(target, tables)
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source:
            for table in tables:
                await _copy(source, target, table, size)
            sums = {table.name: await _compare(source, target, table, size) for table in tables}
        await _end(target, tables)
        await target.execute("ANALYZE")
    finally:
        await target.close()
    return sums


async def _tables(target) -> list[Table]:
    columns: dict[str, list[tuple[str, str]]] = {}
    for row in await target.fetch(_COLUMNS):
        if row["table_name"] not in _OWN:
            columns.setdefault(row["table_name"], []).append((row["column_name"], row["data_type"]))
    return [Table(name, tuple(found)) for name, found in sorted(columns.items())]


async def _begin(target, tables: list[Table]) -> None:
    """Foreign keys and triggers are set aside, once. Refuses a database that holds something of its own."""
    async with target.transaction():
        begun = await target.fetchval("SELECT to_regclass('moving') IS NOT NULL")
        if not begun and (full := [table.name for table in tables if await target.fetchval(f'SELECT EXISTS (SELECT FROM "{table.name}")')]):
            sys.exit(f"the target holds something already ({', '.join(full[:3])} …); `move` wants an empty database")
        if begun:
            return
        await target.execute(_BUSY)
        await target.execute(_ASIDE)
        for row in await target.fetch(_KEYS):
            await target.execute("INSERT INTO moving_aside VALUES ($1, $2, $3)", row["place"], row["name"], row["said"])
            await target.execute(f'ALTER TABLE {row["place"]} DROP CONSTRAINT "{row["name"]}"')
        for table in tables:
            await target.execute(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')


async def _copy(source: sqlite3.Connection, target, table: Table, size: int) -> None:
    last = await target.fetchval("SELECT last FROM moving WHERE name = $1", table.name)
    for upto, rows in table.chunks(source, -(1 << 62) if last is None else last, size):
        async with target.transaction():
            await target.copy_records_to_table(table.name, records=rows, columns=[name for name, _ in table.columns])
            note = "INSERT INTO moving VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET last = excluded.last"
            await target.execute(note, table.name, upto)


async def _compare(source: sqlite3.Connection, target, table: Table, size: int) -> Sum:
    sent, came = Sum(), Sum()
    for _, rows in table.chunks(source, -(1 << 62), size):
        for row in rows:
            sent.add(row)
    named = ", ".join(f'"{name}"' for name, _ in table.columns)
    async with target.transaction():
        async for row in target.cursor(f'SELECT {named} FROM "{table.name}"', prefetch=size):
            came.add(tuple(row))
    if sent != came:
        raise Lost(f"{table.name}: {sent.count} rows were sent, {came.count} came, and they are not the same")
    return sent


async def _end(target, tables: list[Table]) -> None:
    """Whole again or not at all: every foreign key is checked as it comes back."""
    async with target.transaction():
        for row in await target.fetch("SELECT place, name, said FROM moving_aside"):
            await target.execute(f'ALTER TABLE {row["place"]} ADD CONSTRAINT "{row["name"]}" {row["said"]}')
        for table in tables:
            await target.execute(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
        await target.execute("DROP TABLE moving, moving_aside")
