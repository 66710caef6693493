"""What the log may hold: kinds, places and counts, never values.

An error's own words are left out: databases name in them the values that they could not keep, converters the text
that they could not read. Its kind and the lines of code that it came through say where to look.
"""

import logging
import re
import traceback
from contextvars import ContextVar

# Of the request that is being answered; its answer carries it as `X-Request-Id`, so that a line of the log and what somebody saw come together.
REQUEST: ContextVar[str] = ContextVar("request", default="-")


class Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        if record.name == "asyncio":  # further lines of its messages show objects
            record = logging.makeLogRecord({**record.__dict__, "msg": record.getMessage().partition("\n")[0], "args": ()})
        return super().format(logging.makeLogRecord({**record.__dict__, "exc_text": None, "request": REQUEST.get()}))

    def formatException(self, ei) -> str:
        told, error, seen = [], ei[1], set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            told.append("".join(traceback.format_tb(error.__traceback__)) + f"{type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhich came of\n".join(told)


def set_up(level: str) -> None:
    """To standard error. Libraries speak from a warning up: at `debug` database drivers show every statement with its values."""
    handler = logging.StreamHandler()
    handler.setFormatter(Plain("%(asctime)s %(levelname)s %(name)s [%(request)s]: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("app", "uvicorn"):
        logging.getLogger(name).setLevel(level.upper())


def shape_of(path: str) -> str:
    """A path without its ids and tokens, on one line: what a log may hold."""
    return re.sub(r"[0-9a-f-]{36}|(?<=/)[A-Za-z0-9._-]{22,}|[\x00-\x1f\x7f]", "…", path)[:200]
