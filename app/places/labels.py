"""How a place is said, in the language of the request."""

from app.kernel.words import say


def building(estate: str, number: int) -> str:
    return say("places.building_label", estate=estate, number=number)


def room(unit: int, floor: int, door: int) -> str:
    """1单元 602"""
    return say("places.room_label", unit=unit, room=f"{floor}{door:02d}")


def door(estate: str, number: int, unit: int | None, floor: int | None, door: int | None) -> str:
    """The whole address; the building alone where the door is not known."""
    if unit is None or floor is None or door is None:
        return building(estate, number)
    return f"{building(estate, number)} {room(unit, floor, door)}"
