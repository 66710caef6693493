"""Questions about needs. Other slices use what is named here."""

from app.needs.reads.counts import for_building
from app.needs.reads.inbox import Filter, Tabs, page_of, tabs
from app.needs.reads.lines import NeedLine, at_building, household_needs, lines, plannable, select, visible, visible_to

__all__ = [
    "Filter", "NeedLine", "Tabs", "at_building", "for_building", "household_needs", "lines", "page_of", "plannable", "select", "tabs", "visible",
    "visible_to",
]  # fmt: skip
