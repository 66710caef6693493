"""A run: its stops in walking order for who carries it, its carriers and what is still open for who plans it."""

from collections import Counter
from itertools import groupby
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads
from app.kernel.reply import page
from app.kernel.trouble import Misfit
from app.kernel.words import say
from app.people import reads as people
from app.people.history import Item, timeline
from app.people.person import Person


class Group(msgspec.Struct, frozen=True):
    """The stops of one unit under their sticky heading."""

    label: str
    stops: tuple[reads.StopCard, ...]


class Holder(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    me: bool


class RunPage(msgspec.Struct, frozen=True):
    """`bring`: (what, how many) still to be brought in all. `main`: the one main action: next, start, finish, give or none.
    `more`: candidates that are not shown."""

    run: reads.RunLine
    groups: tuple[Group, ...]
    bring: tuple[tuple[str, int], ...]
    holders: tuple[Holder, ...]
    candidates: list[reads.Candidate]
    history: list[Item]
    main: str
    plans: bool
    carries: bool
    more: int = 0


FEW = 10


@get("/runs/{run_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await page(request, "deliveries/show.html", await facts(run_id, person, all_="all" in request.query_params))


async def drawn(request: Request, person: Person, run_id: UUID, misfit: Misfit | None = None) -> Response:
    return await page(request, "deliveries/show.html", await facts(run_id, person), misfit=misfit)


async def facts(run_id: UUID, person: Person, *, all_: bool = False) -> RunPage:
    run = await reads.visible(run_id, person)
    cards, plans = await reads.cards(run, person), reads.plans(run, person)
    candidates = await reads.candidates(run.community_id, run.carrier_ids) if plans and run.open else []
    names = await people.names(set(run.carrier_ids))
    return RunPage(
        run=run,
        groups=tuple(grouped(cards)),
        bring=bring(cards),
        holders=tuple(Holder(each, names.get(each, "—"), each == person.id) for each in sorted(run.carrier_ids)),
        candidates=candidates if all_ else candidates[:FEW],
        history=await timeline(run.id, limit=30),
        main=main_action(run, reads.carries(run, person), plans),
        plans=plans,
        carries=reads.carries(run, person),
        more=0 if all_ else max(0, len(candidates) - FEW),
    )


def main_action(run: reads.RunLine, carries: bool, plans: bool) -> str:
    if run.state == "draft":
        return "give" if plans else ""
    if not carries or run.state not in ("given", "out"):
        return ""
    if run.state == "given":
        return "start"
    return "next" if run.left else "finish"


def grouped(cards: list[reads.StopCard]) -> list[Group]:
    found = []
    for (building, unit), members in groupby(cards, key=lambda card: (card.building, card.unit)):
        stops = tuple(members)
        label = say("deliveries.group", building=building, unit=unit)
        found.append(Group(label, stops))
    return found


def bring(cards: list[reads.StopCard]) -> tuple[tuple[str, int], ...]:
    """Packs first, then needs by kind: of stops that are still open."""
    counted: Counter[str] = Counter()
    for card in cards:
        if card.state == "open":
            counted.update([card.pack] if card.pack else [])
            counted.update(each.need.kind_label for each in card.needs if not each.struck)
    return tuple(counted.items())


PAGES = [show]
