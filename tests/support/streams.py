"""A page that listens to /events: in this process over plain ASGI, or over a socket of a server's own process."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple


class Said(NamedTuple):
    kind: str
    id: str


class Listener:
    """`status`, `headers` and what the stream said, event by event; `ended` once it is over."""

    def __init__(self) -> None:
        self.status, self.headers, self.raw = 0, {}, b""
        self.told: asyncio.Queue[Said] = asyncio.Queue()
        self.retry, self.last = 0, ""
        self.began, self.ended, self.commented = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def next(self, within: float = 10) -> Said:
        return await asyncio.wait_for(self.told.get(), within)

    @property
    def silent(self) -> bool:
        return self.told.empty()

    def heard(self, data: bytes) -> None:
        self.raw += data
        *whole, self.raw = self.raw.split(b"\n\n")
        for block in whole:
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
            if block.startswith(b":"):
                self.commented.set()
            self.retry = int(fields.get("retry", self.retry))
            self.last = fields.get("id", self.last)
            if "data" in fields:
                self.told.put_nowait(Said(fields.get("event") or fields["data"], fields.get("id", "")))


@asynccontextmanager
async def listening(edge, token: str = "", query: str = "", headers: Mapping[str, str] = {}) -> AsyncIterator[Listener]:
    """Until the block ends, when the phone goes away."""
    listener, gone = Listener(), asyncio.Event()
    sent = {"cookie": f"sid={token}", "accept-encoding": "br", **headers}
    scope = {
        "type": "http", "method": "GET", "path": "/events", "raw_path": b"/events", "query_string": query.encode(), "http_version": "1.1",
        "scheme": "http", "headers": [(k.lower().encode(), v.encode()) for k, v in sent.items()], "client": ("127.0.0.1", 1), "root_path": "",
        "server": ("localhost", 8000), "asgi": {"version": "3.0"}, "extensions": {},
    }  # fmt: skip
    asked = False

    async def receive() -> dict:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        if message["type"] == "http.response.start":
            listener.status = message["status"]
            listener.headers = {name.decode().lower(): value.decode() for name, value in message["headers"]}
        else:
            if "event-stream" in listener.headers.get("content-type", ""):
                listener.heard(message.get("body", b""))
            listener.began.set()
            if not message.get("more_body"):
                listener.ended.set()

    running = asyncio.create_task(edge(scope, receive, send))
    try:
        await asyncio.wait_for(listener.began.wait(), 20)
        yield listener
    finally:
        gone.set()
        await asyncio.wait_for(running, 20)
