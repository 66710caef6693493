"""One process owns the data folder of a SQLite installation; commands that write are handed to it.

The owner holds a lock on `lock` and listens on `commands.sock`, for the same user only. A command is one line of
JSON (its arguments); the answer is lines of text, then a line `{"exit": n}`.
"""

import asyncio
import fcntl
import json
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import contextmanager
from pathlib import Path
from typing import IO

Command = Callable[[list[str], Callable[[str], None]], Awaitable[int]]


class Owned(SystemExit):
    """Somebody else holds the data folder."""


@contextmanager
def own(folder: Path):
    """Hold the folder for this process; raises Owned with words for a second one."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file: IO[str] = open(folder / "lock", "a+")  # noqa: SIM115 - held for the life of the process
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Owned(
                f"{folder} is in use by process {file.read().strip() or '?'}. On SQLite one process owns the data; "
                "stop that one first, or use PostgreSQL (LASTMETRE_DATABASE_URL) for several."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
    finally:
        file.close()


def is_owned(folder: Path) -> bool:
    try:
        with own(folder):
            return False
    except Owned:
        return True


async def listen(folder: Path, command: Command) -> asyncio.Server:
    path = folder / "commands.sock"
    path.unlink(missing_ok=True)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        code = 1
        try:
            args = json.loads(await reader.readline())
            code = await command(args, lambda line: writer.write(line.encode() + b"\n"))
        except (Exception, SystemExit) as error:
            writer.write(f"{type(error).__name__}: {error}\n".encode())
        finally:
            writer.write(json.dumps({"exit": code}).encode() + b"\n")
            await writer.drain()
            writer.close()

    before = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(serve, path=str(path), limit=1 << 20)
    finally:
        os.umask(before)


def hand_over(folder: Path, args: list[str], out: Callable[[str], None]) -> int:
    """Have the running server do a command; its exit code."""
    with socket.socket(socket.AF_UNIX) as wire:
        wire.connect(str(folder / "commands.sock"))
        wire.sendall(json.dumps(args).encode() + b"\n")
        code = 1
        with wire.makefile(encoding="utf-8") as lines:
            for line in lines:
                line = line.rstrip("\n")
                if line.startswith('{"exit": '):
                    code = json.loads(line)["exit"]
                else:
                    out(line)
    return code
