"""Carers: her people on her own page, and the gaps: whom nobody looks after, who has too many, who cannot."""

from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care.pages import household as door
from app.care.pages import shown
from app.care.reads import carers, contacts, rounds, silent
from app.care.reads.carers import RANKS, Pairing
from app.care.reads.residents import kinds_by_household
from app.care.silence import HOW, LEVELS, level
from app.kernel import clock, words
from app.kernel.reply import answer, page, press
from app.kernel.trouble import Misfit
from app.kernel.words import gettext
from app.people import reads as people
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import can, may, reach
from app.places import reads as places
from app.places.reads import HouseholdFacts


class Hers(msgspec.Struct, frozen=True):
    """A household of hers. `late`: one of LEVELS, blank while it is in time; `last`: when and how somebody was last heard of or tried."""

    id: UUID
    carer_id: UUID
    path: str
    room: str
    building: str
    rank: str
    due: str
    late: str
    last: str
    muted: str
    residents: list[door.ResidentCard]


class Asked(msgspec.Struct, frozen=True):
    id: UUID
    building: str
    rank: str


class MyPeople(msgspec.Struct, frozen=True):
    people: list[Hers]
    asked: list[Asked]
    hows: list[tuple[str, list[tuple[str, str]]]]


@get("/mine/people")
async def mine(request: Request, person: NamedDependency[Person]) -> Response:
    found = await carers.people_of(person)
    hers = [each for each in found if each.from_at]
    behind = await rounds.residents_behind([each.household_id for each in hers])
    steps = (await silent.settings(person.community_id)).steps
    resting = await contacts.rests(person.community_id, after=clock.now())
    lines = [
        await _hers(
            each, [door.card(her, person, trusted=True, rest=resting.get(her.id)) for her in behind.get(each.household_id, ())], steps
        )
        for each in hers
    ]
    asked = [Asked(each.id, each.building, each.rank) for each in found if not each.from_at]
    hows = [(how, [(one, gettext(f"care.round.outcome.{one}")) for one in outcomes]) for how, outcomes in HOW.items()]
    return await page(request, "care/carers/mine.html", MyPeople(lines, asked, hows))


async def _hers(each: Pairing, residents: list[door.ResidentCard], steps: silent.Steps) -> Hers:
    now = clock.now()
    last, muted, high = (
        await contacts.contacts_of(each.household_id, 1),
        await contacts.mute_of(each.household_id, now),
        level(each.due_at, now, steps),
    )
    said = ""
    if last:
        how, outcome = gettext(f"care.contact.how.{last[0].how}"), gettext(f"care.contact.outcome.{last[0].outcome}")
        said = f"{words.say('care.contact.line', how=how, outcome=outcome)} · {words.day_time(last[0].at)}"
    return Hers(
        id=each.household_id,
        carer_id=each.id,
        path=f"/households/{each.household_id}",
        room=each.room,
        building=each.building,
        rank=each.rank,
        due=words.day_time(each.due_at) if each.due_at else "",
        late=LEVELS[high - 1] if high else "",
        last=said,
        muted=door.rests(muted),
        residents=residents,
    )


class Door(msgspec.Struct, frozen=True):
    id: UUID
    path: str
    room: str
    building: str
    kinds: str


class Trouble(msgspec.Struct, frozen=True):
    """A carer who has too many or cannot: why, and the households that hang on her."""

    name: str
    n: int
    why: str
    doors: list[tuple[str, str]]


class CarerGaps(msgspec.Struct, frozen=True):
    """`more`: doors without a carer that are not shown."""

    doors: list[Door]
    total: int
    more: int
    troubles: list[Trouble]
    people: list[tuple[str, str]]
    ranks: list[tuple[str, str]]
    most: int
    can_set: bool


SHOWN = 60


@get("/gaps/carers")
async def gaps(request: Request, person: NamedDependency[Person]) -> Response:
    return await page(request, "care/carers/gaps.html", await _gaps(person))


async def _gaps(person: Person) -> CarerGaps:
    may(person, "carer.pair")
    mine, most = reach(person, "carer.pair"), await carers.most_of(person.community_id)
    alone = await carers.without(person.community_id, mine)
    homes = await places.households_by_id(alone[:SHOWN])
    kinds = await kinds_by_household(person.community_id, alone[:SHOWN]) if alone else {}
    found = [each for each in await carers.pairings(person.community_id) if mine is None or each.building_id in mine]
    names = await people.names({each.account_id for each in found})
    off = await rosters.off_today(person.community_id)
    doors = [_door(homes[each], kinds.get(each, set())) for each in alone[:SHOWN] if each in homes]
    return CarerGaps(
        doors=doors,
        total=len(alone),
        more=max(0, len(alone) - SHOWN),
        troubles=_troubles(found, names, most, off),
        people=await _able(person.community_id, found),
        ranks=[(rank, gettext(f"care.carer.rank.{rank}")) for rank in RANKS],
        most=most,
        can_set=can(person, "settings.change"),
    )


def _door(home: HouseholdFacts, kinds: set[str]) -> Door:
    return Door(home.id, f"/households/{home.id}", home.room, home.label.removesuffix(home.room).strip(), shown.kinds(sorted(kinds)))


def _troubles(found: list[Pairing], names: dict[UUID, str], most: int, off: set[UUID]) -> list[Trouble]:
    """The worst first: who cannot, who was not seen, who is off the roster today, who has too many."""
    by_account: dict[UUID, list[Pairing]] = {}
    for each in found:
        if each.from_at:
            by_account.setdefault(each.account_id, []).append(each)
    troubles = []
    for account, hers in by_account.items():
        why = "cannot" if not hers[0].able else "away" if hers[0].away else "off" if account in off else "many" if len(hers) > most else ""
        if why:
            doors = [(f"/households/{each.household_id}", f"{each.building} {each.room}") for each in hers[:8]]
            troubles.append(Trouble(names.get(account, "—"), len(hers), why, doors))
    return sorted(troubles, key=lambda each: (("cannot", "away", "off", "many").index(each.why), -each.n))


async def _able(community_id: UUID, found: list[Pairing]) -> list[tuple[str, str]]:
    """Who may be named, with how many she has: the fewest first."""
    has: dict[UUID, int] = {}
    for each in found:
        has[each.account_id] = has.get(each.account_id, 0) + 1
    able = [
        m for m in (await people.members(community_id, people.Filters(state="vouched"), size=300)).found if m.vouched and not m.suspended
    ]
    able.sort(key=lambda m: (has.get(m.id, 0), m.name))
    return [(str(m.id), words.say("care.carer.has", name=m.name, n=has.get(m.id, 0))) for m in able]


@post("/carers")
async def create(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/carers/gaps.html", await _gaps(person), misfit=misfit)
    return await answer(request, receipt, to="/gaps/carers")


@post("/carers/{carer_id:uuid}/take")
async def take(request: Request, person: NamedDependency[Person], carer_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/mine/people")


@post("/carers/{carer_id:uuid}/end")
async def delete(request: Request, person: NamedDependency[Person], carer_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/mine/people")


@post("/gaps/carers/most")
async def most(request: Request, person: NamedDependency[Person]) -> Response:
    try:
        receipt = await press(request)
    except Misfit as misfit:
        return await page(request, "care/carers/gaps.html", await _gaps(person), misfit=misfit)
    return await answer(request, receipt, to="/gaps/carers")


PAGES = [mine, gaps, create, take, delete, most]
