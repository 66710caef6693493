"""The order in which a carrier walks: building by building, unit by unit, floors from the top or the bottom, door by door."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Door(Protocol):
    @property
    def estate(self) -> str: ...
    @property
    def building(self) -> int: ...
    @property
    def unit(self) -> int: ...
    @property
    def floor(self) -> int: ...
    @property
    def door(self) -> int: ...


D = TypeVar("D", bound=Door)


def walk(doors: Iterable[D], *, top_first: bool) -> list[D]:
    """Top first: take the lift up once, then only stairs down."""
    return sorted(doors, key=lambda d: (d.estate, d.building, d.unit, -d.floor if top_first else d.floor, d.door))
