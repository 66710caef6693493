"""Distributions: one pack to every door, and which doors still miss it."""

from datetime import datetime
from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.deliveries.reads.runs import opened
from app.kernel import db
from app.kernel.seal import Seal
from app.kernel.trouble import Gone
from app.people.person import Person
from app.people.rights import can, everywhere
from app.places import reads as places

_DELIVERED = ", ".join(f"'{outcome}'" for outcome in DELIVERED)


class DistributionLine(msgspec.Struct, frozen=True, kw_only=True):
    """`doors` is the sum of `delivered`, `failed`, `on_way` (on a stop that is still to come) and `missing`."""

    id: UUID
    number: int
    community_id: UUID
    created_at: datetime
    version: int
    doors: int
    delivered: int
    failed: int
    missing: int
    what_sealed: bytes | None = None
    what: str = ""

    @property
    def on_way(self) -> int:
        return self.doors - self.delivered - self.failed - self.missing

    @property
    def path(self) -> str:
        return f"/distributions/{self.id}"

    @property
    def complete(self) -> bool:
        return self.delivered == self.doors


async def _select(where: str, *params) -> list[DistributionLine]:
    found = await db.rows(
        DistributionLine,
        f"""SELECT d.id, d.number, d.community_id, d.created_at, d.version, d.what_sealed, count(*) AS doors,
        sum(CASE WHEN h.outcome IN ({_DELIVERED}) THEN 1 ELSE 0 END) AS delivered,
        sum(CASE WHEN h.id IS NOT NULL AND h.outcome NOT IN ({_DELIVERED}) THEN 1 ELSE 0 END) AS failed,
        sum(CASE WHEN x.stop_id IS NULL THEN 1 ELSE 0 END) AS missing
        FROM distribution d JOIN distribution_door x ON x.distribution_id = d.id
        LEFT JOIN handover h ON h.stop_id = x.stop_id AND h.undone_at IS NULL
        WHERE {where} GROUP BY d.id ORDER BY d.number DESC LIMIT 200""",
        *params,
    )
    if not found:
        return []
    facts = await places.community(found[0].community_id)
    return [
        msgspec.structs.replace(
            line, what=opened(Seal("distribution", line.id, facts.key_id, facts.emergency_id), "what", line.what_sealed), what_sealed=None
        )
        for line in found
    ]


async def distributions(community_id: UUID, building_ids: frozenset[UUID] | None = None) -> list[DistributionLine]:
    """Newest first; with `building_ids` those that come to these buildings, counting their doors only."""
    if building_ids is None:
        return await _select("d.community_id = ?", community_id)
    if not building_ids:
        return []
    ids = tuple(building_ids)
    return await _select(f"d.community_id = ? AND x.building_id IN ({db.marks(ids)})", community_id, *ids)


def reach(person: Person) -> frozenset[UUID] | None:
    """The buildings whose doors she sees: None for the whole community."""
    if can(person, "board.see") or everywhere(person, "distribution.see"):
        return None
    return person.buildings if can(person, "distribution.see") else frozenset()


async def visible(distribution_id: UUID, person: Person) -> DistributionLine:
    """Raises Gone("distribution") for who has no building in it."""
    hers = reach(person)
    where, params = "d.id = ? AND d.community_id = ?", [distribution_id, person.community_id]
    if hers is not None:
        ids = tuple(hers) or (distribution_id,)
        where, params = f"{where} AND x.building_id IN ({db.marks(ids)})", [*params, *ids]
    found = await _select(where, *params)
    if not found:
        raise Gone("distribution")
    return found[0]


async def door_counts(community_id: UUID) -> dict[UUID, int]:
    """How many doors each building has."""

    class Row(msgspec.Struct):
        building_id: UUID
        n: int

    sql = "SELECT building_id, count(*) AS n FROM household WHERE community_id = ? GROUP BY building_id"
    return {row.building_id: row.n for row in await db.rows(Row, sql, community_id)}
