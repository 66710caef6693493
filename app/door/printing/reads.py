"""Prints as their pages show them: who may see one, how far it is, what has changed since."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.door.printing import sources
from app.door.printing.kinds import KINDS, Kind
from app.door.printing.making import Content, seal_of
from app.door.printing.sources import Wanted
from app.kernel import db
from app.kernel.seal import Closed
from app.kernel.trouble import Gone, Trouble
from app.kernel.words import clock_time, day, gettext, ngettext, say
from app.people import reads as people
from app.people.person import Person
from app.people.rights import can, everywhere
from app.places import reads as places

TONES = {"waiting": "watch", "done": "calm", "failed": "alarm", "ended": "plain"}


class Print(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    community_id: UUID
    key_id: UUID | None
    kind_name: str
    scope: str
    scope_id: UUID
    lang: str
    by_id: UUID
    at: datetime
    state: str
    reason: str | None
    things: int
    done: int
    pages: int
    by: str = ""
    place: str = ""

    @property
    def kind(self) -> Kind:
        return KINDS[self.kind_name]

    @property
    def path(self) -> str:
        return f"/prints/{self.id}"

    @property
    def label(self) -> str:
        return gettext(f"door.print.kind.{self.kind_name}")

    @property
    def count(self) -> str:
        return ngettext(f"door.print.count.{self.kind.family}.one", f"door.print.count.{self.kind.family}.many", self.things) % {
            "n": self.things
        }

    @property
    def printed(self) -> str:
        """Printed at 14:05, or with its day when that is not today."""
        return say("door.print.printed", day=day(self.at), time=clock_time(self.at))

    @property
    def state_label(self) -> str:
        return gettext(f"door.print.state.{self.state}")

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def why(self) -> str:
        return gettext(f"door.print.reason.{self.reason}") if self.reason else ""

    @property
    def kept(self) -> bool:
        """Whether it can still be printed."""
        return self.state in ("waiting", "done", "failed")

    @property
    def version(self) -> str:
        return f"{self.id}|{self.state}|{self.done}"


_SELECT = """SELECT p.id, p.community_id, p.key_id, p.kind AS kind_name, p.scope, p.scope_id, p.lang, p.by_id, p.at, p.state, p.reason, p.things,
p.done, p.pages FROM print_job p"""


async def one(print_id: UUID, by: Person) -> Print:
    """For whoever prints for all of her community, and for her who asked for it while its place or its run is hers. Raises Gone."""
    found = await db.one(Print, f"{_SELECT} WHERE p.id = ? AND p.community_id = ?", print_id, by.community_id)
    if found is None or not await _sees(found, by):
        raise Gone("print")
    return (await _named([found]))[0]


async def _sees(found: Print, by: Person) -> bool:
    if everywhere(by, "print.make"):
        return True
    try:
        if found.by_id == by.id:
            await sources.judge(Wanted(found.kind, found.scope, found.scope_id, found.lang), by)
    except Trouble:
        return False
    return found.by_id == by.id


async def recent(by: Person, limit: int = 30) -> list[Print]:
    where, params = "p.community_id = ?", [by.community_id]
    if not everywhere(by, "print.make"):
        where, params = f"{where} AND p.by_id = ?", [*params, by.id]
    found = await db.rows(Print, f"{_SELECT} WHERE {where} ORDER BY p.at DESC, p.id DESC LIMIT ?", *params, limit)
    return await _named([each for each in found if await _sees(each, by)])


async def sheet(print_id: UUID, by: Person) -> Print:
    """A run's printed sheet, for whoever the caller has judged to hold the run."""
    found = await db.rows(Print, f"{_SELECT} WHERE p.id = ? AND p.community_id = ?", print_id, by.community_id)
    return (await _named(found))[0]


async def _named(found: list[Print]) -> list[Print]:
    if not found:
        return found
    names = await people.names({each.by_id for each in found} | {each.scope_id for each in found if each.scope == "account"})
    where = await _places(found)
    return [
        msgspec.structs.replace(each, by=names.get(each.by_id, "—"), place=where.get(each.scope_id) or names.get(each.scope_id, "—"))
        for each in found
    ]


