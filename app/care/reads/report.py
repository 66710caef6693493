"""What an import says about itself: the file's counts, the rows that were refused and why, what is left to decide."""

from typing import Any

from app.care.reading import LedgerReading
from app.care.reads.planning import Plan
from app.kernel.words import gettext, say
from app.places.ledger import WrongRow


def report(reading: LedgerReading, planned: Plan) -> dict[str, Any]:
    """The report of `python -m app import`, in words."""
    return {
        **reading.counts(),
        "wrong_rows": [{"sheet": wrong.sheet, "row": wrong.row, "reason": reason(wrong)} for wrong in planned.refused],
        **{state: planned.count(state) for state in ("added", "changed", "unchanged")},
        "asked": [{"sheet": asked.sheet, "question": said(asked.reason, asked.params)} for asked in reading.asked],
    }


def reason(wrong: WrongRow) -> str:
    return said(wrong.reason, wrong.params)


def said(key: str, params: dict[str, Any]) -> str:
    """A parameter `field` is itself a words-key."""
    return say(key, **{name: gettext(value) if name == "field" else value for name, value in params.items()})
