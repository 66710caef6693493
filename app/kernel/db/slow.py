"""Statements that took long, in the log: their text, which holds no value, and how long; each at most once a minute."""

import logging
from time import perf_counter

log = logging.getLogger(__name__)

SLOW = 0.5  # seconds, waiting for its turn included
AGAIN = 60.0  # seconds until the same statement is told again
MOST = 200

_told: dict[str, float] = {}


class Timed:
    """`with Timed(sql): await …`; a plain one, since dozens of them are in a page."""

    __slots__ = ("_began", "_sql")

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def __enter__(self) -> None:
        self._began = perf_counter()

    def __exit__(self, *_: object) -> None:
        if (took := perf_counter() - self._began) > SLOW:
            _note(self._sql, took)


def _note(sql: str, took: float) -> None:
    now = perf_counter()
    if now - _told.get(sql, float("-inf")) < AGAIN:
        return
    if len(_told) >= MOST:
        _told.clear()
    _told[sql] = now
    log.warning("%.0f ms: %s", 1000 * took, " ".join(sql.split())[:1_000])
