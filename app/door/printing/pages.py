"""/print: choosing what goes on paper, watching it being made, the PDF and the view for the browser's own printing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads as deliveries
from app.door import cards
from app.door.printing import reads, sources
from app.door.printing.kinds import KINDS, Kind
from app.door.printing.making import Content, read_what
from app.door.printing.wording import words_of
from app.kernel.qr import square
from app.kernel.reply import answer, fragment, is_partial, not_modified, page, press
from app.kernel.trouble import Barred, Misfit
from app.kernel.words import gettext
from app.people.person import Person
from app.people.rights import can, everywhere, may
from app.places import reads as places

SHOWN = 12
DRAWING = ThreadPoolExecutor(1, "squares")  # a print of labels has 1,200 squares, ten seconds in which nobody else should wait


class PrintsPage(msgspec.Struct, frozen=True):
    """`kinds`: (address, name, what it is for). `changed`: posters of a print that are different now."""

    kinds: list[tuple[str, str, str]]
    prints: list[reads.Print]
    changed: dict[UUID, int]


class NewPage(msgspec.Struct, frozen=True):
    """`options`: what it may be printed for, (value, words). `fixed`: only one, and its words."""

    kind: Kind
    label: str
    help: str
    back: str
    options: list[tuple[str, str]]
    what: str
    langs: list[tuple[str, str]]
    lang: str


class OnePrint(msgspec.Struct, frozen=True):
    one: reads.Print
    changed: reads.Changed | None
    names: tuple[str, ...]


class StateFragment(msgspec.Struct, frozen=True):
    one: reads.Print


class ViewPage(msgspec.Struct, frozen=True):
    """`squares`: a picture for each thing, in order; `whole`: that of the whole print. `sheets`: labels and badges by the page."""

    one: reads.Print
    content: Content
    words: dict
    squares: list[str]
    whole: str
    sheets: list[list[dict | None]]


class CardsPage(msgspec.Struct, frozen=True):
    building: places.BuildingFacts
    cards: list[tuple[UUID, str]]


@get("/print")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "print.make")
    names = [name for name, kind in KINDS.items() if "run" not in kind.scopes and (kind.family != "badge" or can(person, "people.see"))]
    prints = await reads.recent(person)
    facts = PrintsPage(
        kinds=[
            (f"/print/new?kind={name}", gettext(f"door.print.kind.{name}"), gettext(f"door.print.help.{KINDS[name].family}"))
            for name in names
        ],
        prints=prints,
        changed=await reads.posters_changed(prints, person),
    )
    return await page(request, "door/print/index.html", facts)


@get("/print/new")
async def new(request: Request, person: NamedDependency[Person]) -> Response:
    asked = request.query_params
    kind, what = KINDS.get(asked.get("kind", "")) or KINDS["poster_a4"], asked.get("what", "")[:60]
    return await page(request, "door/print/new.html", await _form(kind, what, person))


async def _form(kind: Kind, what: str, person: Person) -> NewPage:
    if kind.family in ("sheet", "label"):
        options, back = await _run(kind, what, person)
    else:
        may(person, "people.see" if kind.family == "badge" else "print.make")
        options, back = await _options(kind, what, person), "/print"
    known = {value for value, _ in options}
    langs = [("zh", gettext("door.print.lang.zh")), ("en", gettext("door.print.lang.en"))]
    chosen = what if what in known else (options[0][0] if len(options) == 1 else "")
    help = gettext(f"door.print.help.{kind.family}")
    return NewPage(kind, gettext(f"door.print.kind.{kind.name}"), help, back, options, chosen, langs, person.lang)


async def _run(kind: Kind, what: str, person: Person) -> tuple[list[tuple[str, str]], str]:
    """A run's papers begin at the run; without one there are the runs that she carries or plans."""
    try:
        scope, run_id = read_what(what, kind, person)
    except Misfit:
        runs = await deliveries.open_runs(person.community_id)
        mine = [run for run in runs if deliveries.carries(run, person)]
        if not mine and not can(person, "run.plan"):
            raise Barred("trouble.barred.run_carry", reason="barred") from None
        return [(f"run:{run.id}", run.label) for run in mine], "/print" if can(person, "print.make") else "/mine"
    run = await sources.run_of(sources.Wanted(kind, scope, run_id, person.lang), person)
    return [(what, run.label)], run.path


