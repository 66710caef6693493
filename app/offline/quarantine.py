"""重复编号: acts that came a second time with another content, beside what the first one did."""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.kernel import paging, seal
from app.kernel.naming import said
from app.kernel.reply import answer, page, press
from app.kernel.words import gettext, knows
from app.offline import aside
from app.offline.aside import Doubled
from app.offline.deciding import RIGHT
from app.people.person import Person
from app.people.reads import names_within
from app.people.rights import can, may

SIZE = 20
HIDDEN = re.compile(r"was_|version$|token$|confirm_|act$|back$")
TICKS = frozenset({"inside", "urgent", "vouching", "top_first"})
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMES = frozenset({"name", "whom", "spoken"})
NUMBER = re.compile(r"(?<!\d)\d{7,12}(?!\d)")


class DoubledCard(msgspec.Struct, frozen=True):
    """`fields` None: cut off or erased. `first_*` blank where the first is not known."""

    id: UUID
    what: str
    by: str
    pressed_at: datetime | None
    came_at: datetime
    fields: list[tuple[str, str]] | None
    first_what: str
    first_by: str
    first_at: datetime | None
    first_says: str
    first_state: str


class QuarantinePage(msgspec.Struct, frozen=True):
    doubled: list[DoubledCard]
    pages: paging.Page
    held: bool


@get("/quarantine")
async def index(request: Request, person: NamedDependency[Person]) -> Response:
    may(person, RIGHT)
    pages = paging.page(paging.number(request.query_params.get("page", "")), await aside.count(person), "/quarantine", SIZE)
    rows = await aside.waiting(person, offset=(pages.number - 1) * SIZE, limit=SIZE)
    who = {str(account) for row in rows for account in (row.account, _account(row.first_owner)) if account}
    firsts = [row.first.filled.get("who", "") for row in rows if row.first]
    names = await names_within(person.community_id, who | set(map(str, firsts)) - {""})
    return await page(
        request, "offline/quarantine.html", QuarantinePage([_card(row, names) for row in rows], pages, can(person, "phone.see"))
    )


def _account(owner: str | None) -> str:
    return owner[2:] if owner and owner.startswith("a:") else ""


def _by(owner: str | None, names: dict[str, str]) -> str:
    return names.get(_account(owner)) or gettext("act.somebody" if _account(owner) else "quarantine.resident")


def _card(row: Doubled, names: dict[str, str]) -> DoubledCard:
    typed, first = row.typed(), row.first
    return DoubledCard(
        id=row.id,
        what=spoken(row.path),
        by=_by(row.owner, names),
        pressed_at=row.pressed_at,
        came_at=row.at,
        fields=None if typed is None else list(_fields(typed)),
        first_what=spoken(first.path) if first else "",
        first_by=_by(first.owner, names) if first else "",
        first_at=first.received_at if first else None,
        first_says=said(first, names) if first else "",
        first_state=first.state if first else "",
    )


def _fields(typed: dict[str, list[str]]) -> Iterable[tuple[str, str]]:
    for name, values in typed.items():
        if not HIDDEN.match(name):
            key = f"quarantine.field.{name}"
            yield (
                gettext(key if knows(key) else "quarantine.field.other"),
                gettext("differences.comma").join(_masked(name, value) for value in values),
            )


def _masked(name: str, value: str) -> str:
    if name in TICKS:
        return gettext("differences.yes" if value == "1" else "differences.no")
    if ID.fullmatch(value):
        return "…"
    if name in NAMES:
        return seal.mask_name(value)
    if name == "phone":
        return seal.mask_phone(value)
    if knows(f"needs.{name}.{value}"):
        return gettext(f"needs.{name}.{value}")
    return NUMBER.sub(lambda number: seal.mask_phone(number[0]), value)


def spoken(path: str) -> str:
    """An address as what was done there: its kind of thing and, where there are words for it, the verb."""
    parts = [part for part in path.split("/") if part]
    thing = f"quarantine.thing.{parts[0]}" if parts else ""
    verb = f"quarantine.verb.{parts[-1]}" if len(parts) > 1 else ""
    words = [gettext(key) for key in (thing, verb) if key and knows(key)]
    return gettext("quarantine.between").join(words) or gettext("quarantine.thing.other")


@post("/quarantine/{doubled_id:uuid}/count")
async def count(request: Request, person: NamedDependency[Person], doubled_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/quarantine")


@post("/quarantine/{doubled_id:uuid}/aside")
async def update(request: Request, person: NamedDependency[Person], doubled_id: FromPath[UUID]) -> Response:
    return await answer(request, await press(request), to="/quarantine")


PAGES = [index, count, update]
