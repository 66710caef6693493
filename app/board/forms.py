"""What the board is asked for: a day, a community, what narrows a figure."""

import re
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from app.kernel import clock
from app.kernel.forms import Bad, optional, shape, text
from app.needs.models import KINDS


def day_of(typed: str) -> date | None:
    """A day that has begun, as `2026-11-22`; None for anything else."""
    try:
        day = date.fromisoformat(typed) if re.fullmatch(r"\d{4}-\d\d-\d\d", typed, re.ASCII) else None
    except ValueError:
        return None
    return day if day and date(2020, 1, 1) <= day <= today() else None


def today() -> date:
    return clock.local(clock.now()).date()


def a_day(sent: list) -> str:
    day = day_of(sent[0]) if sent and isinstance(sent[0], str) else None
    if day is None:
        raise Bad("board.day_wrong")
    return day.isoformat()


def narrowed(query: Mapping[str, str]) -> dict[str, str]:
    """What narrows a figure; anything in the address that cannot be understood is left out."""
    day, kind, grid = day_of(query.get("day", "")), query.get("kind", ""), query.get("grid", "")
    try:
        grid = grid if grid in ("", "none") else str(UUID(grid))
    except ValueError:
        grid = ""
    return {
        "day": day.isoformat() if day else "",
        "kind": kind if kind in KINDS else "",
        "grid": grid,
        "organisation": query.get("organisation", "")[:100],
    }


export = shape(day=a_day, community=optional(text(0, 8), ""))
