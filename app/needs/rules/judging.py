"""How urgent a need is when nobody has said so."""

from datetime import datetime, timedelta

from app.kernel import clock

NOW_DAYS, TODAY_DAYS = 1, 3
AT_ONCE = timedelta(hours=3)


def judge(kind: str, until_at: datetime | None, days_left: int | None) -> str:
    """now, today or soon, from the days that the medicine lasts and from when it is too late."""
    found = ["today" if kind in ("medicine", "trip") else "soon"]
    if days_left is not None:
        found = ["now" if days_left <= NOW_DAYS else "today" if days_left <= TODAY_DAYS else "soon"]
    if until_at is not None:
        left = until_at - clock.now()
        same_day = clock.local(until_at).date() == clock.local(clock.now()).date()
        found.append("now" if left <= AT_ONCE else "today" if same_day else "soon")
    return min(found, key=("now", "today", "soon").index)


def raised(urgency: str) -> str:
    """One step up: what was not solved the first time does not wait as long again."""
    return {"soon": "today"}.get(urgency, "now")
