"""`python -m app COMMAND`. Commands that write are handed to a running server (`kernel.process`)."""

import argparse
import asyncio
import os
import sys

from app import commands
from app.kernel import settings


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="python -m app", description="Last Metre")
    add = whole.add_subparsers(dest="command", required=True).add_parser

    serve = add("serve", help="the production server")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int)
    serve.add_argument("--workers", type=int, default=1)

    add("work", help="the worker as a process of its own (PostgreSQL)")
    add("migrate", help="bring the database to the newest shape, with a backup before")

    demo = add("demo", help="load the sample community, show its sign-in links, serve it")
    demo.add_argument("--json", action="store_true", help="print addresses and fresh sign-in links as JSON and exit")
    demo.add_argument("--host", default="127.0.0.1")

    setup = add("setup", help="make district, community and first dispatcher; print her sign-in link")
    setup.add_argument("--district", required=True)
    setup.add_argument("--community", required=True)
    setup.add_argument("--name", required=True, help="the first dispatcher's name")
    setup.add_argument("--phone", required=True)
    setup.add_argument("--emergency", default="")
    setup.add_argument("--hotline", default="")

    ledger = add("import", help="import a building or people ledger (xlsx, xls, csv) and print a JSON report")
    ledger.add_argument("file")
    ledger.add_argument("--community", required=True, metavar="CODE")
    ledger.add_argument("--dry-run", action="store_true")

    journal = add("journal", help="print what happened, one JSON object a line")
    journal.add_argument("--json", action="store_true", required=True)
    journal.add_argument("--since", metavar="ISO")

    add("audit", help="check that no row of what happened was changed, removed, added or swapped")
    search = add("canaries", help="search database, copies, logs, and what their keys still open, for words that must be nowhere")
    search.add_argument("--words", required=True, metavar="FILE", help="one word a line")
    search.add_argument("--also", nargs="*", default=[], metavar="PATH", help="backups, logs, a browser's profile")

    add("doctor", help="name what is wrong with this installation, and what to do about it")
    away = add("move", help="all of a SQLite installation into an empty PostgreSQL database; killed, it goes on where it was")
    away.add_argument("--to", required=True, metavar="postgres://USER@HOST:PORT/NAME")
    away.add_argument("--rows", type=int, default=5_000, help="rows of one step")
    add("backup", help="a consistent copy while serving").add_argument("file")
    add("restore", help="restore a copy into an empty data folder").add_argument("file")

    bench = add("bench", help="measure on a sample of its own, print the figures, write them to bench.json in the data folder")
    bench.add_argument("--quick", action="store_true", help="few rounds: shows that it runs, its figures say little")
    return whole


def main() -> int:
    os.umask(0o077)  # data, keys, copies of them, the command socket: nobody else's
    args = parser().parse_args()
    config = settings.load()
    run = getattr(commands, args.command.replace("import", "import_"))
    result = run(config, args)
    return asyncio.run(result) if asyncio.iscoroutine(result) else result


if __name__ == "__main__":
    sys.exit(main())
