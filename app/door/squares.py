"""What a square holds, by its text alone. `static/scan/codes.js` says the same on the phone; both are tested over one list.

Only an address of our own origin whose path is one of ours is followed, and then by its path, never by its text: what is
foreign, half or mistyped is named and opened by nobody.
"""

import re

import msgspec

from app.places import codes

LONGEST = 200
_TOKEN = "[A-Za-z0-9_-]{22}"
_CODED = {"b": ("building", codes.LENGTH), "p": ("parcel", 8), "s": ("sheet", 8), "v": ("badge", 8), "k": ("truck", 8)}
_TOKENS = {
    "d": ("household", re.compile(_TOKEN)),
    "h": ("presence", re.compile(r"[A-Za-z0-9_-]{4,43}\.[0-9]{1,10}\.[A-Z2-7]{16}")),
    "join": ("join", re.compile(_TOKEN)),
    "sign-in": ("sign_in", re.compile(_TOKEN)),
}
_ADDRESS = re.compile(r"(https?)://([^/?#\\]*)(.*)", re.IGNORECASE | re.ASCII | re.DOTALL)
_PATH = re.compile(r"/([A-Za-z-]+)/([A-Za-z0-9._-]+)", re.ASCII)


class Square(msgspec.Struct, frozen=True):
    """`path` is where it leads within our own origin, empty where it is not followed. Kinds that are not: `slip` (ours, but
    half or misprinted), `unknown` (ours, but no square of ours), `foreign` (`host` says whose), `other` (no address of the web)."""

    kind: str
    path: str = ""
    code: str = ""
    host: str = ""


def classify(text: str, origin: str) -> Square:
    """`origin` as browsers write it: https://host, with a port only where it is not the usual one."""
    text = text.strip(" \t\r\n")
    if len(text) > LONGEST or not (address := _ADDRESS.fullmatch(text)):
        return Square("other")
    scheme, authority, path = address.groups()
    if _origin(scheme, authority) != origin:
        return Square("foreign", host=_named(authority))
    return _ours(path)


def typed(text: str) -> Square:
    """What somebody reads off a poster or a label: a building's six characters, a parcel's eight."""
    code = re.sub(r"[\s\-—–·.]", "", text)
    code = code.upper() if code.isascii() else ""
    for kind, length in _CODED.values():
        if kind in ("building", "parcel") and _checked(code, length):
            return Square(kind, f"/{kind[0]}/{code}", code)
    return Square("slip")


def _origin(scheme: str, authority: str) -> str:
    scheme, authority = scheme.lower(), authority.lower() if authority.isascii() else ""
    usual = ":443" if scheme == "https" else ":80"
    return f"{scheme}://{authority.removesuffix(usual)}"


def _named(authority: str) -> str:
    """The host as it can be shown: what stands before an @ is not it, and letters that only look like others are marked."""
    host = re.sub(r"[^A-Za-z0-9.:\[\]_-]", "?", authority.rpartition("@")[2])
    return host.lower()[:60]


def _ours(path: str) -> Square:
    found = _PATH.fullmatch(path)
    if not found:
        return Square("unknown")
    first, rest = found.groups()
    if coded := _CODED.get(first.lower()):
        kind, length = coded
        code = rest.upper()
        return Square(kind, f"/{first.lower()}/{code}", code) if _checked(code, length) else Square("slip")
    if token := _TOKENS.get(first):
        kind, shape = token
        return Square(kind, path, rest) if shape.fullmatch(rest) else Square("slip")
    return Square("unknown")


def _checked(code: str, length: int) -> bool:
    return len(code) == length and all(c in codes.ALPHABET for c in code) and codes.check(code[:-1]) == code[-1]
