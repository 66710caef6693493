"""Addresses that one person shows another: as text always, as a QR where a phone could open them."""

from ipaddress import ip_address
from urllib.parse import urlsplit

import segno

from app.kernel.settings import Settings


def qr(settings: Settings, path: str) -> str:
    """A picture as data URI; blank unless the address is https and public: elsewhere a phone gets no camera and no crypto."""
    if not reachable(settings.public_url):
        return ""
    return segno.make(settings.public_url + path, error="m", micro=False).svg_data_uri(scale=8, border=3, light="white")


def reachable(url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        return parts.scheme == "https" and "." in host and not host.endswith((".local", ".localhost", ".internal", ".lan"))
