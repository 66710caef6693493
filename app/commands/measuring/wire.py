"""A small HTTP client for measuring: kept connections to 127.0.0.1, every answer checked."""

import asyncio
import json
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

CONNECTIONS = 32


class Wrong(RuntimeError):
    """An answer that makes a figure meaningless: the benchmark is broken, or the app is."""


class Answer(NamedTuple):
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Its value, or blank."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return ""


def get(path: str, **headers: str) -> bytes:
    return _request("GET", path, b"", headers)


def post(path: str, form: dict[str, str] | None = None, **headers: str) -> bytes:
    """As a browser without JavaScript posts it."""
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return _request("POST", path, urlencode(form or {}).encode(), headers)


def send(path: str, batch: object, **headers: str) -> bytes:
    """As a phone posts what it kept."""
    headers["Content-Type"] = "application/json"
    return _request("POST", path, json.dumps(batch).encode(), headers)


def _request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Sec-Fetch-Site: same-origin"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def flood(port: int, requests: Sequence[bytes], status: int) -> None:
    """Sends all, at most `CONNECTIONS` at a time. Raises Wrong at the first answer with another status."""
    left = iter(requests)

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            for sent in left:
                answer = await _one(reader, writer, sent)
                if answer.status != status:
                    raise Wrong(f"{sent.split(b' HTTP')[0].decode()}: {answer.status} where {status} was expected")
        finally:
            writer.close()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(CONNECTIONS, len(requests))):
                group.create_task(connection())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


async def ask(port: int, sent: bytes, *statuses: int) -> Answer:
    """One answer, with one of `statuses` (200 without). Raises Wrong for another."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        answer = await _one(reader, writer, sent)
    finally:
        writer.close()
    if answer.status not in (statuses or (200,)):
        raise Wrong(f"{sent.split(b' HTTP')[0].decode()}: {answer.status}")
    return answer


async def _one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> Answer:
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    answer = Answer(int(head[9:12]), head, b"")
    if answer.status in (204, 304):
        return answer
    length = answer.header("content-length")
    if not length.isdecimal():
        raise Wrong(f"{sent.split(b' HTTP')[0].decode()}: an answer without its length")
    return answer._replace(body=await reader.readexactly(int(length)))
