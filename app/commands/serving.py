"""The server and the worker as processes."""

import argparse
import asyncio
import gc
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
import uvloop
from uvicorn.server import HANDLED_SIGNALS

from app.commands import writing
from app.commands.keeping import bring_up
from app.commands.moving import MARKER, moved
from app.journal import chain
from app.kernel import db, logs, process, seal
from app.kernel import migrate as migrations
from app.kernel.edge import Edge
from app.kernel.hub import HUB
from app.kernel.settings import Settings

UVICORN = {
    "http": "httptools",
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 5,
    "proxy_headers": False,  # whose word counts is decided in kernel.edge
}


def serve(config: Settings, args: argparse.Namespace) -> int:
    if args.workers > 1 and not config.postgres:
        sys.exit("--workers above 1 needs PostgreSQL (LASTMETRE_DATABASE_URL): on SQLite one process owns the file.")
    if config.postgres:
        if asyncio.run(migrations.pending(config.database_url)):
            sys.exit("the database lacks migrations; run: python -m app migrate")
        return run_server(config, args.host, args.port or config.port, workers=args.workers)
    if when := moved(config.data):
        sys.exit(
            f"this installation was moved to PostgreSQL ({when}): set LASTMETRE_DATABASE_URL."
            f" To serve the old file all the same, delete {config.data / MARKER}"
        )
    with process.own(config.data):
        bring_up(config)
        return run_server(config, args.host, args.port or config.port)


def run_server(config: Settings, host: str, port: int, *, workers: int = 1) -> int:
    """Serve until a signal; the caller owns the data folder."""
    logs.set_up(config.log_level)
    seal.open_keys(config.data, config.master_key, make=not config.postgres)
    seal.close_keys()

    _allow_connections()
    how = {**UVICORN, "host": host, "port": port, "log_level": config.log_level}

    async def whole() -> None:
        server = uvicorn.Server(
            uvicorn.Config(lambda: ending_streams(built(config, worker=not config.postgres)), factory=True, loop="uvloop", **how)
        )
        hatch = None
        if not config.postgres:
            hatch = await process.listen(config.data, lambda argv, out: writing.inside(config, argv, out))
        try:
            await server.serve()
        finally:
            if hatch:
                hatch.close()
                (config.data / "commands.sock").unlink(missing_ok=True)

    if workers > 1:
        uvicorn.run("app.commands.serving:worker_app", factory=True, workers=workers, **how)
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(whole())
    return 0


def _allow_connections() -> None:
    """Every open page holds one, and services are started with room for a thousand."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def worker_app():
    from app.kernel import settings

    config = settings.load()
    logs.set_up(config.log_level)
    return ending_streams(built(config, worker=False))


def built(config: Settings, *, worker: bool) -> Edge:
    """What is loaded here stays until the end, so nothing looks through it for what could be freed: a fifth of the start."""
    gc.disable()
    try:
        from app.web import build

        return build(config, worker=worker)
    finally:
        gc.freeze()
        gc.enable()


def ending_streams(app: Edge) -> Edge:
    """In the loop of a server that has begun to listen for signals: streams end first, or it would wait for them in vain."""
    loop = asyncio.get_running_loop()

    def first(before: Callable) -> Callable:
        def ended(number: int, frame: FrameType | None) -> None:
            loop.call_soon_threadsafe(HUB.close)
            before(number, frame)

        return ended

    for number in HANDLED_SIGNALS:
        signal.signal(number, first(signal.getsignal(number)))
    return app


def work(config: Settings, args: argparse.Namespace) -> int:
    if not config.postgres:
        sys.exit("On SQLite the worker runs inside `serve`; a process of its own needs PostgreSQL (LASTMETRE_DATABASE_URL).")
    logs.set_up(config.log_level)
    uvloop.run(_work(config))
    return 0


async def _work(config: Settings) -> None:
    from app.journal.worker import Worker
    from app.privacy.rules import erasing
    from app.push import identity
    from app.push.draining import Drainer
    from app.web import DUTIES, LISTENERS, MODELS

    identity.use(config)
    seal.open_keys(config.data, config.master_key)
    await db.connect(config.database_url, MODELS)
    await chain.begin()
    await erasing.replay()
    loop = asyncio.get_running_loop()
    running = [asyncio.create_task(part.run()) for part in (Worker(LISTENERS, DUTIES), Drainer())]
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lambda: [part.cancel() for part in running])
    try:
        await asyncio.gather(*running, return_exceptions=True)
    finally:
        await db.disconnect()
        seal.close_keys()
