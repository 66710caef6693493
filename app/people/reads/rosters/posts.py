"""Posts: gates, buildings, hubs, lines, where somebody is to be."""

from uuid import UUID

import msgspec

from app.kernel import db
from app.kernel.words import gettext, say
from app.people.person import Person
from app.people.rights import can, everywhere
from app.places import labels

KINDS = ("gate", "building", "hub", "line", "other")


class PostFacts(msgspec.Struct, frozen=True):
    """`covers_from`, `covers_minutes`: minutes after midnight, and how many, by the community's clock."""

    id: UUID
    community_id: UUID
    kind: str
    name: str
    building_id: UUID | None
    covers_from: int
    covers_minutes: int
    shows_name: bool
    version: int
    estate: str | None = None
    number: int | None = None

    @property
    def path(self) -> str:
        return f"/posts/{self.id}"

    @property
    def kind_label(self) -> str:
        return gettext(f"roster.kind.{self.kind}")

    @property
    def where(self) -> str:
        return labels.building(self.estate, self.number) if self.estate and self.number else ""

    @property
    def always(self) -> bool:
        return self.covers_minutes == 1440

    @property
    def opens(self) -> str:
        return _said(self.covers_from)

    @property
    def closes(self) -> str:
        return _said((self.covers_from + self.covers_minutes) % 1440)

    @property
    def hours_label(self) -> str:
        return gettext("roster.always") if self.always else say("roster.hours", opens=self.opens, closes=self.closes)


def _said(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


_POST = """SELECT p.id, p.community_id, p.kind, p.name, p.building_id, p.covers_from, p.covers_minutes, p.shows_name, p.version, e.name AS estate, b.number
FROM post p LEFT JOIN building b ON b.id = p.building_id LEFT JOIN estate e ON e.id = b.estate_id WHERE p.ended_at IS NULL"""


async def posts(*community_ids: UUID) -> list[PostFacts]:
    if not community_ids:
        return []
    sql = f"{_POST} AND p.community_id IN ({db.marks(community_ids)}) ORDER BY p.kind, p.name LIMIT 3000"
    return await db.rows(PostFacts, sql, *community_ids)


async def post(post_id: UUID, community_id: UUID, *, closed_too: bool = False) -> PostFacts | None:
    found = _POST.removesuffix("p.ended_at IS NULL") + "1 = 1" if closed_too else _POST
    return await db.one(PostFacts, f"{found} AND p.id = ? AND p.community_id = ?", post_id, community_id)


def makes(person: Person, building_id: UUID | None) -> bool:
    """Whether she keeps the roster of a post there: a dispatcher everywhere, a steward at her buildings."""
    return everywhere(person, "roster.make") or (building_id is not None and can(person, "roster.make", building=building_id))


async def posts_made_by(person: Person) -> list[PostFacts]:
    return [each for each in await posts(person.community_id) if makes(person, each.building_id)]
