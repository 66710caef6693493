"""Phones on bad lines: each sends its acts until every one has its receipt, and keeps what the server acknowledged.

Plain sockets, so that a request can end in the middle of its body and an answer can go unread.
"""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

PATIENCE = 10  # seconds for one answer


class Line(NamedTuple):
    """Chances, for each request: its body is cut off, its answer is lost, it is sent once more after its answer."""

    cut: float = 0
    lost: float = 0
    twice: float = 0


GOOD = Line()


class Answer(NamedTuple):
    status: int
    head: dict[str, str]
    body: bytes

    @property
    def retry_after(self) -> int:
        wait = self.head.get("retry-after", "")
        return int(wait) if wait.isdecimal() else 0

    @property
    def receipts(self) -> list[dict | None]:
        return json.loads(self.body)["receipts"]


class Waits(NamedTuple):
    """Full jitter: before try n a phone waits between nothing and `first * 2 ** n` seconds, `most` at the most."""

    first: float = 0.05
    most: float = 0.4

    def pick(self, chance: random.Random, tries: int) -> float:
        return chance.uniform(0, min(self.most, self.first * 2 ** min(tries, 20)))


class Tally(msgspec.Struct):
    """What all phones of a swarm went through. `acked`: act to the state that the server told first."""

    acked: dict[str, str] = {}
    counts: Counter = msgspec.field(default_factory=Counter)
    seconds: list[float] = []
    unlike: list[str] = []

    def p95(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] if self.seconds else 0.0

    def take(self, receipts: Sequence[dict | None]) -> None:
        for told in filter(None, receipts):
            self.counts["told"] += 1
            self.counts["again"] += told["again"]
            if self.acked.setdefault(told["id"], told["state"]) != told["state"]:
                self.unlike.append(told["id"])


class Phone:
    """`number` makes its device and its address, `acts` are {id, path, form}; `batch` is the most that it sends at once."""

    def __init__(self, number: int, token: str, acts: Sequence[dict], seed: int, *, batch: int) -> None:
        self.acts = [act | {"seq": seq} for seq, act in enumerate(acts, 1)]
        self.chance = random.Random(f"{seed}/{number}")
        self.device, self.batch = f"phone-{number}", batch
        self.head = {
            "Host": "127.0.0.1",
            "Cookie": f"sid={token}",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": f"10.{number >> 8}.{number & 255}.1",
            "Content-Type": "application/json",
            "Connection": "close",
        }

    async def send_all(
        self, port: int, tally: Tally, line: Line = GOOD, waits: Waits = Waits(), *, pace: float = 0, tries: int = 0
    ) -> None:
        """Until every act has its receipt. `pace`: its longest rest between two requests. `tries`: how often it failed before."""
        await asyncio.sleep(waits.pick(self.chance, tries) if tries else self.chance.uniform(0, pace))
        while left := [act for act in self.acts if act["id"] not in tally.acked]:
            some = left[: self.chance.randint(1, self.batch) if line != GOOD else self.batch]
            answer = await self.send(port, some, tally, line)
            tries = 0 if answer and answer.status == 200 else tries + 1
            if answer and self.chance.random() < line.twice:
                tally.counts["twice"] += len(some)
                await self.send(port, some, tally)
            if tries:
                await asyncio.sleep(max(waits.pick(self.chance, tries), answer.retry_after if answer else 0))
            else:
                await asyncio.sleep(self.chance.uniform(0, pace))

    async def send(self, port: int, acts: Sequence[dict], tally: Tally, line: Line = GOOD) -> Answer | None:
        """One request; None where the phone heard nothing. What it heard is in the tally."""
        body = json.dumps({"device": self.device, "acts": list(acts)}).encode()
        tally.counts["requests"] += 1
        fate = self.chance.random()
        began = time.perf_counter()
        try:
            if fate < line.cut:
                tally.counts["cut"] += 1
                return await _cut(port, self.head, body, self.chance.randrange(len(body)))
            if fate < line.cut + line.lost:
                tally.counts["lost"] += 1
                return await _unheard(port, self.head, body, self.chance.uniform(0, 0.03))
            answer = await asyncio.wait_for(post(port, "/acts", body, self.head), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            tally.counts["dropped"] += 1
            return None
        tally.counts[answer.status] += 1
        if answer.status == 200:
            tally.seconds.append(time.perf_counter() - began)
            tally.take(answer.receipts)
        return answer


def request(path: str, body: bytes, head: dict[str, str]) -> bytes:
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items()), f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def post(port: int, path: str, body: bytes, head: dict[str, str]) -> Answer:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request(path, body, head))
        first = await reader.readuntil(b"\r\n\r\n")
        lines = (line.partition(": ") for line in first.decode("latin-1").split("\r\n")[1:] if line)
        told = {name.lower(): value for name, _, value in lines}
        return Answer(int(first[9:12]), told, await reader.readexactly(int(told.get("content-length", 0))))
    finally:
        writer.close()


async def _cut(port: int, head: dict[str, str], body: bytes, sent: int) -> None:
    """The line breaks in the middle of the body."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        whole = request("/acts", body, head)
        writer.write(whole[: len(whole) - len(body) + sent])
        await writer.drain()
    finally:
        writer.transport.abort()


async def _unheard(port: int, head: dict[str, str], body: bytes, seconds: float) -> None:
    """All of it is sent; nobody is there for the answer."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request("/acts", body, head))
        await writer.drain()
        await asyncio.sleep(seconds)
    finally:
        writer.transport.abort()
