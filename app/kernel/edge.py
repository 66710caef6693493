"""What stands around every request, before and after the router: headers, static files, same origin, look, limits, streams.

Plain ASGI wrappers, because the framework's own middleware does not run for addresses that it does not know.
"""

import logging
import os
from urllib.parse import urlsplit

import brotli

from app.kernel import ids, look, words
from app.kernel.hub import HUB
from app.kernel.limits import RATES, Buckets, client_address, line_of
from app.kernel.logs import REQUEST
from app.kernel.reply import SIGHT, Sight
from app.kernel.settings import Settings
from app.kernel.shared import while_busy
from app.kernel.shedding import Passage, Shedder
from app.kernel.static import Static

log = logging.getLogger(__name__)

CSP = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _header(scope: dict, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _cookies(scope: dict) -> dict[str, str]:
    """Read by hand: the standard library's reader raises on a name that another program on this host may have chosen."""
    pairs = (pair.partition("=") for pair in _header(scope, b"cookie").split(";"))
    return {name.strip(): value.strip().strip('"') for name, _, value in pairs}


class Edge:
    """Around the router: static files from memory, same-origin check, look of this phone, headers on every answer."""

    SAFE = ("GET", "HEAD", "OPTIONS")
    MACHINES = ("/sms/answers",)  # no browser posts there: they read no cookie, and show a secret instead of an origin

    def __init__(self, app, static: Static, settings: Settings) -> None:
        self.app, self.static, self.settings = app, static, settings
        self.buckets, self.shedder = Buckets(), Shedder()

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        request = "" if path.startswith("/static/") else ids.b64(os.urandom(6))
        REQUEST.set(request)
        send = self._with_headers(send, request)
        if path.startswith("/static/") and (found := self.static.answer(path, _header(scope, b"accept-encoding"))):
            await _answer(send, 200, *found)
            return
        cookies = _cookies(scope)
        seen = look.read(cookies, _header(scope, b"accept-language"))
        words.LANG.set(seen.lang)
        SIGHT.set(Sight(look=seen))
        scope.setdefault("state", {})["address"] = line_of(client_address(scope, self.settings.trusted_proxies))
        if b"%00" in scope["query_string"]:  # PostgreSQL takes none, and no question is about it
            scope["query_string"] = scope["query_string"].replace(b"%00", b"")
        if scope["method"] not in self.SAFE:
            if path not in self.MACHINES and not _same_origin(scope):
                await _plain(send, 403, words.gettext("trouble.cross_site"))
                return
            if wait := self._wait(scope, path):
                await _plain(
                    send, 429, words.say("trouble.too_fast", seconds=int(wait) + 1), [(b"retry-after", str(int(wait) + 1).encode())]
                )
                return
        if self.shedder.is_full(scope["method"], path) and (drawn := _drawn_before(scope, path, cookies, seen)):
            await _answer(send, 200, *_squeezed(drawn, _header(scope, b"accept-encoding")))
            return
        if self.shedder.refuses(scope["method"], path):
            headers, page = self.shedder.page(scope["method"], path, seen)
            await _answer(send, 503, headers, page if _header(scope, b"sec-fetch-mode") in ("", "navigate") else b"")
            return
        passage = Passage(self.shedder, scope["method"], path, receive)
        try:
            await self.app(scope, passage.receive, _unless_streaming(scope, send))
        except BaseException:
            if stream := scope["state"].get("stream"):
                HUB.leave(stream)
            raise
        finally:
            passage.end()
        if stream := scope["state"].get("stream"):
            _lighten(scope)
            await HUB.follow(stream, receive, send)

    def _wait(self, scope: dict, path: str) -> float:
        route = "/".join(path.split("/")[:2])
        rule, burst, per_second = RATES.get(route, ("write", 3_000, 300))
        return self.buckets.allow(rule, scope["state"]["address"], burst=burst, per_second=per_second)

    def _with_headers(self, send, request: str):
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
                    *([(b"x-request-id", request.encode())] if request else []),
                    (b"x-last-metre", b"1"),  # tells a phone our answers from those of a network that wants a sign-in first
                ]
                if secure:
                    extra.append((b"strict-transport-security", b"max-age=31536000"))
                if b"cache-control" not in names:
                    extra.append((b"cache-control", b"no-store"))
                message = {**message, "headers": [*message["headers"], *extra]}
            await send(message)

        return headed


def _unless_streaming(scope: dict, send):
    """The answer of a handler that opened a stream is the stream: it is sent from here, where the router holds nothing any more."""

    async def sent(message):
        if "stream" not in scope["state"]:
            await send(message)

    return sent


def _lighten(scope: dict) -> None:
    """A stream stays for hours; of what the request brought and found it needs nothing. The server still reads its method."""
    SIGHT.set(Sight())
    for name in [name for name in scope if name not in ("type", "method", "http_version", "path")]:
        del scope[name]


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


def _drawn_before(scope: dict, path: str, cookies: dict[str, str], seen: look.Look) -> str | None:
    """What a stranger may be shown without asking the router."""
    stranger = scope["method"] == "GET" and not cookies.keys() & {"sid", "__Host-sid"}
    return while_busy(path, scope["query_string"].decode("latin-1"), seen) if stranger else None


def _squeezed(html: str, accepted: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
    headers, data = [(b"content-type", b"text/html; charset=utf-8"), (b"vary", b"Accept-Encoding, HX-Request-Type")], html.encode()
    if "br" not in accepted:
        return headers, data
    return [*headers, (b"content-encoding", b"br")], brotli.compress(data, quality=1)


async def _answer(send, status: int, headers: list[tuple[bytes, bytes]], data: bytes) -> None:
    if not any(name == b"content-length" for name, _ in headers) and status != 304:
        headers = [*headers, (b"content-length", str(len(data)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": data})
