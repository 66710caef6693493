"""How many of something stand at a building: what lies behind a figure, for those who see figures only."""

from uuid import UUID

import msgspec

from app.places import labels


class BuildingCount(msgspec.Struct, frozen=True):
    community_id: UUID
    building_id: UUID
    estate: str
    number: int
    n: int

    @property
    def label(self) -> str:
        return labels.building(self.estate, self.number)
