"""A real server with open pages: what each weighs, that it ends in time, and that a stopped or silent reader holds up nobody."""

import asyncio
import os
import shutil
import signal
import socket
import time
from pathlib import Path

import cast
import pytest
from support import server

from app import web
from app.commands.measuring import live, servers, wire
from app.commands.measuring.stage import Phone
from app.journal import worker
from app.kernel import db, ids, seal
from app.people.rules import accounts, sessions


def phones(data: Path, number: int, url: str = "") -> list[Phone]:
    """So many people of the cast's community with a session each. `url`: of the database, where it is not the folder's."""
    made: list[str] = []

    async def work() -> None:
        home = cast.world(data).community
        for n in range(number):
            account = await accounts.make_account(f"众{n}")
            await accounts.join(account, home)
            made.append(await sessions.start(account, label="test"))

    async def whole() -> None:
        seal.open_keys(data, data / "master.key")
        await db.connect(url or f"sqlite://{data / 'lastmetre.db'}", web.MODELS)
        try:
            await worker.do(work)
        finally:
            await db.disconnect()
            seal.close_keys()

    asyncio.run(whole())
    return [Phone(sid, "127.0.0.1") for sid in made]


@pytest.mark.parametrize("number", [200, pytest.param(5000, marks=pytest.mark.long)])
def test_a_server_with_open_streams_ends_within_ten_seconds_and_each_weighs_little(number, sqlite_template, tmp_path):
    data = shutil.copytree(sqlite_template, tmp_path / "data")
    people = phones(data, -(-number // live.EACH))
    with server.serve(data) as running:
        measured = servers.Server(running.process, running.port)

        async def first() -> float:
            async with live.streams(running.port, people, 20):  # what the first of them loads is no weight of theirs
                return measured.memory()

        before = asyncio.run(first())

        async def hold() -> tuple[float, float, list[bool]]:
            async with live.streams(running.port, people, number) as opened:
                weight = measured.memory()
                running.process.send_signal(signal.SIGTERM)
                began = time.monotonic()
                while running.process.poll() is None and time.monotonic() - began < 20:
                    await asyncio.sleep(0.05)
                took = time.monotonic() - began
                await asyncio.sleep(0)
                return took, weight, [each.reader.at_eof() for each in opened]

        took, weight, ended = asyncio.run(hold())
        assert took < 10 and all(ended), (took, running.tail())
        assert "timeout graceful shutdown exceeded" not in running.tail(100_000)
        assert 1000 * (weight - before) / number < 30 and weight < 400, (before, weight)


def test_two_workers_on_postgresql_with_open_streams_end_within_ten_seconds(postgres_template, tmp_path):
    """Both hold streams when the one above them is told to end, and nobody has to be cut off."""
    cluster, template, folder = postgres_template
    data = shutil.copytree(folder, tmp_path / "data")
    with cluster.database(template) as url:
        people = phones(data, 34, url)
        env = {"LASTMETRE_DATABASE_URL": url}
        with server.serve(data, env=env, command=("serve", "--workers", "2")) as running:

            async def hold() -> tuple[float, list[bool]]:
                async with live.streams(running.port, people, 200) as opened:
                    holding = [pid for pid in children(running.process.pid) if connections(pid) > 20]
                    assert len(holding) == 2, "both workers hold streams"
                    running.process.send_signal(signal.SIGTERM)
                    began = time.monotonic()
                    while running.process.poll() is None and time.monotonic() - began < 20:
                        await asyncio.sleep(0.05)
                    took = time.monotonic() - began
                    await asyncio.sleep(0)
                    return took, [each.reader.at_eof() for each in opened]

            took, ended = asyncio.run(hold())
            assert took < 10 and all(ended), (took, running.tail())
            assert "timeout graceful shutdown exceeded" not in running.tail(100_000)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def connections(pid: int) -> int:
    """How many sockets a process has open."""
    return sum(os.readlink(each).startswith("socket:") for each in Path(f"/proc/{pid}/fd").iterdir())


def test_a_reader_that_takes_nothing_holds_up_neither_the_others_nor_the_end(sqlite_template, tmp_path):
    """Its window is shut and its line silent: what is meant for it is bounded, and nobody waits for it."""
    data = shutil.copytree(sqlite_template, tmp_path / "data")
    people = phones(data, 4)
    with server.serve(data) as running:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        deaf.connect(("127.0.0.1", running.port))
        deaf.sendall(wire.get(f"/events?since={ids.new()}", **people[0].headers()))

        async def hear() -> None:
            async with live.streams(running.port, people[1:], 6) as opened:
                sent = wire.post(
                    "/tasks",
                    {"title": "搬菜", "places": "2", "hours": "2", "starts": "now"},
                    Cookie=f"sid={cast.world(data).dispatcher_token}",
                )
                for _ in range(3):
                    await wire.ask(running.port, sent, 303)
                deadline = time.monotonic() + 10
                while not all(each.frames for each in opened):
                    assert time.monotonic() < deadline
                    await asyncio.sleep(0.02)

        asyncio.run(hear())
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(20)
        assert time.monotonic() - began < 10
        deaf.close()
