"""Reading the journal without disturbing the server."""

import argparse
import json
import sqlite3
import sys
from datetime import datetime

from app.kernel import clock
from app.kernel.settings import Settings

_SQL = "SELECT id, kind, about, by, at, received_at, act FROM happening WHERE received_at >= {} ORDER BY id"
_NAMES = ("id", "kind", "about", "by", "at", "received_at", "act")


def journal(config: Settings, args: argparse.Namespace):
    try:
        since = datetime.fromisoformat(args.since) if args.since else datetime.min
    except ValueError:
        sys.exit(f"--since {args.since}: a moment such as 2026-11-22T08:00:00+08:00")
    since = since.replace(tzinfo=clock.ZONE.get()) if since.tzinfo is None and args.since else since
    if config.postgres:
        return _from_postgres(config.database_url, since)
    from app.kernel.db import _plain

    raw = sqlite3.connect(f"file:{config.database_url.removeprefix('sqlite://')}?mode=ro", uri=True)
    for row in raw.execute(_SQL.format("?"), (_plain(since) if args.since else "",)):
        _print(row)
    raw.close()
    return 0


async def _from_postgres(url: str, since: datetime) -> int:
    import asyncpg

    raw = await asyncpg.connect(url)
    for row in await raw.fetch(_SQL.format("$1"), since if since.tzinfo else datetime.fromisoformat("1970-01-01T00:00:00+00:00")):
        _print(tuple(row))
    await raw.close()
    return 0


def _print(row: tuple) -> None:
    print(json.dumps(dict(zip(_NAMES, row, strict=True)), default=_text))


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
