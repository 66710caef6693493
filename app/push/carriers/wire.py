"""One post to an address that others gave us: to public addresses only, looked up here and connected to as looked up, no redirects.

A name that leads inside, wholly or in part, is not connected to (it may have led outside when the address was given).
"""

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from app.push import endpoints
from app.push.carriers import Later, Outcome

PATIENCE = 5.0  # seconds for the whole of a post
ANSWER = 4_096  # bytes of an answer that are read

Lookup = Any


async def _system(host: str, port: int) -> list[tuple[int, str]]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, str(address[0])) for family, _, _, _, address in found]


lookup: Lookup = _system  # tests put another one here


class Pinned(AbstractResolver):
    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC) -> list[ResolveResult]:
        found = await lookup(host, port)
        if not found or not all(endpoints.is_public(address) for _, address in found):
            raise endpoints.Unsafe("private_address")
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for kind, address in found
        ]

    async def close(self) -> None:
        pass


_sessions: dict[tuple[asyncio.AbstractEventLoop, bool], aiohttp.ClientSession] = {}


def _session(ours: bool) -> aiohttp.ClientSession:
    """Of this loop. `ours`: to the gateway that whoever runs the server named, wherever it stands."""
    key = (asyncio.get_running_loop(), ours)
    held = _sessions.get(key)
    if held is None or held.closed:
        resolver = None if ours else Pinned()
        connector = aiohttp.TCPConnector(resolver=resolver, limit=0, keepalive_timeout=30, ttl_dns_cache=10)
        held = _sessions[key] = aiohttp.ClientSession(
            connector=connector, timeout=aiohttp.ClientTimeout(total=PATIENCE), cookie_jar=aiohttp.DummyCookieJar(), trust_env=False,
            auto_decompress=False, skip_auto_headers=("User-Agent", "Accept-Encoding"),
        )  # fmt: skip
    return held


async def close() -> None:
    """Let go of kept connections, at the end of the loop that they belong to."""
    loop = asyncio.get_running_loop()
    for key in [key for key in _sessions if key[0] is loop]:
        await _sessions.pop(key).close()


class Answer:
    __slots__ = ("body", "retry_after", "status")

    def __init__(self, status: int, retry_after: str | None, body: bytes) -> None:
        self.status, self.retry_after, self.body = status, retry_after, body


async def post(url: str, body: bytes, headers: Mapping[str, str], *, ours: bool = False) -> Answer | Outcome:
    """The answer, or Later where there was none. The caller has checked `url` just now, unless it is `ours`."""
    try:
        async with _session(ours).post(URL(url, encoded=True), data=body, headers=headers, allow_redirects=False) as answer:
            return Answer(answer.status, answer.headers.get("Retry-After"), await answer.content.read(ANSWER))
    except endpoints.Unsafe as unsafe:
        return Later(unsafe.reason)
    except TimeoutError:
        return Later("timeout")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Later(type(error).__name__)
