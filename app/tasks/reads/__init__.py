"""Questions about tasks."""

from app.tasks.reads.chances import Chance, chance
from app.tasks.reads.facts import Part, Spot, TaskFacts, visible
from app.tasks.reads.lists import (
    Offer,
    at_building,
    awaited_by,
    closed,
    closed_count,
    line_of,
    offer,
    offers,
    open_tasks,
    past_of,
    taken_by,
    unclosed,
)

__all__ = [
    "Chance", "Offer", "Part", "Spot", "TaskFacts", "at_building", "awaited_by", "chance", "closed", "closed_count", "line_of", "offer",
    "offers", "open_tasks", "past_of", "taken_by", "unclosed", "visible",
]  # fmt: skip
