"""D01. The receipt leaves after the disk has the act: the kernel's own record of the server's calls, for every way to press.

`hasty_alone`, which answers first, must show the other order.
"""

import asyncio
import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import cast
import pytest
from support import server
from support.outcome import filled
from support.swarm import post

from app.kernel import ids

CALLS = "fdatasync,fsync,write,writev,sendto,sendmsg,recvfrom,read,recvmsg"
ANSWERED = re.compile(r'(?:write|writev|sendto|sendmsg)\(.*"HTTP/1\.1 (\d{3})')
ASKED = re.compile(r'(?:read|recvfrom|recvmsg)(?:\(| resumed>).*"POST (\S+)')  # another thread's call may come between
SYNCED = re.compile(r"f(?:data)?sync\(\d+<[^>]*lastmetre\.db-wal>\)\s*= 0|<\.\.\. f(?:data)?sync resumed>\)\s*= 0")


@contextmanager
def watched(running: server.Server, said: Path) -> Iterator[None]:
    """The kernel's record of the server's threads, written to `said` until the block ends."""
    command = ["strace", "-f", "-y", "-s", "200", "-e", f"trace={CALLS}", "-o", str(said), "-p", str(running.process.pid)]
    watching = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        told = watching.stderr.readline()
        if "attached" not in told:
            pytest.skip(f"strace may not look at a process here: {told.strip()}")
        yield
    finally:
        watching.send_signal(signal.SIGINT)
        watching.wait(10)


def order(said: Path, path: str) -> list[str]:
    """`asked`, `synced` and `answered` of the one request to `path`, in the order of the calls."""
    seen = []
    for line in said.read_text(errors="replace").splitlines():
        if (asked := ASKED.search(line)) and asked[1] == path:
            seen = ["asked"]
        elif seen and SYNCED.search(line):
            seen.append("synced")
        elif seen and ANSWERED.search(line):
            return [*seen, "answered"]
    return seen


FORM = "application/x-www-form-urlencoded"


def ways(world) -> dict[str, tuple[str, dict[str, str], bytes]]:
    """Path, headers and body of each way to press."""
    signed_in = {"Cookie": f"sid={world.dispatcher_token}", "Content-Type": FORM}
    asked = {"room": "101", "unit": "1", "kind": "food", "what": "米", "confirm_double": "1"}

    def team(name: str) -> bytes:
        return urlencode({"name": name, "act": ids.secret()}).encode()

    batch = json.dumps({"acts": [{"id": ids.secret(), "path": "/teams", "form": {"name": "一"}}]}).encode()
    return {
        "batch": ("/acts", signed_in | {"Content-Type": "application/json"}, batch),
        "form": ("/teams", signed_in, team("二")),
        "script": ("/teams", signed_in | {"X-Act-Reply": "to"}, team("三")),
        "stranger": (f"/ask/{world.code}", {"Content-Type": FORM}, urlencode(asked | {"act": ids.secret()}).encode()),
        "sign-in": ("/sign-in", {"Content-Type": FORM}, urlencode({"phone": "13800000000", "password": cast.PASSWORD}).encode()),
    }


def orders(folder: Path, module: str) -> dict[str, list[str]]:
    if shutil.which("strace") is None:
        pytest.skip("strace is not here: sudo apt-get install -y strace")
    every = ways(cast.world(filled(folder)))
    if module != "app":
        del every["sign-in"]  # it makes a session, which the variant leaves alone
    with server.serve(folder, module=module) as running:
        return {way: _one(running, folder / f"{way}.calls", *every[way]) for way in every}


def _one(running: server.Server, said: Path, path: str, head: dict[str, str], body: bytes) -> list[str]:
    head = {"Host": "127.0.0.1", "Sec-Fetch-Site": "same-origin", "Connection": "close", **head}
    with watched(running, said):
        answer = asyncio.run(post(running.port, path, body, head))
        assert answer.status in (200, 204, 303), answer
        time.sleep(0.3)  # for what a hasty server does after its answer
    return order(said, path)


def test_the_disk_has_the_act_before_the_first_byte_of_the_answer(tmp_path):
    for way, seen in orders(tmp_path / "data", "app").items():
        assert seen[0] == "asked" and "synced" in seen and seen[-1] == "answered", (way, seen)


def test_a_server_that_answers_before_it_commits_shows_it(tmp_path):
    seen = orders(tmp_path / "data", "tests.support.hasty_alone")
    assert seen and not {way: order for way, order in seen.items() if order != ["asked", "answered"]}
