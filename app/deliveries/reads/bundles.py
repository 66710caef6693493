"""What waits, bundled into runs that one person can carry: by building, then with its neighbours in the grid."""

from collections.abc import Iterable
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from app.kernel.words import say
from app.needs import reads as needs
from app.needs.reads import NeedLine
from app.places import reads as places

MOST = 20  # doors


class Waiting(Protocol):
    building_id: UUID
    grid_id: UUID | None
    unit: int | None
    floor: int | None
    door: int | None


W = TypeVar("W", bound=Waiting)


def bundle(waiting: Iterable[W], most: int = MOST) -> list[list[W]]:
    """Whole buildings, in the order they come, joined while they are of one grid and no more than `most` doors.

    A building that has more doors than that is a bundle of its own; a building without a grid is never joined.
    """
    by_building: dict[UUID, list[W]] = {}
    for each in waiting:
        by_building.setdefault(each.building_id, []).append(each)
    bundles: dict[object, list[list[W]]] = {}
    for building, found in by_building.items():
        group = bundles.setdefault(found[0].grid_id or building, [])
        if group and count_doors(group[-1]) + count_doors(found) <= most:
            group[-1].extend(found)
        else:
            group.append(list(found))
    return [each for group in bundles.values() for each in group]


def count_doors(waiting: Iterable[Waiting]) -> int:
    return len({(w.building_id, w.unit, w.floor, w.door) for w in waiting})


class Bundle(msgspec.Struct, frozen=True):
    """`label`: the building, or the grid with its buildings; `urgent` of the needs are for now."""

    label: str
    lines: tuple[NeedLine, ...]
    doors: int
    urgent: int
    kinds: tuple[tuple[str, int], ...]


def _named(lines: list[NeedLine], grids: dict[UUID, str]) -> Bundle:
    labels = list(dict.fromkeys(line.building_label for line in lines))
    grid = grids.get(lines[0].grid_id) or "" if lines[0].grid_id else ""
    label = labels[0] if len(labels) == 1 else say("deliveries.bundle.label", grid=grid, buildings=len(labels))
    kinds: dict[str, int] = {}
    for line in lines:
        kinds[line.kind_label] = kinds.get(line.kind_label, 0) + 1
    return Bundle(label, tuple(lines), count_doors(lines), sum(line.urgency == "now" for line in lines), tuple(kinds.items()))


async def suggestions(community_id: UUID) -> list[Bundle]:
    """The bundle with most that cannot wait comes first."""
    waiting = [line for line in await needs.plannable(community_id) if line.floor is not None]
    grids = {grid.id: grid.name for grid in await places.grids(community_id)} if waiting else {}
    found = [_named(lines, grids) for lines in bundle(waiting)]
    return sorted(found, key=lambda b: (-b.urgent, min(line.created_at for line in b.lines)))


async def doorless(community_id: UUID) -> list[NeedLine]:
    """Needs whose room nobody could read: somebody has to mend the door before they can be carried."""
    return [line for line in await needs.plannable(community_id) if line.floor is None]
