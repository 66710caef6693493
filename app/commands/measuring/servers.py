"""Servers to be measured: each its own process, on a free port of 127.0.0.1, with what it has used so far."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.commands.serving import UVICORN

ROOT = Path(__file__).parents[3]
PATIENCE = 60
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Server:
    """A process that has answered 200. `start_cpu`: seconds of processor time until then."""

    def __init__(self, process: subprocess.Popen, port: int) -> None:
        self.process, self.port, self.start_cpu = process, port, 0.0

    def cpu(self) -> float:
        """Seconds that it and its children have used, ended children too."""
        used = [_stat(pid) for pid in _family(self.process.pid)]
        return TICK * (sum(stat[11] + stat[12] for stat in used) + sum(used[0][13:15]))

    def memory(self) -> float:
        """Megabytes (10^6) of it and its children; a page that several share is counted once, in parts."""
        return sum(_pss(pid) for pid in _family(self.process.pid)) * 1024 / 1e6


def clean_env(data: Path, port: int = 8000) -> dict[str, str]:
    """The environment without the settings of whoever measures."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LASTMETRE_")}
    return kept | {"LASTMETRE_DATA": str(data), "LASTMETRE_PUBLIC_URL": f"http://127.0.0.1:{port}", "PORT": str(port)}


@contextmanager
def app(data: Path) -> Iterator[Server]:
    """`python -m app serve` over `data`."""
    port = _free_port()
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, clean_env(data, port), port, "/readyz", data.with_name(f"{data.name}.log")) as server:
        yield server


@contextmanager
def hello(folder: Path) -> Iterator[Server]:
    """The bare application under the same uvicorn."""
    port = _free_port()
    how = {**UVICORN, "loop": "uvloop", "log_level": "info", "host": "127.0.0.1", "port": port}
    command = [sys.executable, str(Path(__file__).with_name("hello.py")), json.dumps(how)]
    with _running(command, clean_env(folder), port, "/", folder / "hello.log") as server:
        yield server


@contextmanager
def _running(command: list[str], env: dict[str, str], port: int, path: str, log: Path) -> Iterator[Server]:
    # A benchmark that is killed leaves no server behind; setpriv becomes the server, so the process id stays.
    setpriv = shutil.which("setpriv")
    whole = [setpriv, "--pdeathsig", "KILL", *command] if setpriv else command
    with log.open("wb") as said:
        process = subprocess.Popen(whole, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
    server = Server(process, port)
    try:
        _wait(server, path, log)
        server.start_cpu = server.cpu()
        yield server
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(server: Server, path: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        if _answers(server.port, path):
            return
        time.sleep(0.01)
    raise SystemExit(f"a server to be measured did not get ready:\n{log.read_text(errors='replace')[-3000:]}")


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as wire:
            wire.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            return wire.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _family(root: int) -> list[int]:
    """The process and all below it, itself first."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = _stat(int(folder.name))[1]
            except OSError:
                continue  # it ended meanwhile
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _stat(pid: int) -> list[int]:
    """The numbers behind the name in /proc/PID/stat: 1 its parent, 11 to 14 its own and its ended children's ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [0, *map(int, fields[1:15])]


def _pss(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
