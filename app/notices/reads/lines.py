"""Lines to call: counselling, legal advice, pharmacies, hospitals."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.seal import Seal
from app.kernel.words import gettext
from app.notices.reads.facts import opened

KINDS = ("counselling", "legal", "pharmacy", "hospital", "other")


class LineFacts(msgspec.Struct, frozen=True):
    id: UUID
    community_id: UUID
    emergency_id: UUID
    key_id: UUID
    kind: str
    number: str
    place: int
    version: int
    name: str = ""
    hours: str = ""
    name_sealed: bytes | None = None
    hours_sealed: bytes | None = None

    @property
    def kind_label(self) -> str:
        return gettext(f"notices.line.kind.{self.kind}")


_LINE = """SELECT id, community_id, emergency_id, key_id, kind, number, place, version, name_sealed, hours_sealed FROM line_to_call
WHERE ended_at IS NULL"""


def seal_of(line_id: UUID, key_id: UUID, emergency_id: UUID) -> Seal:
    return Seal("line_to_call", line_id, key_id, emergency_id)


async def lines(community_id: UUID) -> list[LineFacts]:
    """In the order that whoever keeps them gave, kind by kind."""
    found = await select("community_id = ? ORDER BY place, id LIMIT 200", community_id)
    return sorted(found, key=lambda line: (KINDS.index(line.kind), line.place, line.name))


async def line(line_id: UUID, community_id: UUID) -> LineFacts | None:
    found = await select("id = ? AND community_id = ?", line_id, community_id)
    return found[0] if found else None


async def select(where: str, *params: object) -> list[LineFacts]:
    return [_whole(one) for one in await db.rows(LineFacts, f"{_LINE} AND {where}", *params)]


def _whole(one: LineFacts) -> LineFacts:
    sealed = seal_of(one.id, one.key_id, one.emergency_id)
    words = {name: opened(sealed, name, getattr(one, f"{name}_sealed")) for name in ("name", "hours")}
    return msgspec.structs.replace(one, name_sealed=None, hours_sealed=None, **words)
