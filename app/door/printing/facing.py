"""What a thing on paper is made of: its words, in one language or in both, and the address in its square."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import msgspec

from app.kernel.words import LANG, say

_public = "http://localhost:8000"


def use(public_url: str) -> None:
    """The address that stands in every square; told by `app.web`."""
    global _public
    _public = public_url


def link(path: str) -> str:
    return _public + path


def spelled(path: str) -> str:
    """The address as somebody types it."""
    return urlsplit(_public).netloc + path


class Thing(msgspec.Struct, frozen=True):
    """One thing to print. `face` is what its paper says; `once` what is new on every print (codes, links) and no change of it."""

    subject: str
    face: dict[str, str | int | list]
    once: dict[str, str] = {}

    @property
    def hash(self) -> str:
        return hashed(self.face)


def hashed(what: object) -> str:
    return hashlib.sha256(msgspec.json.encode(what, order="deterministic")).hexdigest()[:32]


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    token = LANG.set(lang)
    try:
        yield
    finally:
        LANG.reset(token)


def both(key: str, **params: str | int) -> dict[str, str]:
    """The same words in both languages."""
    told = {}
    for lang in ("zh", "en"):
        with speaking(lang):
            told[lang] = say(key, **params)
    return told
