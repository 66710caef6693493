"""What stands between a phone and our server: a network that fails, falsifies or asks to be signed in to first."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


class Gateway:
    """`behave(path, method)` may answer in place of the server: an Answer, "cut" (half of the body), "drop" (nothing), None (let through)."""

    def __init__(self, to_port: int) -> None:
        self.to_port = to_port
        self.behave: Callable[[str, str], Answer | str | None] = lambda path, method: None
        self.seen: list[tuple[str, str]] = []
        self.url = ""

    def count(self, path: str, method: str = "GET") -> int:
        return self.seen.count((method, path))


@contextmanager
def gateway(to_port: int) -> Iterator[Gateway]:
    gate = Gateway(to_port)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_) -> None:
            pass

        def do_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            path = self.path.split("?")[0]
            gate.seen.append((self.command, path))
            wanted = gate.behave(path, self.command)
            if wanted == "drop":
                self.close_connection = True
                return
            if isinstance(wanted, tuple):
                self.say(*wanted)
                return
            try:
                asked = http.client.HTTPConnection("127.0.0.1", gate.to_port, timeout=60)
                asked.request(self.command, self.path, body or None, dict(self.headers))
                got = asked.getresponse()
                data = got.read()
            except OSError:
                self.close_connection = True
                return
            headers = {k: v for k, v in got.getheaders() if k.lower() not in ("transfer-encoding", "content-length", "connection")}
            cookies = [v for k, v in got.getheaders() if k.lower() == "set-cookie"]
            headers.pop("set-cookie", None)
            self.say(got.status, headers, data, cookies, cut=wanted == "cut")

        def say(self, status: int, headers: dict[str, str], data: bytes, cookies: list[str] = (), *, cut: bool = False) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            for cookie in cookies:
                self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if cut:
                self.close_connection = True
                data = data[: len(data) // 2]
            self.wfile.write(data)

        do_GET = do_POST = do_HEAD = do_any

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_) -> None:
            """A phone that hung up."""

    with Quiet(("127.0.0.1", 0), Handler) as running:
        gate.url = f"http://127.0.0.1:{running.server_port}"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        try:
            yield gate
        finally:
            running.shutdown()
