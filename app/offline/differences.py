"""两人同时修改: what two people changed, both values side by side, for a steward or dispatcher to decide."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads as deliveries
from app.journal import differences
from app.journal.differences import KINDS, Difference, Thing
from app.kernel import paging
from app.kernel.reply import answer, is_partial, page, press
from app.offline import aside, deciding
from app.people.person import Person
from app.people.reads import names_within
from app.people.rights import can, may, reach

SIZE = 20


class SideCard(msgspec.Struct, frozen=True):
    """`act` is keep or take; `by` blank where nobody's edit is known."""

    act: str
    value: str
    by: str
    at: datetime | None
    chosen: bool


class LineCard(msgspec.Struct, frozen=True):
    """`masked`: its values are shown after a tap. `decided_by` blank: somebody, or nobody yet (`choice` blank)."""

    id: UUID
    version: int
    title: str
    place: str
    path: str
    field: str
    opened_at: datetime
    sides: tuple[SideCard, SideCard]
    masked: bool
    erased: bool
    choice: str
    decided_by: str
    decided_at: datetime | None
    can_undo: bool


class Doubted(msgspec.Struct, frozen=True):
    """Two accounts of one door: decided on its run, whose needs and other stops it moves."""

    place: str
    words: str
    path: str
    at: datetime


class DifferencesPage(msgspec.Struct, frozen=True):
    """`tab`: open or decided. `aside` counts what waits on the page of doubled acts. `doors`: for who plans runs."""

    lines: list[LineCard]
    doors: list[Doubted]
    tab: str
    open: int
    decided: int
    aside: int
    pages: paging.Page


class DifferenceFragment(msgspec.Struct, frozen=True):
    line: LineCard


@get("/differences")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "offline/differences.html", await _facts(request, person))


async def _facts(request: Request, person: Person, opened: Difference | None = None) -> DifferencesPage:
    """With `opened` that line alone, its masked values shown."""
    may(person, deciding.RIGHT)
    where = person.community_id, reach(person, deciding.RIGHT)
    counts = {"open": await differences.count_open(*where), "decided": await differences.count_decided(*where)}
    tab = "decided" if request.query_params.get("tab") == "decided" else "open"
    pages = paging.page(paging.number(request.query_params.get("page", "")), counts[tab], f"/differences?tab={tab}", SIZE)
    if opened is not None:
        alone = await cards([opened], person, opened.id)
        return DifferencesPage(alone, [], "open", counts["open"], counts["decided"], 0, paging.page(1, 1, "/differences"))
    find = differences.open_lines if tab == "open" else differences.decided_lines
    found = await find(*where, offset=(pages.number - 1) * SIZE, limit=SIZE)
    doors = await _doors(person) if tab == "open" and pages.number == 1 and can(person, "run.plan") else []
    counts["open"] += len(doors)
    return DifferencesPage(await cards(found, person), doors, tab, counts["open"], counts["decided"], await aside.count(person), pages)


async def _doors(person: Person) -> list[Doubted]:
    return [Doubted(each.place, each.words, each.path, each.at) for each in await deliveries.disputes(person.community_id)]


async def cards(lines: Sequence[Difference], person: Person, opened: UUID | None = None) -> list[LineCard]:
    """`opened`: the line whose masked values are shown in this answer."""
    things: dict[UUID, Thing] = {}
    for subject in sorted({line.subject for line in lines}):
        ids = list({line.subject_id for line in lines if line.subject == subject})
        things |= await KINDS[subject].things(ids, person.community_id)
    who = {str(one) for line in lines for one in (line.standing_by, line.other_by, line.decided_by) if one}
    names = await names_within(person.community_id, who)
    return [await _card(line, things.get(line.subject_id), names, line.id == opened) for line in lines]


async def _card(line: Difference, thing: Thing | None, names: dict[str, str], opened: bool) -> LineCard:
    kind = KINDS[line.subject]
    values = line.opened("standing"), line.opened("other")
    masked = line.field in kind.secret and not opened and None not in values
    keep, take = [await _shown(line, value, masked) for value in values]
    return LineCard(
        id=line.id,
        version=line.version,
        title=thing.title if thing else "—",
        place=thing.place if thing else "",
        path=thing.path if thing else "",
        field=kind.label(line.field),
        opened_at=line.opened_at,
        sides=(
            SideCard("keep", keep, names.get(str(line.standing_by), ""), line.standing_at, line.choice == "keep"),
            SideCard("take", take, names.get(str(line.other_by), ""), line.other_at, line.choice in ("take", "edited")),
        ),
        masked=masked,
        erased=None in values,
        choice=line.choice or "",
        decided_by=names.get(str(line.decided_by), ""),
        decided_at=line.decided_at,
        can_undo=line.choice in ("keep", "take") and None not in values and await differences.still(line),
    )


async def _shown(line: Difference, value: str | None, masked: bool) -> str:
    kind = KINDS[line.subject]
    if value is None:
        return "—"
    return kind.mask(line.field, value) if masked else await kind.show(line.field, value)


async def _drawn(line_id: UUID, person: Person, *, opened: bool = False) -> tuple[str, DifferenceFragment]:
    [card] = await cards([await deciding.visible(line_id, person)], person, line_id if opened else None)
    return "offline/_difference_swap.html", DifferenceFragment(card)


async def _acted(request: Request, person: Person, line_id: UUID) -> Response:
    return await answer(request, await press(request), to="/differences", draw=lambda: _drawn(line_id, person))


@post("/differences/{line_id:uuid}/keep")
async def keep(request: Request, person: NamedDependency[Person], line_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, line_id)


@post("/differences/{line_id:uuid}/take")
async def take(request: Request, person: NamedDependency[Person], line_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, line_id)


@post("/differences/{line_id:uuid}/undo")
async def undo(request: Request, person: NamedDependency[Person], line_id: FromPath[UUID]) -> Response:
    return await _acted(request, person, line_id)


@post("/differences/{line_id:uuid}/reveal")
async def reveal(request: Request, person: NamedDependency[Person], line_id: FromPath[UUID]) -> Response:
    """The answer itself holds the values: a redirect would close them again."""
    receipt = await press(request)
    if receipt.state != "applied" or is_partial(request):
        shows = receipt.state == "applied"
        return await answer(request, receipt, to="/differences", draw=lambda: _drawn(line_id, person, opened=shows))
    drawn = await page(request, "offline/differences.html", await _facts(request, person, opened=await deciding.visible(line_id, person)))
    drawn.headers["X-Act-Receipt"] = receipt.header
    return drawn


PAGES = [index, keep, take, undo, reveal]
