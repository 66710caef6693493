"""Stands in for the other side of a carrier: a push service, a chat's robot, a gateway. In the test's own loop, on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import SimpleNamespace

from app.push import endpoints

Answer = int | tuple[int, dict[str, str], bytes] | str


class StandIn:
    """`behave(path)` answers a status, (status, headers, body), or "hang". `posts` is what came, in order; `connections` how often somebody connected."""

    def __init__(self) -> None:
        self.behave: Callable[[str], Answer] = lambda path: 201
        self.posts: list[SimpleNamespace] = []
        self.connections = 0
        self.url = ""
        self.delay = 0.0
        self.came = asyncio.Event()

    def paths(self) -> list[str]:
        return [post.path for post in self.posts]

    async def wait_for(self, count: int, patience: float = 15) -> None:
        async with asyncio.timeout(patience):
            while len(self.posts) < count:
                self.came.clear()
                await self.came.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode("latin-1").split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines) if name}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                path = first.split(" ")[1]
                self.posts.append(SimpleNamespace(path=path, headers=headers, body=body))
                self.came.set()
                said = self.behave(path)
                if self.delay:
                    await asyncio.sleep(self.delay)
                if said == "hang":
                    await reader.read()
                    break
                status, more, answer = said if isinstance(said, tuple) else (said, {}, b"")
                extra = "".join(f"{name}: {value}\r\n" for name, value in more.items())
                writer.write(f"HTTP/1.1 {status} x\r\nContent-Length: {len(answer)}\r\n{extra}\r\n".encode() + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def standin(*, allowed: bool = True) -> AsyncIterator[StandIn]:
    """A running one. `allowed`: endpoints of it may be subscribed and written to, though it is on this machine."""
    one = StandIn()
    server = await asyncio.start_server(one._serve, "127.0.0.1", 0)
    one.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    if allowed:
        endpoints.STANDINS.add(one.url)
    try:
        yield one
    finally:
        endpoints.STANDINS.discard(one.url)
        server.close()


def errcode(code: int) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps({"errcode": code}).encode()
