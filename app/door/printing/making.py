"""A print is asked for: what is on it is fixed there and then, and new codes begin with it."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from app.door.printing import codes, sources
from app.door.printing.facing import Thing, hashed, speaking
from app.door.printing.kinds import KINDS, SCOPES, Kind
from app.door.printing.sources import Wanted
from app.journal.record import record
from app.kernel import clock, db, ids, seal
from app.kernel.act import Done
from app.kernel.forms import flag, integer, one_of, optional, shape, text
from app.kernel.trouble import Overtaken, misfit
from app.kernel.words import LANGUAGES, gettext, say
from app.people.person import Person
from app.places import reads as places

PER_HOUR = 40
AT_ONCE = 5
SHRED = timedelta(days=3)

form = shape(
    kind=one_of(KINDS), what=text(1, 60), lang=optional(one_of(LANGUAGES), "zh"), only=flag, skip=optional(integer(0, 23), 0),
)  # fmt: skip

_INSERT = """INSERT INTO print_job(id, community_id, key_id, kind, scope, scope_id, lang, by_id, at, state, things, hash, content_sealed)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)"""
_THING = "INSERT INTO printed(print_id, subject, hash) VALUES (?, ?, ?)"


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """All that is on a print, as it was when it was asked for. `skip`: places of the first sheet of labels that are used up."""

    kind: str
    lang: str
    at: str
    things: list[dict]
    title: str = ""
    community: str = ""
    only: bool = False
    skip: int = 0
    shred: str = ""
    carriers: str = ""
    link: str = ""
    code: str = ""


def seal_of(print_id: UUID, key: UUID, community: UUID) -> seal.Seal:
    return seal.Seal("print_job", print_id, key, community)


def read_what(what: str, kind: Kind, by: Person) -> tuple[str, UUID]:
    """`community`, or `grid:…`, `building:…`, `run:…` with an id. Raises Misfit."""
    scope, _, text_id = what.partition(":")
    try:
        scope_id = by.community_id if scope == "community" else UUID(text_id)
    except ValueError:
        raise misfit("what", "door.print.what_unknown") from None
    if scope not in SCOPES or scope not in kind.scopes:
        raise misfit("what", "door.print.what_unknown")
    return scope, scope_id


async def make(*, by: Person, kind: str, what: str, lang: str, only: bool, skip: int) -> Done:
    """The act. A new door card ends the one that the household has."""
    chosen = KINDS[kind]
    wanted = Wanted(chosen, *read_what(what, chosen, by), lang, only)
    found = await sources.things(wanted, by)
    if not found:
        raise misfit("what", f"door.print.nothing.{chosen.family}")
    if len(found) > chosen.most:
        raise misfit("what", "door.print.too_large", most=chosen.most, now=len(found))
    await _not_too_often(by)
    print_id, now = ids.new(), clock.now()
    community = await places.community(by.community_id)
    minted = await codes.mint(chosen.family, found, by)
    content = await _content(wanted, found, by, minted, now, skip)
    key = seal.new_key(community.emergency_id)
    sealed = seal_of(print_id, key, community.id).close_bytes("content", msgspec.json.encode(content))
    whole = hashed([each.hash for each in found])
    row = (print_id, community.id, key, kind, wanted.scope, wanted.scope_id, lang, by.id, now, len(found), whole, sealed)
    await db.run(_INSERT, *row)
    await db.run_many(_THING, [(print_id, each.subject, each.hash) for each in found])
    await codes.keep(chosen.family, minted, print_id, wanted.scope_id, by)
    record("print.made", print_id, community=community.id, paper=kind, things=len(found))
    return Done("door.print.made", about=str(print_id))


async def _not_too_often(by: Person) -> None:
    since = clock.now() - timedelta(hours=1)
    if await db.value("SELECT count(*) FROM print_job WHERE by_id = ? AND at > ?", by.id, since) >= PER_HOUR:
        raise Overtaken("door.print.too_often")
    if await db.value("SELECT count(*) FROM print_job WHERE community_id = ? AND state = 'waiting'", by.community_id) >= AT_ONCE:
        raise Overtaken("door.print.busy")


async def _content(wanted: Wanted, found: list[Thing], by: Person, minted: codes.Minted, now: datetime, skip: int) -> Content:
    with speaking(wanted.lang):
        title, carriers = gettext(f"door.print.kind.{wanted.kind.name}"), ""
        if wanted.scope == "run":
            run = await sources.run_of(wanted, by)
            title, carriers = (
                f"{say('deliveries.run.label', number=run.number)} {run.title or run.places}".strip(),
                gettext("deliveries.comma").join(run.carriers),
            )
    return Content(
        kind=wanted.kind.name,
        lang=wanted.lang,
        at=f"{clock.local(now):%Y-%m-%d %H:%M}",
        things=[{**each.face, **each.once, **minted.by_subject.get(each.subject, {})} for each in found],
        title=title,
        community=by.community,
        only=wanted.only,
        skip=skip if wanted.kind.family == "label" else 0,
        shred=f"{clock.local(now + SHRED):%Y-%m-%d}",
        carriers=carriers,
        link=minted.link,
        code=minted.code,
    )
