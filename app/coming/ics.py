"""Dates as a calendar file (RFC 5545): what a phone's own calendar takes. Kind and hours only."""

from collections.abc import Sequence
from datetime import UTC, datetime

from app.coming.reads import Coming
from app.kernel import clock

OFF = ("skipped", "away", "hospital", "moved", "changed", "ended", "late")


def calendar(summary: str, dates: Sequence[Coming]) -> str:
    """A later file moves what an earlier one brought: the same date has the same id. Lines end as the format wants them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Last Metre//EN"]
    for one in dates:
        if one.off or one.state == "cancelled":
            continue
        lines += [
            "BEGIN:VEVENT", f"UID:{one.series.id}-{one.day:%Y%m%d}@last-metre", f"DTSTAMP:{_utc(clock.now())}", f"DTSTART:{_utc(one.starts_at)}",
            f"DTEND:{_utc(one.until_at)}", f"SUMMARY:{_text(summary)}", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(said: str) -> str:
    for mark in ("\\", ";", ","):
        said = said.replace(mark, "\\" + mark)
    return said
