"""The doors of a distribution: which have it, which are on a run, which miss it."""

from uuid import UUID

import msgspec

from app.deliveries.models import DELIVERED
from app.deliveries.reads.walking import walk
from app.kernel import db
from app.kernel.words import gettext
from app.places import labels


class DoorFacts(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    household_id: UUID
    building_id: UUID
    estate: str
    building: int
    unit: int
    floor: int
    door: int
    stop_id: UUID | None
    run_id: UUID | None
    run_number: int | None
    outcome: str | None

    @property
    def state(self) -> str:
        """delivered, failed, on_way, missing"""
        if self.stop_id is None:
            return "missing"
        return "on_way" if self.outcome is None else "delivered" if self.outcome in DELIVERED else "failed"

    @property
    def tone(self) -> str:
        return {"delivered": "calm", "failed": "alarm", "on_way": "plain", "missing": "watch"}[self.state]

    @property
    def words(self) -> str:
        return gettext(f"deliveries.outcome.{self.outcome}") if self.state == "failed" else gettext(f"deliveries.door.{self.state}")

    @property
    def number(self) -> str:
        return f"{self.floor}{self.door:02d}"

    @property
    def room(self) -> str:
        return labels.room(self.unit, self.floor, self.door)

    @property
    def building_label(self) -> str:
        return labels.building(self.estate, self.building)


async def doors(distribution_id: UUID, building_ids: frozenset[UUID] | None = None, *, top_first: bool = True) -> list[DoorFacts]:
    where, params = "x.distribution_id = ?", [distribution_id]
    if building_ids is not None:
        ids = tuple(building_ids) or (distribution_id,)
        where, params = f"{where} AND x.building_id IN ({db.marks(ids)})", [*params, *ids]
    found = await db.rows(
        DoorFacts,
        f"""SELECT x.id, x.household_id, x.building_id, e.name AS estate, b.number AS building, x.unit, x.floor, x.door, x.stop_id,
        s.run_id, r.number AS run_number, h.outcome
        FROM distribution_door x JOIN building b ON b.id = x.building_id JOIN estate e ON e.id = b.estate_id
        LEFT JOIN stop s ON s.id = x.stop_id LEFT JOIN run r ON r.id = s.run_id
        LEFT JOIN handover h ON h.stop_id = x.stop_id AND h.undone_at IS NULL WHERE {where}""",
        *params,
    )
    return walk(found, top_first=top_first)


class FloorOfDoors(msgspec.Struct, frozen=True):
    floor: int
    doors: tuple[DoorFacts, ...]


class UnitOfDoors(msgspec.Struct, frozen=True):
    unit: int
    floors: tuple[FloorOfDoors, ...]


class BuildingOfDoors(msgspec.Struct, frozen=True):
    id: UUID
    label: str
    delivered: int
    doors: int
    units: tuple[UnitOfDoors, ...]


def grouped(found: list[DoorFacts]) -> tuple[BuildingOfDoors, ...]:
    """Building, unit, floor, in the order they come."""
    tree: dict[UUID, dict[int, dict[int, list[DoorFacts]]]] = {}
    for each in found:
        tree.setdefault(each.building_id, {}).setdefault(each.unit, {}).setdefault(each.floor, []).append(each)
    of = {building: [d for d in found if d.building_id == building] for building in tree}
    return tuple(
        BuildingOfDoors(
            building, of[building][0].building_label, sum(d.state == "delivered" for d in of[building]), len(of[building]),
            tuple(UnitOfDoors(unit, tuple(FloorOfDoors(f, tuple(ds)) for f, ds in floors.items())) for unit, floors in units.items()),
        )
        for building, units in tree.items()
    )  # fmt: skip
