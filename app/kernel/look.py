"""How this phone wants its pages: language, theme, size of type. Kept in cookies, so that it needs no account."""

from urllib.parse import parse_qs

import msgspec

from app.kernel.words import LANGUAGES

THEMES = ("auto", "light", "dark", "sunlight")
TYPES = ("normal", "large", "larger")


class Look(msgspec.Struct, frozen=True):
    lang: str = "zh"
    theme: str = "auto"
    type: str = "normal"


def read(cookies: dict[str, str], accept_language: str) -> Look:
    """From cookies, else the browser's first language: Chinese unless it asks for another one first."""
    first = accept_language.split(",")[0].strip().lower()
    lang = cookies.get("lang") or ("en" if first and not first.startswith("zh") and first != "*" else "zh")
    theme, kind = cookies.get("theme", "auto"), cookies.get("type", "normal")
    return Look(lang if lang in LANGUAGES else "zh", theme if theme in THEMES else "auto", kind if kind in TYPES else "normal")


def chosen(body: bytes) -> dict[str, str]:
    """The look fields of a posted form that hold a known value."""
    sent = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    known = {"lang": LANGUAGES, "theme": THEMES, "type": TYPES}
    return {name: sent[name] for name, allowed in known.items() if sent.get(name) in allowed}
