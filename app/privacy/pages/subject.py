"""One resident's rights on one screen: all that is held of her, who looked, taking it along, erasing it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from app.care.reads.residents import Stored
from app.care.rules.residents import reveal
from app.kernel import act, clock, ids, receipts, words
from app.kernel.reply import answer, page, perform_here, press
from app.kernel.sheets.writing import XLSX
from app.kernel.trouble import Misfit
from app.people.person import Person
from app.privacy import sheet
from app.privacy.forms import SHAPES
from app.privacy.reads.looks import Look, looked_at
from app.privacy.reads.mentions import Door, Said, door_of, mentions_of, said_of
from app.privacy.reads.subject import Theirs, counted, fields, needs_of
from app.privacy.rules.erasing import served

OPEN_FOR = timedelta(minutes=2)


class Asked(msgspec.Struct, frozen=True):
    path: str
    label: str
    line: str
    when: str


class Visit(msgspec.Struct, frozen=True):
    what: str
    note: str
    when: str


class DataPage(msgspec.Struct, frozen=True):
    """`goes`: what erasing takes away, (words, how many); `still_open`: requests that must be brought to an end first."""

    id: UUID
    household_id: UUID
    version: int
    masked: str
    fields: list[tuple[str, str]]
    needs: list[Asked]
    said: list[Visit]
    door: list[tuple[str, int]]
    waiting: int
    seen: list[Look]
    goes: list[tuple[str, int]]
    still_open: int


@get("/residents/{resident_id:uuid}/data")
async def show(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    return await _drawn(request, person, resident_id)


async def _drawn(request: Request, person: Person, resident_id: UUID, misfit: Misfit | None = None) -> Response:
    """Everything stands open on it, so that drawing it is a look like any other, on record."""
    row, her = await served(resident_id, by=person)
    await perform_here(request, lambda: reveal(resident_id, reason="subject", by=person))
    needs = await needs_of(row, her)
    more = await counted(row, needs)
    said, door, named = await said_of(row), await door_of(row), await mentions_of(row, her)
    more |= {"said": len(said), "aside": len(named.settled), "prints": len(named.prints)}
    facts = DataPage(
        id=row.id,
        household_id=row.household_id,
        version=row.version,
        masked=her.masked_name,
        fields=await fields(her),
        needs=_asked(needs),
        seen=await _seen(row, needs),
        goes=[(words.gettext("privacy.goes.ledger"), 1), (words.gettext("privacy.goes.needs"), len(needs))]
        + [(words.gettext(f"privacy.goes.{name}"), n) for name, n in more.items() if n],
        still_open=sum(one.open for one in needs),
        said=_visits(said),
        door=_door(door),
        waiting=named.waiting,
    )
    return await page(request, "privacy/data.html", facts, misfit=misfit)


def _when(moment: datetime) -> str:
    """For paper and files, which outlive the day: never "today"."""
    return clock.local(moment).strftime("%Y-%m-%d %H:%M")


def _visits(said: list[Said], when: Callable[[datetime], str] = words.day_time) -> list[Visit]:
    return [
        Visit(f"{words.gettext(f'care.contact.how.{one.how}')} · {words.gettext(f'care.contact.outcome.{one.outcome}')}", one.note,
              when(one.at))
        for one in said
    ]  # fmt: skip


def _door(door: Door) -> list[tuple[str, int]]:
    """What is held of her door; it goes with her where she is the last of the ledger there."""
    names = ("contacts", "watches", "carers", "mutes", "rounds")
    return [(words.gettext(f"privacy.door.{name}"), n) for name in names if (n := getattr(door, name))]


async def _seen(row: Stored, needs: list[Theirs], limit: int = 200) -> list[Look]:
    return await looked_at(row.id, *(one.id for one in needs), limit=limit, within=row.community_id, since=ids.moment_of(row.id))


@post("/residents/{resident_id:uuid}/data")
async def create(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    receipt = await press(request)
    return await answer(request, receipt, to=f"/residents/{resident_id}/data.{receipt.filled.get('kind', 'xlsx')}")


class OwnSheet(msgspec.Struct, frozen=True):
    masked: str
    fields: list[tuple[str, str]]
    needs: list[Asked]
    said: list[Visit]
    door: list[tuple[str, int]]
    seen: list[tuple[str, Look]]
    mark: str
    made_at: str
    back_path: str


@get([f"/residents/{{resident_id:uuid}}/data.{shape}" for shape in SHAPES])
async def download(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID], did: FromQuery[str] = "") -> Response:
    """Only for the receipt of the act that noted it, and shortly after."""
    kind = request.url.path.rpartition(".")[2]
    row, her = await served(resident_id, by=person)
    receipt = await receipts.of(did, person.owner)
    if not _opens(receipt, row.id):
        return Redirect(f"/residents/{resident_id}/data", status_code=303)
    needs, said, door = await needs_of(row, her), await said_of(row), _door(await door_of(row))
    looks, told, visits = await _seen(row, needs, limit=5_000), await fields(her), _visits(said, _when)
    when = _when(clock.now())
    mark = words.say("privacy.data.mark", who=person.name, when=when)
    if kind == "print":
        back = f"/residents/{resident_id}/data"
        facts = OwnSheet(
            her.masked_name, told, _asked(needs, _when), visits, door, [(_when(look.at), look) for look in looks], mark, when, back
        )
        return await page(request, "privacy/data_print.html", facts)
    if kind == "json":
        held = {
            "made": mark,
            "held": dict(told),
            "requests": [{"number": one.number, "kind": one.kind, "at": one.created_at, "words": one.line} for one in needs],
            "visits": [{"how": one.how, "outcome": one.outcome, "at": one.at, "note": one.note} for one in said],
            "door": dict(door),
            "looks": [{"who": one.who, "at": one.at, "why": one.why} for one in looks],
        }
        made, media = msgspec.json.format(msgspec.json.encode(held), indent=2), "application/json"
    else:
        made, media = sheet.of_subject(told, needs, looks, mark, [(one.when, one.what, one.note) for one in visits]), XLSX
    name = quote(words.gettext("privacy.data.title"))
    disposition = f"attachment; filename=\"data.{kind}\"; filename*=UTF-8''{name}.{kind}"
    return Response(made, media_type=media, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"})


def _asked(needs: list[Theirs], when: Callable[[datetime], str] = words.day_time) -> list[Asked]:
    return [
        Asked(f"/needs/{one.id}", f"#{one.number} {words.gettext(f'needs.kind.{one.kind}')}", one.line, when(one.created_at))
        for one in needs
    ]


def _opens(receipt: act.Receipt | None, resident_id: UUID) -> bool:
    wanted = (f"/residents/{resident_id}/data", "applied")
    return receipt is not None and (receipt.path, receipt.state) == wanted and clock.now() - receipt.received_at < OPEN_FOR


@post("/residents/{resident_id:uuid}/erase")
async def delete(request: Request, person: NamedDependency[Person], resident_id: FromPath[UUID]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await _drawn(request, person, resident_id, misfit)
    request.app.state.worker.wake.set()
    return await answer(request, receipt, to="/households")


PAGES = [show, create, download, delete]
