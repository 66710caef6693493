"""A crowd on phones: requests that start when they start, however slowly the ones before them are answered (open loop).

Whoever is refused comes again when `Retry-After` says, as the page that she reads does by itself and as her phone does with an act.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

AGAIN = 1.0  # seconds, where no answer came at all


class Wanted(msgspec.Struct, frozen=True):
    """`request` as it goes over the wire; `done(status, location)` tells whether that is what she wanted."""

    request: bytes
    done: Callable[[int, str], bool]


class Told(msgspec.Struct):
    """One kind of request, all phones together. `seconds`: from her first try to what she wanted; `refused`: answers that were not."""

    asked: int = 0
    seconds: list[float] = []
    first: Counter = msgspec.field(default_factory=Counter)
    refused: Counter = msgspec.field(default_factory=Counter)

    @property
    def share(self) -> float:
        return len(self.seconds) / self.asked if self.asked else 1.0

    def __str__(self) -> str:
        took = sorted(self.seconds) or [float("nan")]
        p95, most = took[min(len(took) - 1, int(len(took) * 0.95))], took[-1]
        return (
            f"{self.asked} asked, {self.share:.1%} got it, p95 {p95:.2f} s, at most {most:.2f} s, "
            f"first answers {dict(self.first)}, refused {sum(self.refused.values())}"
        )


def get(path: str, *, cookie: str = "") -> bytes:
    return _head("GET", path, cookie).encode() + b"\r\n"


def post(path: str, body: bytes, *, cookie: str = "") -> bytes:
    form = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return (_head("POST", path, cookie) + form).encode() + b"\r\n" + body


def _head(method: str, path: str, cookie: str) -> str:
    known = f"Cookie: sid={cookie}\r\n" if cookie else ""
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\nAccept-Encoding: br\r\n{known}"


class Crowd:
    """`patience`: seconds that each of them goes on trying."""

    def __init__(self, port: int, patience: float) -> None:
        self.port, self.patience = port, patience
        self.told: dict[str, Told] = {}
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def rush(self, seconds: float, flows: dict[str, tuple[float, Iterable[Wanted]]]) -> None:
        """`flows`: kind to (requests a second, what is asked). Returns when everybody has it or has given up."""
        coming: list[asyncio.Task] = []
        began = time.perf_counter()
        left = {kind: (rate, iter(wanted)) for kind, (rate, wanted) in flows.items()}
        self.told = {kind: Told() for kind in flows}
        while (gone := time.perf_counter() - began) < seconds:
            for kind, (rate, wanted) in left.items():
                told = self.told[kind]
                while told.asked < gone * rate and (one := next(wanted, None)):
                    told.asked += 1
                    coming.append(asyncio.create_task(self._phone(one, told)))
            await asyncio.sleep(0.002)
        await asyncio.gather(*coming)
        for _, writer in self._idle:
            writer.close()

    async def _phone(self, wanted: Wanted, told: Told) -> None:
        began, tries = time.perf_counter(), 0
        while (left := self.patience - (time.perf_counter() - began)) > 0:
            status, location, again = await self._try(wanted.request, left)
            tries += 1
            if tries == 1:
                told.first[status] += 1
            if wanted.done(status, location):
                told.seconds.append(time.perf_counter() - began)
                return
            told.refused[status] += 1
            if status not in (0, 429, 503):
                return
            await asyncio.sleep(min(again, max(0.0, self.patience - (time.perf_counter() - began))))

    async def _try(self, request: bytes, left: float) -> tuple[int, str, float]:
        """Status (0 for no answer), location, and the seconds after which to come again."""
        line = None
        try:
            async with asyncio.timeout(left):
                line = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self.port)
                status, head = await _exchange(*line, request)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            if line:
                line[1].close()
            return 0, "", AGAIN
        if head.get("connection", "") == "close":
            line[1].close()
        else:
            self._idle.append(line)
        return status, head.get("location", ""), float(head.get("retry-after", AGAIN))


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, dict[str, str]]:
    writer.write(request)
    first = await reader.readuntil(b"\r\n\r\n")
    lines = (line.partition(": ") for line in first.decode("latin-1").split("\r\n")[1:] if line)
    head = {name.lower(): value for name, _, value in lines}
    if "content-length" in head:
        await reader.readexactly(int(head["content-length"]))
    else:  # in pieces
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readexactly(2)
    return int(first[9:12]), head
