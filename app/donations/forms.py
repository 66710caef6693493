"""Shapes of input about donations."""

from app.donations.reads import DECLINES
from app.kernel.forms import day, integer, nothing, one_of, optional, phone, shape, text, uuid
from app.photos.forms import PHOTO

MOST = 9_999_999
_LINE = 300


def _brings(sent: list) -> bool:
    return one_of(("brings", "fetch"))(sent) == "brings"


offer = shape(
    what=text(1, 120), amount=integer(1, MOST), unit=text(1, 8), on_day=optional(day), brings=_brings, name=text(0, 40), phone=phone,
    note=text(0, _LINE, lines=True), photo_file=PHOTO["photo_file"],
)  # fmt: skip
write_down = shape(
    what=text(1, 120), amount=integer(1, MOST), unit=text(1, 8), on_day=optional(day), brings=_brings, name=text(0, 40), phone=phone,
    note=text(0, _LINE, lines=True),
)  # fmt: skip
withdraw = shape(token=text(1, 40))
accept = shape(answer=text(0, _LINE, lines=True))
decline = shape(reason=one_of(DECLINES), words=text(0, _LINE, lines=True))
receive = shape(item=uuid, place=uuid, quantity=integer(1, MOST), expiry=optional(day))

__all__ = ["accept", "decline", "nothing", "offer", "receive", "withdraw", "write_down"]