async def _options(kind: Kind, what: str, person: Person) -> list[tuple[str, str]]:
    if kind.family == "badge":
        options = [("community", gettext("door.print.all_people"))]
        if what.startswith("account:"):
            found = await sources.things(sources.Wanted(kind, *read_what(what, kind, person), person.lang), person)
            options = [(what, str(found[0].face["name"]))]
        return options
    if what.startswith("household:"):
        [home] = await sources.doors(sources.Wanted(kind, *read_what(what, kind, person), person.lang), person)
        return [(what, home.label)]
    mine = [each for each in await places.buildings(person.community_id) if can(person, "print.make", building=each.id)]
    options: list[tuple[str, str]] = []
    if "community" in kind.scopes:
        options.append(("community", gettext("door.print.everywhere" if everywhere(person, "print.make") else "door.print.all_mine")))
    if "grid" in kind.scopes:
        held = {each.grid_id for each in mine}
        options += [(f"grid:{grid.id}", grid.name) for grid in await places.grids(person.community_id) if grid.id in held]
    return options + [(f"building:{each.id}", each.label) for each in mine]


@post("/prints")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        typed = {name: values[0] for name, values in misfit.typed.items() if values}
        kind = KINDS.get(typed.get("kind", "")) or KINDS["poster_a4"]
        try:
            facts = await _form(kind, typed.get("what", ""), person)
        except Misfit:
            facts = await _form(kind, "", person)
        return await page(request, "door/print/new.html", facts, misfit=misfit)
    return await answer(request, receipt, to=f"/prints/{receipt.about}" if receipt.about else "/print")


@get("/prints/{print_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], print_id: FromPath[UUID]) -> Response:
    """Its state, and again as a fragment while it is being made."""
    one = await reads.one(print_id, person)
    if is_partial(request):
        if unchanged := not_modified(request, one.version):
            return unchanged
        return fragment(request, "door/print/_state.html", StateFragment(one), version=one.version)
    changed = await reads.changed(one, person)
    return await page(request, "door/print/show.html", OnePrint(one, changed, await _names(one, changed)))


async def _names(one: reads.Print, changed: reads.Changed | None) -> tuple[str, ...]:
    """The first few that are different now, said as places where they are places."""
    if not changed or one.kind.family not in ("poster", "card"):
        return ()
    wanted = {UUID(subject) for subject in (*changed.other, *changed.new, *changed.gone)}
    if one.kind.family == "poster":
        return tuple(each.label for each in await places.buildings(one.community_id) if each.id in wanted)[:SHOWN]
    return tuple(home.room for home in (await places.households_by_id(sorted(wanted)[:SHOWN])).values())


@get("/prints/{print_id:uuid}/file")
async def file(request: Request, person: NamedDependency[Person], print_id: FromPath[UUID]) -> Response:
    one = await reads.one(print_id, person)
    name = f"{one.kind_name.replace('_', '-')}-{one.at:%Y%m%d-%H%M}.pdf"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}"'}
    return Response(await reads.pdf(one), media_type="application/pdf", headers=headers)


@get("/prints/{print_id:uuid}/view")
async def view(request: Request, person: NamedDependency[Person], print_id: FromPath[UUID]) -> Response:
    """The same content for the browser's own printing: where no PDF could be made, and for one page in a hurry."""
    one = await reads.one(print_id, person)
    content = await reads.content(one)
    links = [thing.get("link", "") for thing in content.things]
    squares = await asyncio.get_running_loop().run_in_executor(DRAWING, lambda: [_square(each, one.kind) for each in links])
    words = words_of(one.kind.family, one.lang)
    facts = ViewPage(one, content, words, squares, _square(content.link, one.kind), _sheets(one.kind, content, squares))
    return await page(request, f"door/print/view_{one.kind.family}.html", facts)


def _square(address: str, kind: Kind) -> str:
    return square(address, error=kind.error, border=4) if address else ""


def _sheets(kind: Kind, content: Content, squares: list[str]) -> list[list[dict | None]]:
    """Several things to a page, the places of the first one that are used up empty; a run's stops by the stairs they are on."""
    if kind.family == "sheet":
        return [list(group) for _, group in groupby(content.things, key=lambda thing: thing["group"])]
    if kind.per_page == 1:
        return []
    cells = [None] * content.skip + [{**thing, "square": drawn} for thing, drawn in zip(content.things, squares, strict=True)]
    return [cells[start : start + kind.per_page] for start in range(0, len(cells), kind.per_page)]


@get("/print/cards/{building_id:uuid}")
async def hung(request: Request, person: NamedDependency[Person], building_id: FromPath[UUID]) -> Response:
    """The cards that count in a building, for ending one that was lost."""
    [building] = await sources.buildings(sources.Wanted(KINDS["card"], "building", building_id, person.lang), person)
    held = await cards.of_building(building.id)
    homes = [home for home in await places.households(building.id) if home.id in held]
    return await page(request, "door/print/cards.html", CardsPage(building, [(held[home.id], home.room) for home in homes]))


@post("/cards/{card_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], card_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/print")


PAGES = [index, new, create, show, file, view, hung, delete]
