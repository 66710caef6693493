"""Each care kind with who confirmed it and when, and the day until which that holds. What stands only on a list, nobody has confirmed.

A kind whose day has passed counts until somebody ends it: it is asked about again, never dropped.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from app.care.kinds import HELPS, KINDS

Confirmed = dict[str, list[str]]  # kind to [day, account]


def confirmed(old: Confirmed, known: Collection[str], has: Iterable[str], *, day: date, by: object) -> Confirmed:
    """`known`: of these nothing was asked just now, and they stay as they were."""
    now = [day.isoformat(), str(by)]
    found = {kind: now if kind not in known else old.get(kind) for kind in has}
    return {kind: word for kind, word in found.items() if word}


def days_of(text: str) -> dict[str, date]:
    return {kind: date.fromisoformat(day) for kind, _, day in (part.partition("=") for part in text.split(",") if part)}


def text_of(days: Mapping[str, date | None]) -> str:
    """`dialysis=2027-02-01,…` in the order of the kinds."""
    return ",".join(f"{kind}={day.isoformat()}" for kind in KINDS if (day := days.get(kind)))


def helps_of(text: str) -> list[str]:
    return [one for one in text.split(",") if one in HELPS]
