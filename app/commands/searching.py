"""Is a word still anywhere? For after a close-out, an erasure, or a sign-out: 0 places, or where."""

import argparse
import asyncio
import sys
from pathlib import Path

from app.kernel import seal
from app.kernel.settings import Settings


def canaries(config: Settings, args: argparse.Namespace) -> int:
    """1 where a word was found. The words come from a file, so that they stand in no history of commands."""
    from app.privacy.canaries import search
    from app.privacy.canary_rows import search_rows

    source = Path(args.words)
    if not source.exists():
        sys.exit(f"{source} is missing: a file with one word a line (a name, a phone, a condition)")
    words = [line.strip() for line in source.read_text(encoding="utf-8").splitlines() if len(line.strip()) > 1]
    if not words:
        sys.exit(f"{source} holds no word of two letters or more; one a line")
    also = [Path(each) for each in args.also]
    for folder in also:
        if not folder.exists():
            sys.exit(f"{folder} is missing: backups, logs or a browser's profile to search as well")
    if not config.master_key.exists():
        sys.exit(f"{config.master_key} is missing: without it what is sealed cannot be looked into")
    seal.open_keys(config.data, config.master_key)
    try:
        places = [config.data, *also]
        files, opened, found = search(places, words, config.data / "keys.db")
        if config.postgres:
            rows, more, here = asyncio.run(search_rows(config.database_url, words, config.data / "keys.db"))
            opened, found = opened + more, found + [f"database {line}" for line in here]
    finally:
        seal.close_keys()
    found = [line for line in found if not line.startswith(f"{source}:")]
    for line in found:
        print(line)
    if config.postgres:
        print(f"{rows} rows of the database searched; what its server keeps beside them (WAL, copies) only where --also names it")
    print(f"{len(words)} words, {files} files, {opened} sealed values opened: found in {len(found)} places")
    return 1 if found else 0
