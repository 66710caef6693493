"""The emergency as a page: what for, on what basis, from when to when, and how long what is kept."""

from datetime import datetime

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.kernel import clock, words
from app.kernel.reply import page
from app.people.person import Person
from app.people.rights import everywhere, may
from app.privacy.reads.emergency import Emergency, cell, counts, emergency
from app.privacy.rules.retention import TABLE


class Kept(msgspec.Struct, frozen=True):
    what: str
    until: str
    now: str


class EmergencyPage(msgspec.Struct, frozen=True):
    """`overdue`: the planned end is past and nobody has ended it."""

    one: Emergency
    basis: str
    began: str
    planned: str
    ended: str
    overdue: bool
    kept: list[Kept]


@get("/emergency")
async def show(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "board.see")
    one, there = await emergency(person.emergency_id), await counts(person.community_id)
    named = everywhere(person, "ledger.reveal")
    key = f"privacy.basis.{one.basis}"
    facts = EmergencyPage(
        one=one,
        basis=words.gettext(key) if words.knows(key) else one.basis,
        began=_date(one.started_at),
        planned=_date(one.planned_end_at),
        ended=_date(one.ended_at) if one.ended_at else "",
        overdue=one.ended_at is None and one.planned_end_at < clock.now(),
        kept=[
            Kept(
                words.gettext(f"privacy.class.{each.name}"),
                words.say(f"privacy.kept.{each.since}", days=each.days),
                cell(there[each.name], named=named or each.since != "end" or each.name == "audit"),
            )
            for each in TABLE
        ],
    )
    return await page(request, "privacy/emergency.html", facts)


def _date(moment: datetime) -> str:
    return clock.local(moment).date().isoformat()


PAGES = [show]
