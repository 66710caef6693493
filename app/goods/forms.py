"""Shapes of input about goods."""

from app.kernel.forms import day, flag, integer, moment, nothing, one_of, optional, shape, text, uuid
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
    "receive",
    "send",
    "stand",
    "trip",
    "unload",
    "vehicle",
    "waste",
    "why",
]
