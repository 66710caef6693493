"""Who confirmed which care kind, until when, and what help is needed, in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

import msgspec
from babel.dates import format_date

from app.care.confirming import days_of, helps_of
from app.care.reads.residents import Resident
from app.kernel import clock
from app.kernel.words import LANG, gettext, say
from app.people.reads import names


class KindLine(msgspec.Struct, frozen=True):
    """`said`: who confirmed it, when, until when; `until`: that day in ISO, blank for none; `past`: it is over."""

    kind: str
    label: str
    said: str
    until: str
    past: bool


NOBODY: Mapping[str, str] = MappingProxyType({})


async def confirmers(residents: Iterable[Resident]) -> dict[str, str]:
    """Names by id, as text, of those who confirmed something of these."""
    ids = {account for her in residents for _, account in her.confirmed.values()}
    return {str(account): name for account, name in (await names({UUID(each) for each in ids})).items()}


def kind_lines(her: Resident, who: Mapping[str, str]) -> list[KindLine]:
    until, today = days_of(her.until), clock.local(clock.now()).date()
    lines = []
    for kind in her.kinds:
        day, account = her.confirmed.get(kind, ("", ""))
        parts = (
            [say("care.kind.confirmed", day=_day(date.fromisoformat(day)), who=who.get(account, "—"))]
            if day
            else [gettext("care.kind.listed")]
        )
        if ends := until.get(kind):
            parts.append(say("care.kind.until", day=_day(ends)))
        lines.append(
            KindLine(
                kind,
                gettext(f"care.kind.{kind}"),
                gettext("care.between").join(parts),
                ends.isoformat() if ends else "",
                bool(ends and ends < today),
            )
        )
    return lines


def _day(day: date) -> str:
    return format_date(day, "y年M月d日" if LANG.get() == "zh" else "d MMM y", locale=LANG.get())


def helps(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, gettext(f"care.help.{code}")) for code in codes]


def helped(her: Resident) -> list[str]:
    return [label for _, label in helps(helps_of(her.helps))]
