"""What stands in the database, read beside the running server: its shape, its health, what waits, what was copied."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.kernel import backups as copies
from app.kernel import migrate
from app.kernel.settings import Settings

Told = Iterator[tuple[str, str, str]]
WAL = 256 << 20
WAITS = timedelta(minutes=5)
AHEAD = timedelta(minutes=2)


def _path(config: Settings) -> Path:
    return Path(config.database_url.removeprefix("sqlite://"))


def _ask(config: Settings, *questions: str) -> list[Any]:
    """The first value of each, from a connection that writes nothing."""
    if config.postgres:
        return asyncio.run(_ask_postgres(config.database_url, questions))
    with closing(sqlite3.connect(f"file:{_path(config)}?mode=ro", uri=True, timeout=20)) as held:
        return [(held.execute(question).fetchone() or (None,))[0] for question in questions]


async def _ask_postgres(url: str, questions: tuple[str, ...]) -> list[Any]:
    import asyncpg

    held = await asyncpg.connect(url, timeout=10, server_settings={"default_transaction_read_only": "on"})
    try:
        return [await held.fetchval(question) for question in questions]
    finally:
        await held.close()


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=value.tzinfo or UTC) if value else None


def database(config: Settings) -> Told:
    if not config.postgres and not _path(config).exists():
        yield "wrong", f"{_path(config)} is missing", "begin with: python -m app setup; or bring a copy back: python -m app restore FILE"
        return
    if asyncio.run(migrate.pending(config.database_url)):
        yield "wrong", "it is of an older release", "python -m app migrate"
        return
    if config.postgres:
        version, sync = _ask(config, "SELECT current_setting('server_version_num')::int", "SELECT current_setting('synchronous_commit')")
        if version < 140_000:
            yield "wrong", f"PostgreSQL {version // 10_000} is too old", "PostgreSQL 14 or newer"
        if sync == "off":
            yield (
                "wrong",
                "synchronous_commit is off: what was answered may be lost with the power",
                "set synchronous_commit = on in postgresql.conf",
            )
        else:
            yield "ok", f"PostgreSQL {version // 10_000}", ""
    else:
        [sound] = _ask(config, "PRAGMA quick_check(1)")
        wal = _path(config).with_name(_path(config).name + "-wal")
        if sound != "ok":
            yield (
                "wrong",
                f"{_path(config)} is damaged: {sound}",
                "stop the server and bring back the newest copy: python -m app restore FILE",
            )
        elif wal.exists() and wal.stat().st_size > WAL:
            yield (
                "watch",
                f"its log of writes has grown to {wal.stat().st_size >> 20} MB",
                "something reads for very long: end what else has the file open",
            )
        else:
            yield "ok", f"{_path(config)}, {_path(config).stat().st_size >> 20} MB", ""
    [latest] = map(_moment, _ask(config, "SELECT max(received_at) FROM happening"))
    if latest and latest - datetime.now(UTC) > AHEAD:
        yield (
            "wrong",
            f"the newest thing in it happens in the future ({latest:%Y-%m-%d %H:%M} UTC)",
            "this machine's clock is behind, or was ahead: set it right",
        )


def worker(config: Settings) -> Told:
    oldest, n = _ask(
        config, "SELECT min(received_at) FROM happening WHERE done_at IS NULL", "SELECT count(*) FROM happening WHERE done_at IS NULL"
    )
    since = _moment(oldest)
    if since and datetime.now(UTC) - since > WAITS:
        yield (
            "wrong",
            f"happenings that wait to be told: {n}, the oldest since {since:%Y-%m-%d %H:%M} UTC",
            "start the worker (on PostgreSQL: python -m app work); its log names what fails",
        )
    else:
        yield "ok", "everything that happened was told", ""
    [held] = _ask(config, "SELECT count(*) FROM quarantine")
    if held:
        yield "watch", f"acts that lie aside: {held}", "somebody at the desk looks at them: /phones"


def backups(config: Settings) -> Told:
    if config.postgres:
        yield (
            "watch",
            "PostgreSQL is copied by tools of its own",
            "see that pg_dump or an archive of its log runs, and that keys.db is copied beside it",
        )
        return
    if config.backups is None:
        yield "watch", "no copies are made while it serves", "unset LASTMETRE_BACKUPS, unless something else copies it"
        return
    found = copies.found(config.backups) if config.backups.is_dir() else []
    if not found:
        yield (
            "wrong",
            f"there is no copy in {config.backups}",
            "see that the server runs and may write there; its log says why it could not",
        )
        return
    age = datetime.now(UTC) - copies.stamped(found[0])
    if age > timedelta(seconds=3 * config.backup_every + 60):
        yield (
            "wrong",
            f"the newest copy is {int(age.total_seconds() // 60)} minutes old",
            "see that the server runs and that the disk has room; its log says why it could not",
        )
    with closing(sqlite3.connect(f"file:{found[0]}?mode=ro&immutable=1", uri=True)) as held:
        if (sound := held.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            yield "wrong", f"the newest copy {found[0].name} is damaged: {sound}", "see to that disk"
            return
    if not (config.backups / "keys.db").exists():
        yield "wrong", "the copies have no keys.db beside them", "they open with it only: let the server make a new one"
    elif config.backups.stat().st_dev == config.data.stat().st_dev:
        yield (
            "watch",
            f"copies: {len(found)}, on the same disk as the data",
            "set LASTMETRE_BACKUPS to a folder on another disk, or copy them away",
        )
    else:
        yield "ok", f"copies: {len(found)}, the newest {int(age.total_seconds() // 60)} minutes old", ""


def push(config: Settings) -> Told:
    refusing, waiting = _ask(config, "SELECT count(*) FROM push_refusal", "SELECT count(*) FROM subscription WHERE ended_at IS NULL")
    if refusing:
        yield (
            "wrong",
            f"push services that refuse this server: {refusing}",
            "see that the clock is right and LASTMETRE_PUSH_CONTACT is an address; /metrics says how many",
        )
    else:
        yield "ok", f"phones that can be told: {waiting}", ""
