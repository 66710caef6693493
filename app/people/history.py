"""The journal as people read it: what happened to a thing, who did it, and when she pressed if that was earlier."""

from uuid import UUID

import msgspec

from app.journal import record
from app.journal.record import Happening
from app.kernel import clock, words
from app.kernel.late import arrived_late
from app.people.reads import names


class Item(msgspec.Struct, frozen=True):
    """`when` ISO, `ago` in words; `late`: pressed on a phone well before the server heard of it, at `device_when`."""

    kind: str
    when: str
    ago: str
    words: str
    by: str = ""
    late: bool = False
    device_when: str = ""


async def timeline(*about: UUID, limit: int = 100) -> list[Item]:
    """What happened to these things, newest first, with names of those who work here."""
    return await items(await record.history(*about, limit=limit))


async def items(happenings: list[Happening]) -> list[Item]:
    who = await names({happening.by for happening in happenings if happening.by})
    return [_item(happening, who) for happening in happenings]


def _item(happening: Happening, who: dict[UUID, str]) -> Item:
    """A told value that is itself a words-key is said in words."""
    told = {name: words.say(value) if isinstance(value, str) and words.knows(value) else value for name, value in happening.told.items()}
    at = happening.at if happening.at and happening.at < happening.received_at else happening.received_at
    late = arrived_late(at, happening.received_at)
    return Item(
        kind=happening.kind,
        when=clock.local(at).isoformat(timespec="seconds"),
        ago=words.day_time(at),
        words=words.gettext(f"happening.{happening.kind}") % _Blank(told),
        by=who.get(happening.by, "") if happening.by else "",
        late=late,
        device_when=words.day_time(happening.received_at) if late else "",
    )


class _Blank(dict):
    """A hole that an older happening did not fill stays open rather than breaking the page."""

    def __missing__(self, name: str) -> str:
        return "…"
