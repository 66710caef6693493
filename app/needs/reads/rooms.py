"""From a room as it was said to a door of the building."""

from uuid import UUID

import msgspec

from app.places import reads as places
from app.places.addresses import read_address


class Room(msgspec.Struct, frozen=True):
    """`typed` is kept where no door answers."""

    household_id: UUID | None = None
    unit: int | None = None
    floor: int | None = None
    door: int | None = None
    typed: str = ""


async def find(building: places.BuildingFacts, unit: str, room: str) -> Room:
    """Without a unit the room is clear only in a building that has one unit."""
    typed = " ".join(part for part in (unit and f"{unit}单元" if unit.isdecimal() else unit, room) if part)
    read = read_address(str(building.number), unit, room, estate=building.estate)
    number = (read.unit or (1 if building.units == 1 else 0)) if read else 0
    if read is None or not number:
        return Room(typed=typed)
    found = await places.household_at(building.id, number, read.floor, read.door)
    if found is None:
        return Room(typed=typed)
    return Room(found.id, found.unit, found.floor, found.door)
