"""The real app as its own process, the way a server runs it."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.nursery import Forked, nursery
from support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
RUNNING: list["Server"] = []
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Server:
    """One `python -m app serve`. Can be killed and started again over the same data, port and log."""

    def __init__(
        self, data: Path, log: Path, port: int, env: dict[str, str], command: Sequence[str], module: str = "app", forked: bool = False
    ) -> None:
        self.data, self.log, self.port, self.forked = data, log, port, forked
        self.url = f"http://127.0.0.1:{port}"
        self.env = clean_env(data, self.url, port) | env
        self.argv = [*command, "--host", "127.0.0.1", "--port", str(port)]
        self.command = [*_dies_with_us(), sys.executable, "-m", module, *self.argv]
        self.process: subprocess.Popen | Forked | None = None

    def become(self, module: str) -> None:
        """What Python runs from the next start on."""
        self.command[self.command.index("-m") + 1], self.forked = module, False

    def start(self, patience: float = 30) -> None:
        """Returns once /readyz answers 200; raises RuntimeError with the log after `patience` seconds."""
        self.process = nursery().fork(self.argv, self.env, self.log) if self.forked else self._own()
        deadline, answer = time.monotonic() + patience, "no answer"
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}:\n{self.tail()}")
            try:
                with _DIRECT.open(f"{self.url}/readyz", timeout=2):
                    return
            except urllib.error.HTTPError as refused:
                answer = f"{refused.code} {refused.read(500).decode(errors='replace')}"
            except OSError as nobody:
                answer = str(nobody)
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(f"not ready after {patience:.0f} s ({answer}):\n{self.tail()}")

    def _own(self) -> subprocess.Popen:
        with self.log.open("ab") as log:
            return subprocess.Popen(self.command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def stop(self, patience: float = 10) -> int | None:
        """Asks it to end, then kills it. The answer is its exit code, negative for a signal."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.process.returncode

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def tail(self, size: int = 6000) -> str:
        return self.log.read_text(errors="replace")[-size:]

    def run(self, *command: str) -> str:
        """Another command of the app beside the running server, over the same data; its standard output."""
        return run(*command, env=self.env)


@contextmanager
def serve(
    data: Path | None = None,
    *,
    env: dict[str, str] | None = None,
    command: Sequence[str] = ("serve",),
    patience: float = 30,
    module: str = "app",
    forked: bool = False,
) -> Iterator[Server]:
    """A ready server on a free port. `data` is a folder of the caller's; left out, an empty one that goes away.

    `module`: what Python runs in place of the app, a variant of it that a test must catch. `forked`: off a process that has
    the app loaded already.
    """
    with tempfile.TemporaryDirectory(prefix="last-metre-serve-") as own:
        server = Server(data or Path(own, "data"), Path(own, "log"), free_port(), env or {}, command, module, forked)
        if data is None:
            server.data.mkdir()
            new_master_key(server.data)
        RUNNING.append(server)
        try:
            server.start(patience)
            yield server
        finally:
            server.stop()
            RUNNING.remove(server)


def run(*command: str, env: dict[str, str]) -> str:
    """`python -m app …` to its end; raises RuntimeError with what it said when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        raise RuntimeError(f"python -m app {' '.join(command)} ended with {done.returncode}:\n{done.stderr[-6000:]}")
    return done.stdout


def new_master_key(data: Path) -> None:
    """What an operator does once on a real server."""
    with open(os.open(data / "master.key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as key:
        key.write(secrets.token_bytes(32))


def demo(data: Path, *, env: dict[str, str] | None = None) -> dict:
    """Loads the sample community into `data`; what `demo --json` prints."""
    return json.loads(run("demo", "--json", env=clean_env(data) | (env or {})))


def clean_env(data: Path, url: str = "http://127.0.0.1:8000", port: int = 8000) -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LASTMETRE_") and name != "PORT"}
    return kept | {"LASTMETRE_DATA": str(data), "LASTMETRE_PUBLIC_URL": url, "PORT": str(port), "PYTHONUNBUFFERED": "1"}


def _dies_with_us() -> list[str]:
    # A test run that is killed leaves no server behind; nor does a thread that started one and ended.
    # setpriv becomes the server, so the process id is the server's.
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []
