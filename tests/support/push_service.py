"""The independent push service (`push_service.js`) as a process, run by Playwright's Node, which every set-up has."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import playwright

from app.push import endpoints

NODE = Path(playwright.__file__).parent / "driver" / "node"
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class PushService:
    def __init__(self, url: str) -> None:
        self.url = url

    def subscribe(self, public_key: str) -> SimpleNamespace:
        """A phone subscribed with our public key: `said` is what its browser tells the server."""
        made = self._ask("subscribe", {"userVisibleOnly": "true", "applicationServerKey": public_key})
        keys = made["keys"]
        return SimpleNamespace(id=made["clientHash"], said={"endpoint": made["endpoint"], "p256dh": keys["p256dh"], "auth": keys["auth"]})

    def expire(self, phone: SimpleNamespace) -> None:
        self._ask(f"expire/{phone.id}", {})

    def got(self, phone: SimpleNamespace) -> tuple[list[dict], list[dict]]:
        """What it opened, and the headers that came with each."""
        found = self._ask(f"got/{phone.id}", None)
        return [json.loads(one) for one in found["messages"]], found["headers"]

    def _ask(self, path: str, said: dict | None) -> dict:
        data = None if said is None else json.dumps(said).encode()
        with _DIRECT.open(urllib.request.Request(f"{self.url}/{path}", data), timeout=10) as answer:
            return json.loads(answer.read())


@contextmanager
def push_service() -> Iterator[PushService]:
    with subprocess.Popen([NODE, Path(__file__).with_suffix(".js")], stdout=subprocess.PIPE, text=True) as process:
        url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        endpoints.STANDINS.add(url)
        try:
            yield PushService(url)
        finally:
            endpoints.STANDINS.discard(url)
            process.kill()
