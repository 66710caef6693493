"""Shapes of input about goods."""

from typing import Any
from uuid import UUID

from app.goods import price_sheet
from app.kernel.forms import Bad, Form, day, flag, integer, moment, nothing, one_of, optional, shape, text, uuid
from app.kernel.trouble import Misfit
from app.people.reads.vehicles import STANDINGS
from app.photos.forms import PHOTO

KINDS = ("food", "medicine", "other")
WASTED = ("broken", "spoiled", "expired", "other")
DIFFERS = ("missing", "found", "miscounted", "broken", "other")
MOST = 9_999_999


_some, _any = integer(1, MOST), integer(0, MOST)

item = shape(name=text(1, 40), unit=text(1, 8), kind=one_of(KINDS), fresh=flag)
place = shape(name=text(1, 40), hub=optional(uuid))
receive = shape(item=uuid, place=uuid, quantity=_some, expiry=optional(day), donated=flag)
issue = shape(place=uuid, quantity=_some)
send = shape(place=uuid, to=uuid, quantity=_some)
waste = shape(place=uuid, quantity=_some, reason=one_of(WASTED))
begin = shape(place=uuid, found=_any)
finish = shape(found=_any, reason=optional(one_of(DIFFERS), ""))
arrive = shape(quantity=_any, reason=optional(one_of(DIFFERS), ""))
_red, _amber = integer(1, 60), integer(1, 90)
limits = shape(red=_red, amber=_amber)
own_limits = shape(red=optional(_red), amber=optional(_amber))
_price_red, _drop_red = integer(1, 500), integer(1, 100)
price_limits = shape(price_amber=_price_red, price_red=_price_red, drop_amber=_drop_red, drop_red=_drop_red)


def _sheet_cell(convert: Any) -> Any:
    def read(sent: list) -> int | None:
        try:
            return convert(sent[0] if sent and isinstance(sent[0], str) else "")
        except price_sheet.Wrong as wrong:
            raise Bad(wrong.key, said=wrong.said[:20]) from None

    return read


yuan, _volume = _sheet_cell(price_sheet.fen), _sheet_cell(price_sheet.volume)
a_price = shape(day=day, price=yuan, volume=_volume)


def prices(form: Form) -> dict[str, Any]:
    """`price-ID` and `volume-ID` of a day; what is blank is not among them."""
    found: dict[str, dict[UUID, int]] = {"price": {}, "volume": {}}
    errors, said = {}, {}
    for name, sent in form.typed.items():
        which, _, key = name.partition("-")
        if which in found and key:
            try:
                if (value := (yuan if which == "price" else _volume)(sent)) is not None:
                    found[which][uuid([key])] = value
            except Bad as bad:
                errors[name] = (bad.key, bad.params)
    try:
        said = shape(day=day)(form)
    except Misfit as misfit:
        errors |= misfit.errors
    if errors:
        raise Misfit(errors, form.typed)
    return said | {"prices": found["price"], "volumes": found["volume"]}


prices.fields = ("day",)
MOST_TEXT = 60_000


def _table(sent: list) -> str:
    """As it was typed or read; tabs stay."""
    said = (sent[0] if sent and isinstance(sent[0], str) else "").replace("\r\n", "\n")
    if not said.strip():
        raise Bad("form.missing")
    if len(said) > MOST_TEXT:
        raise Bad("form.too_long", most=MOST_TEXT, now=len(said))
    return said


price_table = shape(text=_table, day=day, looked=flag, leave=flag)
why = shape(reason=one_of(DIFFERS))
docks = shape(docks=integer(1, 20))
WINDOWS = (30, 60, 90, 120, 180, 240)


def _window(sent: list) -> int:
    return int(one_of(map(str, WINDOWS))(sent))


book = shape(hub=uuid, supplier=text(1, 40), plate=text(1, 12), kilos=integer(1, 100_000), starts=moment, minutes=_window)
expect = shape(item=uuid, quantity=_any)
unload = shape(item=uuid, place=uuid, quantity=_some, expiry=optional(day), **PHOTO)
leave = shape(weighed=optional(integer(0, 100_000)), reason=optional(one_of(DIFFERS), ""))
_standing = one_of(STANDINGS)
vehicle = shape(plate=text(1, 12), kilos=integer(1, 100_000), standing=_standing)
stand = shape(standing=_standing)
trip = shape(driver=uuid, hub=uuid, kilos=integer(1, 100_000))

__all__ = [
    "a_price",
    "arrive",
    "begin",
    "book",
    "docks",
    "expect",
    "finish",
    "issue",
    "item",
    "leave",
    "limits",
    "nothing",
    "own_limits",
    "place",
    "price_limits",
    "price_table",
    "prices",
    "receive",
    "send",
    "stand",
    "trip",
    "unload",
    "vehicle",
    "waste",
    "why",
]
