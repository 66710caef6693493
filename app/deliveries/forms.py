"""Shapes of input about runs and distributions."""

from app.deliveries.models import DELIVERED, FAILED
from app.deliveries.rules.handing import OUTCOMES
from app.deliveries.rules.packing import MOST
from app.kernel.forms import flag, integer, nothing, one_of, optional, shape, text, uuid, uuids, with_numbers
from app.photos.forms import PHOTO
from app.supplies.models import LOST

note = text(0, 300, lines=True)

run = shape(needs=uuids(200), title=text(0, 60))
added = shape(needs=uuids(200))
given = shape(accounts=uuids(20))
turned = shape(top_first=flag)
finished = shape(rest=flag)
brought = optional(uuids(200), ())  # what the page said was to be brought; without it, what the stop had when it was pressed
handed = shape(where=one_of(OUTCOMES), need=brought, parcel=brought, stays=brought, proof=optional(one_of(("said", "card"))), **PHOTO)
failed = shape(reason=one_of(FAILED), note=note, need=brought)
corrected = shape(outcome=one_of((*DELIVERED, *FAILED)), note=note)
settled = shape(change=flag)
_distribution = shape(
    what=text(1, 120),
    buildings=optional(uuids(60), ()),
    doors=optional(text(0, 60_000, lines=True), ""),
    hub=optional(uuid),
    donation=optional(uuid),
)
distribution = with_numbers("item", lambda said: uuid([said]), 0, 99, _distribution, "parts")


def _each(sent: list[str]) -> tuple[int, ...]:
    return tuple(integer(0, MOST)([value]) for value in sent[:200])


packed = shape(stops=optional(uuids(200), ()), n=optional(_each, ()))
left = shape(steward=optional(uuid))
lost = shape(reason=one_of(LOST))
table = shape(hub=optional(uuid))
done = shape(n=integer(1, MOST), code=text(0, 120))
short = shape(letter=text(1, 1), there=integer(0, 99))

__all__ = [
    "added", "corrected", "distribution", "done", "failed", "finished", "given", "handed", "left", "lost", "nothing", "packed", "run", "settled", "short", "table", "turned",
]  # fmt: skip
