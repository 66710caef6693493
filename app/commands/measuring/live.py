"""What open pages cost: memory with 5,000 streams, and how long a change is on its way to 200 of them while 100 a second happen.

A change counts from the moment in its id, which the server made inside the transaction; it has arrived with the first
frame that carries its id or a later one. That gathering of changes, the commit and the client's own reading are in it.
"""

import asyncio
import json
import sqlite3
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from statistics import median
from uuid import UUID

import msgspec

from app.commands.measuring import wire
from app.commands.measuring.figures import Figure
from app.commands.measuring.servers import Server
from app.commands.measuring.stage import Phone, Stage, call_tasks, more_phones
from app.commands.measuring.wire import Wrong
from app.kernel import ids

EACH = 6  # streams that an account may hold
BATCH, A_SECOND = 10, 100
AT_ONCE = 64
PATIENCE = 60


class Counts(msgspec.Struct, frozen=True):
    streams: int
    listeners: int
    seconds: int
    rounds: int


async def figures(hello: Server, app: Server, stage: Stage, told: dict, data: Path, counts: Counts) -> list[Figure]:
    phones = await more_phones(app, told, -(-max(counts.streams, counts.listeners) // EACH))
    return [await _delay(app, stage, phones, data, counts), await _memory(hello, app, phones, counts)]


async def _memory(hello: Server, app: Server, phones: list[Phone], counts: Counts) -> Figure:
    """Of the whole process; beside it what a stream adds."""
    before, bare = app.memory(), hello.memory()
    async with streams(app.port, phones, counts.streams):
        ours = app.memory()
    async with streams(hello.port, phones, counts.streams):
        theirs = hello.memory()
    each = f"{1000 * (ours - before) / counts.streams:.1f} kB a stream, bare {1000 * (theirs - bare) / counts.streams:.1f} kB"
    return Figure("streams_5000_mb", ours, "MB", theirs, ours / theirs, (ours, ours), beside=f"{counts.streams} streams; {each}")


async def _delay(app: Server, stage: Stage, phones: list[Phone], data: Path, counts: Counts) -> Figure:
    paths = await call_tasks(app, stage, 200)
    many, alone = [], []
    for _ in range(counts.rounds):
        for listeners, found in ((1, alone), (counts.listeners, many)):
            found.append(await _round(app, stage, phones, paths, data, listeners, counts.seconds))
    value = median(p95 for p95, _ in many)
    ceiling = median(p95 for p95, _ in alone)
    spread = (min(p95 for p95, _ in many), max(p95 for p95, _ in many))
    beside = f"{counts.listeners} listeners, {median(rate for _, rate in many):.0f} changes/s; the ceiling is one listener"
    return Figure("live_p95_s", value, "s", ceiling, value / ceiling, spread, beside=beside)


async def _round(
    app: Server, stage: Stage, phones: list[Phone], paths: list[str], data: Path, listeners: int, seconds: int
) -> tuple[float, float]:
    """p95 of all changes to all listeners, and how many a second there were."""
    began = ids.new()
    async with streams(app.port, phones, listeners) as opened:
        turn, start = 0, time.perf_counter()
        async with asyncio.TaskGroup() as group:
            while (passed := time.perf_counter() - start) < seconds:
                group.create_task(_change(app, stage.volunteers[turn % len(stage.volunteers)], paths))
                turn += 1
                await asyncio.sleep(max(0, turn * BATCH / A_SECOND - passed))
        took = time.perf_counter() - start
        with closing(sqlite3.connect(f"file:{data / 'lastmetre.db'}?mode=ro", uri=True)) as seen:
            rows = seen.execute("SELECT id FROM happening WHERE id > ? AND community_id IS NOT NULL ORDER BY id", (str(began),)).fetchall()
        changes = [row for (row,) in rows]
        deadline = time.monotonic() + PATIENCE
        while any(not one.frames or one.frames[-1][0] < changes[-1] for one in opened):
            if time.monotonic() > deadline:
                raise Wrong("a change did not reach every listener")
            await asyncio.sleep(0.05)
    waits = []
    for one in opened:
        reached = [version for version, _ in one.frames]
        waits += [one.frames[bisect_left(reached, change)][1] - _made(change) for change in changes]
    waits.sort()
    return waits[int(len(waits) * 0.95)], len(changes) / took


def _made(row: str) -> float:
    return (UUID(row).int >> 80) / 1000


async def _change(app: Server, phone: Phone, paths: Sequence[str]) -> None:
    """One phone takes places and lets go of them again, all in one batch."""
    sides = [f"{path}/{verb}" for path in (*paths, *paths) for verb in ("take", "release")][:BATCH]
    acts = [{"id": ids.secret(), "path": path, "form": {}} for path in sides]
    answer = await wire.ask(app.port, wire.send("/acts", {"device": ids.secret(), "acts": acts}, **phone.headers()))
    told = json.loads(answer.body)["receipts"]
    if [each and each["state"] for each in told] != ["applied"] * len(acts):
        raise Wrong(f"a change was not applied: {told}")


class Open:
    """A stream and what came: (id of a change in the community, when)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer, self.frames = reader, writer, []

    async def listen(self) -> None:
        block: list[bytes] = []
        while line := await self.reader.readline():
            line = line.strip()
            if line == b"data: community" and block and block[-1].startswith(b"id: "):
                self.frames.append((block[-1][4:].decode(), time.time()))
            block = [line]


@asynccontextmanager
async def streams(port: int, phones: Sequence[Phone], number: int) -> AsyncIterator[list[Open]]:
    """`number` open pages, all of which have had their first words."""
    gate, opened = asyncio.Semaphore(AT_ONCE), []

    async def one(phone: Phone) -> None:
        async with gate:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2048)
            writer.write(wire.get(f"/events?since={ids.new()}", **phone.headers()))
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise Wrong(f"/events: {head[9:12].decode()}")
            await reader.readline()
            opened.append(Open(reader, writer))

    await asyncio.gather(*(one(phones[n // EACH]) for n in range(number)))
    listening = [asyncio.create_task(each.listen()) for each in opened]
    try:
        yield opened
    finally:
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        for each in opened:
            each.writer.close()
