"""Questions about rosters: which posts there are, who is where when, where nobody is, what one told the next."""

from app.people.reads.rosters.cover import AHEAD, Cover, covers, gaps_ahead, gaps_of, holes_ahead, holes_of, span_words
from app.people.reads.rosters.door import AtDoor, Duty, duty_at
from app.people.reads.rosters.hours import DAY, Span, turns, uncovered, wanted, zone_of
from app.people.reads.rosters.notes import NoteFacts, notes_of, sealing, unread, unread_of
from app.people.reads.rosters.posts import KINDS, PostFacts, makes, post, posts, posts_made_by
from app.people.reads.rosters.shifts import ShiftFacts, at_post, doubled, next_of, off_today, shift, within
from app.people.reads.rosters.swaps import SwapFacts, asked_at, mates, open_swaps, swap

__all__ = [
    "AHEAD", "DAY", "KINDS", "AtDoor", "Cover", "Duty", "NoteFacts", "PostFacts", "ShiftFacts", "Span", "SwapFacts", "asked_at", "at_post", "covers",
    "doubled", "duty_at", "gaps_ahead", "gaps_of", "holes_ahead", "span_words", "holes_of", "makes", "mates", "next_of", "off_today", "notes_of", "open_swaps", "post", "posts", "posts_made_by", "sealing",
    "shift", "swap", "turns", "uncovered", "unread", "unread_of", "wanted", "within", "zone_of",
]  # fmt: skip