async def _places(found: list[Print]) -> dict[UUID, str]:
    community = found[0].community_id
    named = {community: gettext("door.print.everywhere")}
    if any(each.scope == "grid" for each in found):
        named |= {grid.id: grid.name for grid in await places.grids(community)}
    if any(each.scope == "building" for each in found):
        named |= {each.id: each.label for each in await places.buildings(community)}
    homes = await places.households_by_id([each.scope_id for each in found if each.scope == "household"])
    named |= {home.id: home.label for home in homes.values()}
    runs = [each.scope_id for each in found if each.scope == "run"]
    if runs:
        numbers = await db.rows(_Run, f"SELECT id, number FROM run WHERE id IN ({db.marks(runs)})", *runs)
        named |= {run.id: say("deliveries.run.label", number=run.number) for run in numbers}
    return named


class _Run(msgspec.Struct):
    id: UUID
    number: int


class _Sealed(msgspec.Struct):
    content_sealed: bytes | None


async def content(found: Print) -> Content:
    """What stood on it. Raises Gone when it is kept no more."""
    row = await db.one(_Sealed, "SELECT content_sealed FROM print_job WHERE id = ?", found.id)
    return msgspec.json.decode(_opened(found, "content", row.content_sealed if row else None), type=Content)


class _File(msgspec.Struct):
    pdf_sealed: bytes


async def pdf(found: Print) -> bytes:
    row = await db.one(_File, "SELECT pdf_sealed FROM print_file WHERE print_id = ?", found.id)
    return _opened(found, "pdf", row.pdf_sealed if row else None)


def _opened(found: Print, column: str, sealed: bytes | None) -> bytes:
    if found.key_id is None or sealed is None:
        raise Gone("print")
    try:
        return seal_of(found.id, found.key_id, found.community_id).open_bytes(column, sealed)
    except Closed:
        raise Gone("print") from None


class _Hashed(msgspec.Struct):
    subject: str
    hash: str


class Changed(msgspec.Struct, frozen=True):
    """Against what is now. `other`: on paper and different now; `new`: not on paper; `gone`: on paper only."""

    other: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        return len(self.other) + len(self.new) + len(self.gone)


async def changed(found: Print, by: Person) -> Changed | None:
    """None where it cannot be told: what it was of is not there any more, or not hers to see."""
    only = (await content(found)).only if found.kept and found.kind.family == "card" else False
    try:
        now = await sources.things(Wanted(found.kind, found.scope, found.scope_id, found.lang, only), by)
    except Trouble:
        return None
    return compare(await hashes(found.id), {each.subject: each.hash for each in now})


async def hashes(print_id: UUID) -> dict[str, str]:
    return {row.subject: row.hash for row in await db.rows(_Hashed, "SELECT subject, hash FROM printed WHERE print_id = ?", print_id)}


def compare(then: dict[str, str], now: dict[str, str]) -> Changed:
    return Changed(
        other=tuple(sorted(one for one in then.keys() & now.keys() if then[one] != now[one])),
        new=tuple(sorted(now.keys() - then.keys())),
        gone=tuple(sorted(then.keys() - now.keys())),
    )


async def posters_changed(found: list[Print], by: Person) -> dict[UUID, int]:
    """How many posters of each print of posters are different now: one look at the buildings for all of them."""
    asked = [each for each in found if each.kind.family == "poster"]
    if not asked or not can(by, "print.make"):
        return {}
    wanted = Wanted(asked[0].kind, "community", by.community_id, by.lang)
    now = {each.subject: each.hash for each in await sources.things(wanted, by)}
    told = {}
    for each in asked:
        then = await hashes(each.id)
        told[each.id] = sum(1 for subject, hash in then.items() if now.get(subject) != hash)
    return told


__all__ = ["Changed", "Print", "changed", "compare", "content", "one", "pdf", "posters_changed", "recent", "sheet"]
