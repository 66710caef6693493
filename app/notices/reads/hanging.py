"""What hangs in a stairwell: the notices for its residents, with their pictures, and whom they may call."""

from uuid import UUID

import msgspec

from app.notices.reads.facts import NoticeFacts, at_building, in_community
from app.notices.reads.lines import LineFacts, lines
from app.photos import reads as photos
from app.places import reads as places


class Pinned(msgspec.Struct, frozen=True):
    """`picture`: its address, blank where there is none (yet)."""

    notice: NoticeFacts
    picture: str = ""


class Hanging(msgspec.Struct, frozen=True):
    notices: tuple[Pinned, ...] = ()
    lines: tuple[LineFacts, ...] = ()

    @property
    def urgent(self) -> tuple[Pinned, ...]:
        return tuple(pin for pin in self.notices if pin.notice.urgent)

    @property
    def calm(self) -> tuple[Pinned, ...]:
        return tuple(pin for pin in self.notices if not pin.notice.urgent)


async def hanging(community_id: UUID, building: places.BuildingFacts | None) -> Hanging:
    if building is None:
        found = await in_community(community_id)
    else:
        found = await at_building(community_id, building.id, building.grid_id)
    return Hanging(tuple(await pinned(found)), tuple(await lines(community_id)))


async def pinned(found: list[NoticeFacts]) -> list[Pinned]:
    shown = await photos.photos_of("notice", [one.id for one in found]) if found else {}
    return [Pinned(one, f"{one.path}/photo" if any(each.shown == "kept" for each in shown.get(one.id, ())) else "") for one in found]


async def picture_of(notice_id: UUID) -> str | None:
    taken = (await photos.photos_of("notice", [notice_id])).get(notice_id, ())
    return next((one.id for one in reversed(taken) if one.shown == "kept"), None)
