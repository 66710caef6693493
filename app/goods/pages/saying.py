"""Goods in words: how long a lot keeps, where a move went, what there is to choose from."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from babel.dates import format_date

from app.goods import reads
from app.goods.reads import listing
from app.kernel import clock, words
from app.kernel.words import LANG, gettext
from app.people.reads import names


class LotLine(msgspec.Struct, frozen=True):
    """`keeps`: its day in words, blank where it does not spoil. `tone` and `state`: blank while it is good for long.

    `donation`: where the donation is shown that it is of, blank for none.
    """

    path: str
    item_path: str
    item: str
    place: str
    quantity: int
    unit: str
    keeps: str
    tone: str
    state: str
    donation: str = ""


class MoveLine(msgspec.Struct, frozen=True):
    id: UUID
    item: str
    item_path: str
    quantity: int
    unit: str
    said: str
    way: str
    keeps: str
    reason: str
    beyond: bool
    when: str
    who: str
    undoable: bool


def today() -> date:
    return clock.local(clock.now()).date()


def day(iso: str | None) -> str:
    if not iso:
        return ""
    shown = format_date(date.fromisoformat(iso), "y年M月d日" if LANG.get() == "zh" else "d MMM y", locale=LANG.get())
    return gettext("goods.keeps") % {"day": shown}


def short_day(day: date) -> str:
    return format_date(day, "M月d日" if LANG.get() == "zh" else "d MMM", locale=LANG.get())


def state(iso: str | None) -> tuple[str, str]:
    """Tone and words of a lot that has expired or is about to."""
    if not iso or date.fromisoformat(iso) > today() + listing.SOON:
        return "", ""
    return ("alarm", gettext("goods.expired")) if date.fromisoformat(iso) < today() else ("watch", gettext("goods.soon"))


def lot(one: reads.Lying) -> LotLine:
    tone, said = state(one.expiry)
    path = f"/stock/lots/{one.lot_id}/at/{one.place_id}"
    return LotLine(
        path,
        f"/stock/items/{one.item_id}",
        one.item,
        one.place,
        one.quantity,
        one.unit,
        day(one.expiry),
        tone,
        said,
        f"/donations/{one.donation_id}" if one.donation_id else "",
    )


async def moves(found: Sequence[listing.Moved]) -> list[MoveLine]:
    who = await names({one.by_id for one in found})
    return [
        MoveLine(
            id=one.id, item=one.item, item_path=f"/stock/items/{one.item_id}", quantity=one.quantity, unit=one.unit, said=gettext(f"goods.why.{one.why}"),
            way=f"{_side(one.start, one.start_kind)} → {_side(one.end, one.end_kind)}", keeps=day(one.expiry),
            reason=gettext(f"goods.reason.{one.reason}") if one.reason else "", beyond=one.mark == "beyond",
            when=words.day_time(one.at), who=who.get(one.by_id, ""), undoable=one.undoable,
        )
        for one in found
    ]  # fmt: skip


def _side(name: str, kind: str) -> str:
    return name or gettext(f"goods.place.{kind}")


def tonnes(kilos: int) -> str:
    return f"{kilos / 1000:.2f}".rstrip("0").rstrip(".")


async def places(community: UUID) -> list[tuple[str, str]]:
    return [(str(spot.id), spot.label) for spot in await listing.spots(community)]


def reasons(which: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, gettext(f"goods.reason.{one}")) for one in which]
