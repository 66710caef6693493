"""Load shedding: when more is asked than can be answered, what can wait is refused at once and out of memory.

Dashboards and reports go first, then lists and streams, then photos, then the pages through which somebody asks or orders. What is pressed
goes last: an act is answered however long it takes, up to a line that a phone would not wait out anyway. Whoever is refused reads what to
do and whom to ring, and her page loads itself again; a phone holds an act and sends it again.
"""

import re
from collections.abc import Callable, Sequence
from random import randrange

import msgspec

from app.kernel import draw, words
from app.kernel.look import Look
from app.kernel.sight import SIGHT, Sight

# Of each kind: how many requests may be under way when one more comes. Under way is what has come whole and is not answered yet; at some
# milliseconds for each, 300 are about a second of waiting.
ROOM = {"dashboard": 80, "list": 160, "photo": 220, "asking": 320, "pressing": 6_000}

# So many are let in all the same: whoever wants to ask is slowed down by what is pressed, never shut out by it. What was drawn for one
# stranger is then there for all (`shared.while_busy`).
RESERVED = {"dashboard": 0, "list": 0, "photo": 0, "asking": 6, "pressing": 0}

_KINDS = (
    (None, re.compile(r"/(healthz|readyz|metrics|sw\.js|manifest\.webmanifest|offline)(/|$)")),
    ("photo", re.compile(r"/photos/|.*/(picture|photo)(/|$)")),
    ("asking", re.compile(r"/(ask|order|ordered|track|give|given|thanks|sign-in|join|d|b|s|grants)(/|$)|/needs/new$")),
    ("dashboard", re.compile(r"/(board|today|report|report\.xlsx|ledger|exports|emergency|gaps|reveals|prints?|stock/(cover|moves|prices))(/|$)|.*/file$")),
)  # fmt: skip

AGAIN = (6, 20)  # seconds, by chance: who was refused together does not come back together
_AGAIN = b"@again@"


def kind_of(method: str, path: str) -> str | None:
    """None for what machines ask and what costs nothing."""
    if method not in ("GET", "HEAD"):
        return "pressing"
    return next((kind for kind, fits in _KINDS if fits.match(path)), "list")


class BusyPage(msgspec.Struct, frozen=True):
    """`lines`: each community and the number of its hotline."""

    pressed: bool
    again: str
    lines: Sequence[tuple[str, str]]


class Shedder:
    """How many requests of this process are under way, and which one more is refused."""

    def __init__(self) -> None:
        self.under_way = 0
        self.inside = dict.fromkeys(ROOM, 0)
        self.shed = dict.fromkeys(ROOM, 0)
        self._lines: tuple[tuple[str, str], ...] = ()
        self._drawn: dict[tuple[str, bool], bytes] = {}

    def know(self, lines: Sequence[tuple[str, str]]) -> None:
        """Whom to ring meanwhile. The pages are drawn when there is time for it."""
        self._lines = tuple(lines)
        self._drawn = {(lang, pressed): self._draw(lang, pressed) for lang in words.LANGUAGES for pressed in (False, True)}

    def is_full(self, method: str, path: str) -> bool:
        """What is at hand should do."""
        kind = kind_of(method, path)
        return kind is not None and self.under_way >= ROOM[kind]

    def refuses(self, method: str, path: str) -> bool:
        kind = kind_of(method, path)
        return kind is not None and self.under_way >= ROOM[kind] and self.inside[kind] >= RESERVED[kind]

    def page(self, method: str, path: str, look: Look) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Headers and body of a refusal, which is counted: out of memory, in this phone's language, theme and size of type."""
        self.shed[kind_of(method, path)] += 1
        again = str(randrange(*AGAIN)).encode()
        html = self._drawn.get((look.lang, kind_of(method, "/") == "pressing"), b"")
        html = html.replace(b'data-theme="auto" data-type="normal"', f'data-theme="{look.theme}" data-type="{look.type}"'.encode())
        return [(b"content-type", b"text/html; charset=utf-8"), (b"retry-after", again)], html.replace(_AGAIN, again)

    def _draw(self, lang: str, pressed: bool) -> bytes:
        before = words.LANG.set(lang), SIGHT.set(Sight(look=Look(lang=lang)))
        try:
            return draw.render("busy.html", BusyPage(pressed, _AGAIN.decode(), self._lines)).encode()
        finally:
            words.LANG.reset(before[0])
            SIGHT.reset(before[1])


class Passage:
    """One request on its way through. It counts from when it has come whole: a phone that takes a minute to send costs nothing."""

    def __init__(self, shedder: Shedder, method: str, path: str, receive: Callable) -> None:
        self._shedder, self._receive, self._counts = shedder, receive, False
        self._kind = kind_of(method, path)
        if method in ("GET", "HEAD"):
            self._begin()

    async def receive(self) -> dict:
        message = await self._receive()
        if not self._counts and not message.get("more_body", False):
            self._begin()
        return message

    def _begin(self) -> None:
        self._counts = True
        self._add(1)

    def end(self) -> None:
        if self._counts:
            self._add(-1)

    def _add(self, one: int) -> None:
        self._shedder.under_way += one
        if self._kind:
            self._shedder.inside[self._kind] += one
