"""Migrating, backing up, restoring."""

import argparse
import asyncio
import sqlite3
import sys
from datetime import UTC, datetime
from pathlib import Path

from app.kernel import migrate as migrations
from app.kernel import process, seal
from app.kernel.backups import copy
from app.kernel.settings import Settings


def migrate(config: Settings, args: argparse.Namespace) -> int:
    if config.postgres:
        applied = asyncio.run(migrations.postgres_up(config.database_url))
    else:
        with process.own(config.data):
            applied = bring_up(config)
    print("\n".join(applied) or "nothing to do")
    return 0


def bring_up(config: Settings) -> list[str]:
    """Migrate the SQLite file, after copying one that holds something; the caller owns the folder."""
    path = Path(config.database_url.removeprefix("sqlite://"))
    path.parent.mkdir(parents=True, exist_ok=True)
    if not asyncio.run(migrations.pending(config.database_url)):
        return []
    if path.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        copy(path, path.with_name(f"{path.stem}.before-{stamp}.db"))
    return migrations.sqlite_up(path)


def backup(config: Settings, args: argparse.Namespace) -> int:
    """FILE holds the data, FILE.keys the wrapped keys: kept apart, so that an erased person's data stays closed."""
    if config.postgres:
        sys.exit("On PostgreSQL use pg_dump for the database, and copy keys.db from the data folder beside it.")
    target = Path(args.file)
    if target.exists():
        sys.exit(f"{target} exists; a backup never writes over another one")
    copy(Path(config.database_url.removeprefix("sqlite://")), target)
    copy(config.data / "keys.db", target.with_name(target.name + ".keys"))
    print(f"{target} {target}.keys")
    return 0


def _put_back(source: Path, keys: Path, target: Path, config: Settings) -> str:
    """Both files into the folder; what is wrong with them, or blank."""
    try:
        copy(source, target)
        copy(keys, config.data / "keys.db")
        raw = sqlite3.connect(target)
        found = raw.execute("PRAGMA integrity_check").fetchone()[0]
        raw.close()
    except sqlite3.DatabaseError as error:
        found = str(error)
    if found != "ok":
        return f"{source} is damaged: {found}"
    seal.open_keys(config.data, config.master_key)
    try:
        if seal.opens():
            _erase_again()
        return "" if seal.opens() else f"{config.master_key} is not the master key of the installation that {source} came from"
    finally:
        seal.close_keys()


def _erase_again() -> None:
    """Whoever was erased since the copy was made stays erased: her keys, which the copy brought back, go before anything reads them.

    The rest, which is no secret without them, goes when the server starts (`erasing.replay`).
    """
    from app.privacy.rules import erasing

    if logged := erasing.read_log(erasing.log_file()):
        gone = seal.destroy_keys([entry.key_id for entry in logged])
        print(f"{erasing.log_file()}: {gone} keys that were erased after the copy was made are destroyed again")
    else:
        print(f"no {erasing.log_file()}: whoever was erased after the copy was made is back; bring that file and restore again")


def restore(config: Settings, args: argparse.Namespace) -> int:
    if config.postgres:
        sys.exit("On PostgreSQL use pg_restore, and copy keys.db into the data folder.")
    source, keys = Path(args.file), Path(args.file + ".keys")
    if not keys.exists() and source.with_name("keys.db").exists():
        keys = source.with_name("keys.db")  # of the copies made while serving, which share the newest
    target = Path(config.database_url.removeprefix("sqlite://"))
    for needed in (source, keys, config.master_key):
        if not needed.exists():
            sys.exit(f"{needed} is missing: a restore needs the copy, its .keys and the master key of the installation it came from")
    with process.own(config.data):
        if target.exists() or (config.data / "keys.db").exists():
            sys.exit(f"{config.data} already holds a database; restore into an empty data folder")
        if wrong := _put_back(source, keys, target, config):
            for made in (target, config.data / "keys.db"):
                made.unlink(missing_ok=True)
            sys.exit(wrong)
    print(f"restored into {config.data}; run: python -m app migrate")
    return 0
