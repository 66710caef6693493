"""A run: its stops in walking order for who carries it, its carriers and what is still open for who plans it."""

from collections import Counter
from itertools import groupby
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.deliveries import reads
from app.journal.record import version_of
from app.kernel.reply import Live, fragment, live, not_modified, page
from app.kernel.trouble import Misfit
from app.kernel.words import gettext, say
from app.people import reads as people
from app.people.history import Item, timeline
from app.people.person import Person
from app.supplies.models import HOLDERS


class Group(msgspec.Struct, frozen=True):
    """The stops of one unit under their sticky heading."""

    label: str
    stops: tuple[reads.StopCard, ...]


class Holder(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    me: bool


class Packed(msgspec.Struct, frozen=True):
    """The run's parcels: `said` is (words, how many) for each kind of holder. `hub`, `out`: what can be loaded, what must be accounted for."""

    total: int
    said: tuple[tuple[str, int], ...]
    hub: int
    out: int
    loads: bool
    returns: bool


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
    packed: Packed
    left: int
    live: Live
    more: int = 0


FEW = 10


@get("/runs/{run_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    return await page(request, "deliveries/show.html", await facts(run_id, person, all_="all" in request.query_params))


@get("/runs/{run_id:uuid}/live")
async def renewed(request: Request, person: NamedDependency[Person], run_id: FromPath[UUID]) -> Response:
    """The run again, when anything happened."""
    await reads.visible(run_id, person)
    now = await version_of(person.community_id)
    if unchanged := not_modified(request, now):
        return unchanged
    return fragment(request, "deliveries/_one.html", await facts(run_id, person, all_="all" in request.query_params), version=now)


async def drawn(request: Request, person: Person, run_id: UUID, misfit: Misfit | None = None) -> Response:
    return await page(request, "deliveries/show.html", await facts(run_id, person), misfit=misfit)


async def facts(run_id: UUID, person: Person, *, all_: bool = False) -> RunPage:
    now = await version_of(person.community_id)
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
        main=main_action(run, reads.carries(run, person), plans, left_of(cards)),
        plans=plans,
        carries=reads.carries(run, person),
        packed=packed_of(run, cards, carries=reads.carries(run, person)),
        left=left_of(cards),
        live=live(f"{run.path}/live?all=1" if all_ else f"{run.path}/live", now),
        more=0 if all_ else max(0, len(candidates) - FEW),
    )


def left_of(cards: list[reads.StopCard]) -> int:
    """Doors that are still to be gone to; what a steward keeps for a door is hers to do."""
    return sum(card.state == "open" and not card.with_steward for card in cards)


def packed_of(run: reads.RunLine, cards: list[reads.StopCard], *, carries: bool) -> Packed:
    counted = Counter(one.kind for card in cards for one in card.parcels)
    said = tuple((gettext(f"supplies.count.{kind}"), counted[kind]) for kind in HOLDERS if counted[kind])
    out = counted["hub"] + counted["carrier"]
    loads = carries and run.state in ("given", "out") and counted["hub"] > 1
    returns = carries and out > 1 and (counted["carrier"] > 0 or run.state not in ("draft", "given"))
    return Packed(counted.total(), said, counted["hub"], out, loads, returns)


def main_action(run: reads.RunLine, carries: bool, plans: bool, left: int) -> str:
    if run.state == "draft":
        return "give" if plans else ""
    if not carries or run.state not in ("given", "out"):
        return ""
    if run.state == "given":
        return "start"
    return "next" if left else "finish"


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


PAGES = [show, renewed]
