"""Plain-SQL migrations in one transaction, so a database is in the old shape or the new one and never between.

A migration is `app/migrations/NNNN_name.sql`. One text serves both databases through the tokens below; a statement
for one of them only follows a line `-- sqlite:` or `-- postgres:` and ends with the next `;`. Statements end
with `;` at the end of a line (a trigger's inner ones do not, see `_split`).
"""

import hashlib
import re
import sqlite3
from pathlib import Path

from app.kernel import clock

FOLDER = Path(__file__).parent.parent / "migrations"
_TOKENS = {
    "sqlite": {"uuid": "TEXT", "moment": "TEXT", "bool": "INTEGER", "blob": "BLOB", "int": "INTEGER", "real": "REAL", "true": "1", "false": "0", "strict": "STRICT"},
    "postgres": {"uuid": "UUID", "moment": "TIMESTAMPTZ", "bool": "BOOLEAN", "blob": "BYTEA", "int": "BIGINT", "real": "DOUBLE PRECISION", "true": "TRUE", "false": "FALSE", "strict": ""},
}  # fmt: skip
_LOCK = 7_305_911  # PostgreSQL advisory lock: one migrator at a time


def chain() -> list[tuple[str, str]]:
    """(name, text) of every migration, oldest first."""
    return [(path.stem, path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("[0-9]*.sql"))]


def statements(text: str, dialect: str) -> list[str]:
    other = "postgres" if dialect == "sqlite" else "sqlite"
    kept = [part for part in _split(text) if f"-- {other}:" not in part]
    tokens = _TOKENS[dialect]
    filled = [re.sub(r"\{(\w+)\}", lambda match: tokens[match[1]], part) for part in kept]
    return [part for part in filled if re.sub(r"--.*", "", part).strip()]


def _split(text: str) -> list[str]:
    parts = re.split(r";[ \t]*\n", text + "\n")
    joined: list[str] = []
    for part in parts:
        if joined and re.search(r"\bBEGIN\b", joined[-1]) and not re.search(r"\bEND\s*$", joined[-1]):
            joined[-1] += ";\n" + part
        else:
            joined.append(part)
    return joined


def sqlite_up(path: Path) -> list[str]:
    """Bring the file to the newest shape; answers the names that were applied. Raises RuntimeError on orphans."""
    raw = sqlite3.connect(path, isolation_level=None, timeout=60)
    try:
        for pragma in ("journal_mode=WAL", "foreign_keys=OFF", "legacy_alter_table=ON"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN IMMEDIATE")
        try:
            raw.execute("CREATE TABLE IF NOT EXISTS schema_migration(name TEXT PRIMARY KEY, sum TEXT NOT NULL, at TEXT NOT NULL) STRICT")
            done = {row[0] for row in raw.execute("SELECT name FROM schema_migration")}
            fresh = [(name, text) for name, text in chain() if name not in done]
            for name, text in fresh:
                for statement in statements(text, "sqlite"):
                    raw.execute(statement)
                raw.execute("INSERT INTO schema_migration VALUES (?, ?, ?)", (name, _sum(text), clock.now().isoformat()))
            if orphans := raw.execute("PRAGMA foreign_key_check").fetchmany(3):
                raise RuntimeError(f"rows without their parent after migrating: {orphans}")
            raw.execute("COMMIT")
        except BaseException:
            raw.execute("ROLLBACK")
            raise
    finally:
        raw.close()
    return [name for name, _ in fresh]


async def postgres_up(url: str) -> list[str]:
    import asyncpg

    raw = await asyncpg.connect(url)
    try:
        async with raw.transaction():
            await raw.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            await raw.execute("CREATE TABLE IF NOT EXISTS schema_migration(name TEXT PRIMARY KEY, sum TEXT NOT NULL, at TEXT NOT NULL)")
            done = {row[0] for row in await raw.fetch("SELECT name FROM schema_migration")}
            fresh = [(name, text) for name, text in chain() if name not in done]
            for name, text in fresh:
                for statement in statements(text, "postgres"):
                    await raw.execute(statement)
                await raw.execute("INSERT INTO schema_migration VALUES ($1, $2, $3)", name, _sum(text), clock.now().isoformat())
    finally:
        await raw.close()
    return [name for name, _ in fresh]


async def pending(url: str) -> bool:
    """Whether the database at `url` lacks a migration of this release (a database that is not there lacks all)."""
    wanted = {name for name, _ in chain()}
    if url.startswith("postgres"):
        import asyncpg

        raw = await asyncpg.connect(url)
        try:
            there = await raw.fetchval("SELECT to_regclass('schema_migration')")
            done = {row[0] for row in await raw.fetch("SELECT name FROM schema_migration")} if there else set()
        finally:
            await raw.close()
        return bool(wanted - done)
    path = Path(url.removeprefix("sqlite://"))
    if not path.exists():
        return True
    raw = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        done = {row[0] for row in raw.execute("SELECT name FROM schema_migration")}
    except sqlite3.OperationalError:
        done = set()
    finally:
        raw.close()
    return bool(wanted - done)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
