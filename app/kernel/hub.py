"""Live pages: who listens to which topic, and the one frame that a change becomes for all of them.

A topic is a community, an account or the ways to one. A frame says which of them changed and the id of the row that changed it, never
what. Changes of a topic are gathered for a moment; of one that a listener has not taken yet only the last is kept, so a
stream holds one frame for each of its topics and no more. Nothing here touches the database: what is told comes from
committed rows (`act.perform`, `bus`), and `alive` says which sessions still stand.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

log = logging.getLogger(__name__)

SLICES = 20  # of a beat, so that thousands of comment lines do not go out at once
SOONEST, LATEST = 1_000, 8_000  # ms until a phone comes again
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
)
COMMENT = b":\n\n"
LIFE = 90  # beats at most; then the phone comes again, and what it may listen to is asked anew

Alive = Callable[[Sequence[UUID]], Awaitable[set[UUID]]]


def of_community(community: UUID) -> str:
    return f"community {community}"


def of_account(account: UUID) -> str:
    return f"account {account}"


def of_ways(account: UUID) -> str:
    """What came of the lines to her: apart from what she was told, or each of them would be asked for by every page of hers."""
    return f"ways {account}"


def frame(topic: str, version: str) -> bytes:
    return f"id: {version}\ndata: {topic.partition(' ')[0]}\n\n".encode()


def again() -> bytes:
    """When to come again, so that those whose streams end together do not return together."""
    return f"retry: {random.randint(SOONEST, LATEST)}\n\n".encode()


class Stream:
    """One open page. `follow` sends what was put into it until it is over."""

    __slots__ = ("account", "beats", "frames", "last", "over", "session", "slice", "task", "topics", "wake")

    def __init__(self, topics: tuple[str, ...], account: UUID, session: UUID, number: int) -> None:
        self.topics, self.account, self.session, self.slice = topics, account, session, number
        self.frames: dict[str, bytes] = {}
        self.wake = asyncio.Event()
        self.over, self.last = False, b""
        self.beats = random.randint(LIFE // 2, LIFE)
        self.task: asyncio.Task | None = None

    def begin(self, last: UUID, moved: Iterable[str]) -> None:
        """What is said first: when to come again, up to where this page knows all, and what changed before it listened."""
        self.put("retry", again() + f"id: {last}\n\n".encode())
        for topic in moved:
            if topic not in self.frames:
                self.put(topic, frame(topic, str(last)))

    def put(self, topic: str, said: bytes) -> None:
        self.frames.pop(topic, None)  # later in the order too: a phone resumes after the last id that it read
        self.frames[topic] = said
        self.wake.set()

    def end(self, last: bytes = b"") -> None:
        self.over, self.last = True, last
        self.wake.set()

    def cut(self) -> None:
        """For one that takes nothing: what is on its way to it will not be waited for."""
        self.end()
        if self.task:
            self.task.cancel()

    async def follow(self, receive: Callable, send: Callable) -> None:
        """As ASGI, until the phone goes, the session ends or the hub closes."""
        self.task = asyncio.current_task()
        gone = asyncio.create_task(self._gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            while not self.over:
                await self.wake.wait()
                self.wake.clear()
                if said := b"".join(self.frames.values()):
                    self.frames.clear()
                    await send({"type": "http.response.body", "body": said, "more_body": True})
            await send({"type": "http.response.body", "body": self.last})
        except asyncio.CancelledError:
            if not self.over:  # somebody else's wish
                raise
        finally:
            gone.cancel()

    async def _gone(self, receive: Callable) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.end()


class Hub:
    """`gather`: seconds for which changes of a topic are gathered; `beat`: between comment lines; `most`: streams of an account."""

    def __init__(self, *, gather: float = 0.25, beat: float = 20, most: int = 6) -> None:
        self.gather, self.beat, self.most = gather, beat, most
        self.streams: dict[str, dict[Stream, None]] = {}
        self.accounts: dict[UUID, dict[Stream, None]] = {}
        self.slices: list[set[Stream]] = [set() for _ in range(SLICES)]
        self.count, self.closed = 0, True
        self._pending: dict[str, str] = {}
        self._next = 0
        self._beating: asyncio.Task | None = None

    def open(self, alive: Alive) -> None:
        """In the running loop; `close` and `rest` in a `finally`."""
        self.closed, self._pending = False, {}  # what another loop gathered is not sent by this one
        self._beating = asyncio.create_task(self._beats(alive))

    def join(self, topics: Iterable[str], account: UUID, session: UUID) -> Stream:
        """From now on it hears of these topics. The account's oldest stream gives way to one too many."""
        stream = Stream(tuple(topics), account, session, self._next)
        self._next = (self._next + 1) % SLICES
        hers = self.accounts.setdefault(account, {})
        if len(hers) >= self.most:
            oldest = next(iter(hers))
            oldest.end(b"event: rest\ndata: 1\n\n")  # it asks from time to time and does not push another one out
            self.leave(oldest)
        hers = self.accounts.setdefault(account, {})
        hers[stream] = None
        for topic in stream.topics:
            self.streams.setdefault(topic, {})[stream] = None
        self.slices[stream.slice].add(stream)
        self.count += 1
        if self.closed:
            stream.end(again())
        return stream

    def leave(self, stream: Stream) -> None:
        if stream not in self.slices[stream.slice]:
            return
        self.count -= 1
        self.slices[stream.slice].discard(stream)
        for topic in stream.topics:
            _drop(self.streams, topic, stream)
        _drop(self.accounts, stream.account, stream)

    async def follow(self, stream: Stream, receive: Callable, send: Callable) -> None:
        try:
            await stream.follow(receive, send)
        finally:
            self.leave(stream)

    def tell(self, topic: str, version: UUID | str) -> None:
        """`topic` changed with the row `version`. Nothing is kept for a topic that nobody listens to."""
        if topic not in self.streams or self.closed:
            return
        if not self._pending:
            asyncio.get_running_loop().call_later(self.gather, self._flush)
        self._pending[topic] = max(self._pending.get(topic, ""), str(version))

    def _flush(self) -> None:
        pending, self._pending = self._pending, {}
        for topic, version in sorted(pending.items(), key=lambda each: each[1]):
            said = frame(topic, version)
            for stream in self.streams.get(topic, ()):
                stream.put(topic, said)

    async def _beats(self, alive: Alive) -> None:
        while True:
            for number in range(SLICES):
                await asyncio.sleep(self.beat / SLICES)
                try:
                    await self._beat(list(self.slices[number]), alive)
                except Exception as error:  # a database that is away for a while ends no stream
                    log.error("looking after streams: %s", type(error).__name__)

    async def _beat(self, streams: list[Stream], alive: Alive) -> None:
        for stream in streams:
            if "" in stream.frames:  # the comment line before was not taken
                stream.cut()
                continue
            stream.put("", COMMENT)
            stream.beats -= 1
            if not stream.beats:
                stream.end(again())
        if streams:
            standing = await alive([stream.session for stream in streams])
            for stream in streams:
                if stream.session not in standing:
                    stream.end()

    def close(self) -> None:
        """Every stream ends, and says when to come again. Before the server waits for its connections."""
        self.closed = True
        for stream in [stream for part in self.slices for stream in part]:
            stream.end(again())

    async def rest(self) -> None:
        self.close()
        if self._beating:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating
        self._beating = None


def _drop(held: dict[Any, dict[Stream, None]], key: Any, stream: Stream) -> None:
    if (left := held.get(key)) is not None:
        left.pop(stream, None)
        if not left:
            del held[key]


HUB = Hub()
