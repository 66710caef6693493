"""One door: who lives there, masked until asked for, and what happened."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.care import reads, silence
from app.care.pages import shown
from app.care.reads import carers, confirmed, contacts, silent
from app.care.reads.alike import Alike, alike_of
from app.care.reads.residents import Resident
from app.care.reads.watches import SIGNS, Watch, watches_of
from app.care.rules import residents as rules
from app.care.rules.differing import label
from app.journal import record
from app.journal.differences import open_about
from app.kernel import clock, words
from app.kernel.reply import page
from app.people import history
from app.people.person import Person
from app.people.reads import Filters, members, names
from app.people.rights import can
from app.places import reads as places


class ResidentCard(msgspec.Struct, frozen=True):
    """What her card shows. `open`: revealed for this answer; blank full fields otherwise."""

    id: UUID
    version: int
    household_id: UUID
    erased: bool
    masked_name: str
    masked_phone: str
    has_phone: bool
    kinds: list[str]
    about: list[str]
    has_note: bool
    can_reveal: bool
    can_edit: bool
    open: bool
    name: str
    phone: str
    written: str
    note: str
    differing: list[str] = []
    alike: list["AlikeLine"] = []
    rests: str = ""
    rest_id: UUID | None = None
    held: list[confirmed.KindLine] = []
    helps: list[str] = []


class AlikeLine(msgspec.Struct, frozen=True):
    """A door where somebody has her telephone. `path` and `room` blank where that door is not hers to see; `same`: said to be one person."""

    other: UUID
    path: str
    building: str
    room: str
    same: bool


class Heard(msgspec.Struct, frozen=True):
    """A line of when somebody was heard of or tried in vain."""

    reached: bool
    words: str
    when: str
    by: str
    note: str


class Silence(msgspec.Struct, frozen=True):
    """How this door stands: `due` and `muted` in words, blank where not so; `overdue`: one of LEVELS, blank while it is not. `heard`: at least once.

    `awake`: those of `who` for whom no pause stands.
    """

    contacts: list[Heard]
    heard: bool
    every: int
    due: str
    overdue: str
    mute_id: UUID | None
    muted: str
    who: list[tuple[str, str]]
    awake: list[tuple[str, str]]
    hows: list[tuple[str, list[tuple[str, str]]]]
    reasons: list[tuple[str, str]]


class CarerLine(msgspec.Struct, frozen=True):
    """`since` false while she was asked and has not said yes; `able` false where she is suspended or nobody vouches for her."""

    id: UUID
    name: str
    rank: str
    since: bool
    able: bool
    away: bool


class Carers(msgspec.Struct, frozen=True):
    """`people` and `ranks`: who can be named, and for what is free."""

    lines: list[CarerLine]
    can_pair: bool
    people: list[tuple[str, str]]
    ranks: list[tuple[str, str]]


class HouseholdPage(msgspec.Struct, frozen=True):
    id: UUID
    room: str
    building_path: str
    building: str
    residents: list[ResidentCard]
    can_edit: bool
    can_see_needs: bool
    history: list[history.Item]
    enter_path: str
    silence: Silence | None
    carers: Carers | None
    watches: list[Watch]
    signs: list[tuple[str, str]]


@get("/households/{household_id:uuid}")
async def show(request: Request, person: NamedDependency[Person], household_id: FromPath[UUID]) -> Response:
    return await page(request, "care/household.html", await facts(household_id, person))


async def facts(household_id: UUID, person: Person, *, opened: UUID | None = None) -> HouseholdPage:
    home = await rules.household(household_id, "household.see", by=person)
    there = await reads.residents_of(home.id)
    differing = await open_about(*(r.id for r in there))
    alike = await alike_of([r.id for r in there])
    resting, who = await contacts.rests(home.community_id, [home.id], after=clock.now()), await confirmed.confirmers(there)
    residents = [
        card(
            r, person, opened=r.id == opened, differing=differing.get(r.id, ()), alike=alike.get(r.id, ()), rest=resting.get(r.id), who=who
        )
        for r in there
    ]
    return HouseholdPage(
        home.id, home.room, f"/buildings/{home.building_id}", shown.building(home), residents,
        can(person, "ledger.edit", building=home.building_id), can(person, "need.see", building=home.building_id),
        await history.items(await record.household_history(home.id)), await _enter(home, person), await _silence(home, there, resting, person),
        await _carers(home, person), *await _watches(home, person),
    )  # fmt: skip


async def _watches(home: places.HouseholdFacts, person: Person) -> tuple[list[Watch], list[tuple[str, str]]]:
    """Without signs for those who do not look after this door."""
    if not can(person, "contact.note", building=home.building_id):
        return [], []
    return await watches_of(home.id), [(sign, words.gettext(f"care.watch.sign.{sign}")) for sign in SIGNS]


async def _carers(home: places.HouseholdFacts, person: Person) -> Carers | None:
    """None for those who do not look after this door."""
    if not can(person, "contact.note", building=home.building_id):
        return None
    found, can_pair = await carers.carers_of(home.id), can(person, "carer.pair", building=home.building_id)
    who = await names({each.account_id for each in found})
    lines = [CarerLine(each.id, who.get(each.account_id, "—"), each.rank, bool(each.from_at), each.able, each.away) for each in found]
    taken, there = {each.rank for each in found}, []
    if can_pair:
        known = (await members(home.community_id, Filters(state="vouched"), size=300)).found
        there = sorted((m for m in known if m.vouched and not m.suspended), key=lambda m: (not m.here, m.name))
    ranks = [(rank, words.gettext(f"care.carer.rank.{rank}")) for rank in carers.RANKS if rank not in taken]
    return Carers(lines, can_pair, [(str(m.id), m.name) for m in there], ranks)


async def _silence(
    home: places.HouseholdFacts, there: Sequence[Resident], resting: Mapping[UUID, contacts.Rest], person: Person
) -> Silence | None:
    """None for those who do not look after this door."""
    if not can(person, "contact.note", building=home.building_id):
        return None
    now, watch, muted = clock.now(), await silent.clock_of(home.id), await contacts.mute_of(home.id, clock.now())
    steps, found = (await silent.settings(home.community_id)).steps, await contacts.contacts_of(home.id)
    who = await names({each.by_id for each in found if each.by_id})
    level = silence.level(watch.due_at, now, steps) if watch else 0
    return Silence(
        contacts=[_heard(each, who) for each in found],
        heard=bool(watch and watch.heard_at),
        every=watch.every_days if watch else 0,
        due=words.day_time(watch.due_at) if watch and watch.due_at else "",
        overdue=silence.LEVELS[level - 1] if level else "",
        mute_id=muted.id if muted else None,
        muted=rests(muted),
        who=[(str(each.id), each.masked_name) for each in there if not each.erased],
        awake=[(str(each.id), each.masked_name) for each in there if not each.erased and each.id not in resting],
        hows=[(how, [(o, words.gettext(f"care.contact.outcome.{o}")) for o in outcomes]) for how, outcomes in silence.HOW.items()],
        reasons=[(reason, words.gettext(f"care.mute.reason.{reason}")) for reason in silence.MUTED],
    )


def _heard(each: contacts.ContactFacts, who: dict[UUID, str]) -> Heard:
    how, outcome = words.gettext(f"care.contact.how.{each.how}"), words.gettext(f"care.contact.outcome.{each.outcome}")
    return Heard(
        each.reached, words.say("care.contact.line", how=how, outcome=outcome), words.day_time(each.at), who.get(each.by_id, ""), each.note
    )


async def _enter(home: places.HouseholdFacts, person: Person) -> str:
    """Where a request for this door is written down, for those who may."""
    if not can(person, "need.raise", building=home.building_id):
        return ""
    building = await places.building(home.building_id)
    return f"/needs/new?building={building.code}&unit={home.unit}&room={home.floor}{home.door:02d}"


def _alike(one: Alike, person: Person) -> AlikeLine:
    sees = can(person, "household.see", building=one.building_id)
    return AlikeLine(
        one.other_id, f"/households/{one.household_id}" if sees else "", one.building, one.room if sees else "", bool(one.same)
    )


def card(
    resident: Resident,
    person: Person,
    *,
    opened: bool = False,
    differing: Sequence[str] = (),
    trusted: bool = False,
    alike: Sequence[Alike] = (),
    rest: contacts.Rest | None = None,
    who: Mapping[str, str] = confirmed.NOBODY,
) -> ResidentCard:
    """`differing`: her fields that two people changed. `trusted`: her door is in `person`'s hands. `who`: see `confirmed.confirmers`."""
    reveals = (trusted or can(person, "ledger.reveal", building=resident.building_id)) and not resident.erased
    opened = opened and reveals
    return ResidentCard(
        id=resident.id,
        version=resident.version,
        household_id=resident.household_id,
        erased=resident.erased,
        masked_name=resident.masked_name,
        masked_phone=resident.masked_phone,
        has_phone=bool(resident.phone or resident.written),
        kinds=[shown.kinds([kind]) for kind in resident.kinds] if reveals else [],
        held=confirmed.kind_lines(resident, who) if reveals else [],
        helps=confirmed.helped(resident) if reveals else [],
        about=shown.about(resident.sex, resident.age, resident.smartphone) if reveals else [],
        has_note=bool(resident.note),
        can_reveal=reveals,
        can_edit=can(person, "ledger.edit", building=resident.building_id),
        open=opened,
        name=resident.name if opened else "",
        phone=resident.phone if opened else "",
        written=resident.written if opened else "",
        note=resident.note if opened else "",
        differing=[label(field) for field in differing] if can(person, "ledger.edit", building=resident.building_id) else [],
        alike=[_alike(one, person) for one in alike] if can(person, "ledger.edit", building=resident.building_id) else [],
        rests=rests(rest),
        rest_id=rest.id if rest and can(person, "contact.note", building=resident.building_id) else None,
    )


def rests(found: contacts.MuteFacts | contacts.Rest | None) -> str:
    """Why and until when nobody is to call, in words; blank where nothing stands."""
    if found is None:
        return ""
    return words.say("care.mute.until", reason=words.gettext(f"care.mute.reason.{found.reason}"), day=words.day(found.until_at))


PAGES = [show]
