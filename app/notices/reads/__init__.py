"""Questions about notices: what is said to whom now, who has not read it yet, whom to call."""

from app.notices.reads.doors import Door, Doors, buildings_of, doors
from app.notices.reads.facts import NoticeFacts, Text, at_building, in_community, notice, texts_before
from app.notices.reads.hanging import Hanging, Pinned, hanging, picture_of, pinned
from app.notices.reads.hers import Found, addressed, confirmed, is_hers, listed, may_withdraw, to_confirm, visible, writes
from app.notices.reads.lines import KINDS, LineFacts, line, lines
from app.notices.reads.readers import Reader, Readers, counts, readers

__all__ = [
    "KINDS", "Door", "Doors", "Found", "Hanging", "LineFacts", "NoticeFacts", "Pinned", "Reader", "Readers", "Text", "addressed", "at_building", "buildings_of", "confirmed", "counts", "doors", "hanging",
    "in_community", "is_hers", "line", "lines", "listed", "may_withdraw", "notice", "picture_of", "pinned", "readers", "texts_before", "to_confirm", "visible", "writes",
]  # fmt: skip
