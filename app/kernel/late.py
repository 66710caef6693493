"""Was the present act pressed well before it came: what was true then may have moved on, and nobody stands there to be told."""

from datetime import datetime, timedelta

from app.kernel.act import current

LATE = timedelta(minutes=1)  # a live press takes seconds, even on a bad line
SHOWN = timedelta(minutes=10)  # from here on a page says that it came later


def late() -> bool:
    now = current()
    return now.received_at - now.when > LATE


def arrived_late(at: datetime | None, received_at: datetime | None) -> bool:
    """Whether a page should say so."""
    return bool(at and received_at and received_at - at > SHOWN)
