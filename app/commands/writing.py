"""Commands that write: set-up, import, the demo's sign-in links. Inside the running server, or alone with its lock."""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from app.journal import chain, record, worker
from app.kernel import db, process, seal, words
from app.kernel.settings import Settings

Out = Callable[[str], None]


def setup(config: Settings, args: argparse.Namespace) -> int:
    return _do(config, ["setup", _told(args)])


def import_(config: Settings, args: argparse.Namespace) -> int:
    if not Path(args.file).exists():
        sys.exit(f"{args.file}: no such file")
    args.file = str(Path(args.file).absolute())
    return _do(config, ["import", _told(args)])


def audit(config: Settings, args: argparse.Namespace) -> int:
    return _do(config, ["audit", _told(args)])


def _told(args: argparse.Namespace) -> str:
    """The arguments, and the language of whoever typed them: the server that does the command has another."""
    return json.dumps({**vars(args), "lang": "zh" if os.environ.get("LANG", "").startswith("zh") else "en"})


def demo(config: Settings, args: argparse.Namespace) -> int:
    from app.commands.showing import demo as run

    return run(config, args)


def _do(config: Settings, argv: list[str]) -> int:
    if not config.postgres and process.is_owned(config.data):
        return process.hand_over(config.data, argv, print)
    return alone(config, lambda: inside(config, argv, print))


def alone(config: Settings, work) -> int:
    """Run `work` in this process with the lock, the keys and the database open."""
    from app.commands.keeping import bring_up
    from app.privacy.rules import erasing
    from app.web import LISTENERS, MODELS

    async def whole() -> int:
        seal.open_keys(config.data, config.master_key, make=True)
        await db.connect(config.database_url, MODELS)
        await chain.begin()
        record.listened({kind for kind, _ in LISTENERS})  # what happens here is told by whichever worker runs next
        await erasing.replay()
        try:
            return await work()
        finally:
            await db.disconnect()
            seal.close_keys()

    if config.postgres:
        return asyncio.run(whole())
    with process.own(config.data):
        bring_up(config)
        return asyncio.run(whole())


async def inside(config: Settings, argv: list[str], out: Out) -> int:
    """A command with database and keys open: called by the server's hatch or by `alone`."""
    name, told = argv[0], json.loads(argv[1]) if len(argv) > 1 else {}
    words.LANG.set(told.get("lang", words.LANG.get()))
    match name:
        case "setup":
            return await _setup(config, told, out)
        case "import":
            from app.care.command import run_import

            return await run_import(told, out)
        case "audit":
            return await _audit(out)
        case "demo":
            from app.commands.showing import print_json

            return await print_json(config, out)
    out(f"{name}: no such command")
    return 2


async def _setup(config: Settings, told: dict, out: Out) -> int:
    from app.people.rules.founding import found

    tokens: list[str] = []

    async def work() -> None:
        tokens.append(
            await found(
                district=told["district"],
                community=told["community"],
                emergency=told["emergency"],
                hotline=told["hotline"],
                name=told["name"],
                phone=told["phone"],
            )
        )

    receipt = await worker.do(work)
    if receipt.state != "applied":
        out(words.say(receipt.words, **receipt.filled))
        return 1
    out(f"{config.public_url}/sign-in/{tokens[0]}")
    return 0


async def _audit(out: Out) -> int:
    """Every row of the chain, checked: 1 where one is not as it was written."""
    counted, wrong = await chain.verify()
    for one in wrong:
        out(words.say(f"privacy.audit.{one.why}", community=str(one.community_id or "-"), link=one.link, row=str(one.row or "-")))
    out(words.say("privacy.audit.broken" if wrong else "privacy.audit.whole", n=counted, chains=len(await chain.chains())))
    return 1 if wrong else 0
