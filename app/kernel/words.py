"""The words of both languages, from the gettext catalogues in `app/words/{zh,en}/*.po`, read once at start.

A msgid is a key (`need.claim`), never a sentence. `_` and `ngettext` answer in the language of the present
request (`LANG`); a key that is missing answers itself, and a house test fails.
"""

from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time, format_timedelta
from babel.messages.pofile import read_po

from app.kernel import clock

FOLDER = Path(__file__).parent.parent / "words"
LANGUAGES = ("zh", "en")
LANG: ContextVar[str] = ContextVar("lang", default="zh")


@lru_cache(maxsize=4)
def catalogue(lang: str) -> dict[str, tuple[str, ...]]:
    """Key to its forms (one, or English's singular and plural)."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted((FOLDER / lang).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=lang):
                if not message.id or message.fuzzy:
                    continue
                if isinstance(message.id, tuple):
                    forms = tuple(message.string)
                    found[message.id[0]] = forms
                    found[message.id[1]] = (forms[-1],)
                elif message.string:
                    found[message.id] = (message.string,)
    return found


def gettext(key: str) -> str:
    return catalogue(LANG.get()).get(key, (key,))[0]


def ngettext(one: str, many: str, n: int) -> str:
    forms = catalogue(LANG.get()).get(one, (one,))
    return forms[0] if n == 1 or len(forms) == 1 else forms[1]


def say(key: str, **params: Any) -> str:
    """The words of `key` with its parameters, as text (not escaped)."""
    text = gettext(key)
    return text % params if params else text


def knows(key: str) -> bool:
    return key in catalogue(LANG.get())


def clock_time(moment: datetime) -> str:
    return format_time(clock.local(moment), "HH:mm", locale=LANG.get())


def day(moment: datetime) -> str:
    """今天, 昨天, 明天, or the date."""
    apart = (clock.local(moment).date() - clock.local(clock.now()).date()).days
    near = {-1: "words.yesterday", 0: "words.today", 1: "words.tomorrow"}.get(apart)
    return gettext(near) if near else format_date(clock.local(moment), "M月d日" if LANG.get() == "zh" else "d MMM", locale=LANG.get())


def day_time(moment: datetime) -> str:
    return f"{day(moment)} {clock_time(moment)}"


def ago(moment: datetime) -> str:
    """How long ago, or until, in one unit: 5分钟前, 5 minutes ago."""
    apart = moment - clock.now()
    if abs(apart) < timedelta(minutes=1):
        return gettext("words.just_now")
    return format_timedelta(apart, granularity="minute", threshold=1.2, add_direction=True, locale=LANG.get())
