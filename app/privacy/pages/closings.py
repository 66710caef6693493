"""The end of an emergency: what will go and what stays, the second person, how far it is, the report."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from app.journal import chain
from app.kernel import clock, words
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.people.rights import everywhere, may
from app.privacy.reads import closings as reads
from app.privacy.reads.closings import Closing, Open
from app.privacy.reads.emergency import Emergency, cell, emergency
from app.privacy.rules import closing, destroying


class Line(msgspec.Struct, frozen=True):
    what: str
    why: str
    n: str


class ClosingPage(msgspec.Struct, frozen=True):
    """`state`: none, asked, running, finished. `done` of `total`: rows gone."""

    one: Closing | None
    state: str
    event: Emergency
    goes: list[Line]
    stays: list[Line]
    open: Open
    decides: bool
    mine: bool
    done: int
    total: int


@get("/closings")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await _drawn(request, person)


async def _drawn(request: Request, person: Person, misfit: Misfit | None = None) -> Response:
    may(person, closing.RIGHT)
    one, named = await reads.latest(person.community_id), everywhere(person, "ledger.reveal")
    running = one is not None and bool(one.granted)
    there = await destroying.standing(person.community_id, one.decided_at if running else None)
    gone = await reads.gone(one.id) if running else {}
    facts = ClosingPage(
        one=one,
        state=one.state if one else "none",
        event=await emergency(person.emergency_id),
        goes=_lines("ends", gone if running and one.finished_at else there, named),
        stays=_lines("stays", await destroying.staying(person.community_id), named),
        open=await reads.still_open(person.community_id),
        decides=one is not None and one.state == "asked" and one.asked_by != person.id,
        mine=one is not None and one.asked_by == person.id,
        done=sum(gone.values()),
        total=sum(gone.values()) + sum(there.values()),
    )
    return await page(request, "privacy/closing.html", facts, misfit=misfit)


def _lines(which: str, counts: dict[str, int], named: bool) -> list[Line]:
    say = words.gettext
    return [Line(say(f"privacy.{which}.{what}"), say(f"privacy.{which}_why.{what}"), cell(n, named=named)) for what, n in counts.items()]


@post("/closings")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    return await answer(request, await press(request), to="/closings")


@post("/closings/{closing_id:uuid}/approve")
async def approve(request: Request, person: NamedDependency[Person], closing_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, person, misfit)
    request.app.state.worker.wake.set()
    return await answer(request, receipt, to="/closings")


@post("/closings/{closing_id:uuid}/refuse")
async def refuse(request: Request, person: NamedDependency[Person], closing_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/closings")


class ReportPage(msgspec.Struct, frozen=True):
    """`counts`: what, planned, gone. `whole`: the report fits its hash, and the chain is as it was written."""

    one: Closing
    event: Emergency
    community: str
    counts: list[tuple[str, str, str]]
    stays: list[Line]
    began: str
    asked: str
    decided: str
    finished: str
    chain_hash: str
    report_hash: list[str]
    whole: bool
    chained: bool


@get("/closings/{closing_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], closing_id: FromPath[UUID]) -> Response:
    one = await closing.seen(closing_id, by=person)
    if one.state != "finished":
        return Redirect("/closings", status_code=303)
    gone, planned, named = await reads.gone(one.id), one.planned, everywhere(person, "ledger.reveal")
    event, told = await emergency(one.emergency_id), one.report_hash.hex()
    facts = ReportPage(
        one=one,
        event=event,
        began=_when(event.started_at),
        asked=_when(one.asked_at),
        decided=_when(one.decided_at),
        finished=_when(one.finished_at),
        community=person.community,
        counts=[
            (words.gettext(f"privacy.ends.{what}"), cell(planned.get(what, 0), named=named), cell(gone.get(what, 0), named=named))
            for what in destroying.CLASSES
        ],
        stays=_lines("stays", await destroying.staying(one.community_id), named),
        chain_hash=one.link_hash.hex(),
        report_hash=[told[start : start + 16] for start in range(0, len(told), 16)],
        whole=reads.report_hash(one, gone) == one.report_hash,
        chained=await chain.stands(one.community_id, one.link, one.link_hash),
    )
    return await page(request, "privacy/closing_report.html", facts)


def _when(moment: datetime) -> str:
    """To be filed: never "today"."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


PAGES = [index, create, approve, refuse, show]
