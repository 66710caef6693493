"""Shapes of input about runs and distributions."""

from app.deliveries.models import DELIVERED, FAILED
from app.deliveries.rules.handing import OUTCOMES
from app.kernel.forms import flag, nothing, one_of, optional, shape, text, uuids

note = text(0, 300, lines=True)

run = shape(needs=uuids(200), title=text(0, 60))
added = shape(needs=uuids(200))
given = shape(accounts=uuids(20))
turned = shape(top_first=flag)
finished = shape(rest=flag)
handed = shape(where=one_of(OUTCOMES))
failed = shape(reason=one_of(FAILED), note=note)
corrected = shape(outcome=one_of((*DELIVERED, *FAILED)), note=note)
distribution = shape(what=text(1, 120), buildings=uuids(60), doors=optional(text(0, 4000, lines=True), ""))

__all__ = ["added", "corrected", "distribution", "failed", "finished", "given", "handed", "nothing", "run", "turned"]
