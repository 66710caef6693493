"""The other engine, by WebDriver BiDi: what Chromium alone would not tell. Only what the long tests need.

Firefox is started on a profile of the caller's, so that it can be killed and started again on the same storage.
"""

import itertools
import json
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect


def program() -> str:
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    if found is None:
        raise RuntimeError("the long tests need another engine: sudo apt-get install -y firefox-esr")
    return found


class Firefox:
    """One window. `run` evaluates an expression in the page and answers its JSON value."""

    def __init__(self, process: subprocess.Popen, line: ClientConnection) -> None:
        self.process = process
        self._line = line
        self._ids = itertools.count(1)
        self._call("session.new", capabilities={})
        self.context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def _call(self, method: str, **params: Any) -> dict:
        number = next(self._ids)
        self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self._line.recv(30))
            if answer.get("id") != number:
                continue
            if answer["type"] == "error":
                raise RuntimeError(f"{method}: {answer['error']}: {answer['message'][:300]}")
            return answer["result"]

    def open(self, url: str) -> None:
        self._call("browsingContext.navigate", context=self.context, url=url, wait="complete")

    def run(self, expression: str) -> Any:
        told = self._call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.context},
            awaitPromise=True,
        )
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        return json.loads(told["result"].get("value") or "null")

    def until(self, expression: str, *, patience: float = 15) -> Any:
        """The first true value of `expression`; raises AssertionError after `patience` seconds."""
        ends = time.monotonic() + patience
        while not (found := self.run(expression)):
            assert time.monotonic() < ends, f"never true in {patience} s: {expression}"
            time.sleep(0.1)
        return found

    def cookie(self, name: str, value: str, host: str) -> None:
        self._call("storage.setCookie", cookie={"name": name, "value": {"type": "string", "value": value}, "domain": host})

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


@contextmanager
def firefox(profile: Path) -> Iterator[Firefox]:
    command = [program(), "--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", str(profile)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    address = next(filter(None, (re.search(r"ws://\S+", line) for line in process.stderr)))[0]
    try:
        with connect(f"{address}/session", max_size=None) as line:
            yield Firefox(process, line)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(15)
