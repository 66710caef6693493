"""Where we may write to. An endpoint is what a stranger's browser says, a robot's address what somebody typed.

Its host must be a known push service or chat, or one that somebody in charge added; https on 443, a name and no number, and
whatever the name leads to must be public, each time (see `carriers.wire`). Nothing here opens a connection.
"""

import ipaddress
import os
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

# Push services of the browsers. A leading dot: any name below.
PUSH = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.services.mozilla.com",
    "web.push.apple.com",
    ".push.apple.com",
    ".notify.windows.com",
)
ROBOTS = {
    "wecom": ("qyapi.weixin.qq.com",),
    "dingtalk": ("oapi.dingtalk.com",),
    "feishu": ("open.feishu.cn", "open.larksuite.com"),
    "plain": (),
}
MOST = 1_000  # characters
_HOST = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def standins() -> set[str]:
    """Origins such as `http://127.0.0.1:4000` of stand-ins on this machine, let through whole. For tests and the bench."""
    return {origin for origin in os.environ.get("LASTMETRE_TEST_STANDINS", "").split(",") if origin}


STANDINS = standins()


_own = ""


def use(host: str) -> None:
    """The name that this server is reached by, which it never writes to; told once by whoever starts the process."""
    global _own
    _own = host.lower()


def is_own(host: str) -> bool:
    return host == _own


class Unsafe(Exception):
    """Not to be written to; `reason` is a word for a receipt and a log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def checked(url: str, allowed: Iterable[str]) -> str:
    """The origin of a url that may be written to; raises Unsafe."""
    if not 0 < len(url) <= MOST or not url.isascii() or not url.isprintable() or any(c in url for c in " \\\t"):
        raise Unsafe("malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Unsafe("malformed") from error
    if origin(url) in STANDINS:
        return origin(url)
    if parts.scheme != "https":
        raise Unsafe("not_https")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Unsafe("userinfo")
    host = parts.hostname or ""
    if port not in (None, 443):
        raise Unsafe("port")
    if not is_host(host):
        raise Unsafe("no_name")
    if is_own(host):
        raise Unsafe("ourselves")
    if not known(host, allowed):
        raise Unsafe("unknown_host")
    if parts.fragment:
        raise Unsafe("malformed")
    return f"https://{host}"


@lru_cache(maxsize=256)
def is_host(host: str) -> bool:
    """A full name in the shape that a certificate is made out to: no number in any spelling, no name of a local network."""
    if not _HOST.fullmatch(host) or host.endswith((".local", ".localhost", ".internal", ".lan", ".home", ".arpa")):
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return True
    return False


def known(host: str, allowed: Iterable[str]) -> bool:
    return any(host.endswith(name) if name.startswith(".") else host == name for name in allowed)


def is_public(address: str) -> bool:
    """Whether an address leads out: not this machine, not a network of ours, not one of them in the clothes of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour is not None:
            return is_public(str(found.sixtofour))
        if found.teredo is not None or found.is_site_local or any(found in net for net in _INNER) or _isatap(found):
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified or found.is_loopback)


# NAT64, also of a network of one's own; IPv4 in its oldest clothes; documentation
_INNER = [ipaddress.IPv6Network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96", "3fff::/20")]


def _isatap(address: ipaddress.IPv6Address) -> bool:
    """An IPv4 address behind a router of its own: it may be any."""
    return (int(address) >> 32) & 0xFDFFFFFF == 0x00005EFE
