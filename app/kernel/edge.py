"""What stands around every request, before and after the router: headers, static files, same origin, look, limits.

Plain ASGI wrappers, because the framework's own middleware does not run for addresses that it does not know.
"""

import hashlib
import logging
import time
from collections import OrderedDict
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import brotli

from app.kernel import look, words
from app.kernel.reply import SIGHT, Sight
from app.kernel.settings import Settings

log = logging.getLogger(__name__)

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
    ".wasm": "application/wasm",
}


class Static:
    """`static/` read at start, brotli 11 once, content hash in the name, served from memory for ever.

    `app.css` is the files of `css/ORDER` joined; `app.js` is `js/*.js` in name order inside one function.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.by_name: dict[str, str] = {}
        self.by_path: dict[str, tuple[str, bytes, bytes]] = {}
        self._cache = cache
        order = (folder / "css" / "ORDER").read_text().split()
        self._add("app.css", b"\n".join((folder / "css" / name).read_bytes() for name in order))
        scripts = b"\n".join(path.read_bytes() for path in sorted((folder / "js").glob("*.js")))
        self._add("app.js", b"(() => {\n'use strict';\n" + scripts + b"\n})();\n")
        for path in sorted([*(folder / "vendor").glob("*.js"), *(folder / "icons").glob("*")]):
            self._add(path.relative_to(folder).as_posix(), path.read_bytes())

    def _add(self, name: str, data: bytes) -> None:
        digest = hashlib.sha256(data).hexdigest()
        stem, _, ending = name.rpartition(".")
        path = f"/static/{stem}.{digest[:10]}.{ending}"
        kind = _TYPES[f".{ending}"]
        squeezed = self._squeezed(digest, data) if kind.startswith("text") or "svg" in kind else b""
        self.by_name[name] = path
        self.by_path[path] = (kind, data, squeezed)

    def _squeezed(self, digest: str, data: bytes) -> bytes:
        """Brotli at 11 takes a second for all files; the result is kept beside the data, by content."""
        kept = self._cache / f"{digest}.br" if self._cache else None
        if kept and kept.exists():
            return kept.read_bytes()
        squeezed = brotli.compress(data, quality=11)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(squeezed)
        return squeezed

    def asset(self, name: str) -> str:
        return self.by_name[name]

    def answer(self, path: str, accepts: str) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
        if (found := self.by_path.get(path)) is None:
            return None
        kind, data, squeezed = found
        headers = [
            (b"content-type", kind.encode()),
            (b"cache-control", b"public, max-age=31536000, immutable"),
            (b"vary", b"Accept-Encoding"),
        ]
        if squeezed and "br" in accepts:
            headers.append((b"content-encoding", b"br"))
            data = squeezed
        return [*headers, (b"content-length", str(len(data)).encode())], data


class Buckets:
    """Token buckets by (rule, who). `allow` answers how many seconds to wait, 0 when there is a token."""

    def __init__(self, most: int = 50_000) -> None:
        self._levels: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._most = most

    def allow(self, rule: str, who: str, *, burst: float, per_second: float) -> float:
        now = time.monotonic()
        level, at = self._levels.pop((rule, who), (burst, now))
        level = min(burst, level + (now - at) * per_second)
        wait = 0.0 if level >= 1 else (1 - level) / per_second
        self._levels[rule, who] = (level - 1 if not wait else level, now)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return wait


def client_address(scope: dict, trusted: frozenset[str]) -> str:
    """The peer's address; behind a trusted proxy the last address of X-Forwarded-For that is not one of them."""
    address = (scope.get("client") or ("", 0))[0]
    if address not in trusted:
        return address
    # a proxy may add a line of its own below the client's
    forwarded = ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == b"x-forwarded-for")
    for hop in reversed([hop.strip() for hop in forwarded.split(",") if hop.strip()]):
        if hop not in trusted:
            return hop
    return address


def line_of(address: str) -> str:
    """Whom a limit counts: an IPv6 line has 2^64 addresses to choose from, and is one line."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:64]
    if ip.version == 4 or ip.is_loopback:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))


def _header(scope: dict, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _cookies(scope: dict) -> dict[str, str]:
    """Read by hand: the standard library's reader raises on a name that another program on this host may have chosen."""
    pairs = (pair.partition("=") for pair in _header(scope, b"cookie").split(";"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


class Edge:
    """Around the router: static files from memory, same-origin check, look of this phone, headers on every answer."""

    SAFE = ("GET", "HEAD", "OPTIONS")

    def __init__(self, app, static: Static, settings: Settings) -> None:
        self.app, self.static, self.settings = app, static, settings
        self.buckets = Buckets()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        send = self._with_headers(scope, send)
        if path.startswith("/static/") and (found := self.static.answer(path, _header(scope, b"accept-encoding"))):
            await _answer(send, 200, *found)
            return
        seen = look.read(_cookies(scope), _header(scope, b"accept-language"))
        words.LANG.set(seen.lang)
        SIGHT.set(Sight(look=seen))
        scope.setdefault("state", {})["address"] = line_of(client_address(scope, self.settings.trusted_proxies))
        if b"%00" in scope["query_string"]:  # PostgreSQL takes none, and no question is about it
            scope["query_string"] = scope["query_string"].replace(b"%00", b"")
        if scope["method"] not in self.SAFE:
            if not _same_origin(scope):
                await _plain(send, 403, words.gettext("trouble.cross_site"))
                return
            if wait := self._wait(scope, path):
                await _plain(
                    send, 429, words.say("trouble.too_fast", seconds=int(wait) + 1), [(b"retry-after", str(int(wait) + 1).encode())]
                )
                return
        await self.app(scope, receive, send)

    def _wait(self, scope: dict, path: str) -> float:
        """Phones of one estate share an address behind the carrier's NAT, so the address limit is wide."""
        address = scope["state"]["address"]
        route = "/".join(path.split("/")[:2])
        if route in ("/sign-in", "/password"):
            return self.buckets.allow(route, address, burst=30, per_second=0.2)
        if route in ("/ask", "/join", "/found", "/track"):
            return self.buckets.allow(route, address, burst=60, per_second=1)
        return self.buckets.allow("write", address, burst=600, per_second=50)

    def _with_headers(self, scope, send):
        secure = self.settings.secure

        async def headed(message):
            if message["type"] == "http.response.start":
                names = {name.lower() for name, _ in message["headers"]}
                extra = [
                    (b"content-security-policy", CSP.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"same-origin"),
                    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
                    (b"cross-origin-opener-policy", b"same-origin"),
                ]
                if secure:
                    extra.append((b"strict-transport-security", b"max-age=31536000"))
                if b"cache-control" not in names:
                    extra.append((b"cache-control", b"no-store"))
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        return headed


def _same_origin(scope: dict) -> bool:
    """Fetch metadata, else Origin (older iPhones); a post with neither is refused."""
    site = _header(scope, b"sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    try:
        origin = urlsplit(_header(scope, b"origin")).netloc
    except ValueError:
        return False
    return bool(origin) and origin == _header(scope, b"host")


async def _plain(send, status: int, text: str, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    await _answer(send, status, [(b"content-type", b"text/plain; charset=utf-8"), *(headers or [])], text.encode())


async def _answer(send, status: int, headers: list[tuple[bytes, bytes]], data: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})


__all__ = ["CSP", "Buckets", "Edge", "Static", "client_address"]
