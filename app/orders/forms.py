"""Shapes of input about packs, offers and orders."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from app.kernel.forms import (
    Bad,
    day,
    flag,
    integer,
    many_of,
    moment,
    nothing,
    one_of,
    optional,
    phone,
    shape,
    text,
    uuid,
    uuids,
    with_numbers,
)
from app.orders.reads import HOLDS, LETTERS
from app.photos.forms import PHOTO

MOST_EACH = 20
_LINE = 300


def yuan(sent: list) -> int:
    """`12` or `12.50`, as fen; nothing for a blank."""
    typed = normalize("NFKC", sent[0]).strip().lstrip("¥￥") if sent and isinstance(sent[0], str) else ""
    if not typed:
        return 0
    try:
        fen = Decimal(typed) * 100
    except InvalidOperation:
        raise Bad("form.not_a_number") from None
    if not fen.is_finite() or fen != int(fen):
        raise Bad("orders.two_decimals")
    if not 0 <= fen <= 10_000_00:
        raise Bad("form.out_of_range", least=0, most=10_000)
    return int(fen)


def _letter(said: str) -> str:
    if not re.fullmatch("[A-L]", said):
        raise ValueError(said)
    return said


def _id(said: str) -> Any:
    return uuid([said])


_pack = shape(name=text(1, 40), contents=text(0, 400, lines=True), price=yuan, holds=many_of(HOLDS), **PHOTO)
pack = with_numbers("item", _id, 0, 9_999, _pack, "parts")
_offer = shape(
    title=text(1, 40), opens_at=optional(moment), cut_off_at=moment, brought_on=day, grace=integer(0, 720), fair=flag,
    buildings=optional(uuids(), ()), packs=optional(uuids(len(LETTERS)), ()),
)  # fmt: skip
_with_each = with_numbers("each", _id, 1, MOST_EACH, _offer, "each")
offer = with_numbers("most", _id, 1, 999_999, _with_each, "most")
until = shape(cut_off_at=moment)
supply = shape(most=optional(integer(0, 999_999)), instead=optional(one_of(LETTERS), ""))
_avoids = {"avoids": many_of(HOLDS), "confirm_holds": flag}
_hers = {"name": text(0, 40), "phone": optional(phone, ""), "note": text(0, _LINE, lines=True), "instead": flag, **_avoids}
_wanted = ("pack", _letter, 0, MOST_EACH)
order = with_numbers(*_wanted, shape(unit=text(0, 10), room=text(1, 40), **_hers), "wanted")
for_door = with_numbers(*_wanted, shape(building=uuid, unit=text(0, 10), room=text(1, 40), **_hers), "wanted")
change = with_numbers(*_wanted, shape(token=text(1, 40), **_avoids), "wanted")
mend = with_numbers(*_wanted, shape(**_avoids), "wanted")
token = shape(token=text(1, 40))
chain = shape(text=text(1, 60_000, lines=True), estate=uuid, looked=flag, leave=flag)

__all__ = ["chain", "change", "for_door", "mend", "nothing", "offer", "order", "pack", "supply", "token", "until"]
