"""The fixed words of each paper, by the name that its typesetting source knows them by."""

from app.door.printing.facing import both, speaking
from app.kernel.words import gettext

_POSTER = ("title", "code", "typed", "hotline", "resident", "helper", "hours")
_WORDS = {
    "card": ("title", "call", "say", "ask", "scan", "keep"),
    "label": (),
    "badge": ("check",),
    "sheet": ("room", "brings", "door", "hand", "point", "nobody", "refused", "other", "scan", "holder", "at", "shred", "page"),
}


def words_of(family: str, lang: str) -> dict:
    """A poster's are in both languages, the others' in the print's."""
    if family == "poster":
        return {name: both(f"door.print.poster.{name}") for name in _POSTER}
    with speaking(lang):
        return {name: gettext(f"door.print.{family}.{name}") for name in _WORDS[family]}
