"""A donation in words: what, how much, when, how far it is."""

from datetime import date
from uuid import UUID

import msgspec
from babel.dates import format_date

from app.donations import reads
from app.kernel import words
from app.kernel.words import LANG, gettext

TONES = {"offered": "watch", "accepted": "plain", "received": "calm", "declined": "plain", "withdrawn": "plain"}


class DonationLine(msgspec.Struct, frozen=True):
    """`much`: amount and unit. `coming`: when, and who carries it. `said` and `tone`: how far it is."""

    id: UUID
    path: str
    number: int
    what: str
    much: str
    coming: str
    said: str
    tone: str
    when: str


def day(one: date) -> str:
    return format_date(one, "M月d日 EEEE" if LANG.get() == "zh" else "EEE d MMM", locale=LANG.get())


def line(one: reads.Donation) -> DonationLine:
    return DonationLine(
        id=one.id,
        path=f"/donations/{one.id}",
        number=one.number,
        what=one.what or gettext("donations.words_gone"),
        much=f"{one.amount} {one.unit}",
        coming=coming(one),
        said=gettext(f"donations.state.{one.state}"),
        tone=TONES[one.state],
        when=words.day_time(one.made_at),
    )


def coming(one: reads.Donation) -> str:
    """`11月24日 星期二，自己送来`."""
    how = gettext("donations.brings" if one.brings else "donations.fetch")
    return gettext("donations.coming") % {"day": day(one.day), "how": how} if one.day else how


def declined(one: reads.Donation) -> str:
    return gettext(f"donations.decline.{one.decline}") if one.decline else ""


def declines() -> list[tuple[str, str]]:
    return [(reason, gettext(f"donations.decline.{reason}")) for reason in reads.DECLINES]
