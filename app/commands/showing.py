"""`demo`: the sample community, loaded when there is none, its links printed, and served."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import msgspec

from app.commands import serving, writing
from app.commands.keeping import bring_up
from app.demo import day, links, telling
from app.journal import chain
from app.journal.worker import Worker
from app.kernel import db, process, seal, words
from app.kernel import migrate as migrations
from app.kernel.settings import Settings
from app.places import reads as places

PATIENCE = 90  # seconds that a second command waits for a server that is just loading the sample


def demo(config: Settings, args: argparse.Namespace) -> int:
    config = replace(config, demo=True)
    words.LANG.set("zh" if os.environ.get("LANG", "").startswith("zh") else "en")
    if args.json:
        return _json(config)
    with nullcontext() if config.postgres else process.own(config.data):
        if not config.postgres:
            bring_up(config)
        elif asyncio.run(migrations.pending(config.database_url)):
            sys.exit(words.say("demo.migrate_first", command="python -m app migrate"))
        try:
            asyncio.run(_show(config))
        except KeyboardInterrupt:
            return 130
        return serving.run_server(config, args.host, config.port)


def _json(config: Settings) -> int:
    until = time.monotonic() + PATIENCE
    while not config.postgres and process.is_owned(config.data):
        try:
            return process.hand_over(config.data, ["demo"], print)
        except (FileNotFoundError, ConnectionRefusedError):
            # Somebody holds the folder and does not listen yet: a server that starts, or a command that ends soon.
            if time.monotonic() > until:
                sys.exit(words.say("demo.busy"))
            time.sleep(0.2)
    return writing.alone(config, lambda: print_json(config, print))


async def print_json(config: Settings, out: Callable[[str], None]) -> int:
    """One line of JSON as in the contract; what else there is to say goes to the terminal of this process."""
    await _load(partial(print, file=sys.stderr, flush=True))
    out(msgspec.json.encode(await links.fresh(config.public_url)).decode())
    return 0


async def _show(config: Settings) -> None:
    from app.web import MODELS

    seal.open_keys(config.data, config.master_key, make=True)
    await db.connect(config.database_url, MODELS)
    await chain.begin()
    try:
        await _load(partial(print, flush=True))
        print(telling.block(await links.fresh(config.public_url), await links.names()), flush=True)
    finally:
        await db.disconnect()
        seal.close_keys()


async def _load(tell: Callable[[str], None]) -> None:
    """The sample, where there is no community yet. Never beside somebody's real one."""
    from app.web import DUTIES, LISTENERS

    if await links.is_there():
        return
    if await places.communities():
        raise SystemExit(words.say("demo.not_sample", setting="LASTMETRE_DATA", command="python -m app serve"))
    began = time.monotonic()
    tell(words.say("demo.loading.begins"))
    await day.load(Worker(LISTENERS, DUTIES), lambda key: tell("  " + words.say(key)))
    tell(words.say("demo.loading.done", seconds=round(time.monotonic() - began)))
