"""需求台: what waits, most urgent first."""

from collections.abc import Mapping
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency

from app.journal.differences import count_open
from app.kernel import paging
from app.kernel.reply import page
from app.kernel.words import gettext
from app.needs.models import KINDS
from app.needs.reads import inbox
from app.needs.reads.inbox import Filter
from app.needs.reads.lines import NeedLine
from app.people import reads as people
from app.people.person import Person
from app.people.reads import rosters
from app.people.rights import can, everywhere, may, reach
from app.places import reads as places

TABS = ("waiting", "triaged", "planned", "underway", "delivered", "open", "closed")
STATES = frozenset([*TABS, "untouched", "confirmed", "answered", "cancelled", "all"])


class Tab(msgspec.Struct, frozen=True):
    path: str
    label: str
    count: int
    current: bool


class Group(msgspec.Struct, frozen=True):
    label: str
    needs: list[NeedLine]


class NeedsPage(msgspec.Struct, frozen=True):
    tabs: list[Tab]
    untouched: Tab
    minutes: int
    groups: list[Group]
    total: int
    pages: paging.Page
    owners: dict[UUID, str]
    wanted: Filter
    filtered: bool
    kinds: list[tuple[str, str]]
    buildings: list[tuple[str, str]]
    clear: str
    can_sort: bool
    can_raise: bool
    differing: int
    roster_gaps: int


@get("/needs")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, "need.see")
    wanted = filter_of(request.query_params, person)
    total = await inbox.count(person, wanted)
    pages = paging.page(_whole(request.query_params.get("page", "")) or 1, total, _path(wanted))
    needs = await inbox.page_of(person, wanted, pages.offset)
    tabs = await inbox.tabs(person)
    community = await places.community(person.community_id)
    whole = everywhere(person, "need.see")
    there = [b for b in await places.buildings(person.community_id) if whole or b.id in person.buildings]
    facts = NeedsPage(
        tabs=[_tab(wanted, name, _count(tabs, name)) for name in TABS],
        untouched=_tab(wanted, "untouched", tabs.untouched),
        minutes=community.untouched_minutes,
        groups=_groups(needs, wanted),
        total=total,
        pages=pages,
        owners=await people.names({need.owner_id for need in needs if need.owner_id}),
        wanted=wanted,
        filtered=any((wanted.kind, wanted.building, wanted.grid, wanted.age, wanted.owner, wanted.happened, wanted.number)),
        kinds=[(kind, gettext(f"needs.kind.{kind}")) for kind in KINDS],
        buildings=[(str(b.id), b.label) for b in there],
        clear=_path(Filter(state=wanted.state)),
        can_sort=can(person, "need.triage"),
        can_raise=can(person, "need.raise"),
        differing=await count_open(person.community_id, reach(person, "difference.decide")) if can(person, "difference.decide") else 0,
        roster_gaps=await rosters.gaps_of(person),
    )
    return await page(request, "needs/index.html", facts)


def filter_of(query: Mapping[str, str], person: Person) -> Filter:
    """Anything in the address that cannot be understood is left out: a link somebody shortened still opens the list."""
    state, happened, household = query.get("state", ""), query.get("happened", ""), _uuid(query.get("household", ""))
    if state not in STATES:
        state = "all" if household or happened in inbox.HAPPENED else "waiting" if everywhere(person, "need.triage") else "open"
    return Filter(
        state=state,
        kind=query.get("kind", "") if query.get("kind") in KINDS else "",
        building=_uuid(query.get("building", "")),
        grid=_uuid(query.get("grid", "")),
        household=household,
        age=query.get("age", ""),
        owner=query.get("owner", "") if query.get("owner") in ("me", "none") else "",
        happened=happened if happened in inbox.HAPPENED else "",
        day=query.get("day", ""),
        number=_whole(query.get("number", "")),
        group=query.get("group") == "1" if "group" in query else not everywhere(person, "need.see"),
    )


def _whole(text: str) -> int | None:
    text = text.strip().lstrip("#")
    return int(text) if text.isdecimal() and text.isascii() and 0 < len(text) < 9 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _path(wanted: Filter, **other: str) -> str:
    said = {name: getattr(wanted, name) for name in wanted.__struct_fields__ if name != "group"} | {"group": int(wanted.group)} | other
    return "/needs?" + urlencode({name: str(value) for name, value in said.items() if value not in ("", None)})


def _tab(wanted: Filter, name: str, count: int) -> Tab:
    return Tab(
        _path(Filter(group=wanted.group), state=name), gettext(f"needs.tab.{name}"), count, wanted.state == name and not wanted.number
    )


def _count(tabs: inbox.Tabs, name: str) -> int:
    return {"open": tabs.open, "closed": tabs.closed}.get(name, tabs.states.get(name, 0))


def _groups(needs: list[NeedLine], wanted: Filter) -> list[Group]:
    if not wanted.group:
        return [Group("", needs)] if needs else []
    return [Group(label, list(those)) for label, those in groupby(needs, key=lambda need: need.building_label)]


PAGES = [index]
