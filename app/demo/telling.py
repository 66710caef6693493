"""The block of text that a start prints."""

import io
from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

import segno

from app.demo.links import Shown
from app.kernel.words import say


def is_public(url: str) -> bool:
    """Whether a phone that reads a QR of `url` gets a page with camera and storage: https, and no address of this machine or house."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        near = not ip_address(host).is_global
    except ValueError:
        near = host == "localhost" or host.endswith((".localhost", ".local")) or "." not in host
    return parts.scheme == "https" and not near


def block(shown: Shown, names: dict[str, str]) -> str:
    return "\n".join(_lines(shown, names))


def _lines(shown: Shown, names: dict[str, str]) -> Iterator[str]:
    public = is_public(shown.url)
    yield ""
    yield f"{shown.community.name}   {shown.url}"
    yield ""
    yield say("demo.show.sign_in")
    for role, path in shown.sign_in.items():
        yield f"  {say(f'demo.role.{role}')} · {names[role]}"
        yield from _link(shown.url + path, public)
    yield ""
    yield say("demo.show.open")
    for key, path in (("ask", shown.building.ask), ("building", shown.building.page), ("join", shown.join)):
        yield f"  {say(f'demo.show.{key}')}"
        yield from _link(shown.url + path, public)
    yield ""
    if not public:
        yield say("demo.show.qr_how", setting="LASTMETRE_PUBLIC_URL")
    yield say("demo.show.again", command="python -m app demo --json")
    yield ""


def _link(url: str, public: bool) -> Iterator[str]:
    yield f"    {url}"
    if public:
        drawn = io.StringIO()
        segno.make(url, micro=False).terminal(out=drawn, compact=True)
        yield drawn.getvalue().rstrip("\n")
