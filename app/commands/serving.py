"""The server and the worker as processes."""

import argparse
import asyncio
import signal
import sys

import uvicorn
import uvloop

from app.commands import writing
from app.commands.keeping import bring_up
from app.kernel import db, logs, process, seal
from app.kernel import migrate as migrations
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
    with process.own(config.data):
        bring_up(config)
        return run_server(config, args.host, args.port or config.port)


def run_server(config: Settings, host: str, port: int, *, workers: int = 1) -> int:
    """Serve until a signal; the caller owns the data folder."""
    from app.web import build

    logs.set_up(config.log_level)
    seal.open_keys(config.data, config.master_key, make=not config.postgres)
    seal.close_keys()

    how = {**UVICORN, "host": host, "port": port, "log_level": config.log_level}

    async def whole() -> None:
        app = build(config, worker=not config.postgres)
        server = uvicorn.Server(uvicorn.Config(app, loop="uvloop", **how))
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


def worker_app():
    from app.kernel import settings
    from app.web import build

    config = settings.load()
    logs.set_up(config.log_level)
    return build(config, worker=False)


def work(config: Settings, args: argparse.Namespace) -> int:
    if not config.postgres:
        sys.exit("On SQLite the worker runs inside `serve`; a process of its own needs PostgreSQL (LASTMETRE_DATABASE_URL).")
    logs.set_up(config.log_level)
    asyncio.run(_work(config))
    return 0


async def _work(config: Settings) -> None:
    from app.journal.worker import Worker
    from app.web import DUTIES, LISTENERS, MODELS

    seal.open_keys(config.data, config.master_key)
    await db.connect(config.database_url, MODELS)
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(Worker(LISTENERS, DUTIES).run())
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, running.cancel)
    try:
        await asyncio.gather(running, return_exceptions=True)
    finally:
        await db.disconnect()
        seal.close_keys()
