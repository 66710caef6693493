"""Packs and offers in words."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
from babel.dates import format_date

from app.kernel import clock, words
from app.kernel.words import LANG, gettext
from app.orders import reads
from app.orders.reads import placed
from app.places import labels

TONES = {"open": "calm", "ahead": "plain", "closing": "watch", "frozen": "plain", "called_off": "plain"}


def yuan(fen: int) -> str:
    """¥30, ¥12.50, or that it is free."""
    if not fen:
        return gettext("orders.free")
    return f"¥{fen // 100}" if fen % 100 == 0 else f"¥{fen / 100:.2f}"


def holds(codes: Iterable[str]) -> str:
    return gettext("orders.comma").join(gettext(f"orders.hold.{code}") for code in codes)


def all_holds() -> list[tuple[str, str]]:
    return [(code, gettext(f"orders.hold.{code}")) for code in reads.HOLDS]


def day(found: date) -> str:
    near = {0: "words.today", 1: "words.tomorrow"}.get((found - clock.local(clock.now()).date()).days)
    return gettext(near) if near else format_date(found, "M月d日" if LANG.get() == "zh" else "d MMM", locale=LANG.get())


class OfferLine(msgspec.Struct, frozen=True):
    """`until` in words: when its cut-off is or was. `brought`: on which day."""

    id: Any
    path: str
    title: str
    number: int
    state: str
    said: str
    tone: str
    until: str
    brought: str
    orders: int
    packs: int


def offer(one: reads.Offer) -> OfferLine:
    return OfferLine(
        id=one.id, path=f"/offers/{one.id}", title=one.title, number=one.number, state=one.state, said=gettext(f"orders.state.{one.state}"), tone=TONES[one.state],
        until=gettext("orders.until") % {"time": words.day_time(one.cut_off_at)}, brought=gettext("orders.brought") % {"day": day(one.day)},
        orders=one.orders, packs=one.taken,
    )  # fmt: skip


class PackLine(msgspec.Struct, frozen=True):
    """A pack of an offer as people choose it. `left` in words, blank where there are as many as are ordered; `most`: how many this
    household may still ask for. `price` as yuan."""

    letter: str
    name: str
    contents: str
    price: str
    holds: str
    left: str
    tone: str
    gone: bool
    each: str
    most: int
    instead: str
    picture: str = ""


def tone(one: reads.Offered) -> str:
    """Watch where a fifth is left, alarm where nothing is."""
    if one.left is None or one.most is None:
        return "plain"
    return "alarm" if one.left == 0 else "watch" if one.left * 5 <= one.most else "plain"


def pack(one: reads.Offered, has: int = 0) -> PackLine:
    free = one.each_most if one.left is None else min(one.each_most, one.left + has)
    left = "" if one.left is None else gettext("orders.left") % {"n": one.left} if one.left else gettext("orders.gone")
    return PackLine(
        letter=one.letter, name=one.name, contents=one.contents, price=yuan(one.price), holds=gettext("orders.holds_what") % {"what": holds(one.held)} if one.held else "",
        left=left, tone=tone(one), gone=free <= 0, each=gettext("orders.each_most") % {"n": one.each_most}, most=max(0, free), instead=one.instead or "",
    )  # fmt: skip


def due(order: placed.Order, offered: list[reads.Offered]) -> int:
    """In fen, for what is hers for certain."""
    return sum(order.has.get(one.letter, 0) * one.price for one in offered)


class OrderLine(msgspec.Struct, frozen=True):
    """`packs` as `A×2 B×1`, `waits` what was wished for besides."""

    path: str
    number: int
    room: str
    place: str
    packs: str
    waits: str
    due: str
    channel: str
    note: str


def order(one: placed.Order, offered: list[reads.Offered], *, private: bool = True) -> OrderLine:
    missing = {letter: n - one.has.get(letter, 0) for letter, n in one.wishes.items()}
    fen = due(one, offered)
    note = gettext("orders.comma").join(filter(None, (holds_not(one), one.opened("note")))) if private else ""
    return OrderLine(
        f"/orders/{one.id}", one.number, one.room, one.place, one.said, placed.said(missing), yuan(fen) if fen else "", gettext(f"orders.channel.{one.channel}"), note,
    )  # fmt: skip


def holds_not(one: placed.Order) -> str:
    """What must not be in it."""
    found = holds(one.opened("avoids").split())
    return gettext("orders.without") % {"what": found} if found else ""


def building(one: placed.Order) -> str:
    return labels.building(one.estate, one.building)
