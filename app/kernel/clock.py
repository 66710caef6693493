"""The one source of time. Tests and the demo's day set it; nothing else calls `datetime.now`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)
_shift: timedelta = timedelta(0)

ZONE: ContextVar[ZoneInfo] = ContextVar("zone", default=ZoneInfo("Asia/Shanghai"))  # noqa: B039


def now() -> datetime:
    """The present moment in UTC, as set by `at` or moved by `advance`, otherwise the machine's."""
    return _set.get() or datetime.now(UTC) + _shift


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment`, in this task and those it starts."""
    token = _set.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)


def advance(by: timedelta) -> None:
    """Move the whole process's clock; `advance(timedelta(0))` sets it right again."""
    global _shift
    _shift = by


def local(moment: datetime) -> datetime:
    return moment.astimezone(ZONE.get())


def day_start(moment: datetime) -> datetime:
    """Midnight, in the community's zone, of the day that holds `moment`; returned in UTC."""
    return local(moment).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
